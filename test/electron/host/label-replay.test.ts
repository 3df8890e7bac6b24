import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readJournal } from '../../../electron/adapters/journal-file.ts'
import type { OpenOptions } from '../../../electron/host/library.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import { faultyFileOps } from '../../support/faulty-file-ops.ts'
import {
  journalOf,
  type LabelLibrary,
  openLabelLibrary,
  painted,
  saveOf,
} from '../../support/label-library.ts'

async function open(options: Partial<OpenOptions> & { folder?: string } = {}) {
  const library = await openLabelLibrary(options)
  onTestFinished(() => library.cleanup())
  return library
}

async function withSample(options: Partial<OpenOptions> = {}) {
  const library = await open(options)
  return { library, labels: library.labels, sample: await library.addSample('a.png') }
}

/** The library as the next start finds it. */
async function reopened(library: LabelLibrary): Promise<LabelLibrary> {
  await library.close()
  return open({ folder: library.folder })
}

const journals = (library: LabelLibrary) => readdirSync(join(library.folder, 'journal'))
const quarantined = (library: LabelLibrary) =>
  readdirSync(join(library.folder, 'quarantine')).filter((name) => !name.endsWith('.json'))
const noticeCodes = (library: LabelLibrary) =>
  library.events.flatMap((event) => (event.type === 'notice' ? [event.notice.error.code] : []))
const idsOfHead = async (library: LabelLibrary, sample: SampleId) =>
  library.idsOf((await library.labels.open(sample)).revision!)

it('restores the edits before one that makes no label, and keeps that one in quarantine', async () => {
  const { library, labels, sample } = await withSample()
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const journal = journalOf(saved.revision)
  await labels.appendJournal(sample, ...journal.edit(2, 10, 4))
  // Object 1 goes, but three of its pixels stay.
  await labels.appendJournal(sample, ...journal.edit(2, 3, 4, { removed: [1] }))
  await labels.appendJournal(sample, ...journal.edit(3, 20, 2))
  const again = await reopened(library)
  expect((await again.labels.open(sample)).restoredEdits).toBe(1)
  expect(await idsOfHead(again, sample)).toEqual(painted(2, 10, 4, painted(1, 0, 4)))
  expect(noticeCodes(again)).toEqual(['JOURNAL_DAMAGED'])
  expect(quarantined(again).length).toBe(1)
})

it('restores the edits before one that does not fit the image, and keeps that one in quarantine', async () => {
  const { library, labels, sample } = await withSample()
  const journal = journalOf(null)
  await labels.appendJournal(sample, ...journal.edit(1, 0, 4))
  await labels.appendJournal(sample, ...journal.edit(2, 33, 9))
  const again = await reopened(library)
  expect((await again.labels.open(sample)).restoredEdits).toBe(1)
  expect(await idsOfHead(again, sample)).toEqual(painted(1, 0, 4))
  expect(quarantined(again).length).toBe(1)
})

it('restores objects, status and next id as the edits left them', async () => {
  const { library, labels, sample } = await withSample()
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const journal = journalOf(saved.revision)
  await labels.appendJournal(sample, ...journal.edit(2, 0, 4, { removed: [1] }))
  await labels.appendJournal(sample, ...journal.edit(3, 20, 2, { status: 'labeled', nextObjectId: 9 }))
  const again = await reopened(library)
  expect(await again.labels.open(sample)).toMatchObject({
    status: 'labeled',
    objects: [{ id: 2 }, { id: 3 }],
    nextObjectId: 9,
    restoredEdits: 2,
  })
  expect(await idsOfHead(again, sample)).toEqual(painted(3, 20, 2, painted(2, 0, 4)))
  expect(await again.labels.revisions(sample)).toMatchObject([
    { tool: 'journal', parents: [saved.revision], isHead: true },
    { revision: saved.revision },
  ])
  expect(journals(again)).toEqual([])
  expect((await again.labels.open(sample)).restoredEdits).toBe(0)
})

