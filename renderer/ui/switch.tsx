import { Switch as Base } from '@base-ui/react/switch'
import { type ReactNode, useId } from 'react'
import styles from './field.module.css'

/** On or off, at once. */
export function Switch(props: {
  readonly label: string
  readonly help?: ReactNode
  readonly checked: boolean
  onChange(checked: boolean): void
}) {
  const id = useId()
  return (
    <label className={styles.switch} htmlFor={id}>
      <Base.Root
        id={id}
        aria-labelledby={`${id}-label`}
        aria-describedby={props.help ? `${id}-help` : undefined}
        checked={props.checked}
        onCheckedChange={(checked) => props.onChange(checked)}
        className={styles.track}
      >
        <Base.Thumb className={styles.thumb} />
      </Base.Root>
      <span>
        <span id={`${id}-label`} className={styles.label}>
          {props.label}
        </span>
        {props.help && (
          <span id={`${id}-help`} className={styles.help}>
            {props.help}
          </span>
        )}
      </span>
    </label>
  )
}
