import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useId } from 'react'
import styles from './field.module.css'

/** One out of a few, each with a line that explains it. */
export function Radios<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string; readonly help?: string }[]
  onChange(value: NoInfer<T>): void
}) {
  const id = useId()
  return (
    <div>
      <p id={id} className={styles.label}>
        {props.label}
      </p>
      <RadioGroup
        aria-labelledby={id}
        value={props.value}
        onValueChange={(value) => props.onChange(value as T)}
        className={styles.radios}
      >
        {props.options.map((option) => (
          <label key={option.value} htmlFor={`${id}-${option.value}`} className={styles.radio}>
            <Radio.Root id={`${id}-${option.value}`} value={option.value} className={styles.dot} />
            <span>
              {option.label}
              {option.help && <span className={styles.help}> · {option.help}</span>}
            </span>
          </label>
        ))}
      </RadioGroup>
    </div>
  )
}