it('replays only what the last save does not hold', async () => {
  const { library, labels, sample } = await withSample()
  const journal = journalOf(null)
  await labels.appendJournal(sample, ...journal.edit(1, 0, 3))
  const second = journal.edit(2, 5, 3)
  await labels.appendJournal(sample, ...second)
  await labels.appendJournal(sample, ...journal.edit(3, 10, 3))
  // The save was taken before the third edit.
  const part = { session: journal.session, seq: 2 }
  const ids = painted(2, 5, 3, painted(1, 0, 3))
  const saved = await labels.save(sample, ...saveOf(ids, null, { journal: part }))
  expect(journals(library).length).toBe(1)
  const again = await reopened(library)
  expect(await again.labels.open(sample)).toMatchObject({ restoredEdits: 1 })
  expect(await idsOfHead(again, sample)).toEqual(painted(3, 10, 3, ids))
  expect((await again.labels.revisions(sample))[0]!.parents).toEqual([saved.revision])
})

it('removes a journal once a save holds all of it, and begins the next one on that save', async () => {
  const { library, labels, sample } = await withSample()
  const journal = journalOf(null)
  await labels.appendJournal(sample, ...journal.edit(1, 0, 3))
  const part = { session: journal.session, seq: 1 }
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 3), null, { journal: part }))
  expect(journals(library)).toEqual([])
  await labels.appendJournal(sample, ...journal.edit(2, 8, 3))
  const [name] = journals(library)
  const content = readJournal(readFileSync(join(library.folder, 'journal', name!)))
  expect(content.head).toMatchObject({ base: saved.revision, covers: 1 })
  // A head that describes itself: the edits come back although the index has lost the mark.
  library.context.db.exec('DELETE FROM journal_marks')
  const again = await reopened(library)
  expect((await again.labels.open(sample)).restoredEdits).toBe(1)
  expect(await idsOfHead(again, sample)).toEqual(painted(2, 8, 3, painted(1, 0, 3)))
})

it('marks the journal as covered by a save that changed nothing', async () => {
  const { library, labels, sample } = await withSample()
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const journal = journalOf(saved.revision)
  await labels.appendJournal(sample, ...journal.edit(2, 9, 2))
  await labels.appendJournal(sample, ...journal.edit(0, 9, 2, { set: [], removed: [2], nextObjectId: 3 }))
  const part = { session: journal.session, seq: 2 }
  const same = await labels.save(sample, ...saveOf(painted(1, 0, 4), saved.revision, { journal: part }))
  expect(same.kind).toBe('unchanged')
  expect(journals(library)).toEqual([])
  const again = await reopened(library)
  expect(await again.labels.open(sample)).toMatchObject({ revision: saved.revision, restoredEdits: 0 })
})

it('acknowledges an edit that comes again without writing it again', async () => {
  const { library, labels, sample } = await withSample()
  const journal = journalOf(null)
  const first = journal.edit(1, 0, 3)
  await labels.appendJournal(sample, ...first)
  expect(await labels.appendJournal(sample, ...first)).toEqual({ seq: 1 })
  await labels.appendJournal(sample, ...journal.edit(2, 5, 3))
  const path = join(library.folder, 'journal', journals(library)[0]!)
  expect(readJournal(readFileSync(path)).bodies.length).toBe(2)
  const part = { session: journal.session, seq: 2 }
  await labels.save(sample, ...saveOf(painted(2, 5, 3, painted(1, 0, 3)), null, { journal: part }))
  // It was on its way while the save that holds it was answered.
  expect(await labels.appendJournal(sample, ...first)).toEqual({ seq: 1 })
  expect(journals(library)).toEqual([])
})

it('goes on in a file of its own when a window outlives the host', async () => {
  const { library, labels, sample } = await withSample()
  const journal = journalOf(null)
  const first = journal.edit(1, 0, 3)
  await labels.appendJournal(sample, ...first)
  const again = await reopened(library)
  expect(await again.labels.appendJournal(sample, ...first)).toEqual({ seq: 1 })
  await again.labels.appendJournal(sample, ...journal.edit(2, 5, 3))
  expect(journals(again).length).toBe(2)
  expect((await again.labels.open(sample)).restoredEdits).toBe(2)
  expect(await idsOfHead(again, sample)).toEqual(painted(2, 5, 3, painted(1, 0, 3)))
  expect(journals(again)).toEqual([])
})

