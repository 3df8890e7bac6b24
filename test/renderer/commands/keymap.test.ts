import { expect, it } from 'vitest'
import type { ScopedCommand } from '../../../renderer/commands/command.ts'
import type { KeyPress } from '../../../renderer/commands/key-chord.ts'
import { commandFor, type KeyPlace } from '../../../renderer/commands/keymap.ts'
import { createCommandRegistry } from '../../../renderer/commands/registry.ts'

const command = (id: string, keys: string[], scope: ScopedCommand['scope'], more: object = {}) =>
  ({ id, title: id, group: 'test', keys, scope, run() {}, ...more }) as ScopedCommand
const commands = [
  command('brush', ['B'], 'canvas'),
  command('palette', ['Mod+K'], 'global', { inText: true }),
  command('next', ['Mod+Enter'], 'canvas'),
  command('commit', ['Mod+Enter'], 'global'),
  command('undo', ['Mod+Z'], 'canvas', { enabled: () => false }),
]
function ask(key: string, place: KeyPlace, held: Partial<KeyPress> = {}, singleKeys = true) {
  const press = { key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }
  const options = { isMac: false, singleKeys: () => singleKeys }
  return commandFor(commands, { ...press, repeat: false }, place, options)?.id ?? null
}

it('leaves letters to text fields and every key to menus and dialogs', () => {
  expect(ask('b', 'canvas or page')).toBe('brush')
  expect(ask('b', 'text')).toBeNull()
  expect(ask('b', 'popup')).toBeNull()
  expect(ask('k', 'text', { ctrlKey: true })).toBe('palette')
  expect(ask('k', 'popup', { ctrlKey: true })).toBeNull()
})

it('lets the screen go before what is everywhere, and passes over what cannot be done now', () => {
  expect(ask('Enter', 'canvas or page', { ctrlKey: true })).toBe('next')
  expect(ask('z', 'canvas or page', { ctrlKey: true })).toBeNull()
})

it('keeps only keys with Ctrl, Cmd or Alt when single keys are switched off', () => {
  expect(ask('b', 'canvas or page', {}, false)).toBeNull()
  expect(ask('k', 'canvas or page', { ctrlKey: true }, false)).toBe('palette')
})

it('forgets the commands of a screen that is gone', () => {
  const registry = createCommandRegistry()
  const gone = registry.register('canvas', [{ id: 'a', title: 'A', group: 'g', run() {} }])
  expect(registry.find('a')).toMatchObject({ scope: 'canvas' })
  gone()
  expect(registry.find('a')).toBeUndefined()
})
