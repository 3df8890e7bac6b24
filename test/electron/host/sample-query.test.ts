import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCards } from '../../../electron/host/cards.ts'
import { createSampleQueries, type SampleQueries } from '../../../electron/host/sample-query.ts'
import { createTrash } from '../../../electron/host/trash.ts'
import { createVersions } from '../../../electron/host/versions.ts'
import type { Card } from '../../../shared/dataset/card.ts'
import type { SampleId } from '../../../shared/dataset/digest.ts'
import { parseFilter } from '../../../shared/dataset/filter-text.ts'
import type { SampleSort } from '../../../shared/dataset/sample-filter.ts'
import { naturalKey } from '../../../shared/image/sample-name.ts'
import { statuses } from '../../../shared/label/status.ts'
import { fillLibrary } from '../../support/fill-library.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'
import { seedLibrary } from '../../support/seed-library.ts'

let library: TestLibrary
let fill: ReturnType<typeof fillLibrary>
let cards: ReturnType<typeof createCards>
let versions: ReturnType<typeof createVersions>
let queries: SampleQueries
const ids = new Map<string, SampleId>()

beforeEach(async () => {
  library = await openTestLibrary({ now: () => new Date(2026, 2, 1 + ids.size, 12).getTime() })
  fill = fillLibrary(library.context)
  cards = createCards(library.context, { author: () => 'Ada' })
  versions = createVersions(library.context, fill)
  queries = createSampleQueries(library.context, {
    samples: fill.samples,
    me: () => 'A',
    snapshot: versions.snapshot,
  })
  fill.categories.create({ name: 'car', hasInstances: true })
  ids.clear()
})
afterEach(() => library.cleanup())

async function add(...names: string[]) {
  for (const name of names) ids.set(name, (await fill.image(name)) as SampleId)
}
const say = (name: string, change: Parameters<typeof cards.change>[1]) =>
  cards.change([ids.get(name)!], change)

async function namesOf(text: string, sort: SampleSort = { by: 'added', reversed: false }, trash = false) {
  const { filter, mistakes } = parseFilter(text, ['car', 'boat'])
  expect(mistakes).toEqual([])
  const { query, total } = await queries.query({ filter, sort, trash })
  const { samples } = queries.window({ query, from: 0, limit: 500 })
  expect(samples).toHaveLength(total)
  return samples.map((sample) => sample!.name)
}