it.each<[string, Parameters<LabelLibrary['labels']['appendJournal']>[1]]>([
  ['an edit with another before it missing', journalOf(null).edit(1, 0, 3, { seq: 2 })[0]],
  ['an edit of another size', journalOf(null).edit(1, 0, 3, { width: 8 })[0]],
  ['an edit on a label that is not here', journalOf('ab'.repeat(32)).edit(1, 0, 3)[0]],
])('refuses %s', async (_what, header) => {
  const { library, labels, sample } = await withSample()
  const code = { code: 'BAD_REQUEST' }
  await expect(labels.appendJournal(sample, header, new Uint8Array(0))).rejects.toMatchObject(code)
  expect(journals(library)).toEqual([])
})

it('refuses an edit of a session that drew on another image', async () => {
  const { library, labels, sample } = await withSample()
  const other = await library.addSample('b.png')
  const journal = journalOf(null)
  const part = { session: journal.session, seq: 1 }
  await labels.save(other, ...saveOf(painted(1, 0, 3), null, { journal: part }))
  const code = { code: 'BAD_REQUEST' }
  await expect(labels.appendJournal(sample, ...journal.edit(1, 0, 3, { seq: 2 }))).rejects.toMatchObject(code)
  const save = saveOf(painted(1, 0, 3), null, { journal: { ...part, seq: 2 } })
  await expect(labels.save(sample, ...save)).rejects.toMatchObject(code)
})

it('restores as a sibling when the head has moved, and shows both', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  await labels.appendJournal(sample, ...journalOf(base.revision).edit(2, 9, 3))
  const theirs = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision))
  const again = await reopened(library)
  expect(await again.labels.open(sample)).toMatchObject({ revision: theirs.revision, restoredEdits: 0 })
  expect(noticeCodes(again)).toEqual(['JOURNAL_RESTORED'])
  const [restored, head] = await again.labels.revisions(sample)
  expect(head).toMatchObject({ revision: theirs.revision, isHead: true })
  expect(restored).toMatchObject({ parents: [base.revision], tool: 'journal', isHead: false })
  expect(await again.idsOf(restored!.revision)).toEqual(painted(2, 9, 3, painted(1, 0, 4)))
  expect(journals(again)).toEqual([])
})

it('restores the journals of two windows as two siblings', async () => {
  const { library, labels, sample } = await withSample()
  for (const id of [1, 2]) await labels.appendJournal(sample, ...journalOf(null).edit(id, id * 5, 3))
  const again = await reopened(library)
  await again.labels.open(sample)
  const states = await Promise.all(
    (await again.labels.revisions(sample)).map((row) => again.idsOf(row.revision)),
  )
  expect(states).toHaveLength(2)
  expect(states).toContainEqual(painted(1, 5, 3))
  expect(states).toContainEqual(painted(2, 10, 3))
})

it('gives a live window the very revision that was made of its journal for another window', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const journal = journalOf(base.revision)
  await labels.appendJournal(sample, ...journal.edit(2, 9, 3))
  const other = await labels.open(sample)
  expect(other.restoredEdits).toBe(1)
  const ids = painted(2, 9, 3, painted(1, 0, 4))
  const part = (seq: number) => ({ session: journal.session, seq })
  const saved = await labels.save(sample, ...saveOf(ids, base.revision, { journal: part(1) }))
  expect(saved).toMatchObject({ revision: other.revision, head: other.revision })
  expect((await labels.revisions(sample)).length).toBe(2)
  // And it goes on from there, whether it drew on before it saved or after.
  await labels.appendJournal(sample, ...journal.edit(3, 20, 2))
  expect(journals(library).length).toBe(1)
  const more = painted(3, 20, 2, ids)
  const next = await labels.save(sample, ...saveOf(more, base.revision, { journal: part(2) }))
  expect(next).toMatchObject({ kind: 'saved', head: next.revision })
  expect((await labels.revisions(sample))[0]!.parents).toEqual([other.revision])
  expect(journals(library)).toEqual([])
})

