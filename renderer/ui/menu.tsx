import { ContextMenu as BaseContext } from '@base-ui/react/context-menu'
import { Menu as Base } from '@base-ui/react/menu'
import ChevronRight from 'lucide-react/icons/chevron-right'
import type { ReactElement, ReactNode } from 'react'
import type { KeyChord } from '../commands/key-chord.ts'
import { useKey } from '../commands/use-commands.ts'
import { Kbd } from './kbd.tsx'
import styles from './menu.module.css'

/** A menu that opens from a button. `trigger` must take a ref and spread its props. */
export function Menu({
  trigger,
  children,
}: {
  readonly trigger: ReactElement
  readonly children: ReactNode
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.layer} sideOffset={4} align="end">
          <Base.Popup className={styles.popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** The same, by right click or the menu key on `area`. */
export function ContextMenu({
  area,
  children,
}: {
  readonly area: ReactElement
  readonly children: ReactNode
}) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={area} />
      <BaseContext.Portal>
        <BaseContext.Positioner className={styles.layer}>
          <BaseContext.Popup className={styles.popup}>{children}</BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  )
}

export function MenuItem(props: {
  readonly icon?: ReactNode
  /** Of a fixed key; `command` shows the key in force of that command instead. */
  readonly keys?: KeyChord | undefined
  readonly command?: string
  readonly disabled?: boolean
  onSelect(): void
  readonly children: ReactNode
}) {
  const own = useKey(props.command)
  const keys = props.command ? own : props.keys
  return (
    <Base.Item className={styles.item} disabled={props.disabled ?? false} onClick={() => props.onSelect()}>
      <span className={styles.mark}>{props.icon}</span>
      {props.children}
      {keys && (
        <span className={styles.keys}>
          <Kbd keys={keys} />
        </span>
      )}
    </Base.Item>
  )
}

/** A menu inside of a menu. */
export function Submenu({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={styles.item}>
        <span className={styles.mark} />
        {label}
        <span className={styles.keys}>
          <ChevronRight size={14} />
        </span>
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className={styles.layer}>
          <Base.Popup className={styles.popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  )
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <div className={styles.label}>{children}</div>
}

export function MenuSeparator() {
  return <Base.Separator className={styles.separator} />
}
