import { expect, it } from 'vitest'
import {
  isCharacterKey,
  type KeyPress,
  matchesChord,
  matchesKeyOnly,
  shownKeys,
  shownWords,
} from '../../../renderer/commands/key-chord.ts'

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