it('keeps an edit that arrives while the journal is being replayed', async () => {
  const { library, labels, sample } = await withSample()
  const journal = journalOf(null)
  await labels.appendJournal(sample, ...journal.edit(1, 0, 3))
  const opening = labels.open(sample)
  // The replay has read the file by the time the first answer of anything else can be there.
  await new Promise((resolve) => setImmediate(resolve))
  await labels.appendJournal(sample, ...journal.edit(2, 5, 3))
  const opened = await opening
  expect(await library.idsOf(opened.revision!)).toEqual(painted(1, 0, 3))
  const again = await reopened(library)
  expect((await again.labels.open(sample)).restoredEdits).toBe(1)
  expect(await idsOfHead(again, sample)).toEqual(painted(2, 5, 3, painted(1, 0, 3)))
})

/** A closed library with three edits in a journal, to be copied and damaged. */
async function abandoned() {
  const { library, labels, sample } = await withSample()
  const journal = journalOf(null)
  for (const id of [1, 2, 3]) await labels.appendJournal(sample, ...journal.edit(id, id * 5, 3))
  const [name] = journals(library)
  await library.close()
  const bytes = readFileSync(join(library.folder, 'journal', name!))
  const states = [1, 2, 3].map((n) =>
    [1, 2, 3].slice(0, n).reduce((ids, id) => painted(id, id * 5, 3, ids), painted(0, 0, 0)),
  )
  return { folder: library.folder, sample, name: name!, bytes, states }
}

async function copyWith(folder: string, name: string, bytes: Uint8Array): Promise<LabelLibrary> {
  const copy = `${folder}-${randomUUID()}`
  cpSync(folder, copy, { recursive: true })
  writeFileSync(join(copy, 'journal', name), bytes)
  return open({ folder: copy })
}

it('restores exactly the whole edits of a torn journal, and keeps the torn bytes', async () => {
  const { folder, sample, name, bytes, states } = await abandoned()
  // Every boundary and its neighbours, and a stride between: journal-file.test.ts cuts at each single byte.
  const ends: number[] = []
  for (let length = 0; length < bytes.length; length++) {
    const { end, bodies } = readJournal(bytes.subarray(0, length))
    if (bodies.length > 0 && end === length) ends.push(length)
  }
  const cuts = [1, 20, ...ends.flatMap((end) => [end - 1, end, end + 1, end + 150]), bytes.length - 1]
  for (const length of new Set(cuts)) {
    const library = await copyWith(folder, name, bytes.subarray(0, length))
    const whole = readJournal(bytes.subarray(0, length)).bodies.length
    const opened = await library.labels.open(sample)
    expect(opened.restoredEdits).toBe(whole)
    if (whole > 0) expect(await library.idsOf(opened.revision!)).toEqual(states[whole - 1])
    else expect(opened.revision).toBe(null)
    expect(journals(library)).toEqual([])
    if (ends.includes(length)) {
      expect(quarantined(library)).toEqual([])
    } else {
      const [kept] = quarantined(library)
      expect(readFileSync(join(library.folder, 'quarantine', kept!))).toEqual(bytes.subarray(0, length))
      expect(noticeCodes(library)).toContain('JOURNAL_DAMAGED')
    }
    await library.cleanup()
  }
}, 120_000)

it('keeps what a flipped bit hides, and says so', async () => {
  const { folder, sample, name, bytes, states } = await abandoned()
  const damaged = Buffer.from(bytes)
  damaged[bytes.length >> 1]! ^= 1
  const whole = readJournal(damaged).bodies.length
  expect(whole).toBeLessThan(3)
  const library = await copyWith(folder, name, damaged)
  expect((await library.labels.open(sample)).restoredEdits).toBe(whole)
  if (whole > 0) expect(await idsOfHead(library, sample)).toEqual(states[whole - 1])
  expect(readFileSync(join(library.folder, 'quarantine', quarantined(library)[0]!))).toEqual(damaged)
  const notes = readdirSync(join(library.folder, 'quarantine')).filter((file) => file.endsWith('.json'))
  expect(JSON.parse(readFileSync(join(library.folder, 'quarantine', notes[0]!), 'utf8'))).toMatchObject({
    file: quarantined(library)[0],
    why: 'It ends in the middle of an edit.',
  })
})

