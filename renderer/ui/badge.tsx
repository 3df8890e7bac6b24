import type { ReactNode } from 'react'
import styles from './badge.module.css'

export type Tone = 'neutral' | 'accent' | 'success' | 'warning' | 'danger'

/** A few words of state with an icon: never colour alone. */
export function Badge(props: {
  readonly tone?: Tone
  readonly icon?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <span className={styles.badge} data-tone={props.tone ?? 'neutral'}>
      {props.icon}
      {props.children}
    </span>
  )
}
