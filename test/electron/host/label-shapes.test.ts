import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { dumpLibrary } from '../../../electron/host/dump.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import { parseRevisionRecord } from '../../../shared/formats/revision-record.ts'
import { shapesFileText } from '../../../shared/formats/shapes-file.ts'
import { type LabelShapes, noShapes, type Shape } from '../../../shared/label/shape.ts'
import { car, journalOf, painted, saveOf } from '../../support/label-library.ts'
import { openVersionLibrary, type VersionLibrary } from '../../support/version-library.ts'

const open: VersionLibrary[] = []
afterEach(async () => {
  for (const library of open.splice(0).reverse()) await library.cleanup()
})

const shape = (id: number, more: Partial<Shape> = {}): Shape => ({
  id,
  trackId: id,
  categoryId: 2,
  type: 'bbox',
  points: [
    [0.5, 1],
    [3, 4.25],
  ],
  attributes: { occluded: true },
  other: { is_keyframe: false },
  ...more,
})
const boxes = (...ids: number[]): LabelShapes => ({ ...noShapes, shapes: ids.map((id) => shape(id)) })
const { signal } = new AbortController()

async function setUp(options: Parameters<typeof openVersionLibrary>[0] = {}) {
  const library = await openVersionLibrary(options)
  open.push(library)
  const a = await library.addSample('a.png')
  const { labels } = library
  /** Ids of the shapes of the label shown; null for no file. */
  const shown = async (sample: SampleId = a) => {
    const { revision } = await labels.open(sample)
    const shapes = revision === null ? null : await labels.shapes(revision as RevisionId)
    return shapes?.shapes.map(({ id }) => id) ?? null
  }
  const put = async (shapes: LabelShapes | null, ids = painted(1, 0, 4), sample: SampleId = a) => {
    const { revision } = await labels.open(sample)
    return (await labels.save(sample, ...saveOf(ids, revision), shapes)).revision
  }
  const commit = async () => (await library.changes.commit(''))!
  return { ...library, library, a, shown, put, commit }
}