it('keeps a torn journal for quarantine when the window behind it saves before anybody opens the image', async () => {
  const { folder, sample, name, bytes } = await abandoned()
  const torn = bytes.subarray(0, bytes.length - 9)
  const library = await copyWith(folder, name, torn)
  const session = name.split('.')[1]!
  const ids = [1, 2, 3].reduce((before, id) => painted(id, id * 5, 3, before), painted(0, 0, 0))
  await library.labels.save(sample, ...saveOf(ids, null, { journal: { session, seq: 3 } }))
  expect(journals(library)).toEqual([name])
  expect((await library.labels.open(sample)).restoredEdits).toBe(0)
  expect(journals(library)).toEqual([])
  expect(readFileSync(join(library.folder, 'quarantine', quarantined(library)[0]!))).toEqual(torn)
  expect((await library.labels.revisions(sample)).length).toBe(1)
})

it('quarantines a journal that lies under another image’s name', async () => {
  const { folder, sample, name, bytes } = await abandoned()
  const library = await open({ folder })
  const other = await library.addSample('b.png')
  copyFileSync(join(folder, 'journal', name), join(folder, 'journal', name.replace(sample, other)))
  expect(await library.labels.open(other)).toMatchObject({ revision: null, restoredEdits: 0 })
  expect(readFileSync(join(folder, 'quarantine', quarantined(library)[0]!))).toEqual(bytes)
  expect(noticeCodes(library)).toEqual(['JOURNAL_DAMAGED'])
  expect((await library.labels.open(sample)).restoredEdits).toBe(3)
})

it('leaves a journal where it is while the label it continues is damaged', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  await labels.appendJournal(sample, ...journalOf(base.revision).edit(2, 9, 3))
  const head = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision))
  const { db, blobs } = library.context
  const row = db.prepare('SELECT png_digest FROM revisions WHERE id = ?').get(base.revision)!
  const path = blobs.pathOf(row.png_digest as BlobDigest)
  const good = readFileSync(path)
  chmodSync(path, 0o600)
  writeFileSync(path, good.toReversed())
  expect(await labels.open(sample)).toMatchObject({ revision: head.revision, restoredEdits: 0 })
  expect(noticeCodes(library)).toEqual(['BLOB_CORRUPT'])
  expect(journals(library).length).toBe(1)
  // A copy was found and put back.
  await blobs.put(good)
  await labels.open(sample)
  expect(journals(library)).toEqual([])
  const restored = (await labels.revisions(sample))[0]!
  expect(await library.idsOf(restored.revision)).toEqual(painted(2, 9, 3, painted(1, 0, 4)))
})

it('opens the head while an older row that a journal continues is damaged', async () => {
  const { library, labels, sample } = await withSample()
  const base = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  await labels.appendJournal(sample, ...journalOf(base.revision).edit(2, 9, 3))
  const head = await labels.save(sample, ...saveOf(painted(1, 0, 6), base.revision))
  const change = library.context.db.prepare('UPDATE revisions SET next_object_id = ? WHERE id = ?')
  change.run(9, base.revision)
  expect(await labels.open(sample)).toMatchObject({ revision: head.revision, restoredEdits: 0 })
  expect(noticeCodes(library)).toEqual(['ROW_CORRUPT'])
  expect(journals(library).length).toBe(1)
  change.run(2, base.revision)
  await labels.open(sample)
  expect(journals(library)).toEqual([])
  expect((await labels.revisions(sample)).length).toBe(3)
})