describe('a filter', () => {
  beforeEach(async () => {
    await add('Street/One.jpg', 'street/two.jpg', 'night/three.jpg', 'night/four_100%.jpg')
    await fill.label(ids.get('Street/One.jpg')!, 'mask 1', 'labeled', 5)
    await fill.label(ids.get('street/two.jpg')!, 'mask 2', 'rejected', 1)
    await say('Street/One.jpg', { kind: 'tags', add: ['Rain', 'dusk'], remove: [] })
    await say('night/three.jpg', { kind: 'tags', add: ['rain'], remove: [] })
    await say('night/three.jpg', { kind: 'split', split: 'val' })
    await say('street/two.jpg', {
      kind: 'issue',
      id: '5b1d7d6a-3c0f-4f0e-8a51-0c9f5f6f2b11',
      at: null,
      objectId: null,
      text: 'loose',
      tags: [],
    })
    await say('street/two.jpg', {
      kind: 'metadata',
      set: { speed: 13.5, road: 'Wet', lit: true },
      remove: [],
    })
    await say('night/three.jpg', { kind: 'metadata', set: { speed: '9', road: 'dry' }, remove: [] })
    await say('night/four_100%.jpg', { kind: 'priority', priority: 3 })
  })

  const [one, two, three, four] = [
    'Street/One.jpg',
    'street/two.jpg',
    'night/three.jpg',
    'night/four_100%.jpg',
  ]
  it.each([
    ['', [one, two, three, four]],
    ['STREET', [one, two]],
    ['street -one', [two]],
    ['100% four_1', [four]],
    ['four_x', []],
    ['status:labeled,rejected', [one, two]],
    ['-status:unlabeled', [one, two]],
    ['tag:RAIN', [one, three]],
    ['tag:rain -tag:dusk', [three]],
    ['tag:dusk,nothing', [one]],
    ['split:val', [three]],
    ['split:none,train', [one, two, four]],
    ['car:>=5', [one]],
    ['car:1', [two]],
    ['car:0', [three, four]],
    ['car:<2', [two, three, four]],
    ['-car:>0', [three, four]],
    ['car:<0', []],
    ['boat:>0', []],
    ['boat:0', [one, two, three, four]],
    ['objects:>1', [one]],
    ['issues:open', [two]],
    ['issues:none', [one, three, four]],
    ['-issues:any', [one, three, four]],
    ['speed:>10', [two]],
    ['speed:<10', [three]],
    ['speed:13.5', [two]],
    ['road:wet', [two]],
    ['lit:true', [two]],
    ['-road:dry', [one, two, four]],
    ['priority:>0', [four]],
    ['by:a', [one, two]],
    ['width:>=4 height:<4', [one, two, three, four]],
    ['width:>4', []],
    ['added:2026-03-02', [two]],
    ['added:>2026-03-02', [three, four]],
    ['added:<=2026-03-01', [one]],
  ] as const)('finds with %s', async (text, names) => {
    expect(await namesOf(text)).toEqual(names)
  })

  it('finds what changed since a version, and since the last one', async () => {
    expect(await namesOf('changed:last')).toHaveLength(4)
    await versions.commit('', 'A')
    expect(await namesOf('changed:last')).toEqual([])
    await say(four, { kind: 'priority', priority: 1 })
    await versions.commit('', 'A')
    await fill.label(ids.get(three)!, 'mask 3')
    // The same label once more is no change, though it is another revision.
    await fill.label(ids.get(one)!, 'mask 1', 'labeled', 5)
    await add('new.jpg')
    expect(await namesOf('changed:last')).toEqual([three, 'new.jpg'])
    expect(await namesOf('changed:v2 -new')).toEqual([three])
    expect(await namesOf('changed:v1')).toEqual([three, four, 'new.jpg'])
    expect(await namesOf('-changed:v1')).toEqual([one, two])
    expect(await namesOf('changed:v9')).toHaveLength(5)
  })

  it('counts each status as if the filter said nothing of it', async () => {
    const { filter } = parseFilter('status:labeled street', [])
    const answer = await queries.query({ filter, sort: { by: 'added', reversed: false }, trash: false })
    expect(answer).toMatchObject({ total: 1, outOf: 4, trashed: 0, byStatus: { labeled: 1, rejected: 1 } })
  })

  it('says how many of a selection it hides', async () => {
    const sort = { by: 'added', reversed: false } as const
    const all = await queries.query({ filter: [], sort, trash: false, selected: { ids: [ids.get(one)!] } })
    expect(all.hidden).toBe(0)
    const { filter } = parseFilter('street', [])
    const some = await queries.query({ filter, sort, trash: false, selected: { query: all.query } })
    expect(some.hidden).toBe(2)
    const chosen = [ids.get(one)!, ids.get(three)!]
    expect(await queries.query({ filter, sort, trash: false, selected: { ids: chosen } })).toMatchObject({
      hidden: 1,
    })
  })

  it('shows the trash apart', async () => {
    const trash = createTrash(library.context, { besideVersions: versions.beside, dropJournal: () => {} })
    trash.put([ids.get(one)!])
    expect(await namesOf('')).toEqual([two, three, four])
    expect(await namesOf('tag:rain', undefined, true)).toEqual([one])
  })
})

it.each([
  ['added', ['b10', 'b9', 'a1', 'c']],
  ['name', ['a1', 'b9', 'b10', 'c']],
  ['modified', ['c', 'a1', 'b9', 'b10']],
  ['status', ['b9', 'c', 'b10', 'a1']],
  ['objects', ['a1', 'b10', 'c', 'b9']],
  ['priority', ['c', 'b10', 'b9', 'a1']],
  // Mine in progress, mine that was rejected (none), what waits, the rest.
  ['review', ['c', 'a1', 'b10', 'b9']],
] as const)('sorts by %s, and the other way round', async (by, order) => {
  await add('b10', 'b9', 'a1', 'c')
  await fill.label(ids.get('b10')!, '1', 'labeled', 2)
  await fill.label(ids.get('a1')!, '2', by === 'status' ? 'reviewed' : 'labeled', 7)
  await fill.label(ids.get('c')!, '3', 'in progress', 1)
  await say('c', { kind: 'priority', priority: 5 })
  if (by === 'review') await say('a1', { kind: 'priority', priority: 1 })
  if (by === 'modified') {
    library.context.db.exec(
      "UPDATE listing SET modified_at = CASE name_key WHEN 'b10' THEN 1 WHEN 'b9' THEN 2 WHEN 'a1' THEN 3 ELSE 4 END",
    )
  }
  expect(await namesOf('', { by, reversed: false })).toEqual(order)
  if (by === 'added' || by === 'name' || by === 'modified') {
    expect(await namesOf('', { by, reversed: true })).toEqual(order.toReversed())
  }
})

