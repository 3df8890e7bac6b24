import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { expect, it, onTestFinished } from 'vitest'
import { rowSum, type SqlValue } from '../../../electron/adapters/sqlite/row-sum.ts'
import { createCategories } from '../../../electron/host/categories.ts'
import { createLabels } from '../../../electron/host/labels.ts'
import type { OpenOptions } from '../../../electron/host/library.ts'
import { createTrash } from '../../../electron/host/trash.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import { parseRevisionRecord } from '../../../shared/formats/revision-record.ts'
import type { SaveHeader } from '../../../shared/host/data-plane.ts'
import { encodeIds } from '../../../shared/label/id-runs.ts'
import { idsFromMask } from '../../../shared/label/masks.ts'
import { statuses } from '../../../shared/label/status.ts'
import {
  car,
  height,
  journalOf,
  type LabelLibrary,
  openLabelLibrary,
  painted,
  saveOf,
  width,
} from '../../support/label-library.ts'

async function open(options: Partial<OpenOptions> & { folder?: string } = {}) {
  const library = await openLabelLibrary(options)
  onTestFinished(() => library.cleanup())
  return library
}

async function withSample() {
  const library = await open()
  return { library, labels: library.labels, sample: await library.addSample('a.png') }
}

const columnOf = (library: LabelLibrary, revision: string, column: string) =>
  String(
    library.context.db.prepare(`SELECT ${column} AS value FROM revisions WHERE id = ?`).get(revision)!.value,
  )
const revisionCount = (library: LabelLibrary) =>
  Number(library.context.db.prepare('SELECT COUNT(*) AS count FROM revisions').get()!.count)
const tipsOf = (library: LabelLibrary, sample: SampleId) =>
  library.context.db
    .prepare('SELECT revision_id FROM tips WHERE sample_id = ?')
    .all(sample)
    .map((row) => String(row.revision_id))
    .sort()

it('tells the objects of any saved state of a sample, and of no other', async () => {
  const { labels, sample, library } = await withSample()
  const first = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const second = await labels.setStatus(sample, 'reviewed', 'review')
  expect(await labels.objects(sample, first.revision as RevisionId)).toEqual([car(1)])
  expect(await labels.objects(sample, second.revision as RevisionId)).toEqual([car(1)])
  const other = await library.addSample('b.png')
  await expect(labels.objects(other, first.revision as RevisionId)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

it('opens a sample without a label as empty and unlabeled', async () => {
  const { labels, sample } = await withSample()
  expect(await labels.open(sample)).toEqual({
    sampleId: sample,
    revision: null,
    width,
    height,
    status: 'unlabeled',
    objects: [],
    nextObjectId: 1,
    restoredEdits: 0,
    siblings: [],
  })
})

it('reads back what it saved, in this run and in the next', async () => {
  const { library, labels, sample } = await withSample()
  const ids = painted(300, 3, 9)
  const objects = [{ id: 300, categoryId: 2, attributes: { occluded: true, note: 'half 🚗', year: 1999.5 } }]
  const saved = await labels.save(
    sample,
    ...saveOf(ids, null, { objects, status: 'labeled', nextObjectId: 400 }),
  )
  expect(saved).toMatchObject({ kind: 'saved', head: saved.revision })
  const state = { revision: saved.revision, status: 'labeled', objects, nextObjectId: 400, restoredEdits: 0 }
  expect(await labels.open(sample)).toMatchObject(state)
  await library.close()
  const again = await open({ folder: library.folder })
  expect(await again.labels.open(sample)).toMatchObject(state)
  expect(await again.idsOf(saved.revision)).toEqual(ids)
  const png = decode(await again.labels.png(saved.revision as RevisionId))
  expect([...idsFromMask(png.data as Uint8Array, width, height).ids]).toEqual(ids)
})

it('keeps a record from which every field of the row can be rebuilt', async () => {
  const { library, labels, sample } = await withSample()
  const first = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const second = await labels.save(sample, ...saveOf(painted(1, 0, 5), first.revision))
  const row = library.context.db.prepare('SELECT * FROM revisions WHERE id = ?').get(second.revision)!
  const bytes = await library.context.blobs.get(second.revision as string as BlobDigest)
  const record = parseRevisionRecord(Buffer.from(bytes).toString())
  expect(record).toMatchObject({
    sampleId: sample,
    parents: [first.revision],
    identity: row.identity,
    status: row.status,
    objectCount: row.object_count,
    labeledPixels: row.labeled_pixels,
    nextObjectId: row.next_object_id,
    tool: row.tool,
    createdAt: row.created_at,
    deviceId: library.context.deviceId,
    seq: row.seq,
  })
  expect(record.labeledPixels).toBe(5)
  expect(record.payloads.map(({ role, digest }) => [role, digest])).toEqual([
    ['mask', row.png_digest],
    ['label', row.json_digest],
    ['ontology', row.ontology_digest],
  ])
  for (const { digest, md5, size } of record.payloads) {
    expect(library.context.blobs.stat(digest as BlobDigest)).toEqual({ digest, md5, size })
  }
})

it('makes no revision of a save that changes nothing', async () => {
  const { library, labels, sample } = await withSample()
  const first = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const events = library.events.length
  const again = await labels.save(sample, ...saveOf(painted(1, 0, 4), first.revision))
  expect(again).toMatchObject({ kind: 'unchanged', revision: first.revision, head: first.revision })
  expect(revisionCount(library)).toBe(1)
  expect(library.events.length).toBe(events)
})

it('keeps a save on a moved base beside the head, and shows both', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const theirs = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision))
  const mine = await labels.save(sample, ...saveOf(painted(2, 20, 3, painted(1, 0, 4)), base.revision))
  expect(mine).toMatchObject({ kind: 'sibling', head: theirs.revision })
  expect(mine.revision).not.toBe(theirs.revision)
  expect(tipsOf(library, sample)).toEqual([theirs.revision, mine.revision].sort())
  expect((await labels.open(sample)).revision).toBe(theirs.revision)
  expect(await labels.revisions(sample)).toMatchObject([
    { revision: mine.revision, parents: [base.revision], isHead: false },
    { revision: theirs.revision, parents: [base.revision], isHead: true },
    { revision: base.revision, parents: [], isHead: false },
  ])
  expect(await library.idsOf(mine.revision)).toEqual(painted(2, 20, 3, painted(1, 0, 4)))
})

