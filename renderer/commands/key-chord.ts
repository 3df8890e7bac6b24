/**
 * A key binding as text: modifiers `Mod` (Cmd on a Mac, else Ctrl), `Shift`, `Alt`, then one key: a letter or digit,
 * a symbol as printed (`[`, `?`, `.`), or a name as in `KeyboardEvent.key` (`Enter`, `ArrowLeft`, `Space`). `Tap` before
 * all of them means letting the key go at once, so that holding it can be another command's.
 */
export type KeyChord = string

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'> &
  Partial<Pick<KeyboardEvent, 'getModifierState'>>

type Parsed = { tap: boolean; mod: boolean; shift: boolean; alt: boolean; key: string }

export function parseChord(chord: KeyChord): Parsed {
  const parts =
    chord === '+' || chord.endsWith('++') ? [...chord.slice(0, -1).split('+'), '+'] : chord.split('+')
  const names = parts.slice(0, -1)
  return {
    tap: names.includes('Tap'),
    mod: names.includes('Mod'),
    shift: names.includes('Shift'),
    alt: names.includes('Alt'),
    key: parts.at(-1)!,
  }
}

const printChord = ({ tap, mod, shift, alt, key }: Parsed): KeyChord =>
  [tap && 'Tap', mod && 'Mod', shift && 'Shift', alt && 'Alt', key].filter(Boolean).join('+')

const namedKeys = new Set([
  ...[
    'Enter',
    'Space',
    'Backspace',
    'Delete',
    'Insert',
    'Escape',
    'Tab',
    'Home',
    'End',
    'PageUp',
    'PageDown',
  ],
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
  ...Array.from({ length: 24 }, (_, index) => `F${index + 1}`),
])
const isBracket = (key: string) => key === '[' || key === ']'
/** A printed sign that already says whether Shift or AltGr made it. */
const isSymbol = (key: string) => key.length === 1 && !/[\p{L}\p{N}\s]/u.test(key) && !isBracket(key)

/** `text` as it is written here, one way for each binding; null if it is none. */
export function readChord(text: string): KeyChord | null {
  if (text.length === 0 || text.length > 40) return null
  const parsed = parseChord(text)
  const { key } = parsed
  const names = text
    .slice(0, text.length - key.length)
    .split('+')
    .slice(0, -1)
  if (names.some((name) => !['Tap', 'Mod', 'Shift', 'Alt'].includes(name))) return null
  if (new Set(names).size !== names.length) return null
  if (namedKeys.has(key) || isBracket(key) || /^[A-Z0-9]$/.test(key)) return printChord(parsed)
  if (/^[a-z]$/.test(key)) return printChord({ ...parsed, key: key.toUpperCase() })
  return isSymbol(key) && !parsed.shift && !parsed.alt ? printChord(parsed) : null
}

/** The binding that a key press stands for; null for lone modifiers, input methods and keys that have no name here. */
export function chordOf(press: KeyPress, isMac: boolean): KeyChord | null {
  if (isComposing(press) || (isMac ? press.ctrlKey : press.metaKey)) return null
  const held = {
    tap: false,
    mod: hasMod(press, isMac),
    shift: press.shiftKey,
    alt: press.altKey,
  }
  const place = /^(?:Digit|Numpad)([0-9])$/.exec(press.code)?.[1] ?? bracketOfCode[press.code]
  if (place) return printChord({ ...held, key: place })
  if (press.code === 'Space') return printChord({ ...held, key: 'Space' })
  if (namedKeys.has(press.key)) return printChord({ ...held, key: press.key })
  if (/^[A-Za-z]$/.test(press.key)) return printChord({ ...held, key: press.key.toUpperCase() })
  if (isSymbol(press.key) && press.key.charCodeAt(0) < 128)
    return printChord({ ...held, shift: false, alt: false, key: press.key })
  // A layout without Latin letters, or a letter that Alt turned into a sign.
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1]
  return letter ? printChord({ ...held, key: letter }) : null
}

/** Cmd on a Mac, else Ctrl; not the Ctrl that Windows says is down with AltGr, which only makes a sign. */
const hasMod = (press: KeyPress, isMac: boolean): boolean =>
  isMac ? press.metaKey : press.ctrlKey && press.getModifierState?.('AltGraph') !== true

