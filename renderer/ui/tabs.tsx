import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import styles from './tabs.module.css'

/** Pages of one dialog or panel. */
export function Tabs<T extends string>(props: {
  readonly value: T
  onChange(value: NoInfer<T>): void
  readonly pages: readonly { readonly value: T; readonly label: string; readonly content: ReactNode }[]
}) {
  return (
    <Base.Root value={props.value} onValueChange={(value) => props.onChange(value as T)}>
      <Base.List className={styles.list}>
        {props.pages.map((page) => (
          <Base.Tab key={page.value} value={page.value} className={styles.tab}>
            {page.label}
          </Base.Tab>
        ))}
      </Base.List>
      {props.pages.map((page) => (
        <Base.Panel key={page.value} value={page.value} className={styles.panel}>
          {page.content}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
