import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './panel.module.css'

/** A titled part of a screen. */
export function Panel(props: {
  readonly title: string
  /** Small controls at the right of the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}) {
  return (
    <section className={classNames(styles.panel, props.className)} aria-label={props.title}>
      <header className={styles.header}>
        <h2 className={styles.title}>{props.title}</h2>
        {props.actions && <span className={styles.actions}>{props.actions}</span>}
      </header>
      <div className={styles.body}>{props.children}</div>
    </section>
  )
}