describe('a label with shapes', () => {
  it('keeps them as they came, in its record, and a label without any has the record it always had', async () => {
    const { a, put, labels, context } = await setUp()
    const whole: LabelShapes = {
      ...boxes(1, 1),
      unread: [{ at: 1, annotation: { type: 'ellipse' } }],
      links: [{ from_id: 1, to_id: 2 }],
      label: { score: 0.5 },
      objects: new Map([[1, { index: 3 }]]),
      other: { x: null },
      imageAttributes: { box: { a: 1 } },
    }
    const revision = await put(whole)
    expect(await labels.shapes(revision as RevisionId)).toEqual(whole)
    expect(Buffer.from((await labels.shapesFile(revision as RevisionId))!).toString()).toBe(
      shapesFileText(whole),
    )
    const recordOf = async (id: string) =>
      parseRevisionRecord(Buffer.from(await context.blobs.get(id as BlobDigest)).toString())
    expect((await recordOf(revision)).payloads.map(({ role }) => role)).toEqual([
      'mask',
      'label',
      'ontology',
      'shapes',
    ])
    const state = await labels.open(a)
    expect(state.shapes).toMatch(/^[0-9a-f]{64}$/)
    const bare = await put(null)
    expect((await recordOf(bare)).payloads.map(({ role }) => role)).toEqual(['mask', 'label', 'ontology'])
    expect(await labels.open(a)).not.toHaveProperty('shapes')
  })

  it('is given others only where it still is what was looked at', async () => {
    const { a, shown, put, labels } = await setUp()
    const by = { status: 'in progress', author: 'bo', tool: 'import' } as const
    const first = await labels.setShapes(a, boxes(1), { ...by, base: null })
    const second = (await put(boxes(2))) as RevisionId
    for (const base of [null, first]) {
      await expect(labels.setShapes(a, boxes(3), { ...by, base })).rejects.toMatchObject({ code: 'CONFLICT' })
    }
    expect((await labels.open(a)).revision).toBe(second)
    await labels.setShapes(a, boxes(3), { ...by, base: second })
    await labels.setShapes(a, boxes(3, 4), by)
    expect(await shown()).toEqual([3, 4])
  })

  it('keeps them through strokes, statuses, categories and whatever else knows nothing of them', async () => {
    const { a, shown, put, labels } = await setUp()
    await put(boxes(1, 2))
    const { revision } = await labels.open(a)
    await labels.save(a, ...saveOf(painted(2, 8, 3), revision))
    expect(await shown()).toEqual([1, 2])
    await labels.setStatus(a, 'labeled')
    // Once with other pixels, and once with the same ones.
    await labels.rewrite(a, 'category:1', () => ({ objects: [], ids: new Map([[2, 0]]) }))
    expect(await shown()).toEqual([1, 2])
    await labels.rewrite(a, 'category:2', () => ({ objects: [car(4)], ids: new Map() }))
    expect(await shown()).toEqual([1, 2])
    await labels.setStatus(a, 'rejected', 'review')
    expect(await shown()).toEqual([1, 2])
  })

  it('loses none to a save from a window that had opened the image before they came', async () => {
    const { a, shown, put, labels } = await setUp()
    const { revision: before } = await labels.open(a)
    await put(boxes(7))
    // The window has never heard of the revision that brought them.
    const late = await labels.save(a, ...saveOf(painted(3, 0, 2), before))
    expect(late.kind).toBe('sibling')
    expect((await labels.shapes(late.revision as RevisionId))?.shapes).toHaveLength(1)
    await labels.choose(a, late.revision as RevisionId)
    expect(await shown()).toEqual([7])
  })

  it('is another label when only they differ, and the same one when nothing does', async () => {
    const { put, labels, a } = await setUp()
    const first = await put(boxes(1))
    expect(await put(boxes(1))).toBe(first)
    const second = await put(boxes(2))
    expect(second).not.toBe(first)
    // The same save once more, as after a lost answer.
    const again = await labels.save(a, ...saveOf(painted(1, 0, 4), first), boxes(2))
    expect(again).toMatchObject({ kind: 'unchanged', revision: second })
  })

  it('has them again after a crash, with the edits that only a journal held', async () => {
    const { library, a, put, labels } = await setUp()
    const base = await put(boxes(4, 5))
    const journal = journalOf(base)
    await labels.appendJournal(a, ...journal.edit(2, 10, 3))
    await library.close()
    const again = await openVersionLibrary({ folder: library.folder })
    open.push(again)
    const state = await again.labels.open(a)
    expect(state.restoredEdits).toBe(1)
    expect((await again.labels.shapes(state.revision as RevisionId))?.shapes.map(({ id }) => id)).toEqual([
      4, 5,
    ])
  })

  it('is never taken for one without when the file is gone or damaged', async () => {
    const { a, put, labels, context } = await setUp()
    await put(boxes(1))
    const { shapes, revision } = await labels.open(a)
    const path = context.blobs.pathOf(shapes as BlobDigest)
    rmSync(path)
    await expect(labels.shapes(revision as RevisionId)).rejects.toMatchObject({ code: 'MISSING_BLOB' })
    await expect(labels.save(a, ...saveOf(painted(1, 0, 5), revision))).rejects.toMatchObject({
      code: 'MISSING_BLOB',
    })
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '{}')
    await expect(labels.shapes(revision as RevisionId)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  })
})

