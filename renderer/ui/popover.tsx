import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import styles from './popover.module.css'

/** CSS pixels kept free between a popover and the edges of the window. */
const EDGE = 8
/** What the line at the bottom of the labeling screen says must stay readable; it is two lines of text high. */
const statusBarHeight = (): number =>
  2 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)

/**
 * A few controls that open beside a button and leave the rest of the screen usable; Esc and a press elsewhere close it.
 * `trigger` must take a ref and spread its props.
 */
export function Popover(props: {
  readonly trigger: ReactElement
  readonly title: string
  readonly side?: 'top' | 'bottom' | 'left' | 'right'
  readonly open: boolean
  onOpenChange(open: boolean): void
  readonly children: ReactNode
}) {
  const { trigger, title, side = 'bottom', open, onOpenChange, children } = props
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          className={styles.layer}
          side={side}
          align="start"
          sideOffset={8}
          collisionPadding={{ top: EDGE, left: EDGE, right: EDGE, bottom: EDGE + statusBarHeight() }}
        >
          <Base.Popup className={styles.popup}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