it('orders names as a person does, whatever digits are in them', () => {
  const name = fc.array(fc.oneof(fc.constantFrom('a', 'b', '-', ' '), fc.nat(2000).map(String)), {
    maxLength: 4,
  })
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), name, (a, b, parts) => {
      const [x, y] = [`${parts.join('')}x${a}`, `${parts.join('')}x${b}`].map(naturalKey)
      expect(x! < y!).toBe(a < b)
    }),
  )
})

it('keeps the order of a query while labels change under it, and forgets it after many others', async () => {
  await add('a', 'b', 'c')
  const sort = { by: 'added', reversed: false } as const
  const unlabeled = parseFilter('status:unlabeled', []).filter
  const { query } = await queries.query({ filter: unlabeled, sort, trash: false })
  await fill.label(ids.get('b')!, 'mask', 'labeled')
  const shown = queries.window({ query, from: 1, limit: 2 }).samples
  expect(shown.map((sample) => [sample!.name, sample!.status])).toEqual([
    ['b', 'labeled'],
    ['c', 'unlabeled'],
  ])
  expect(queries.position({ query, id: ids.get('c')! })).toEqual({ position: 2 })
  expect(queries.position({ query, id: crypto.randomUUID() })).toEqual({ position: null })
  expect(queries.ids({ query, from: 1, limit: 10 }).ids).toEqual([ids.get('b'), ids.get('c')])
  expect(queries.window({ query, from: 9, limit: 2 }).samples).toEqual([])
  for (let i = 0; i < 30; i++) await queries.query({ filter: [], sort, trash: false })
  expect(() => queries.window({ query, from: 0, limit: 1 })).toThrow(/Search again|not kept/)
})

it('keeps what is selected for as long as somebody asks about it', async () => {
  await add('a', 'b', 'c')
  const sort = { by: 'added', reversed: false } as const
  const { query } = await queries.query({ filter: [], sort, trash: false })
  const only = parseFilter('b', []).filter
  // Every saved label makes a list be read anew: many times before all that is selected has had its turn.
  for (let i = 0; i < 60; i++) {
    const { hidden } = await queries.query({ filter: only, sort, trash: false, selected: { query } })
    expect(hidden).toBe(2)
  }
  expect(queries.ids({ query, from: 0, limit: 10 }).ids).toHaveLength(3)
})

it('answers as a plain look at every sample would', async () => {
  const names = Array.from({ length: 24 }, (_, i) => `${i % 3 ? 'day' : 'night'}-${i}`)
  await add(...names)
  const said = new Map<string, Card>()
  for (const [i, name] of names.entries()) {
    const id = ids.get(name)!
    if (i % 4) await fill.label(id, `mask ${i}`, statuses[i % 7]!, i % 5)
    if (i % 2) await say(name, { kind: 'tags', add: [`t${i % 6}`], remove: [] })
    if (i % 5) await say(name, { kind: 'metadata', set: { n: i % 7 }, remove: [] })
    said.set(id, await cards.get(id))
  }
  const all = fill.samples.list({ after: null, limit: 100 }).samples
  const tests: [string, (sample: (typeof all)[number], card: Card) => boolean][] = [
    ['night', ({ name }) => name.includes('night')],
    ['status:labeled,reviewed', ({ status }) => status === 'labeled' || status === 'reviewed'],
    ['tag:t1,t3', (_, { tags }) => tags.some((tag) => tag === 't1' || tag === 't3')],
    ['car:>=2', ({ objectCount }) => objectCount >= 2],
    ['car:<2', ({ objectCount }) => objectCount < 2],
    ['car:0', ({ objectCount }) => objectCount === 0],
    ['n:>3', (_, { metadata }) => Number(metadata.n) > 3],
    ['n:4', (_, { metadata }) => metadata.n === 4],
  ]
  const term = fc.record({ test: fc.constantFrom(...tests), negated: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(term, { maxLength: 4 }), async (terms) => {
      const text = terms.map(({ test, negated }) => `${negated ? '-' : ''}${test[0]}`).join(' ')
      const wanted = all.filter((sample) =>
        terms.every(({ test, negated }) => test[1](sample, said.get(sample.id)!) !== negated),
      )
      expect(await namesOf(text)).toEqual(wanted.map(({ name }) => name))
    }),
  )
})