describe('versions of labels with shapes', () => {
  it('hold them, say that they changed, and bring them back', async () => {
    const { a, put, shown, commit, versions, changes, compare, damage, context } = await setUp()
    await put(boxes(1))
    const first = await commit()
    expect(first.counts).toEqual({ samples: 1, labeled: 1, objects: 1, shaped: 1 })
    const files = await versions.manifest(first.id, 'labeled_data')
    expect(files.map(({ path }) => path)).toContain('shapes/a.png.json')
    expect((await versions.draft()).canCommit).toBe(false)
    await put(boxes(1, 2))
    expect((await versions.draft()).changes.relabeled).toBe(1)
    const second = await commit()
    const { samples } = await compare.compare({ before: first.id, after: second.id })
    expect(samples).toMatchObject([
      { name: 'a.png', isRelabeled: true, isReshaped: true, objects: { changed: 0 } },
    ])
    await put(null)
    const third = await commit()
    expect(third.counts).not.toHaveProperty('shaped')
    expect((await versions.manifest(third.id, 'labeled_data')).map(({ path }) => path)).toEqual([
      'dataset.json',
      'images/a.png',
      'labels/a.png.json',
      'labels/a.png.png',
      'ontology.json',
    ])
    await changes.restore('v2', 'refuse')
    expect(await shown()).toEqual([1, 2])
    const { job } = await changes.restore('v1', 'commit')
    expect(await shown()).toEqual([1])
    await changes.undo(job!)
    expect(await shown()).toEqual([1, 2])
    expect(await damage()).toEqual([])
    expect(JSON.stringify(dumpLibrary(context, { all: false }))).toContain('"shapes":"')
    expect(a).toBeTruthy()
  })

  it('count a label that has shapes and nothing else', async () => {
    const { a, labels, commit, versions, changes, shown } = await setUp()
    await labels.save(a, ...saveOf(painted(0, 0, 1), null, { status: 'unlabeled' }), boxes(3))
    const { counts } = await commit()
    expect(counts).toEqual({ samples: 1, labeled: 1, objects: 0, shaped: 1 })
    await labels.save(
      a,
      ...saveOf(painted(0, 0, 1), (await labels.open(a)).revision, { status: 'unlabeled' }),
      null,
    )
    expect((await commit()).counts).toEqual({ samples: 1, labeled: 0, objects: 0 })
    expect((await versions.draft()).canCommit).toBe(false)
    await changes.restore('v1', 'refuse')
    expect(await shown()).toEqual([3])
  })

  /** What `main` and a branch `try` make of what both come from; null leaves it. */
  async function parted(base: LabelShapes | null, theirs: LabelShapes | null, mine: LabelShapes | null) {
    const setting = await setUp()
    const { put, commit, names, changes } = setting
    await put(base)
    await commit()
    await names['branches.create']({ name: 'try' }, signal)
    await changes.switchTo('try', 'refuse')
    await put(theirs, painted(2, 20, 3, painted(1, 0, 4)))
    await commit()
    await changes.switchTo('main', 'refuse')
    await put(mine, painted(3, 10, 2, painted(1, 0, 4)))
    await commit()
    const result = await changes.merge('try', { message: '', uncommitted: 'refuse' })
    return { ...setting, result }
  }

  it.each([
    ['only they changed them', boxes(1), boxes(1, 2), boxes(1), [1, 2]],
    ['only I changed them', boxes(1), boxes(1), boxes(9), [9]],
    ['both made the same of them', boxes(1), boxes(5), boxes(5), [5]],
    ['they removed them', boxes(1), null, boxes(1), null],
    ['they brought some', null, boxes(4), null, [4]],
  ])('merge pixels and take the shapes: %s', async (_, base, theirs, mine, expected) => {
    const { result, shown, a, library, damage } = await parted(base, theirs, mine)
    expect(result).toMatchObject({ kind: 'merged', conflicts: [] })
    expect(await shown()).toEqual(expected)
    // The pixels of both are there as well.
    expect(await library.shown(a)).toContain('1111')
    expect(await damage()).toEqual([])
  })

  it.each([
    ['mine', [1, 8]],
    ['theirs', [1, 9]],
    ['both', [1, 8, 9]],
  ] as const)(
    'keep both labels when both changed the shapes, until a person says %s',
    async (shapes, expected) => {
      const { result, labels, a, shown, damage } = await parted(boxes(1), boxes(1, 9), boxes(1, 8))
      expect(result.conflicts).toMatchObject([{ name: 'a.png', label: [] }])
      expect(await shown()).toEqual([1, 8])
      const { mine, theirs, shapes: side } = await labels.conflicts.get(a, [])
      expect(side).toBe('both')
      const sides = { mine: mine.revision as RevisionId, theirs: theirs.revision as RevisionId }
      const answers = { whole: null, objects: new Map() }
      await expect(labels.conflicts.resolve(a, sides, answers, [])).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      })
      await labels.conflicts.resolve(a, sides, { ...answers, shapes }, [])
      expect(await shown()).toEqual(expected)
      expect((await labels.open(a)).siblings).toEqual([])
      expect(await damage()).toEqual([])
    },
  )

  it('keep the shapes of a version when the image and its trash are gone, and bring them back', async () => {
    const { a, put, commit, trash, changes, library, damage, context } = await setUp()
    await put(boxes(6))
    await commit()
    await put(boxes(6, 7))
    trash.put([a])
    await commit()
    const { bytes } = await trash.empty()
    expect(bytes).toBeGreaterThan(0)
    await changes.restore('v1', 'refuse')
    const row = context.db.prepare('SELECT id FROM samples').get()!
    const { revision } = await library.labels.open(row.id as SampleId)
    expect((await library.labels.shapes(revision as RevisionId))?.shapes.map(({ id }) => id)).toEqual([6])
    expect(await damage()).toEqual([])
  })
})

