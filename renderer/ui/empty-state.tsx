import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

/** What this place is for and the one thing to do next. */
export function EmptyState(props: {
  readonly icon?: ReactNode
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
}) {
  return (
    <div className={styles.root}>
      {props.icon && <div className={styles.icon}>{props.icon}</div>}
      <h2 className={styles.title}>{props.title}</h2>
      {props.children && <div className={styles.text}>{props.children}</div>}
      {props.actions && <div className={styles.actions}>{props.actions}</div>}
    </div>
  )
}