// `bench -- grid` asks a library of 100,000.
it('answers for twenty thousand samples', { timeout: 240_000 }, async () => {
  seedLibrary(library.context, 20_000, { files: false })
  const print: string[] = []
  const timed = async <T>(what: string, work: () => Promise<T> | T): Promise<T> => {
    const start = performance.now()
    const result = await work()
    print.push(`${what}: ${(performance.now() - start).toFixed(0)} ms`)
    return result
  }
  const ask = (text: string, by: SampleSort['by']) =>
    queries.query({ filter: parseFilter(text, []).filter, sort: { by, reversed: false }, trash: false })
  const all = await timed('query of 20,000 by adding, with counts', () => ask('', 'added'))
  expect(all).toMatchObject({
    total: 20_000,
    outOf: 20_000,
    byStatus: { labeled: 18_000, unlabeled: 2000 },
  })
  const first = await timed('first window of 200', () =>
    queries.window({ query: all.query, from: 0, limit: 200 }),
  )
  expect(first.samples[7]!.name).toBe('drive-0/frame-000007.png')
  const last = await timed('last window', () =>
    queries.window({ query: all.query, from: 19_800, limit: 200 }),
  )
  expect(last.samples.at(-1)!.name).toContain('019999')
  expect((await timed('by name', () => ask('', 'name'))).total).toBe(20_000)
  expect((await timed('by status', () => ask('', 'status'))).total).toBe(20_000)
  expect((await timed('by review', () => ask('', 'review'))).total).toBe(20_000)
  expect((await timed('status:unlabeled', () => ask('status:unlabeled', 'name'))).total).toBe(2000)
  expect((await timed('a word of the name', () => ask('drive-3', 'modified'))).total).toBe(2857)
  const some = queries.ids({ query: all.query, from: 0, limit: 1000 }).ids as SampleId[]
  await timed('a tag on 1,000', () => cards.change(some, { kind: 'tags', add: ['night'], remove: [] }))
  expect((await timed('tag:night', () => ask('tag:night', 'added'))).total).toBe(1000)
  const trash = createTrash(library.context, {
    besideVersions: async (work) => work(new Set()),
    dropJournal: () => {},
  })
  await timed('1,000 into the trash', () => trash.put(some))
  expect((await timed('emptying the trash', () => trash.empty())).removed).toBe(1000)
  console.log(print.join('\n'))
})

it('tells how samples stand to the last version: new, changed since, or the same', async () => {
  await add('a.jpg', 'b.jpg')
  const marks = async () => (await queries.marks({ ids: [...ids.values()] })).marks
  expect(await marks()).toEqual([])
  await versions.commit('first', 'Ada')
  await add('c.jpg')
  await say('a.jpg', { kind: 'tags', add: ['night'], remove: [] })
  expect(await marks()).toEqual(['changed', 'same', 'new'])
  await fill.label(ids.get('b.jpg')!, 'mask 1', 'labeled', 5)
  expect(await marks()).toEqual(['changed', 'changed', 'new'])
  await versions.commit('second', 'Ada')
  expect(await marks()).toEqual(['same', 'same', 'same'])
})

it('finds what has metadata under a key, whatever it says', async () => {
  await add('a.jpg', 'b.jpg', 'c.jpg')
  await say('a.jpg', { kind: 'metadata', set: { weather: 'rain' }, remove: [] })
  await say('c.jpg', { kind: 'metadata', set: { weather: '' }, remove: [] })
  expect(await namesOf('has:weather')).toEqual(['a.jpg', 'c.jpg'])
  expect(await namesOf('-has:weather')).toEqual(['b.jpg'])
})