it('keeps earlier edits when appending fails, and goes on once it works again', async () => {
  for (const failing of ['write', 'fdatasync'] as const) {
    const ops = faultyFileOps()
    const { library, labels, sample } = await withSample({ ops })
    const journal = journalOf(null)
    await labels.appendJournal(sample, ...journal.edit(1, 0, 3))
    await labels.appendJournal(sample, ...journal.edit(2, 5, 3))
    const third = journal.edit(3, 10, 3)
    ops.fail('ENOSPC', (_, call) => call.name === failing)
    await expect(labels.appendJournal(sample, ...third)).rejects.toMatchObject({ code: 'DISK_FULL' })
    // Now not even a new file can be begun.
    ops.fail('ENOSPC', (_, call) => call.name === 'open')
    await expect(labels.appendJournal(sample, ...third)).rejects.toMatchObject({ code: 'DISK_FULL' })
    ops.heal()
    expect(await labels.appendJournal(sample, ...third)).toEqual({ seq: 3 })
    await labels.appendJournal(sample, ...journal.edit(4, 15, 3))
    const again = await reopened(library)
    const opened = await again.labels.open(sample)
    expect(opened.restoredEdits).toBe(4)
    const all = [1, 2, 3, 4].reduce((ids, id) => painted(id, (id - 1) * 5, 3, ids), painted(0, 0, 0))
    expect(await again.idsOf(opened.revision!)).toEqual(all)
    expect(noticeCodes(again)).toEqual([])
    expect(journals(again)).toEqual([])
  }
})

it('opens nothing and touches no journal while the disk is full', async () => {
  const { library, labels, sample } = await withSample()
  await labels.appendJournal(sample, ...journalOf(null).edit(1, 0, 3))
  const before = readFileSync(join(library.folder, 'journal', journals(library)[0]!))
  await library.close()
  const ops = faultyFileOps()
  const again = await open({ folder: library.folder, ops })
  ops.fail('ENOSPC', () => true)
  await expect(again.labels.open(sample)).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(readFileSync(join(library.folder, 'journal', journals(again)[0]!))).toEqual(before)
  ops.heal()
  expect((await again.labels.open(sample)).restoredEdits).toBe(1)
})

it('takes a journal that cannot be removed for what it is: covered', async () => {
  const ops = faultyFileOps()
  const { library, labels, sample } = await withSample({ ops })
  const journal = journalOf(null)
  await labels.appendJournal(sample, ...journal.edit(1, 0, 3))
  ops.fail('EACCES', (_, call) => call.name === 'remove')
  const part = { session: journal.session, seq: 1 }
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 3), null, { journal: part }))
  expect(saved.kind).toBe('saved')
  expect(journals(library).length).toBe(1)
  const again = await reopened(library)
  expect(await again.labels.open(sample)).toMatchObject({ revision: saved.revision, restoredEdits: 0 })
  expect(journals(again)).toEqual([])
})

it('refuses an edit larger than a record, and one more when a journal is full', async () => {
  const { labels, sample } = await withSample()
  const journal = journalOf(null)
  const [header] = journal.edit(1, 0, 3)
  const code = { code: 'IN_TOO_BIG' }
  await expect(labels.appendJournal(sample, header, new Uint8Array(16 << 20))).rejects.toMatchObject(code)
  const large = new Uint8Array(15 << 20)
  for (let seq = 1; seq <= 4; seq++) await labels.appendJournal(sample, { ...header, seq }, large)
  await expect(labels.appendJournal(sample, { ...header, seq: 5 }, large)).rejects.toMatchObject(code)
})

it('ignores files in the journal folder that are not its own', async () => {
  const { library, labels, sample } = await withSample()
  const folder = join(library.folder, 'journal')
  writeFileSync(join(folder, `${sample}.notes.txt`), 'mine')
  mkdirSync(join(folder, 'copies'))
  expect((await labels.open(sample)).restoredEdits).toBe(0)
  expect(journals(library).sort()).toEqual([`${sample}.notes.txt`, 'copies'].sort())
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
  expect((await labels.open(sample)).revision satisfies string | null as RevisionId | null).toBe(null)
})

it('recovers the edits of images that nobody opens, and tells of them when somebody does', async () => {
  const { library, labels, sample } = await withSample()
  const other = await library.addSample('b.png')
  const untouched = await library.addSample('c.png')
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  await labels.appendJournal(sample, ...journalOf(saved.revision).edit(2, 10, 4))
  await labels.appendJournal(other, ...journalOf(null).edit(3, 0, 2))
  const again = await reopened(library)
  await again.labels.recover()
  expect(journals(again)).toEqual([])
  const heads = again.context.db.prepare('SELECT name, head_revision AS head FROM samples ORDER BY seq').all()
  expect(heads.map(({ head }) => head !== null)).toEqual([true, true, false])
  const [head] = await again.labels.revisions(sample)
  expect(head).toMatchObject({ isHead: true, parents: [saved.revision], tool: 'journal' })
  expect((await again.labels.open(sample)).restoredEdits).toBe(1)
  expect((await again.labels.open(sample)).restoredEdits).toBe(0)
  expect((await again.labels.open(other)).restoredEdits).toBe(1)
  expect((await again.labels.open(untouched)).restoredEdits).toBe(0)
})