describe('the index', () => {
  it('notices a row whose shapes were changed or taken away, and makes no version of it', async () => {
    const { a, put, context, damage, labels, changes } = await setUp()
    await put(boxes(1))
    const other = await context.blobs.put(Buffer.from(shapesFileText(boxes(2))))
    for (const digest of [other.digest, null]) {
      const before = context.db.prepare('SELECT shapes_digest AS shapes FROM revisions').get()!.shapes
      context.db.prepare('UPDATE revisions SET shapes_digest = ?').run(digest)
      expect((await damage()).some((each) => each.startsWith('ROW_CORRUPT'))).toBe(true)
      await expect(labels.open(a)).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
      await expect(changes.commit('')).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
      context.db.prepare('UPDATE revisions SET shapes_digest = ?').run(before!)
    }
    expect(await damage()).toEqual([])
  })

  it('keeps a category that only shapes are of', async () => {
    const { put, categories, context, commit, changes } = await setUp()
    await commit()
    const bus = categories.create({ name: 'bus', hasInstances: true })
    await put({ ...noShapes, shapes: [shape(1, { categoryId: bus.id })] })
    expect(context.db.prepare('SELECT category_id, count FROM listing_shapes').all()).toEqual([
      { category_id: bus.id, count: 1 },
    ])
    await commit()
    await changes.restore('v1', 'refuse')
    expect(categories.list().map(({ name }) => name)).not.toContain('bus')
    await changes.restore('v2', 'commit')
    expect(categories.list().map(({ name }) => name)).toContain('bus')
  })
})

it('opens a library from before there were shapes, for writing and for reading alone, and every row still holds', async () => {
  const { library, a, labels } = await setUp()
  await labels.save(a, ...saveOf(painted(1, 0, 4), null))
  await library.close()
  const file = join(library.folder, 'library.db')
  const db = new DatabaseSync(file)
  // As the second step left it.
  db.exec('DROP TABLE version_tags; DROP TABLE remote_tags')
  for (const each of db
    .prepare(
      "SELECT name, type FROM sqlite_schema WHERE name LIKE '%carried%' OR name LIKE 'listing_shapes%'",
    )
    .all()) {
    if (each.type === 'table') db.exec(`DROP TABLE ${each.name}`)
  }
  db.exec('ALTER TABLE revisions DROP COLUMN shapes_digest; PRAGMA user_version = 2')
  db.close()
  const bytes = readFileSync(file)
  const reading = await openVersionLibrary({ folder: library.folder, mode: 'read' })
  expect((await reading.labels.open(a)).objects).toHaveLength(1)
  expect(reading.carried.list()).toEqual([])
  await reading.close()
  expect(readFileSync(file).equals(bytes)).toBe(true)
  const again = await openVersionLibrary({ folder: library.folder })
  open.push(again)
  expect((await again.labels.open(a)).objects).toHaveLength(1)
  expect(await again.damage()).toEqual([])
})
