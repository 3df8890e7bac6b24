import { existsSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { createCards } from '../../../electron/host/cards.ts'
import { createTrash } from '../../../electron/host/trash.ts'
import { verifyLibrary } from '../../../electron/host/verify.ts'
import { createVersions } from '../../../electron/host/versions.ts'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { fillLibrary } from '../../support/fill-library.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

let library: TestLibrary
afterEach(() => library.cleanup())

async function setUp() {
  library = await openTestLibrary()
  const { context } = library
  const fill = fillLibrary(context)
  const ids: SampleId[] = []
  for (const name of ['a.png', 'b.png', 'c.png']) ids.push((await fill.image(name)) as SampleId)
  fill.categories.create({ name: 'car', hasInstances: true })
  for (const id of ids) await fill.label(id, `mask of ${id}`)
  const versions = createVersions(context, fill)
  const cards = createCards(context)
  const dropped: string[] = []
  const trash = createTrash(context, {
    besideVersions: versions.beside,
    dropJournal: (id) => void dropped.push(id),
  })
  const findings = async () => {
    const report = await verifyLibrary(context, versions, { signal: AbortSignal.timeout(30_000) })
    // The labels of this library stand for real ones and have no records.
    return report.findings.filter(
      ({ severity, message }) => severity === 'error' && !/saved label|list of samples/.test(message),
    )
  }
  const names = () => fill.samples.list({ after: null, limit: 10 }).samples.map(({ name }) => name)
  return { context, fill, ids, versions, cards, trash, findings, names, dropped }
}

it('takes samples out of lists, counts and new versions, and brings them back as they were', async () => {
  const { fill, ids, versions, cards, trash, names, findings } = await setUp()
  await cards.change([ids[1]!], { kind: 'tags', add: ['night'], remove: [] })
  await versions.commit('', 'A')
  const before = fill.samples.get(ids[1]!)
  expect(trash.put([ids[1]!, ids[1]!])).toEqual([ids[1]])
  expect(trash.put([ids[1]!])).toEqual([])
  expect(names()).toEqual(['a.png', 'c.png'])
  expect(fill.samples.list({ after: null, limit: 10 })).toMatchObject({
    total: 2,
    byStatus: { 'in progress': 2 },
  })
  expect(() => fill.samples.find('b.png')).toThrow(/in the trash/)
  expect(fill.samples.get(ids[1]!).trashedAt).not.toBeNull()
  expect((await versions.draft()).changes).toMatchObject({ removed: 1 })
  const second = await versions.commit('', 'A')
  expect(second!.counts.samples).toBe(2)
  expect(await versions.snapshot(1)).toHaveLength(3)
  expect(await findings()).toEqual([])

  expect(trash.restore([ids[1]!])).toEqual([ids[1]])
  expect(fill.samples.get(ids[1]!)).toEqual(before)
  expect((await versions.draft()).changes).toMatchObject({ added: 1, removed: 0 })
  expect(names()).toEqual(['a.png', 'b.png', 'c.png'])
})

it('notices that one went and another came back', async () => {
  const { ids, versions, trash } = await setUp()
  trash.put([ids[0]!])
  await versions.commit('', 'A')
  trash.put([ids[1]!])
  trash.restore([ids[0]!])
  expect((await versions.draft()).changes).toMatchObject({ added: 1, removed: 1 })
})

it('keeps the name of what it holds, and knows its bytes', async () => {
  const { fill, ids, trash } = await setUp()
  trash.put([ids[0]!])
  expect(fill.samples.get(await fill.image('a.png', 'other bytes')).name).toBe('a (2).png')
  const image = await library.context.blobs.put(Buffer.from('picture a.png'))
  const twin = await fill.samples.insert({
    name: 'x.png',
    image,
    format: 'png',
    width: 4,
    height: 3,
    orientation: 1,
  })
  expect(twin).toEqual({ duplicateOf: 'a.png', inTrash: true })
})

it('destroys on emptying what nothing else needs, and gives the name back', async () => {
  const { context, fill, ids, trash, names, findings, dropped } = await setUp()
  await fill.label(ids[0]!, 'a second mask')
  const blobs = () => Number(context.db.prepare('SELECT COUNT(*) AS count FROM blobs').get()!.count)
  const { imageDigest } = fill.samples.get(ids[0]!)
  const path = context.blobs.pathOf(imageDigest as BlobDigest)
  const before = blobs()
  trash.put([ids[0]!])
  const { removed, bytes } = await trash.empty()
  expect(removed).toBe(1)
  expect(bytes).toBeGreaterThan(0)
  // The image, its record and two masks; the label file and the ontology are those of others too.
  expect(before - blobs()).toBe(4)
  expect(existsSync(path)).toBe(false)
  expect(dropped).toEqual([ids[0]])
  expect(() => fill.samples.get(ids[0]!)).toThrow(/no sample/)
  expect(await findings()).toEqual([])
  // Rows are removed without SQLite looking at each who points to it: no table may be forgotten, and it looks again after.
  expect(context.db.prepare('PRAGMA foreign_key_check').all()).toEqual([])
  expect(context.db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 })
  await fill.image('a.png', 'picture a.png')
  expect(names()).toEqual(['b.png', 'c.png', 'a.png'])
  expect(await trash.empty()).toEqual({ removed: 0, bytes: 0 })
})

it('keeps every byte that a version needs', async () => {
  const { ids, versions, cards, trash, findings, context } = await setUp()
  await cards.change(ids, { kind: 'tags', add: ['night'], remove: [] })
  const version = await versions.commit('', 'A')
  trash.put(ids)
  expect(await trash.empty([ids[0]!])).toMatchObject({ removed: 1 })
  expect(await trash.empty()).toMatchObject({ removed: 2 })
  expect(await findings()).toEqual([])
  for (const { role } of version!.artifacts) {
    for (const { blob } of await versions.manifest(version!.id, role)) await context.blobs.get(blob)
  }
  for (const { card } of (await versions.snapshot(1))!) await context.blobs.get(card as BlobDigest)
  expect((await versions.draft()).changes).toMatchObject({ removed: 3 })
})

it('removes no file while a version cannot be read', async () => {
  const { ids, trash, context, fill } = await setUp()
  const digest = fill.samples.get(ids[0]!).imageDigest as BlobDigest
  const blind = createTrash(context, {
    besideVersions: async (work) => work(null),
    dropJournal: () => {},
  })
  trash.put([ids[0]!])
  expect(await blind.empty()).toEqual({ removed: 1, bytes: 0 })
  expect(existsSync(context.blobs.pathOf(digest))).toBe(true)
})

it('refuses in a library that may only be read', async () => {
  const { ids, context, versions } = await setUp()
  const reader = createTrash(
    { ...context, readOnly: true },
    { besideVersions: versions.beside, dropJournal: () => {} },
  )
  expect(() => reader.put(ids)).toThrow(expect.objectContaining({ code: 'LIB_READ_ONLY' }))
  await expect(reader.empty()).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
})
