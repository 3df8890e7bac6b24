import { expect, it } from 'vitest'
import {
  ariaKeys,
  chordOf,
  isCharacterKey,
  type KeyPress,
  matchesChord,
  matchesKeyOnly,
  readChord,
  shownKeys,
  shownWords,
  spokenKeys,
} from '../../../renderer/commands/key-chord.ts'
import { lacksBrackets } from '../../../renderer/commands/key-layout.ts'

const press = (key: string, code: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

it('takes letters as they are printed, on any layout with Latin letters', () => {
  // The key that a French keyboard prints "a" on stands where others have "q".
  expect(matchesChord('A', press('a', 'KeyQ'), false)).toBe(true)
  expect(matchesChord('Q', press('a', 'KeyQ'), false)).toBe(false)
  // A Cyrillic keyboard prints no "f": there the place counts.
  expect(matchesChord('F', press('а', 'KeyF'), false)).toBe(true)
})

it('takes digits and brackets by their place, whatever they print', () => {
  expect(matchesChord('1', press('&', 'Digit1'), false)).toBe(true)
  expect(matchesChord('1', press('1', 'Numpad1'), false)).toBe(true)
  expect(matchesChord('Shift+1', press('!', 'Digit1', { shiftKey: true }), false)).toBe(true)
  expect(matchesChord('[', press('ü', 'BracketLeft'), false)).toBe(true)
})

it('wants exactly the modifiers it names, and Cmd instead of Ctrl on a Mac', () => {
  const ctrlZ = press('z', 'KeyZ', { ctrlKey: true })
  const cmdZ = press('z', 'KeyZ', { metaKey: true })
  expect([matchesChord('Mod+Z', ctrlZ, false), matchesChord('Mod+Z', cmdZ, false)]).toEqual([true, false])
  expect([matchesChord('Mod+Z', ctrlZ, true), matchesChord('Mod+Z', cmdZ, true)]).toEqual([false, true])
  expect(matchesChord('Z', ctrlZ, false)).toBe(false)
  expect(matchesChord('Mod+Z', press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), false)).toBe(false)
  expect(matchesChord('ArrowLeft', press('ArrowLeft', 'ArrowLeft', { shiftKey: true }), false)).toBe(false)
})

it('knows the key that lets go of a held command, though its modifiers have changed', () => {
  expect(matchesKeyOnly('E', press('E', 'KeyE', { shiftKey: true }))).toBe(true)
  expect(matchesKeyOnly('Space', press(' ', 'Space', { ctrlKey: true }))).toBe(true)
})

it('tells keys that type from keys that do not', () => {
  expect(['B', '1', '?', 'Space', 'Shift+S'].map(isCharacterKey)).toEqual([true, true, true, true, true])
  expect(['Enter', 'Mod+K', 'Alt+1', 'F1', 'ArrowUp'].map(isCharacterKey)).toEqual(Array(5).fill(false))
})

it('shows words elsewhere and symbols on a Mac', () => {
  expect(shownKeys('Mod+Shift+Z', false)).toEqual(['Ctrl', 'Shift', 'Z'])
  expect(shownKeys('Mod+Shift+Z', true)).toEqual(['⌘', '⇧', 'Z'])
  expect(shownKeys('Mod++', false)).toEqual(['Ctrl', '+'])
})

it('prints keys within words as it prints chords', () => {
  expect(shownWords('Mod + wheel', false)).toBe('Ctrl + wheel')
  expect(shownWords('Mod + wheel', true)).toBe('⌘ + wheel')
  expect(shownWords('Alt or right drag', true)).toBe('⌥ or right drag')
  expect(shownWords('Model', true)).toBe('Model')
})

