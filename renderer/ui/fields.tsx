import { Fragment, type ReactNode } from 'react'
import styles from './screen.module.css'

export type FieldRow = readonly [name: string, value: ReactNode]

/** What is known of something, by name; what is not known is left out. */
export function Fields({ rows }: { readonly rows: readonly FieldRow[] }) {
  const said = rows.filter(([, value]) => value !== null && value !== '' && value !== false)
  if (said.length === 0) return null
  return (
    <dl className={styles.fields}>
      {said.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
