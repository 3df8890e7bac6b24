import { useStore } from 'zustand'
import { isMacPlatform, type KeyChord, shownKeys } from '../commands/key-chord.ts'
import { keyLayout } from '../commands/key-layout.ts'
import { useKey } from '../commands/use-commands.ts'
import styles from './kbd.module.css'

/** A key binding as key caps, as this keyboard prints them. */
export function Kbd({ keys }: { readonly keys: KeyChord }) {
  const layout = useStore(keyLayout)
  return (
    <span className={styles.chord}>
      {shownKeys(keys, isMacPlatform(), layout).map((name) => (
        <kbd key={name} className={styles.key}>
          {name}
        </kbd>
      ))}
    </span>
  )
}

/** The key of a registered command, for a button that says it beside its words; nothing while it has none. */
export function CommandKeys({ id }: { readonly id: string }) {
  const keys = useKey(id)
  return keys ? <Kbd keys={keys} /> : null
}

/** A gesture in words, on one key cap. */
export function Caps({ words }: { readonly words: string }) {
  return <kbd className={styles.key}>{words}</kbd>
}
