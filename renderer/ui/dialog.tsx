import { Dialog as Base } from '@base-ui/react/dialog'
import X from 'lucide-react/icons/x'
import { type ReactNode, type RefObject, useRef } from 'react'
import styles from './dialog.module.css'
import { IconButton } from './icon-button.tsx'
import { uiText } from './text.ts'

export type DialogProps = {
  readonly open: boolean
  onOpenChange(open: boolean): void
  readonly title: string
  /** One sentence under the title; read out when the dialog opens. */
  readonly description?: ReactNode
  readonly children: ReactNode
  /** Buttons at the bottom, the main one last. */
  readonly footer?: ReactNode
  readonly size?: 'small' | 'medium' | 'large'
  /** The contents are to be read and hold nothing that takes the focus: they do themselves, so that keys scroll them. */
  readonly scrolls?: boolean
  /** What has the focus first; left out: the first control of the contents, or the contents, which then scroll by keys. */
  readonly initialFocus?: RefObject<HTMLElement | null>
}

/** A modal dialog that scrolls inside, closes with Esc and gives the focus back. */
export function Dialog(props: DialogProps) {
  const {
    open,
    onOpenChange,
    title,
    description,
    children,
    footer,
    size = 'medium',
    scrolls = false,
    initialFocus,
  } = props
  const body = useRef<HTMLDivElement>(null)
  // Not the close button in the header: its tooltip would open with the dialog and take the first Esc.
  const firstControl = () =>
    body.current?.querySelector<HTMLElement>('input, textarea, [aria-haspopup=listbox]') ?? body.current
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={styles.popup} data-size={size} initialFocus={initialFocus ?? firstControl}>
          <div className={styles.header}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            <Base.Close render={<IconButton label={uiText.close} icon={<X size={16} />} keys="Escape" />} />
          </div>
          <div ref={body} className={styles.body} tabIndex={scrolls ? 0 : -1}>
            {description && <Base.Description className={styles.description}>{description}</Base.Description>}
            {children}
          </div>
          {footer && <div className={styles.footer}>{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
