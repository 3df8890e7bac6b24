import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ScopedInfo } from '../../commands/command.ts'
import { judgeKeys, takeOver, tapBeside, type Verdict } from '../../commands/key-change.ts'
import {
  chordOf,
  isCharacterKey,
  isMacPlatform,
  type KeyChord,
  shownKeys,
  spokenKeys,
} from '../../commands/key-chord.ts'
import { keyLayout } from '../../commands/key-layout.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { presetText, scopeText } from '../../ui/text.ts'
import styles from './keyboard.module.css'
import { text } from './text.ts'

/** Keys that were asked for and what stands against them. */
type Asked = {
  /** Null: those of the preset. */
  readonly keys: readonly KeyChord[] | null
  readonly verdict: Exclude<Verdict, { kind: 'free' }>
}

/** The keys of one action. Opens waiting for a key; what another action has is only taken after asking. */
export function KeyDialog(props: {
  readonly command: ScopedInfo
  /** All there are, with the keys in force. */
  readonly commands: readonly ScopedInfo[]
  /** The keys of the preset. */
  readonly ofPreset: readonly KeyChord[]
  onClose(): void
}) {
  const { command, commands, ofPreset, onClose } = props
  const { shortcuts } = useStores()
  const { preset, changes, singleKeys } = useStore(shortcuts)
  const layout = useStore(keyLayout)
  const isMac = isMacPlatform()
  const keys = command.keys ?? []
  /** Which of the keys the next key press replaces; one past the last adds one. Null while not listening. */
  const [slot, setSlot] = useState<number | null>(0)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [said, setSaid] = useState('')
  const box = useRef<HTMLInputElement>(null)
  const answer = useRef<HTMLButtonElement>(null)
  const done = useRef<HTMLButtonElement>(null)
  const isMoved = Object.hasOwn(changes[preset], command.id)

  useEffect(() => {
    if (slot !== null) box.current?.focus()
  }, [slot])
  useEffect(() => {
    if (asked?.verdict.kind === 'taken') answer.current?.focus()
  }, [asked])

  const print = (chord: KeyChord) => shownKeys(chord, isMac, layout).join(isMac ? '' : '+')
  const speak = (chord: KeyChord) => spokenKeys(chord, isMac, layout)

  function ask(wanted: readonly KeyChord[] | null) {
    const list = wanted ?? ofPreset
    const verdict = judgeKeys(command, list, commands)
    if (verdict.kind === 'free') return give(wanted, {})
    setAsked({ keys: wanted, verdict })
  }
  function give(wanted: readonly KeyChord[] | null, others: Readonly<Record<string, readonly KeyChord[]>>) {
    shortcuts.setKeys({ ...others, [command.id]: wanted })
    const list = wanted ?? ofPreset
    const losers = Object.keys(others).flatMap((id) => commands.find((each) => each.id === id)?.title ?? [])
    setSaid(text.given(command.title, list.map(speak).join(', '), losers))
    setAsked(null)
    setSlot(null)
    done.current?.focus()
  }
  function reassign({ keys: wanted }: Asked) {
    const list = wanted ?? ofPreset
    const { [command.id]: _, ...others } = takeOver(command, list, commands)
    give(wanted, others)
  }
  const withKey = (chord: KeyChord) => {
    const next = [...keys]
    next[slot ?? keys.length] = chord
    return [...new Set(next)]
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    // Tab leaves the field, as it leaves every other.
    if (event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') {
      setAsked(null)
      setSlot(null)
      done.current?.focus()
      return
    }
    if (event.repeat) return
    const chord = chordOf(event.nativeEvent, isMac)
    if (chord) ask(withKey(chord))
  }

  const clash = asked?.verdict.kind === 'taken' ? asked.verdict.clashes[0]! : null
  const tap = clash && asked?.keys ? tapBeside(command, clash) : null
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="small"
      title={text.keysOf(command.title)}
      description={[scopeText[command.scope], command.help].filter(Boolean).join(' · ')}
      initialFocus={box}
      footer={
        <>
          <Button disabled={!isMoved} onClick={() => ask(null)}>
            {text.resetOne(presetText[preset])}
          </Button>
          <Button ref={done} kind="primary" onClick={onClose}>
            {text.done}
          </Button>
        </>
      }
    >
      <div className={styles.dialog}>
        <ul className={styles.chords} aria-label={text.keys}>
          {keys.map((chord, index) => (
            <li key={chord}>
              <span className={styles.chord}>
                <Kbd keys={chord} />
                {!singleKeys && isCharacterKey(chord) && <span className={styles.mark}>{text.offNow}</span>}
              </span>
              <Button aria-label={text.replaceKey(speak(chord))} onClick={() => setSlot(index)}>
                {text.change}
              </Button>
              <Button
                aria-label={text.removeKey(speak(chord))}
                onClick={() => ask(keys.filter((each) => each !== chord))}
              >
                {text.removeShort}
              </Button>
            </li>
          ))}
          {keys.length === 0 && <li className={styles.none}>{text.noKeyYet}</li>}
        </ul>
        {slot === null ? (
          <div>
            <Button onClick={() => setSlot(keys.length)}>{text.addKey}</Button>
          </div>
        ) : (
          <input
            ref={box}
            className={styles.listen}
            readOnly
            value=""
            placeholder={text.press(keys[slot] ? print(keys[slot]) : null)}
            aria-label={text.press(keys[slot] ? speak(keys[slot]) : null)}
            aria-description={text.pressHelp}
            onKeyDown={onKeyDown}
          />
        )}
        {slot !== null && <p className={styles.none}>{text.pressHelp}</p>}
        {asked?.verdict.kind === 'reserved' && (
          <p className={styles.refused} role="alert">
            {text.reserved(asked.verdict.reason)}
          </p>
        )}
        {asked && clash && (
          <div className={styles.clash} role="alert">
            <p>
              {text.taken(
                print(clash.chord),
                clash.owners.map((owner) => ({ title: owner.title, scope: scopeText[owner.scope] })),
              )}
            </p>
            <div className={styles.answers}>
              <Button ref={answer} onClick={() => reassign(asked)}>
                {text.reassign}
              </Button>
              {tap && <Button onClick={() => ask(withKey(tap))}>{text.useTap}</Button>}
              <Button
                onClick={() => {
                  setAsked(null)
                  if (slot === null) done.current?.focus()
                  else box.current?.focus()
                }}
              >
                {text.cancel}
              </Button>
            </div>
          </div>
        )}
        <p className={styles.none} role="status">
          {said}
        </p>
      </div>
    </Dialog>
  )
}
