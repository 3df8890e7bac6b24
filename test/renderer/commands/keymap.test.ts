import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Command, ScopedCommand } from '../../../renderer/commands/command.ts'
import type { KeyPress } from '../../../renderer/commands/key-chord.ts'
import { commandFor, installKeymap, type KeyPlace } from '../../../renderer/commands/keymap.ts'
import { type CommandRegistry, createCommandRegistry } from '../../../renderer/commands/registry.ts'
import { fakePage } from './fake-page.ts'

const command = (id: string, keys: string[], scope: ScopedCommand['scope'], more: object = {}) =>
  ({ id, title: id, group: 'test', keys, scope, run() {}, ...more }) as ScopedCommand
const commands = [
  command('brush', ['B'], 'canvas'),
  command('palette', ['Mod+K'], 'global', { inText: true }),
  command('next', ['Mod+Enter'], 'canvas'),
  command('commit', ['Mod+Enter'], 'global'),
  command('undo', ['Mod+Z'], 'canvas', { enabled: () => false }),
  command('accept', ['Y'], 'review'),
  command('yellow', ['Y'], 'canvas'),
]
function ask(key: string, place: KeyPlace, held: Partial<KeyPress> = {}) {
  const press = { key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }
  return commandFor(commands, press, place, false)?.id ?? null
}

let page: ReturnType<typeof fakePage>
let registry: CommandRegistry
let done: string[]
let stop: () => void
const use = (list: readonly Command[]) => registry.register('canvas', list)
const does = (id: string, keys: string[], more: object = {}): Command => ({
  ...{ id, title: id, group: 'test', keys, run: () => done.push(id) },
  ...more,
})
const holds = (id: string, keys: string[]): Command => ({
  ...{ id, title: id, group: 'test', keys },
  hold: { start: () => done.push(`${id} on`), end: ({ tap }) => done.push(`${id} off${tap ? ', tap' : ''}`) },
})

beforeEach(() => {
  page = fakePage()
  registry = createCommandRegistry()
  done = []
  const { now, afterFrame } = page
  stop = installKeymap(registry, page.page, { isMac: false, now, afterFrame })
})
afterEach(() => {
  stop()
  vi.unstubAllGlobals()
})

it('leaves letters to text fields and every key to menus and dialogs', () => {
  expect(ask('b', 'canvas or page')).toBe('brush')
  expect(ask('b', 'text')).toBeNull()
  expect(ask('b', 'popup')).toBeNull()
  expect(ask('k', 'text', { ctrlKey: true })).toBe('palette')
  expect(ask('k', 'popup', { ctrlKey: true })).toBeNull()
})

it('lets the screen go before what is everywhere, the review before the canvas under it, and passes over what cannot be done now', () => {
  expect(ask('Enter', 'canvas or page', { ctrlKey: true })).toBe('next')
  expect(ask('y', 'canvas or page')).toBe('accept')
  expect(ask('z', 'canvas or page', { ctrlKey: true })).toBeNull()
})

it('forgets the commands of a screen that is gone, and gives the others the keys in force', () => {
  const gone = registry.register('canvas', [{ id: 'a', title: 'A', group: 'g', keys: ['A'], run() {} }])
  expect(registry.find('a')).toMatchObject({ scope: 'canvas', keys: ['A'] })
  registry.rebind((list) => list.map((each) => ({ ...each, keys: ['Q'] })))
  expect(registry.find('a')).toMatchObject({ keys: ['Q'] })
  gone()
  expect(registry.find('a')).toBeUndefined()
})

it('does nothing while an input method composes a character', () => {
  use([does('brush', ['B'])])
  page.down({ key: 'b', isComposing: true })
  page.down({ key: 'Process', code: 'KeyB' })
  expect(done).toEqual([])
  page.down({ key: 'b' })
  expect(done).toEqual(['brush'])
})

it('takes no key that somebody else took already', () => {
  use([does('brush', ['B'])])
  page.down({ key: 'b', taken: true })
  expect(done).toEqual([])
})

