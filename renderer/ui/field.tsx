import { Field as Base } from '@base-ui/react/field'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './field.module.css'

/** A labeled control with help under it, or with what is wrong and how to mend it. */
export function Field(props: {
  readonly label: string
  readonly help?: ReactNode
  readonly error?: string | null | undefined
  readonly children: ReactNode
}) {
  const { label, help, error, children } = props
  return (
    <Base.Root className={styles.field} invalid={Boolean(error)}>
      <Base.Label className={styles.label}>{label}</Base.Label>
      {children}
      {error ? (
        <Base.Error match className={styles.error}>
          {error}
        </Base.Error>
      ) : (
        help && <Base.Description className={styles.help}>{help}</Base.Description>
      )}
    </Base.Root>
  )
}

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <Base.Control {...rest} className={classNames(styles.input, className)} />
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={classNames(styles.input, styles.area, className)} />
}
