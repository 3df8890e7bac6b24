import { Progress as Base } from '@base-ui/react/progress'
import styles from './progress.module.css'

/** `value` of `total`; without a total the bar only says that something runs. */
export function Progress(props: {
  readonly label: string
  readonly value: number
  readonly total: number | null
}) {
  const known = props.total !== null && props.total > 0
  return (
    <Base.Root
      aria-label={props.label}
      value={known ? Math.min(props.value, props.total!) : null}
      max={known ? props.total! : 100}
      className={styles.root}
    >
      <Base.Track className={styles.track}>
        <Base.Indicator className={styles.bar} />
      </Base.Track>
    </Base.Root>
  )
}
