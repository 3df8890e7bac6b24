import type { ComponentProps } from 'react'
import styles from './for-readers.module.css'

/** Words for assistive technology alone: what others see in the picture. */
export function ForReaders(props: Omit<ComponentProps<'p'>, 'className'>) {
  return <p {...props} className={styles.hidden} />
}
