import { type KeyTable, ownersOf, whyReserved } from './bindings.ts'
import type { ScopedInfo } from './command.ts'
import { type KeyChord, parseChord } from './key-chord.ts'

/** A key that another command has, and those commands. */
export type Clash = { readonly chord: KeyChord; readonly owners: readonly ScopedInfo[] }

/** What stands against giving `keys` to `command`; `commands` are all there are, with the keys in force. */
export type Verdict =
  | { readonly kind: 'free' }
  | { readonly kind: 'reserved'; readonly reason: string }
  | { readonly kind: 'taken'; readonly clashes: readonly Clash[] }

export function judgeKeys(
  command: ScopedInfo,
  keys: readonly KeyChord[],
  commands: readonly ScopedInfo[],
): Verdict {
  for (const chord of keys) {
    const reason = whyReserved(chord, command.scope)
    if (reason) return { kind: 'reserved', reason }
  }
  const clashes = keys.flatMap((chord): Clash[] => {
    const owners = ownersOf(chord, command, commands)
    return owners.length > 0 ? [{ chord, owners }] : []
  })
  const fixed = clashes.flatMap(({ owners }) => owners).find((owner) => owner.fixed)
  if (fixed) return { kind: 'reserved', reason: `“${fixed.title}” keeps this key.` }
  return clashes.length > 0 ? { kind: 'taken', clashes } : { kind: 'free' }
}

/** The changes that give `keys` to `command` and take them from whoever has them, by command id. */
export function takeOver(
  command: ScopedInfo,
  keys: readonly KeyChord[],
  commands: readonly ScopedInfo[],
): KeyTable {
  const losers = keys.flatMap((chord) => ownersOf(chord, command, commands))
  return {
    ...Object.fromEntries(
      losers.map((owner) => [owner.id, (owner.keys ?? []).filter((chord) => !keys.includes(chord))]),
    ),
    [command.id]: keys,
  }
}

/** A tap of `chord` beside a command that holds the same key; null where the two would not go together. */
export function tapBeside(command: ScopedInfo, clash: Clash): KeyChord | null {
  const { tap, mod, alt } = parseChord(clash.chord)
  const goes = !tap && !mod && !alt && !command.holds && clash.owners.every((owner) => owner.holds)
  return goes ? `Tap+${clash.chord}` : null
}