it('goes on beside the head when a window draws on in a sibling', async () => {
  const { library, labels, sample } = await withSample()
  const theirs = await labels.save(sample, ...saveOf(painted(1, 0, 6), null))
  const mine = await labels.save(sample, ...saveOf(painted(2, 20, 3), null))
  const more = await labels.save(sample, ...saveOf(painted(2, 20, 5), mine.revision))
  expect(more).toMatchObject({ kind: 'sibling', head: theirs.revision })
  expect(tipsOf(library, sample)).toEqual([theirs.revision, more.revision].sort())
})

it('keeps what two windows save at the same moment as two siblings', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const results = await Promise.all([
    labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision)),
    labels.save(sample, ...saveOf(painted(1, 0, 8), base.revision)),
  ])
  expect(results.map(({ kind }) => kind)).toEqual(['saved', 'sibling'])
  expect(tipsOf(library, sample)).toEqual(results.map(({ revision }) => revision).sort())
})

it('makes one revision of two windows that drew the same', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const theirs = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision))
  const mine = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision, { tool: 'cli' }))
  expect(mine).toMatchObject({ kind: 'unchanged', revision: theirs.revision })
  expect(tipsOf(library, sample)).toEqual([theirs.revision])
})

it('does not bring back an old state as a sibling when a window saves what it began with', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const theirs = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision))
  const mine = await labels.save(sample, ...saveOf(painted(1, 0, 4), base.revision))
  expect(mine).toMatchObject({ kind: 'unchanged', revision: base.revision, head: theirs.revision })
  expect(tipsOf(library, sample)).toEqual([theirs.revision])
})

it('finds its own revision when a save whose answer was lost comes again', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const head = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision))
  const lost = await labels.save(sample, ...saveOf(painted(2, 20, 3), base.revision))
  expect(await labels.save(sample, ...saveOf(painted(2, 20, 3), base.revision))).toEqual(lost)
  // Also when the label was drawn on meanwhile.
  const next = await labels.save(sample, ...saveOf(painted(1, 0, 9), head.revision))
  const again = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision))
  expect(again).toEqual({
    kind: 'saved',
    revision: head.revision,
    head: next.revision,
    savedAt: head.savedAt,
  })
  expect(revisionCount(library)).toBe(4)
})

