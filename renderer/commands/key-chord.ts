/**
 * A key binding as text: modifiers `Mod` (Cmd on a Mac, else Ctrl), `Shift`, `Alt`, then one key: a letter or digit,
 * a symbol as printed (`[`, `?`, `.`), or a name as in `KeyboardEvent.key` (`Enter`, `ArrowLeft`, `Space`).
 */
export type KeyChord = string

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

type Parsed = { mod: boolean; shift: boolean; alt: boolean; key: string }

export function parseChord(chord: KeyChord): Parsed {
  const parts =
    chord === '+' || chord.endsWith('++') ? [...chord.slice(0, -1).split('+'), '+'] : chord.split('+')
  const names = parts.slice(0, -1)
  return {
    mod: names.includes('Mod'),
    shift: names.includes('Shift'),
    alt: names.includes('Alt'),
    key: parts.at(-1)!,
  }
}

/** Brackets go by position, as digits do: on many layouts they need AltGr or do not exist. */
const codeOfBracket: Record<string, string> = { '[': 'BracketLeft', ']': 'BracketRight' }
/** Keys whose `event.key` changes with Shift; each is matched by its place and shown as the layout prints it. */
const byCode = (key: string): readonly string[] | null => {
  if (/^[0-9]$/.test(key)) return [`Digit${key}`, `Numpad${key}`]
  const bracket = codeOfBracket[key]
  return bracket ? [bracket] : null
}

/**
 * Letters match what is printed on the key (`event.key`), so AZERTY users get the letter they read; on layouts without
 * Latin letters they match by place. Digits and brackets match by place (`event.code`).
 */
export function matchesChord(chord: KeyChord, press: KeyPress, isMac: boolean): boolean {
  const { mod, shift, alt, key } = parseChord(chord)
  const pressedMod = isMac ? press.metaKey : press.ctrlKey
  const otherMod = isMac ? press.ctrlKey : press.metaKey
  if (pressedMod !== mod || otherMod) return false
  const codes = byCode(key)
  if (codes) return press.shiftKey === shift && press.altKey === alt && codes.includes(press.code)
  if (/^[A-Za-z]$/.test(key)) {
    const printed = press.key.length === 1 && press.key.charCodeAt(0) < 128
    const isKey = printed
      ? press.key.toUpperCase() === key.toUpperCase()
      : press.code === `Key${key.toUpperCase()}`
    return isKey && press.shiftKey === shift && press.altKey === alt
  }
  if (key === 'Space') return press.code === 'Space' && press.shiftKey === shift && press.altKey === alt
  // A symbol already says whether Shift or AltGr made it.
  if (key.length === 1) return press.key === key
  return press.key === key && press.shiftKey === shift && press.altKey === alt
}

/** The key that a chord is about, whatever modifiers are still down: what lets go of a held key. */
export function matchesKeyOnly(chord: KeyChord, press: KeyPress): boolean {
  const { key } = parseChord(chord)
  const codes = byCode(key)
  if (codes) return codes.includes(press.code)
  if (key === 'Space') return press.code === 'Space'
  if (/^[A-Za-z]$/.test(key))
    return press.key.toUpperCase() === key.toUpperCase() || press.code === `Key${key.toUpperCase()}`
  return press.key === key
}

/** True for keys that would be typed into a text field: no Ctrl, Cmd or Alt, and not a named key. */
export function isCharacterKey(chord: KeyChord): boolean {
  const { mod, alt, key } = parseChord(chord)
  return !mod && !alt && (key.length === 1 || key === 'Space')
}

const shownNames: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
}
const macSymbols: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Backspace: '⌫' }

/** The keys to show, one text each: `['Ctrl', 'Shift', 'Z']`, with a Mac's symbols on a Mac. */
export function shownKeys(chord: KeyChord, isMac: boolean): string[] {
  const { mod, shift, alt, key } = parseChord(chord)
  const names = [...(mod ? ['Mod'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : [])]
  const last = key.length === 1 ? key.toUpperCase() : (shownNames[key] ?? key)
  if (isMac) return [...names.map((name) => macSymbols[name]!), macSymbols[key] ?? last]
  return [...names.map((name) => (name === 'Mod' ? 'Ctrl' : name)), last]
}

/** Words about the pointer with keys in them, as this machine prints those: `Mod + wheel` is `Ctrl + wheel`. */
export function shownWords(words: string, isMac: boolean): string {
  return words.replace(/\b(Mod|Alt|Shift)\b/g, (name) =>
    isMac ? macSymbols[name]! : name === 'Mod' ? 'Ctrl' : name,
  )
}

export const isMacPlatform = (): boolean =>
  typeof navigator !== 'undefined' && /mac/i.test(navigator.platform)
