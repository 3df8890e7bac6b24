import { writeFileSync } from 'node:fs'
import { encode } from 'fast-png'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { maskFromIds } from '../../../shared/label/masks.ts'
import { type CliWorld, createCliWorld } from '../../support/cli-child.ts'

let world: CliWorld
let environment: Record<string, string>
beforeEach(() => {
  world = createCliWorld()
  environment = { TESSERA_LIBRARY: world.path('lib') }
})
afterEach(() => world.remove())

async function tessera(...args: string[]) {
  const ended = await world.run(args, { environment })
  return { ...ended, json: args.includes('--json') && ended.out ? JSON.parse(ended.out) : null }
}

/** Labels an image of 4 × 3: a digit a pixel, each object a car. */
async function label(name: string, text: string) {
  const ids = Uint32Array.from({ length: 12 }, (_, p) => Number(text[p] ?? 0) || 0)
  writeFileSync(world.path('mask.png'), encode({ width: 4, height: 3, data: maskFromIds(ids) }))
  const objects = Object.fromEntries([...new Set(ids)].filter((id) => id > 0).map((id) => [id, 'car']))
  const ended = await tessera(
    'label',
    'set',
    name,
    '--mask',
    'mask.png',
    '--objects',
    JSON.stringify(objects),
  )
  expect(ended.code, ended.err).toBe(0)
}

it('branches, compares, restores, merges and names versions from a terminal', {
  timeout: 300_000,
}, async () => {
  await tessera('init', 'lib')
  for (const [i, name] of ['a.png', 'b.png'].entries()) {
    const data = new Uint8Array(36).fill(i)
    writeFileSync(world.path(name), encode({ width: 4, height: 3, channels: 3, data }))
  }
  await tessera('import', 'a.png', 'b.png')
  await label('a.png', '11')
  await tessera('commit', '-m', 'first')
  expect((await tessera('branch', 'try')).out).toBe('try at v1\n')
  expect((await tessera('branch', 'switch', 'try')).out).toContain('on try, 0 images changed')
  await label('a.png', '11..22')
  await tessera('commit', '-m', 'theirs')
  expect((await tessera('branch', 'switch', 'main')).out).toContain('on main, 1 image changed')
  expect((await tessera('branch')).out).toBe('* main  v1\n  try  v2\n')
  await label('b.png', '1')

  const refused = await tessera('restore', 'v2')
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('1 image has changes that no version holds')
  expect((await tessera('merge', 'try')).code).toBe(1)
  const merged = await tessera('merge', 'try', '--commit', '--json')
  expect(merged.json).toMatchObject({ kind: 'merged', taken: 1, conflicts: [], version: { number: 4 } })

  const graph = await tessera('log', '--graph')
  const drawn = graph.out
    .split('\n')
    .filter((line) => /^[*|\\/ ]+(version|$)/.test(line) && /[*\\/]/.test(line))
  expect(drawn.map((line) => line.replace(/ {2}[0-9a-f]{12}.*?( \(.*)?$/, '$1').trimEnd())).toEqual([
    '*    version 4 (*main)',
    '|\\',
    '* |  version 3',
    '| *  version 2 (try)',
    '|/',
    '*    version 1',
  ])
  expect((await tessera('log', '--json')).json.graph.rows).toHaveLength(4)

  const difference = await tessera('compare', 'v1', 'latest', '--pixels')
  expect(difference.out).toContain('2 labels changed')
  expect(difference.out).toContain('car: 1 to 3 objects (+2)')
  expect(difference.out).toContain('car: 2 to 5 pixels (+3)')
  expect(difference.out).toContain('~ a.png  label, +1 object')
  const table = (await tessera('compare', 'v1', 'latest', '--pixels', '--csv')).out.split(/\r?\n/)
  expect(table.map((row) => row.split(',')[0])).toEqual(['name', 'a.png', 'b.png', ''])
  expect(table[1]).toMatch(/^a\.png,changed,false,true,false,.*unlabeled > car: \d+/)
  const { json } = await tessera('compare', 'v1', 'latest', '--json')
  expect(json).toMatchObject({ format: 'tessera-comparison', counted: { labels: 0, of: 2 } })
  expect((await tessera('compare', '--json')).json.images).toEqual([])

  expect((await tessera('alias', 'golden', 'v1')).out).toBe('golden at v1\n')
  expect((await tessera('alias', '--moves', 'golden')).out).toContain('golden  - to v1')
  expect((await tessera('restore', 'golden', 'a.png')).out).toContain('restored, 1 image changed')
  expect((await tessera('compare')).out).toContain('1 label changed')
  expect((await tessera('restore', 'undo')).out).toBe('1 image as before\n')
  expect((await tessera('compare', '--json')).json.images).toEqual([])
  expect((await tessera('history', 'a.png')).out.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'v2',
    'v1',
    '',
  ])
  expect((await tessera('versions', 'tag', 'add', 'v2', 'released', 'good night')).out).toBe(
    'v2  good night, released\n',
  )
  const tagged = await tessera('log', '--tag', 'released', '--json')
  expect(tagged.json.versions.map(({ number }: { number: number }) => number)).toEqual([2])
  const untagged = await tessera('versions', 'tag', 'remove', 'v2', 'good night', '--json')
  expect(untagged.json.tags).toEqual(['released'])
  expect((await tessera('branch', 'delete', 'try')).code).toBe(0)
  expect((await tessera('alias', 'remove', 'golden')).code).toBe(0)
  const verified = await tessera('verify')
  expect(verified.code, verified.out).toBe(0)
})

it('says what is wrong with a line that makes no sense', { timeout: 120_000 }, async () => {
  await tessera('init', 'lib')
  for (const [args, code, what] of [
    [['restore'], 2, /./],
    [['restore', 'v1', '--commit', '--keep'], 2, /do not go together/],
    [['restore', 'v1'], 1, /no version "v1"/],
    [['branch', 'v7'], 1, /taken for a version|no version yet/],
    [['alias', 'latest', 'v1'], 1, /no version|something else/],
    [['merge', 'nothing'], 1, /no version "nothing"/],
    [['compare'], 1, /no version "latest"/],
    [['restore', 'undo'], 1, /can no longer be taken back/],
  ] as const) {
    const ended = await tessera(...args)
    expect(ended.err, args.join(' ')).toMatch(what)
    expect(ended.code, args.join(' ')).toBe(code)
  }
  expect((await tessera('compare', '--csv', '--json')).code).toBe(2)
})