it('saves further on what a lost answer had saved', async () => {
  const { library, labels, sample } = await withSample()
  const session = randomUUID()
  const lost = await labels.save(sample, ...saveOf(painted(1, 0, 4), null, { journal: { session, seq: 1 } }))
  // The window does not know of that revision and has drawn on.
  const next = await labels.save(sample, ...saveOf(painted(1, 0, 5), null, { journal: { session, seq: 2 } }))
  expect(next.kind).toBe('saved')
  expect((await labels.revisions(sample))[0]!.parents).toEqual([lost.revision])
  // An older state of the same window that was held up on its way changes nothing.
  const late = await labels.save(sample, ...saveOf(painted(1, 0, 4), null, { journal: { session, seq: 1 } }))
  expect(late).toMatchObject({ kind: 'saved', revision: next.revision, head: next.revision })
  expect(tipsOf(library, sample)).toEqual([next.revision])
})

it('keeps a label whose base it does not know', async () => {
  const { library, labels, sample } = await withSample()
  const head = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const kept = await labels.save(sample, ...saveOf(painted(2, 8, 4), 'ab'.repeat(32)))
  expect(kept).toMatchObject({ kind: 'sibling', head: head.revision })
  expect(await library.idsOf(kept.revision)).toEqual(painted(2, 8, 4))
  const other = await library.addSample('b.png')
  expect(await labels.save(other, ...saveOf(painted(2, 8, 4), 'ab'.repeat(32)))).toMatchObject({
    kind: 'saved',
  })
  await expect(labels.save(other, ...saveOf(painted(2, 8, 5), head.revision))).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
})

it('settles siblings by a revision with all of them as parents', async () => {
  const { library, labels, sample } = await withSample()
  const theirs = await labels.save(sample, ...saveOf(painted(1, 0, 6), null))
  const mine = await labels.save(sample, ...saveOf(painted(2, 20, 3), null))
  const settled = await labels.choose(sample, mine.revision as RevisionId)
  expect(settled).toMatchObject({ kind: 'saved', head: settled.revision })
  expect(await library.idsOf(settled.revision)).toEqual(painted(2, 20, 3))
  expect((await labels.revisions(sample))[0]).toMatchObject({
    revision: settled.revision,
    parents: [theirs.revision, mine.revision],
    tool: 'choose',
    isHead: true,
  })
  expect(tipsOf(library, sample)).toEqual([settled.revision])
  // The answer was lost: choosing again settles nothing twice.
  const again = await labels.choose(sample, mine.revision as RevisionId)
  expect(again).toMatchObject({ kind: 'unchanged', revision: settled.revision })
  // A window that goes on from what was chosen makes the next head.
  const next = await labels.save(sample, ...saveOf(painted(2, 20, 4), settled.revision))
  expect(next.kind).toBe('saved')
})

it('takes what became of a sibling when an older state of it is chosen', async () => {
  const { library, labels, sample } = await withSample()
  const theirs = await labels.save(sample, ...saveOf(painted(1, 0, 6), null))
  const mine = await labels.save(sample, ...saveOf(painted(2, 20, 3), null))
  await labels.save(sample, ...saveOf(painted(1, 0, 9), theirs.revision))
  // The window was told of `theirs` before it was drawn on.
  const settled = await labels.choose(sample, theirs.revision as RevisionId)
  expect(await library.idsOf(settled.revision)).toEqual(painted(1, 0, 9))
  expect((await labels.revisions(sample)).map(({ revision }) => revision)).toContain(mine.revision)
})