/** An input method is at work on this key; what it will be is not known yet. */
export const isComposing = (press: Pick<KeyPress, 'key'> & { readonly isComposing?: boolean }): boolean =>
  press.isComposing === true || press.key === 'Process'

/** Brackets go by position, as digits do: on many layouts they need AltGr or do not exist. */
const codeOfBracket: Record<string, string> = { '[': 'BracketLeft', ']': 'BracketRight' }
const bracketOfCode: Record<string, string> = { BracketLeft: '[', BracketRight: ']' }
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
  if (isComposing(press)) return false
  const { mod, shift, alt, key } = parseChord(chord)
  const pressedMod = hasMod(press, isMac)
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
  Insert: 'Ins',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
}
const macSymbols: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Backspace: '⌫' }
/** What a screen reader would skip or spell, in words. */
const spokenNames: Record<string, string> = {
  ...{ ArrowLeft: 'Left arrow', ArrowRight: 'Right arrow', ArrowUp: 'Up arrow', ArrowDown: 'Down arrow' },
  ...{ PageUp: 'Page up', PageDown: 'Page down', Escape: 'Escape', Delete: 'Delete', Insert: 'Insert' },
  ...{ '[': 'left bracket', ']': 'right bracket', ',': 'comma', '.': 'full stop', '?': 'question mark' },
  ...{ '/': 'slash', '+': 'plus', '-': 'minus', '=': 'equals', ';': 'semicolon', "'": 'apostrophe' },
}

/** What the keys of a layout print without modifiers, by `event.code`; empty while it is not known. */
export type KeyLayout = ReadonlyMap<string, string>
export const unknownLayout: KeyLayout = new Map()

/** The name of the last key: what this layout prints where the key is known by its place. */
function printedKey(key: string, layout: KeyLayout): string {
  const code = byCode(key)?.[0]
  const printed = code && layout.get(code)
  if (printed) return printed.toUpperCase()
  return key.length === 1 ? key.toUpperCase() : (shownNames[key] ?? key)
}

/** The keys to show, one text each: `['Ctrl', 'Shift', 'Z']`, with a Mac's symbols on a Mac. */
export function shownKeys(chord: KeyChord, isMac: boolean, layout: KeyLayout = unknownLayout): string[] {
  const { tap, mod, shift, alt, key } = parseChord(chord)
  const names = [...(mod ? ['Mod'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : [])]
  const last = printedKey(key, layout)
  const shown = isMac
    ? [...names.map((name) => macSymbols[name]!), macSymbols[key] ?? last]
    : [...names.map((name) => (name === 'Mod' ? 'Ctrl' : name)), last]
  return tap ? ['Tap', ...shown] : shown
}

/** The keys in words: `Ctrl Shift Z`, `Command left bracket`. */
export function spokenKeys(chord: KeyChord, isMac: boolean, layout: KeyLayout = unknownLayout): string {
  const { tap, mod, shift, alt, key } = parseChord(chord)
  const printed = printedKey(key, layout)
  return [
    tap && 'tap',
    mod && (isMac ? 'Command' : 'Ctrl'),
    alt && (isMac ? 'Option' : 'Alt'),
    shift && 'Shift',
    spokenNames[key.length === 1 ? printed : key] ?? printed,
  ]
    .filter(Boolean)
    .join(' ')
}

/** As `aria-keyshortcuts` wants it: `Control+Shift+Z`. */
export function ariaKeys(chord: KeyChord, isMac: boolean): string {
  const { mod, shift, alt, key } = parseChord(chord)
  const last = key === '+' ? 'Plus' : key
  return [mod && (isMac ? 'Meta' : 'Control'), alt && 'Alt', shift && 'Shift', last].filter(Boolean).join('+')
}

/** Words about the pointer with keys in them, as this machine prints those: `Mod + wheel` is `Ctrl + wheel`. */
export function shownWords(words: string, isMac: boolean): string {
  return words.replace(/\b(Mod|Alt|Shift)\b/g, (name) =>
    isMac ? macSymbols[name]! : name === 'Mod' ? 'Ctrl' : name,
  )
}

export const isMacPlatform = (): boolean =>
  typeof navigator !== 'undefined' && /mac/i.test(navigator.platform)
