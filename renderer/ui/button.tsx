import type { ComponentProps, ReactNode } from 'react'
import styles from './button.module.css'
import { classNames } from './class-names.ts'

export type ButtonProps = ComponentProps<'button'> & {
  /** `primary` at most once in sight: the one thing to do next. */
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly icon?: ReactNode
  /** Shows that the action is under way; the button cannot be pressed again meanwhile. */
  readonly busy?: boolean
}

export function Button({
  kind = 'plain',
  icon,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classNames(styles.button, styles[kind], className)}
    >
      {icon}
      {children}
    </button>
  )
}
