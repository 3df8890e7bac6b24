import { isMacPlatform, type KeyChord, shownKeys } from '../commands/key-chord.ts'
import styles from './kbd.module.css'

/** A key binding as key caps. */
export function Kbd({ keys }: { readonly keys: KeyChord }) {
  return (
    <span className={styles.chord}>
      {shownKeys(keys, isMacPlatform()).map((name) => (
        <kbd key={name} className={styles.key}>
          {name}
        </kbd>
      ))}
    </span>
  )
}

/** A gesture in words, on one key cap. */
export function Caps({ words }: { readonly words: string }) {
  return <kbd className={styles.key}>{words}</kbd>
}
