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
    <div className={styles.switch}>
      <Base.Root
        id={id}
        aria-labelledby={`${id}-label`}
        checked={props.checked}
        onCheckedChange={(checked) => props.onChange(checked)}
        className={styles.track}
      >
        <Base.Thumb className={styles.thumb} />
      </Base.Root>
      <div>
        <label id={`${id}-label`} htmlFor={id} className={styles.label}>
          {props.label}
        </label>
        {props.help && <p className={styles.help}>{props.help}</p>}
      </div>
    </div>
  )
}