it('recovers the other images when one cannot be brought back, and keeps the journal of that one', async () => {
  const { library, labels, sample } = await withSample()
  const other = await library.addSample('b.png')
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  await labels.appendJournal(sample, ...journalOf(saved.revision).edit(2, 10, 4))
  await labels.appendJournal(other, ...journalOf(null).edit(3, 0, 2))
  library.context.db.prepare("UPDATE samples SET name = 'x' WHERE id = ?").run(sample)
  const again = await reopened(library)
  await again.labels.recover()
  expect(journals(again).map((name) => name.startsWith(sample))).toEqual([true])
  expect((await again.labels.open(other)).restoredEdits).toBe(1)
  await expect(again.labels.open(sample)).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
})

it('tells of edits that came back to whoever opens the label, not to who only looks at it', async () => {
  const { library, labels, sample } = await withSample()
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  await labels.appendJournal(sample, ...journalOf(saved.revision).edit(2, 10, 4))
  const again = await reopened(library)
  expect((await again.labels.open(sample, { peek: true })).objects.map(({ id }) => id)).toEqual([1, 2])
  expect((await again.labels.open(sample)).restoredEdits).toBe(1)
  expect((await again.labels.open(sample)).restoredEdits).toBe(0)
})

it('takes what a window goes on drawing as coming after the edits that a start brought back', async () => {
  const { library, labels, sample } = await withSample()
  const saved = await labels.save(sample, ...saveOf(painted(1, 0, 4), null))
  const journal = journalOf(saved.revision)
  await labels.appendJournal(sample, ...journal.edit(2, 10, 4))
  const again = await reopened(library)
  await again.labels.recover()
  await again.labels.appendJournal(sample, ...journal.edit(3, 20, 2))
  const ids = painted(3, 20, 2, painted(2, 10, 4, painted(1, 0, 4)))
  const [header, bytes] = saveOf(ids, saved.revision)
  const mark = { session: journal.session, seq: 2 }
  expect(await again.labels.save(sample, { ...header, journal: mark }, bytes)).toMatchObject({
    kind: 'saved',
  })
  expect(journals(again)).toEqual([])
})

it('counts a stroke once, however often it was recorded, and not at all when it was taken back', async () => {
  const { library, labels, sample } = await withSample()
  const [first, second, third] = [journalOf(null), journalOf(null), journalOf(null)]
  const underWay = { stroke: 'under way' } as const
  await labels.appendJournal(sample, ...first.edit(1, 0, 2, underWay))
  await labels.appendJournal(sample, ...first.edit(1, 0, 4, underWay))
  const again = await reopened(library)
  expect((await again.labels.open(sample)).restoredEdits).toBe(1)
  expect(await idsOfHead(again, sample)).toEqual(painted(1, 0, 4))

  const other = await again.addSample('b.png')
  await again.labels.appendJournal(other, ...second.edit(1, 0, 2, underWay))
  await again.labels.appendJournal(other, ...second.edit(1, 0, 4))
  await again.labels.appendJournal(other, ...second.edit(2, 10, 4, underWay))
  const later = await reopened(again)
  expect((await later.labels.open(other)).restoredEdits).toBe(2)

  const last = await later.addSample('c.png')
  await later.labels.appendJournal(last, ...third.edit(1, 0, 2, underWay))
  const nothing = { set: [], removed: [1], stroke: 'taken back' } as const
  await later.labels.appendJournal(last, ...third.edit(0, 0, 2, { ...nothing, set: [], removed: [1] }))
  expect((await later.labels.open(last)).restoredEdits).toBe(0)
  expect((await later.labels.open(last)).objects).toEqual([])
})
