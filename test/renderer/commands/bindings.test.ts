import { expect, it } from 'vitest'
import { catalogue } from '../../../renderer/app/catalogue.ts'
import { keysInForce, ownersOf, whyReserved, withKeys } from '../../../renderer/commands/bindings.ts'
import { type ScopedInfo, scopesMeet } from '../../../renderer/commands/command.ts'
import { judgeKeys, takeOver, tapBeside } from '../../../renderer/commands/key-change.ts'
import { readChord } from '../../../renderer/commands/key-chord.ts'
import { presetNames, presets } from '../../../renderer/commands/presets.ts'

const info = (
  id: string,
  keys: string[],
  scope: ScopedInfo['scope'] = 'canvas',
  more: object = {},
): ScopedInfo => ({
  ...{ id, title: id, group: 'g', keys, scope, holds: false },
  ...more,
})
const list = [
  info('fit', ['F']),
  info('brush', ['B']),
  info('accept', ['Y'], 'review'),
  info('open', ['F'], 'grid'),
  info('palette', ['Mod+K'], 'global'),
  info('escape', ['Escape'], 'canvas', { fixed: true }),
  info('hand', ['Space'], 'canvas', { holds: true }),
]
const changed = (changes: Record<string, string[]>) =>
  Object.fromEntries(keysInForce(list, { preset: 'default', changes }))

it('lets a change of the person take a key from everyone it would meet, and from nobody else', () => {
  expect(changed({ brush: ['F'] })).toMatchObject({ brush: ['F'], fit: [], open: ['F'] })
  expect(changed({ palette: ['F', 'Mod+K'] })).toMatchObject({ palette: ['F', 'Mod+K'], fit: [], open: [] })
  expect(changed({ accept: ['B'] })).toMatchObject({ accept: ['B'], brush: ['B'] })
  expect(changed({ brush: [] })).toMatchObject({ brush: [], fit: ['F'] })
})

it('never moves a fixed key', () => {
  expect(changed({ escape: ['E'], brush: ['Escape'] })).toMatchObject({ escape: ['Escape'], brush: [] })
})

it('shows no character keys while those are switched off', () => {
  const keys = withKeys(list, { preset: 'default', changes: {} }, false).flatMap((each) => each.keys ?? [])
  expect(keys).toEqual(['Mod+K', 'Escape'])
})

it('says whose key it is within the scope and everywhere', () => {
  const owners = (chord: string, command: ScopedInfo) => ownersOf(chord, command, list).map(({ id }) => id)
  expect(owners('F', list[1]!)).toEqual(['fit'])
  expect(owners('F', list[4]!)).toEqual(['fit', 'open'])
  expect(owners('Mod+K', list[1]!)).toEqual(['palette'])
  expect(owners('F', list[2]!)).toEqual([])
})

it('asks before it takes a key, and takes it from all who have it', () => {
  const brush = list[1]!
  expect(judgeKeys(brush, ['Q'], list)).toEqual({ kind: 'free' })
  expect(judgeKeys(brush, ['F'], list)).toMatchObject({
    kind: 'taken',
    clashes: [{ chord: 'F', owners: [{ id: 'fit' }] }],
  })
  expect(judgeKeys(brush, ['Escape'], list)).toMatchObject({ kind: 'reserved' })
  expect(takeOver(list[4]!, ['F'], list)).toEqual({ fit: [], open: [], palette: ['F'] })
})

it('offers a tap beside a command that holds the key, where that can work', () => {
  const clash = { chord: 'Space', owners: [list[6]!] }
  expect(tapBeside(list[1]!, clash)).toBe('Tap+Space')
  expect(tapBeside({ ...list[1]!, holds: true }, clash)).toBeNull()
  expect(tapBeside(list[1]!, { chord: 'F', owners: [list[0]!] })).toBeNull()
})

it('gives away no key that moves the focus, closes windows or belongs to a grid', () => {
  const refused = ['Tab', 'Shift+Tab', 'Escape', 'Mod+W', 'Mod+Q', 'Mod+R', 'Mod+Shift+R', 'F5']
  expect(refused.filter((chord) => !whyReserved(chord, 'canvas'))).toEqual([])
  expect(['Enter', 'ArrowUp'].map((chord) => whyReserved(chord, 'grid') !== null)).toEqual([true, true])
  expect(['Enter', 'ArrowUp', 'Mod+S', 'R'].map((chord) => whyReserved(chord, 'canvas'))).toEqual(
    Array(4).fill(null),
  )
})

it.each(presetNames)('gives no key of the preset %s to two commands of one scope or everywhere', (preset) => {
  const wanted = catalogue.map((command) => {
    const own = presets[preset][command.scope]?.[command.id]
    return { ...command, keys: own ?? command.keys ?? [], isOwn: own !== undefined }
  })
  const inForce = keysInForce(catalogue, { preset, changes: {} })
  const clashes = wanted.flatMap((a, i) =>
    wanted.slice(i + 1).flatMap((b) => {
      const shared = a.keys.filter((chord) => b.keys.includes(chord) && scopesMeet(a.scope, b.scope))
      return shared.map((chord) => `${chord}: ${a.id}, ${b.id}`)
    }),
  )
  expect(clashes).toEqual([])
  for (const { id, keys } of wanted) expect([id, inForce.get(id)]).toEqual([id, keys])
})

it.each(presetNames)('knows every command of the preset %s and writes its keys in the one way', (preset) => {
  const scopeOf = new Map(catalogue.map(({ id, scope }) => [id, scope]))
  for (const [scope, table] of Object.entries(presets[preset]))
    for (const [id, keys] of Object.entries(table)) {
      expect([id, scopeOf.get(id)]).toEqual([id, scope])
      for (const key of keys) expect(readChord(key)).toBe(key)
    }
})

it('has every command once, with a title of its own in its scope and keys that may be given', () => {
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length)
  const titles = catalogue.map(({ scope, title }) => `${scope}: ${title}`)
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  for (const { id, scope, keys, fixed } of catalogue)
    for (const key of keys ?? []) {
      expect([id, readChord(key)]).toEqual([id, key])
      if (!fixed) expect([id, key, whyReserved(key, scope)]).toEqual([id, key, null])
    }
})

it('confirms the object with a tap of Space in the preset Segments.ai, and pans while Space is held', () => {
  const keys = keysInForce(catalogue, { preset: 'segments-ai', changes: {} })
  expect(keys.get('canvas.finish')).toContain('Tap+Space')
  expect(keys.get('canvas.hand')).toEqual(['Space'])
})