it('reads what is pressed as the binding that it matches', () => {
  const cases: [KeyPress, string | null][] = [
    [press('b', 'KeyB'), 'B'],
    [press('B', 'KeyB', { shiftKey: true }), 'Shift+B'],
    [press('a', 'KeyQ'), 'A'],
    [press('ф', 'KeyA'), 'A'],
    [press('∫', 'KeyB', { altKey: true }), 'Alt+B'],
    [press('&', 'Digit1'), '1'],
    [press('7', 'Numpad7'), '7'],
    [press('{', 'BracketLeft', { shiftKey: true }), 'Shift+['],
    [press('?', 'Slash', { shiftKey: true }), '?'],
    [press(' ', 'Space', { shiftKey: true }), 'Shift+Space'],
    [press('F2', 'F2', { ctrlKey: true }), 'Mod+F2'],
    [press('ArrowUp', 'ArrowUp', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+ArrowUp'],
    [press('Shift', 'ShiftLeft', { shiftKey: true }), null],
    [press('Dead', 'Quote'), null],
    [press('Process', 'KeyB'), null],
    [press('b', 'KeyB', { metaKey: true }), null],
    [press('MediaPlayPause', 'MediaPlayPause'), null],
  ]
  expect(cases.map(([each]) => chordOf(each, false))).toEqual(cases.map(([, chord]) => chord))
  for (const [each, chord] of cases) if (chord) expect(matchesChord(chord, each, false)).toBe(true)
  expect(chordOf(press('b', 'KeyB', { metaKey: true }), true)).toBe('Mod+B')
  expect(chordOf(press('b', 'KeyB', { ctrlKey: true }), true)).toBeNull()
})

it('reads bindings from text in one way only, and refuses what is none', () => {
  const good = { b: 'B', 'Shift+Mod+z': 'Mod+Shift+Z', 'Alt+1': 'Alt+1', 'Mod++': 'Mod++', '+': '+' }
  for (const [text, chord] of Object.entries(good)) expect(readChord(text)).toBe(chord)
  expect(readChord('Tap+Space')).toBe('Tap+Space')
  for (const text of [
    '',
    'Ctrl+B',
    'BB',
    'Mod+',
    'Mod+Mod+B',
    'Shift+?',
    'é',
    'Hyper+B',
    'x'.repeat(50),
    'Meta',
  ])
    expect([text, readChord(text)]).toEqual([text, null])
})

it('matches nothing while an input method is at work', () => {
  expect(matchesChord('B', press('Process', 'KeyB'), false)).toBe(false)
})

it('shows keys that go by their place as this layout prints them', () => {
  const german = new Map([
    ['BracketLeft', 'ü'],
    ['Digit1', '1'],
  ])
  const french = new Map([
    ['BracketLeft', '^'],
    ['Digit1', '&'],
  ])
  expect(shownKeys('[', false, german)).toEqual(['Ü'])
  expect(shownKeys('Shift+[', false, french)).toEqual(['Shift', '^'])
  expect(shownKeys('1', false, french)).toEqual(['&'])
  expect(shownKeys('A', false, french)).toEqual(['A'])
  expect([
    lacksBrackets(german),
    lacksBrackets(new Map([['BracketLeft', '[']])),
    lacksBrackets(new Map()),
  ]).toEqual([true, false, false])
})

it('says keys in words, and for assistive technology by the names it knows', () => {
  expect(spokenKeys('Mod+Shift+[', false)).toBe('Ctrl Shift left bracket')
  expect(spokenKeys('Mod+ArrowUp', true)).toBe('Command Up arrow')
  expect(spokenKeys('Tap+Space', false)).toBe('tap Space')
  expect([ariaKeys('Mod+Shift+Z', false), ariaKeys('Mod++', true)]).toEqual(['Control+Shift+Z', 'Meta+Plus'])
})

it('takes a sign that AltGr makes for that sign, though Windows says that Ctrl is down too', () => {
  const at = press('@', 'KeyQ', {
    ctrlKey: true,
    altKey: true,
    getModifierState: (name) => name === 'AltGraph',
  })
  expect([chordOf(at, false), matchesChord('@', at, false), matchesChord('Mod+@', at, false)]).toEqual([
    '@',
    true,
    false,
  ])
})
