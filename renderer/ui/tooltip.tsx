import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import type { KeyChord } from '../commands/key-chord.ts'
import styles from './button.module.css'
import { Kbd } from './kbd.tsx'

export type TooltipProps = {
  readonly name: ReactNode
  readonly keys?: KeyChord | undefined
  /** One line of help. */
  readonly help?: ReactNode
  readonly side?: 'top' | 'bottom' | 'left' | 'right'
  /** The control it belongs to; it must take a ref and spread its props. */
  readonly children: ReactElement
}

/** Name, key and one line of help of a control. Adds nothing that the control does not also say to a screen reader. */
export function Tooltip({ name, keys, help, side = 'bottom', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className={styles.layer}>
          <Base.Popup className={styles.tooltip}>
            <span className={styles.tooltipTitle}>
              {name}
              {keys && <Kbd keys={keys} />}
            </span>
            {help && <span className={styles.tooltipHelp}>{help}</span>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** Once around the app: after the first tooltip the next ones come without delay. */
export const TooltipProvider = Base.Provider
