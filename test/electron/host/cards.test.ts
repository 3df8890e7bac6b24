import { chmodSync, writeFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { createCards } from '../../../electron/host/cards.ts'
import { createSampleChanges } from '../../../electron/host/sample-changes.ts'
import { createTrash } from '../../../electron/host/trash.ts'
import { verifyLibrary } from '../../../electron/host/verify.ts'
import { createVersions } from '../../../electron/host/versions.ts'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { parseCardChange } from '../../../shared/formats/card-record.ts'
import { fillLibrary } from '../../support/fill-library.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

let library: TestLibrary
afterEach(() => library.cleanup())

async function setUp(names: readonly string[] = ['a.png', 'b.png', 'c.png']) {
  library = await openTestLibrary()
  const { context } = library
  const fill = fillLibrary(context)
  const ids: SampleId[] = []
  for (const name of names) ids.push((await fill.image(name)) as SampleId)
  const cards = createCards(context, { author: () => 'Ada' })
  const versions = createVersions(context, fill)
  const trash = createTrash(context, { besideVersions: versions.beside, dropJournal: () => {} })
  const changes = createSampleChanges(context, {
    samples: fill.samples,
    labels: { setStatus: () => Promise.reject(new Error('not part of this test')) },
    cards,
    trash,
    allSaid: () => async () => {},
  })
  const clean = async () => {
    const { findings } = await verifyLibrary(context, versions, { signal: AbortSignal.timeout(30_000) })
    return findings.filter(({ severity }) => severity === 'error')
  }
  return { context, fill, ids, cards, versions, trash, changes, clean }
}
const tag = (...add: string[]) => ({ kind: 'tags' as const, add, remove: [] })
const issue = '5b1d7d6a-3c0f-4f0e-8a51-0c9f5f6f2b11'

it('keeps what is said of a sample, and says it again after the library was opened anew', async () => {
  const { ids, cards, fill, clean } = await setUp()
  await cards.change([ids[0]!], tag('night'))
  await cards.change([ids[0]!], { kind: 'metadata', set: { speed: 14, wet: true }, remove: [] })
  await cards.change([ids[0]!], {
    kind: 'issue',
    id: issue,
    at: { x: 1, y: 2 },
    objectId: null,
    text: 'loose',
    tags: [],
  })
  const card = await cards.get(ids[0]!)
  expect(card).toMatchObject({ tags: ['night'], metadata: { speed: 14, wet: true } })
  expect(card.issues[0]).toMatchObject({ author: 'Ada', text: 'loose' })
  expect(fill.samples.get(ids[0]!)).toMatchObject({ tags: ['night'], issues: 1, openIssues: 1, split: null })
  expect(await clean()).toEqual([])
  const { folder } = library
  await library.close()
  library = await openTestLibrary({ folder })
  expect(await createCards(library.context).get(ids[0]!)).toEqual(card)
})

it('writes one record and shared cards for a change of many samples', async () => {
  const { ids, cards, context } = await setUp()
  await cards.change([ids[2]!], { kind: 'split', split: 'val' })
  const { moves, failed } = await cards.change([...ids, ids[0]!], tag('night'))
  expect([moves.length, failed]).toEqual([3, []])
  expect(new Set(moves.map(({ to }) => to)).size).toBe(2)
  const records = context.db.prepare('SELECT DISTINCT record_digest AS digest FROM cards ORDER BY seq').all()
  expect(records).toHaveLength(2)
  const text = Buffer.from(await context.blobs.get(records[1]!.digest as BlobDigest)).toString()
  expect(parseCardChange(text).cards.map(([sample]) => sample)).toEqual(ids.toSorted())
  expect((await cards.change(ids, tag('NIGHT'))).moves).toEqual([])
})

it('never writes a card that it could not read again', async () => {
  const { ids, cards } = await setUp()
  await cards.change([ids[0]!], tag('night'))
  // One character that is two in its normal form: the tag is longer than it was when it was looked at.
  const grows = '\u0958'.repeat(100)
  const { moves, failed } = await cards.change([ids[0]!], tag(grows))
  expect([moves, failed.map(({ error }) => error.code)]).toEqual([[], ['BAD_REQUEST']])
  expect((await cards.get(ids[0]!)).tags).toEqual(['night'])
})

it('loses nothing when many change the same card at once', async () => {
  const { ids, cards } = await setUp()
  const words = Array.from({ length: 30 }, (_, i) => `tag ${String(i).padStart(2, '0')}`)
  await Promise.all(words.map((word) => cards.change(ids, tag(word))))
  for (const id of ids) expect((await cards.get(id)).tags).toEqual(words)
})

it('refuses what a card cannot hold for that sample alone', async () => {
  const { ids, cards } = await setUp()
  await cards.change([ids[0]!], { kind: 'issue', id: issue, at: null, objectId: null, text: 'x', tags: [] })
  const { moves, failed } = await cards.change(ids, { kind: 'resolve', issue, resolved: true })
  expect(moves.map(({ id }) => id)).toEqual([ids[0]])
  expect(failed.map(({ id, error }) => [id, error.code])).toEqual([
    [ids[1], 'BAD_REQUEST'],
    [ids[2], 'BAD_REQUEST'],
  ])
  await expect(cards.get(crypto.randomUUID() as SampleId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('shows no card whose bytes were damaged, and changes none', async () => {
  const { ids, cards, context } = await setUp()
  await cards.change([ids[0]!], tag('night'))
  const path = context.blobs.pathOf(
    String(context.db.prepare('SELECT digest FROM cards').get()!.digest) as BlobDigest,
  )
  chmodSync(path, 0o600)
  writeFileSync(path, '{"damaged":true}')
  await expect(cards.get(ids[0]!)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  const { moves, failed } = await cards.change(ids, tag('rain'))
  expect(moves).toHaveLength(2)
  expect(failed).toMatchObject([{ id: ids[0], error: { code: 'MISSING_BLOB' } }])
})

it('takes a change of many back, but not what somebody did after it', async () => {
  const { ids, cards, changes, clean } = await setUp()
  await cards.change([ids[1]!], tag('old'))
  const { changed, undo } = await changes.change({ ids, change: { kind: 'card', change: tag('night') } })
  expect(changed).toBe(3)
  await cards.change([ids[2]!], tag('rain'))
  expect(await changes.undo(undo!)).toEqual({ restored: 2, skipped: 1 })
  const tags = await Promise.all(ids.map(async (id) => (await cards.get(id)).tags))
  expect(tags).toEqual([[], ['old'], ['night', 'rain']])
  await expect(changes.undo(undo!)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await clean()).toEqual([])
})

it('makes a version of a changed card, with its file in labeled_data', async () => {
  const { ids, cards, versions, context, fill } = await setUp()
  const first = await versions.commit('', 'A')
  expect(first!.artifacts.map(({ role }) => role)).toEqual(['raw_data'])
  expect((await versions.draft()).canCommit).toBe(false)
  await cards.change([ids[0]!], tag('night'))
  const draft = await versions.draft()
  expect(draft).toMatchObject({
    canCommit: true,
    changes: { added: 0, relabeled: 0, recarded: 1 },
    suggestedMessage: '1 with other tags or issues',
  })
  const second = await versions.commit('', 'A')
  expect(second).toMatchObject({ changes: draft.changes })
  const files = await versions.manifest(second!.id, 'labeled_data')
  expect(files.map(({ path }) => path)).toEqual(['dataset.json', 'ontology.json', 'samples/a.png.json'])
  expect((await versions.snapshot(2))!.map(({ card }) => card !== null)).toEqual([true, false, false])
  // A new process reads the last version from its records.
  const fresh = createVersions(context, fill)
  expect((await fresh.draft()).canCommit).toBe(false)
  await cards.change([ids[0]!], { kind: 'tags', add: [], remove: ['night'] })
  expect((await fresh.draft()).changes).toMatchObject({ recarded: 1 })
})

it('lists the words in use, most used first and without the trash', async () => {
  const { ids, cards, trash } = await setUp()
  await cards.change(ids, tag('night'))
  await cards.change([ids[0]!], tag('rain'))
  await cards.change(ids, { kind: 'metadata', set: { camera: 'front' }, remove: [] })
  expect(cards.words()).toEqual({
    tags: [
      { tag: 'night', count: 3 },
      { tag: 'rain', count: 1 },
    ],
    keys: [{ key: 'camera', count: 3 }],
  })
  trash.put([ids[0]!])
  expect(cards.words().tags).toEqual([{ tag: 'night', count: 2 }])
})