it('does a command once however long its key is down, and repeats only what repeats, once for every frame shown', () => {
  use([does('protect', ['R']), does('larger', [']'], { repeats: true })])
  page.down({ key: 'r' })
  page.down({ key: 'r', repeat: true })
  expect(done).toEqual(['protect'])
  done = []
  const bracket = { key: ']', code: 'BracketRight' }
  page.down(bracket)
  for (let i = 0; i < 5; i++) page.down({ ...bracket, repeat: true })
  expect(done).toEqual(['larger', 'larger'])
  page.showFrame()
  page.down({ ...bracket, repeat: true })
  page.down({ ...bracket, repeat: true })
  expect(done).toHaveLength(3)
})

it.each([
  ['the window loses the focus', () => page.happen('blur')],
  ['the window is hidden', () => page.hide()],
  ['the system takes the pointer', () => page.happen('pointercancel')],
])('lets go of held keys when %s', (_, happen) => {
  use([holds('erase', ['E'])])
  page.down({ key: 'e' })
  happen()
  expect(done).toEqual(['erase on', 'erase off'])
  page.up({ key: 'e' })
  expect(done).toHaveLength(2)
})

it('lets go of a held key though a modifier came to it meanwhile', () => {
  use([holds('erase', ['E'])])
  page.down({ key: 'e' })
  page.up({ key: 'E', shiftKey: true })
  expect(done).toEqual(['erase on', 'erase off, tap'])
})

it('calls it no tap when the key was held for long or something else was done with it', () => {
  use([holds('erase', ['E']), does('brush', ['B'])])
  page.down({ key: 'e' })
  page.wait(251)
  page.up({ key: 'e' })
  page.down({ key: 'e' })
  page.happen('pointerdown')
  page.up({ key: 'e' })
  page.down({ key: 'e' })
  page.down({ key: 'b' })
  page.up({ key: 'e' })
  expect(done).not.toContain('erase off, tap')
})

const space = { key: ' ', code: 'Space' }

it('does with a tap of a key what the tap stands for, while holding the key is another command', () => {
  use([holds('hand', ['Space']), does('finish', ['Tap+Space', 'Enter'])])
  page.down(space)
  page.wait(249)
  page.up(space)
  expect(done).toEqual(['hand on', 'hand off, tap', 'finish'])
})

it.each([
  ['the key was down for a quarter of a second', () => page.wait(250)],
  ['the image was dragged with it', () => page.happen('pointerdown')],
  ['the pointer moved', () => page.pointerMoves(3, 4)],
  ['the window lost the focus', () => page.happen('blur')],
])('takes it for no tap of the key when %s', (_, happen) => {
  use([holds('hand', ['Space']), does('finish', ['Tap+Space'])])
  page.down(space)
  happen()
  page.up(space)
  expect(done).not.toContain('finish')
  expect(done[1]).toMatch(/^hand off/)
})

it('takes it for no tap of another command when the press itself has done something', () => {
  const press = { start: () => done.push('press'), end() {}, acts: () => true }
  use([{ id: 'hand', title: 'hand', group: 'test', keys: ['Space'], hold: press }])
  use([does('finish', ['Tap+Space'])])
  page.down({ key: ' ', code: 'Space' })
  page.up({ key: ' ', code: 'Space' })
  expect(done).toEqual(['press'])
})

it('needs nobody to hold a key for a tap of it to count', () => {
  use([does('finish', ['Tap+Space'])])
  page.down(space)
  expect(done).toEqual([])
  page.up(space)
  expect(done).toEqual(['finish'])
})

it('goes by the printed letter on a French keyboard and by the place for digits and brackets', () => {
  use([does('previous', ['A']), does('q', ['Q']), does('first', ['1']), does('smaller', ['['])])
  page.down({ key: 'a', code: 'KeyQ' })
  page.down({ key: '&', code: 'Digit1' })
  page.down({ key: 'ü', code: 'BracketLeft' })
  expect(done).toEqual(['previous', 'first', 'smaller'])
})

it('takes Cmd for Ctrl on a Mac, where Ctrl is for the right click', () => {
  stop()
  stop = installKeymap(registry, page.page, { isMac: true, now: page.now, afterFrame: page.afterFrame })
  use([does('save', ['Mod+S'])])
  page.down({ key: 's', ctrlKey: true })
  expect(done).toEqual([])
  page.down({ key: 's', metaKey: true })
  expect(done).toEqual(['save'])
})
