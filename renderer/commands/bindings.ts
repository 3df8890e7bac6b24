import { type CommandScope, type ScopedInfo, scopesMeet } from './command.ts'
import { isCharacterKey, type KeyChord, parseChord } from './key-chord.ts'
import { type PresetName, presets } from './presets.ts'

/** Keys by command id; an empty list leaves the command without a key. */
export type KeyTable = Readonly<Record<string, readonly KeyChord[]>>

/** A preset, and what the person changed on top of it. */
export type KeyBindings = { readonly preset: PresetName; readonly changes: KeyTable }

type Bindable = Pick<ScopedInfo, 'id' | 'scope' | 'keys' | 'fixed'>

const ownEntry = (table: KeyTable, id: string): readonly KeyChord[] | undefined =>
  Object.hasOwn(table, id) ? table[id] : undefined

/** What the preset alone says, without a look at what other commands have. */
export function presetKeys(command: Bindable, preset: PresetName): readonly KeyChord[] {
  if (command.fixed) return command.keys ?? []
  return ownEntry(presets[preset][command.scope] ?? {}, command.id) ?? command.keys ?? []
}

/**
 * The keys in force, by command id. A person's change goes before the preset's table, and that before the command's own
 * keys: whoever comes later loses a key that is taken in its scope or everywhere, so no key ever has two owners.
 */
export function keysInForce(
  commands: readonly Bindable[],
  bindings: KeyBindings,
): ReadonlyMap<string, readonly KeyChord[]> {
  const table = presets[bindings.preset]
  const rank = (command: Bindable) => {
    if (command.fixed) return 0
    if (ownEntry(bindings.changes, command.id)) return 1
    return ownEntry(table[command.scope] ?? {}, command.id) ? 2 : 3
  }
  const taken: { readonly scope: CommandScope; readonly chord: KeyChord }[] = []
  const found = new Map<string, readonly KeyChord[]>()
  for (const command of commands.toSorted((a, b) => rank(a) - rank(b))) {
    const { id, scope } = command
    const wanted = rank(command) === 1 ? bindings.changes[id]! : presetKeys(command, bindings.preset)
    const free = wanted.filter(
      (chord) => !taken.some((other) => other.chord === chord && scopesMeet(other.scope, scope)),
    )
    for (const chord of free) taken.push({ scope, chord })
    found.set(id, free)
  }
  return found
}

/** `commands` with the keys in force; without character keys when those are switched off. */
export function withKeys<C extends Bindable>(
  commands: readonly C[],
  bindings: KeyBindings,
  singleKeys: boolean,
): readonly C[] {
  const keys = keysInForce(commands, bindings)
  return commands.map((command) => {
    const own = keys.get(command.id) ?? []
    return { ...command, keys: singleKeys ? own : own.filter((chord) => !isCharacterKey(chord)) }
  })
}

/** The commands besides `command` that `chord` would run where `command` acts; `commands` carry the keys in force. */
export function ownersOf(
  chord: KeyChord,
  command: Pick<ScopedInfo, 'id' | 'scope'>,
  commands: readonly ScopedInfo[],
): readonly ScopedInfo[] {
  return commands.filter(
    (other) =>
      other.id !== command.id && scopesMeet(other.scope, command.scope) && other.keys?.includes(chord),
  )
}

/** Keys the grid of images reads by itself, as every grid does. */
const gridKeys = new Set(['Enter', 'Space', 'Home', 'End', 'PageUp', 'PageDown'])

/** Why nothing of ours may have `chord` in `scope`, as one sentence; null if it may. */
export function whyReserved(chord: KeyChord, scope: CommandScope): string | null {
  const { tap, mod, shift, alt, key } = parseChord(chord)
  if (key === 'Tab') return 'Tab moves the focus.'
  if (key === 'Escape') return 'Esc steps back and closes what is open.'
  if (mod && !alt && ['Q', 'R', 'T', 'W'].includes(key))
    return 'This key closes, opens or reloads windows and tabs.'
  if (mod && !alt && key === 'N') return 'This key opens windows.'
  if (key === 'F10' && shift) return 'Shift+F10 opens the menu of what has the focus.'
  if (key === 'F4' && alt) return 'Alt+F4 closes the window.'
  if (['F5', 'F11', 'F12'].includes(key) && !alt) return 'The browser uses this key itself.'
  if (tap && (mod || alt)) return 'Only a plain key can be tapped.'
  const inGrid = !mod && !alt && !tap && (gridKeys.has(key) || key.startsWith('Arrow'))
  if (inGrid && (scope === 'grid' || scope === 'global')) return 'The grid of images uses this key itself.'
  return null
}