it('brings back an older state as a new revision when there are no siblings', async () => {
  const { library, labels, sample } = await withSample()
  const old = await labels.save(sample, ...saveOf(painted(1, 0, 6), null, { status: 'labeled' }))
  const head = await labels.save(sample, ...saveOf(painted(1, 0, 9), old.revision))
  const back = await labels.choose(sample, old.revision as RevisionId)
  expect(await library.idsOf(back.revision)).toEqual(painted(1, 0, 6))
  expect((await labels.revisions(sample))[0]).toMatchObject({ parents: [head.revision], status: 'labeled' })
  await expect(labels.choose(sample, 'ab'.repeat(32) as RevisionId)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  const other = await library.addSample('b.png')
  await expect(labels.choose(other, old.revision as RevisionId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('gives a sample that was never labeled an empty label with the status', async () => {
  const { library, labels, sample } = await withSample()
  for (const status of statuses) {
    const saved = await labels.setStatus(sample, status)
    expect(saved.kind).toBe('saved')
    expect(await labels.open(sample)).toMatchObject({ status, objects: [], revision: saved.revision })
    expect(await library.idsOf(saved.revision)).toEqual(painted(0, 0, 0))
    expect((await labels.setStatus(sample, status)).kind).toBe('unchanged')
  }
  // Seven revisions of one picture: it was encoded once.
  const masks = new Set(
    library.context.db
      .prepare('SELECT png_digest FROM revisions')
      .all()
      .map((row) => row.png_digest),
  )
  expect(masks.size).toBe(1)
})

it('changes the status and nothing else', async () => {
  const { library, labels, sample } = await withSample()
  const before = await labels.save(sample, ...saveOf(painted(9, 2, 5), null, { nextObjectId: 40 }))
  const after = await labels.setStatus(sample, 'reviewed')
  expect(await labels.open(sample)).toMatchObject({ status: 'reviewed', objects: [car(9)], nextObjectId: 40 })
  for (const column of ['identity', 'png_digest', 'labeled_pixels', 'object_count']) {
    expect(columnOf(library, after.revision, column)).toBe(columnOf(library, before.revision, column))
  }
})

it('encodes the same pixels of another sample once', async () => {
  const { library, labels, sample } = await withSample()
  const other = await library.addSample('b.png')
  const one = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const two = await labels.save(other, ...saveOf(painted(1, 0, 4), null))
  expect(columnOf(library, two.revision, 'png_digest')).toBe(columnOf(library, one.revision, 'png_digest'))
})

it('emits that a label was saved, with the revision that holds it', async () => {
  const { library, labels, sample } = await withSample()
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const sibling = await labels.save(sample, ...saveOf(painted(2, 9, 4), null))
  const events = library.events.filter((event) => event.type === 'label.saved')
  expect(events).toEqual([
    { type: 'label.saved', sampleId: sample, revision: saved.revision },
    { type: 'label.saved', sampleId: sample, revision: sibling.revision },
  ])
})

it.each<[string, Partial<SaveHeader> & { ids?: number[] }]>([
  ['pixels of another size', { ids: painted(1, 0, 4).slice(1) }],
  ['more pixels than the image has', { ids: [...painted(1, 0, 4), 0] }],
  ['a pixel of an object that is not listed', { objects: [] }],
  ['an object listed twice', { objects: [car(1), car(1)] }],
  ['a category that does not exist', { objects: [{ id: 1, categoryId: 3, attributes: {} }] }],
  ['a next id that is taken', { nextObjectId: 1 }],
  ['a next id past the last', { nextObjectId: 0xff_ff_ff + 2 }],
  [
    'too many objects',
    { objects: Array.from({ length: 65_536 }, (_, i) => car(i + 1)), nextObjectId: 70_000 },
  ],
])('refuses %s and leaves the label as it was', async (_what, { ids = painted(1, 0, 4), ...header }) => {
  const { library, labels, sample } = await withSample()
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const [whole] = saveOf(painted(1, 0, 4), saved.revision, header)
  await expect(labels.save(sample, whole, encodeIds(Uint32Array.from(ids)))).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
  expect((await labels.open(sample)).revision).toBe(saved.revision)
  expect(revisionCount(library)).toBe(1)
})

it('refuses samples and revisions that are not there', async () => {
  const { labels } = await withSample()
  const nobody = randomUUID() as SampleId
  const nothing = '12'.repeat(32) as RevisionId
  const code = { code: 'NOT_FOUND' }
  await expect(labels.open(nobody)).rejects.toMatchObject(code)
  await expect(labels.save(nobody, ...saveOf(painted(1, 0, 4), null))).rejects.toMatchObject(code)
  await expect(labels.appendJournal(nobody, ...journalOf(null).edit(1, 0, 2))).rejects.toMatchObject(code)
  await expect(labels.setStatus(nobody, 'labeled')).rejects.toMatchObject(code)
  await expect(labels.revisions(nobody)).rejects.toMatchObject(code)
  await expect(labels.pixels(nothing)).rejects.toMatchObject(code)
  await expect(labels.png(nothing)).rejects.toMatchObject(code)
})

it('shows the saved head of a library that is open for reading, and changes nothing in it', async () => {
  const { library, labels, sample } = await withSample()
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  await labels.appendJournal(sample, ...journalOf(saved.revision).edit(2, 9, 3))
  await library.close()
  const reader = await open({ folder: library.folder, mode: 'read' })
  expect(await reader.labels.open(sample)).toMatchObject({ revision: saved.revision, restoredEdits: 0 })
  expect(await reader.idsOf(saved.revision)).toEqual(painted(1, 0, 4))
  const code = { code: 'LIB_READ_ONLY' }
  await expect(reader.labels.save(sample, ...saveOf(painted(1, 0, 5), saved.revision))).rejects.toMatchObject(
    code,
  )
  await expect(reader.labels.setStatus(sample, 'labeled')).rejects.toMatchObject(code)
  await expect(reader.labels.choose(sample, saved.revision as RevisionId)).rejects.toMatchObject(code)
  const edit = journalOf(saved.revision).edit(2, 9, 3)
  await expect(reader.labels.appendJournal(sample, ...edit)).rejects.toMatchObject(code)
  expect(readdirSync(join(library.folder, 'journal')).length).toBe(1)
})

function spoil(library: LabelLibrary, digest: string, how: 'flip' | 'remove') {
  const path = library.context.blobs.pathOf(digest as BlobDigest)
  if (how === 'remove') return rmSync(path)
  const bytes = readFileSync(path)
  bytes[bytes.length >> 1]! ^= 4
  chmodSync(path, 0o600)
  writeFileSync(path, bytes)
}

it.each([
  ['flip', 'BLOB_CORRUPT'],
  ['remove', 'MISSING_BLOB'],
] as const)('never opens a label with a damaged blob as empty (%s)', async (how, code) => {
  const { library, labels, sample } = await withSample()
  const { revision } = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  spoil(library, columnOf(library, revision, 'json_digest'), how)
  await expect(labels.open(sample)).rejects.toMatchObject({ code })
  spoil(library, columnOf(library, revision, 'png_digest'), how)
  await expect(labels.pixels(revision as RevisionId)).rejects.toMatchObject({ code })
  await expect(labels.png(revision as RevisionId)).rejects.toHaveProperty('code')
  await expect(labels.setStatus(sample, 'reviewed')).rejects.toHaveProperty('code')
  expect(revisionCount(library)).toBe(1)
})

it.each(['flip', 'remove'] as const)(
  'encodes again what is damaged in the store when it is saved again (%s)',
  async (how) => {
    const { library, labels, sample } = await withSample()
    const other = await library.addSample('b.png')
    const one = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
    spoil(library, columnOf(library, one.revision, 'png_digest'), how)
    const two = await labels.save(other, ...saveOf(painted(1, 0, 4), null))
    expect(await library.idsOf(two.revision)).toEqual(painted(1, 0, 4))
    expect(await library.idsOf(one.revision)).toEqual(painted(1, 0, 4))
  },
)

it('gives no status to a label whose pixels are lost', async () => {
  const { library, labels, sample } = await withSample()
  const { revision } = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  spoil(library, columnOf(library, revision, 'png_digest'), 'remove')
  await expect(labels.setStatus(sample, 'reviewed')).rejects.toMatchObject({ code: 'MISSING_BLOB' })
  expect(revisionCount(library)).toBe(1)
})

it('notices a changed row of a head, and changes nothing because of it', async () => {
  const { library, labels, sample } = await withSample()
  const { db } = library.context
  const { revision } = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const code = { code: 'ROW_CORRUPT' }
  const columns = [
    'next_object_id = 7',
    "status = 'labeled'",
    'created_at = 1',
    "tool = 'x'",
    'labeled_pixels = 0',
  ]
  for (const change of columns) {
    const [column] = change.split(' ')
    const before = db.prepare(`SELECT ${column} AS value FROM revisions`).get()!.value!
    db.exec(`UPDATE revisions SET ${change}`)
    await expect(labels.open(sample)).rejects.toMatchObject(code)
    await expect(labels.pixels(revision as RevisionId)).rejects.toMatchObject(code)
    await expect(labels.save(sample, ...saveOf(painted(1, 0, 5), revision))).rejects.toMatchObject(code)
    await expect(labels.setStatus(sample, 'reviewed')).rejects.toMatchObject(code)
    db.prepare(`UPDATE revisions SET ${column} = ?`).run(before)
  }
  expect(revisionCount(library)).toBe(1)
  db.exec('UPDATE samples SET head_revision = NULL')
  await expect(labels.open(sample)).rejects.toMatchObject(code)
  await expect(labels.save(sample, ...saveOf(painted(1, 0, 5), null))).rejects.toMatchObject(code)
  expect(revisionCount(library)).toBe(1)
})

it('refuses a label file that says something else than the row', async () => {
  const { library, labels, sample } = await withSample()
  const other = await labels.save(sample, ...saveOf(painted(1, 0, 4), null, { status: 'labeled' }))
  const head = await labels.save(sample, ...saveOf(painted(1, 0, 4), other.revision))
  // Both files are whole, but they have changed places.
  const { blobs, db } = library.context
  const { row_sum: _, ...row } = db.prepare('SELECT * FROM revisions WHERE id = ?').get(head.revision)!
  const swapped = { ...row, json_digest: columnOf(library, other.revision, 'json_digest') }
  db.prepare('UPDATE revisions SET json_digest = ?, row_sum = ? WHERE id = ?').run(
    swapped.json_digest,
    rowSum(Object.values(swapped) as SqlValue[]),
    head.revision,
  )
  await expect(labels.open(sample)).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
  expect(existsSync(blobs.pathOf(swapped.json_digest as BlobDigest))).toBe(true)
})

it('numbers a revision anew when something else in the library took its number', async () => {
  const { library, labels, sample } = await withSample()
  const { context } = library
  const put = context.blobs.put.bind(context.blobs)
  let taken = 0
  // What an import or a commit may do while the record of a revision is on its way to the disk.
  Object.assign(context.blobs, {
    put: async (bytes: Uint8Array) => {
      const ref = await put(bytes)
      const isRecord = Buffer.from(bytes).includes('"kind":"revision"')
      if (isRecord && taken++ < 2) context.transaction(() => context.nextSeq())
      return ref
    },
  })
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  expect(taken).toBe(3)
  const record = parseRevisionRecord(
    Buffer.from(await context.blobs.get(saved.revision as string as BlobDigest)).toString(),
  )
  expect(record.seq).toBe(Number(columnOf(library, saved.revision, 'seq')))
})

it('finishes what is under way before it closes', async () => {
  const { library, labels, sample } = await withSample()
  const save = labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  await library.close()
  const { revision } = await save
  const again = await open({ folder: library.folder })
  expect((await again.labels.open(sample)).revision).toBe(revision)
})

it('keeps a label whose pixels were those of one that is removed for good while it is saved', async () => {
  const library = await open()
  const { context } = library
  const gone = await library.addSample('a.png')
  const kept = await library.addSample('b.png')
  await library.labels.save(gone, ...saveOf(painted(1, 0, 4), null))
  const trash = createTrash(context, {
    besideVersions: async (work) => work(new Set()),
    dropJournal: () => {},
  })
  trash.put([gone])
  const categories = createCategories(context)
  let removed = 0
  // By the time the categories are asked for, mask and label were found to be there.
  const labels = createLabels(context, {
    categories: {
      ...categories,
      async ontology() {
        removed += (await trash.empty()).removed
        return categories.ontology()
      },
    },
  })
  onTestFinished(() => labels.close())
  const saved = await labels.save(kept, ...saveOf(painted(1, 0, 4), null))
  expect(removed).toBe(1)
  expect(saved.kind).toBe('saved')
  expect(await library.idsOf(saved.revision)).toEqual(painted(1, 0, 4))
  expect(await labels.objects(kept, saved.revision as RevisionId)).toEqual([car(1)])
})
