import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { realFileOps } from '../../../electron/adapters/file-ops.ts'
import { rowSum, type SqlValue } from '../../../electron/adapters/sqlite/row-sum.ts'
import { createVersions } from '../../../electron/host/versions.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import { type ManifestRecord, manifestRecordSchema } from '../../../shared/formats/manifest-record.ts'
import { parsePartIndex } from '../../../shared/formats/part-index.ts'
import { parseVersionRecord } from '../../../shared/formats/version-record.ts'
import type { Version } from '../../../shared/host/host-api.ts'
import { withDigests } from '../../support/digested.ts'
import { fillLibrary } from '../../support/fill-library.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'
import { seedLibrary } from '../../support/seed-library.ts'

const open: TestLibrary[] = []
afterEach(async () => {
  for (const library of open.splice(0).reverse()) await library.cleanup()
})

async function setUp(options: Parameters<typeof openTestLibrary>[0] = {}) {
  let time = 1_700_000_000_000
  const library = await openTestLibrary({ now: () => time++, ...options })
  open.push(library)
  const { context } = library
  const fill = fillLibrary(context)
  const fresh = () => withDigests(createVersions(context, fill))
  return { library, context, db: context.db, fill, fresh, versions: fresh() }
}
type Setting = Awaited<ReturnType<typeof setUp>>

/** Two images, of which one has a label. */
async function withTwo(setting: Setting) {
  const a = await setting.fill.image('a.png')
  const b = await setting.fill.image('sub/b.png')
  await setting.fill.label(a, 'mask a', 'labeled', 2)
  return { a, b }
}

const blobFiles = ({ folder }: TestLibrary) =>
  readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
const artifact = (version: Version | null, role: string) =>
  version!.artifacts.find((one) => one.role === role)!
const digests = (version: Version | null) => version!.artifacts.map(({ digest }) => digest)
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('a damaged library makes no version', () => {
  /** Breaks something, expects the commit to fail with `expected`, and to have left nothing behind. */
  async function expectRefused(setting: Setting, expected: string, named: string) {
    const { versions, db, library } = setting
    await expect(versions.commit('', 'Ada')).rejects.toThrow(code(expected))
    await expect(versions.commit('', 'Ada')).rejects.toThrow(named)
    expect(await versions.list()).toEqual([])
    expect(db.prepare('SELECT COUNT(*) AS count FROM refs').get()!.count).toBe(0)
    expect(library.events.some(({ type }) => type === 'versions.changed')).toBe(false)
  }

  it.each([
    ['an image', 'UPDATE samples SET width = width + 1 WHERE id = ?'],
    ['the name of an image', "UPDATE samples SET name = 'sub/b.jpg' WHERE id = ?"],
  ])('when a bit of the row of %s flipped', async (_, sql) => {
    const setting = await setUp()
    const { b } = await withTwo(setting)
    setting.db.prepare(sql).run(b)
    await expectRefused(setting, 'ROW_CORRUPT', 'sub/b.')
  })

  it('when a bit of the row of a label flipped', async () => {
    const setting = await setUp()
    const { a } = await withTwo(setting)
    setting.db.prepare('UPDATE revisions SET object_count = 3 WHERE sample_id = ?').run(a)
    await expectRefused(setting, 'ROW_CORRUPT', '"a.png"')
  })

  it('when a head names a label that is not there', async () => {
    const setting = await setUp()
    const { a } = await withTwo(setting)
    setting.db.exec('PRAGMA foreign_keys = OFF')
    setting.db.prepare('DELETE FROM revisions WHERE sample_id = ?').run(a)
    await expectRefused(setting, 'ROW_CORRUPT', '"a.png"')
  })

  it.each(['image_digest FROM samples', 'png_digest FROM revisions', 'json_digest FROM revisions'])(
    'when the index has lost the MD5 of a blob: %s',
    async (what) => {
      const setting = await setUp()
      await withTwo(setting)
      setting.db.exec('PRAGMA foreign_keys = OFF')
      setting.db.exec(`DELETE FROM blobs WHERE digest = (SELECT ${what} ORDER BY seq LIMIT 1)`)
      await expectRefused(setting, 'MISSING_BLOB', '"a.png"')
    },
  )

  it.each(['image_digest FROM samples', 'png_digest FROM revisions', 'json_digest FROM revisions'])(
    'when the bytes are gone: %s',
    async (what) => {
      const setting = await setUp()
      await withTwo(setting)
      const { digest } = setting.db
        .prepare(`SELECT ${what.replace(' ', ' AS digest ')} ORDER BY seq LIMIT 1`)
        .get()!
      rmSync(setting.context.blobs.pathOf(digest as BlobDigest))
      await expectRefused(setting, 'MISSING_BLOB', '"a.png"')
    },
  )

  it('when the disk is full, at whichever of its writes', async () => {
    let left = Number.POSITIVE_INFINITY
    const write: typeof realFileOps.write = (fd, bytes) => {
      if (left-- <= 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      return realFileOps.write(fd, bytes)
    }
    const setting = await setUp({ ops: { ...realFileOps, write } })
    await withTwo(setting)
    const { versions, fresh } = setting
    let refused = 0
    for (let allowed = 0; ; allowed++) {
      left = allowed
      try {
        const version = await versions.commit('', 'Ada')
        expect(version!.number).toBe(1)
        break
      } catch (error) {
        expect(error).toEqual(code('DISK_FULL'))
        expect(await fresh().list()).toEqual([])
        refused++
      }
    }
    // Two dataset.json, two manifests and a snapshot in parts, and the record. What was written stays and is used.
    expect(refused).toBeGreaterThanOrEqual(2)
    expect((await fresh().list()).length).toBe(1)
  })

  it('when the process ends before the transaction, and the next try succeeds', async () => {
    const setting = await setUp()
    await withTwo(setting)
    const dying = createVersions(
      {
        ...setting.context,
        transaction: () => {
          throw new Error('killed')
        },
      },
      setting.fill,
    )
    await expect(dying.commit('', 'Ada')).rejects.toThrow('killed')
    expect(await setting.versions.list()).toEqual([])
    expect((await setting.versions.commit('', 'Ada'))!.number).toBe(1)
  })
})

describe('damage to versions', () => {
  it.each([
    "UPDATE versions SET message = 'other' WHERE number = 1",
    "UPDATE versions SET summary = replace(summary, '2', '3') WHERE number = 1",
    "UPDATE version_artifacts SET bytes = bytes + 1 WHERE role = 'raw_data'",
  ])('is noticed before they are shown or sent: %s', async (sql) => {
    const setting = await setUp()
    await withTwo(setting)
    const { id } = (await setting.versions.commit('', 'Ada'))!
    setting.db.exec(sql)
    await expect(setting.fresh().list()).rejects.toThrow(code('ROW_CORRUPT'))
    await expect(setting.fresh().commit('', 'Ada')).rejects.toThrow(code('ROW_CORRUPT'))
    if (sql.includes('raw_data')) {
      await expect(setting.fresh().manifest(id, 'raw_data')).rejects.toThrow(code('ROW_CORRUPT'))
    }
  })

  async function manifestRecord({ db, context }: Setting): Promise<[BlobDigest, ManifestRecord]> {
    const { digest } = db
      .prepare("SELECT manifest_digest AS digest FROM version_artifacts WHERE role = 'raw_data'")
      .get()!
    const text = Buffer.from(await context.blobs.get(digest as BlobDigest)).toString()
    return [digest as BlobDigest, manifestRecordSchema.parse(JSON.parse(text))]
  }

  it('in the bytes of a manifest is noticed before they are used', async () => {
    const setting = await setUp()
    await withTwo(setting)
    const { id } = (await setting.versions.commit('', 'Ada'))!
    const [digest, record] = await manifestRecord(setting)
    const index = Buffer.from(await setting.context.blobs.get(record.parts[0] as BlobDigest)).toString()
    const [part] = parsePartIndex(index)
    for (const damaged of [part!.blob, record.parts[0] as BlobDigest, digest]) {
      const path = setting.context.blobs.pathOf(damaged)
      rmSync(path)
      await expect(setting.fresh().manifest(id, 'raw_data')).rejects.toThrow(code('MISSING_BLOB'))
      writeFileSync(path, '{"v":1}')
      await expect(setting.fresh().manifest(id, 'raw_data')).rejects.toThrow(code('BLOB_CORRUPT'))
    }
  })

  /** Makes the row of an artifact name other bytes as its manifest, checksum and all. */
  async function pointAt({ db, context }: Setting, text: string): Promise<void> {
    const { digest } = await context.blobs.put(Buffer.from(text))
    const row = db.prepare("SELECT * FROM version_artifacts WHERE role = 'raw_data'").get()!
    const values = Object.entries(row).filter(([column]) => column !== 'row_sum')
    const sum = rowSum(
      values.map(([column, value]) => (column === 'manifest_digest' ? digest : value)) as SqlValue[],
    )
    db.prepare("UPDATE version_artifacts SET manifest_digest = ?, row_sum = ? WHERE role = 'raw_data'").run(
      digest,
      sum,
    )
  }

  it('cannot pass one manifest off as another', async () => {
    const setting = await setUp()
    await withTwo(setting)
    const { id } = (await setting.versions.commit('', 'Ada'))!
    const [, record] = await manifestRecord(setting)
    await pointAt(setting, JSON.stringify({ ...record, count: 0, parts: [] }))
    await expect(setting.versions.manifest(id, 'raw_data')).rejects.toThrow(code('BLOB_CORRUPT'))
  })

  it('is told from a format of the future', async () => {
    const setting = await setUp()
    await withTwo(setting)
    const { id } = (await setting.versions.commit('', 'Ada'))!
    await pointAt(setting, '{"v":2,"kind":"manifest","tree":[]}')
    await expect(setting.versions.manifest(id, 'raw_data')).rejects.toThrow(code('FMT_TOO_NEW'))
  })

  it.each(['record', 'snapshot', 'part of the snapshot'])(
    'in the %s does not stop the next version, which stores anew what it shares',
    async (which) => {
      const setting = await setUp()
      const { context, fill, fresh } = setting
      const { a } = await withTwo(setting)
      const first = (await setting.versions.commit('', 'Ada'))!
      const read = async (digest: string) =>
        JSON.parse(Buffer.from(await context.blobs.get(digest as BlobDigest)).toString())
      const { snapshot } = await read(first.id)
      const [part] = (await read(snapshot.digest)).parts
      const damaged = { record: first.id, snapshot: snapshot.digest }[which] ?? part
      rmSync(context.blobs.pathOf(damaged))
      writeFileSync(context.blobs.pathOf(damaged), 'no longer what it was')
      // It is the same to all who look: nothing changed, then one label did.
      expect(await fresh().draft()).toMatchObject({ canCommit: false })
      expect(await fresh().commit('', 'Ada')).toBeNull()
      await fill.label(a, 'mask a2')
      const second = await fresh().commit('', 'Ada')
      expect(second).toMatchObject({ message: '1 relabeled', parents: [first.id] })
      expect(await fresh().draft()).toMatchObject({ canCommit: false })
      expect(setting.library.logs.some((line) => line.includes('snapshot is damaged'))).toBe(true)
    },
  )

  it('in snapshot and manifest is told, for then nobody knows what changed', async () => {
    const setting = await setUp()
    const { a } = await withTwo(setting)
    const first = (await setting.versions.commit('', 'Ada'))!
    rmSync(setting.context.blobs.pathOf(first.id as BlobDigest))
    rmSync(setting.context.blobs.pathOf((await manifestRecord(setting))[0]))
    await setting.fill.label(a, 'mask a2')
    await expect(setting.fresh().commit('', 'Ada')).rejects.toThrow(code('MISSING_BLOB'))
    expect(await setting.fresh().list()).toHaveLength(1)
  })

  it('does not hide that there is no such version or artifact', async () => {
    const setting = await setUp()
    await setting.fill.image('a.png')
    const { id } = (await setting.versions.commit('', 'Ada'))!
    await expect(setting.versions.manifest('0'.repeat(64), 'raw_data')).rejects.toThrow(code('NOT_FOUND'))
    await expect(setting.versions.manifest(id, 'labeled_data')).rejects.toThrow(code('NOT_FOUND'))
  })
})

it('makes one record of images and labels, numbered from 1', async () => {
  const setting = await setUp()
  const { library, versions, context } = setting
  await withTwo(setting)
  const version = (await versions.commit(' first \n', 'Ada'))!
  expect(version).toMatchObject({
    number: 1,
    message: 'first',
    author: 'Ada',
    parents: [],
    counts: { samples: 2, labeled: 1, objects: 2 },
    changes: { added: 2, removed: 0, relabeled: 0, recarded: 0, ontologyChanged: false },
    artifacts: [
      { role: 'raw_data', index: 0, files: 3 },
      { role: 'labeled_data', index: 0, files: 5 },
    ],
  })
  expect(await versions.list()).toEqual([version])
  expect(await setting.fresh().list()).toEqual([version])
  expect((await versions.manifest(version.id, 'raw_data')).map(({ path }) => path)).toEqual([
    'dataset.json',
    'images/a.png',
    'images/sub/b.png',
  ])
  expect((await versions.manifest(version.id, 'labeled_data')).map(({ path }) => path)).toEqual([
    'dataset.json',
    'images/a.png',
    'labels/a.png.json',
    'labels/a.png.png',
    'ontology.json',
  ])
  // Once for the version, once when its digests were known.
  expect(library.events.filter(({ type }) => type === 'versions.changed')).toHaveLength(2)

  // The id is the name of the record, from which all of it can be rebuilt.
  const record = parseVersionRecord(Buffer.from(await context.blobs.get(version.id as BlobDigest)).toString())
  expect(record).toMatchObject({ message: 'first', deviceId: context.deviceId, createdAt: version.createdAt })
})

it('has nothing to commit in an empty library', async () => {
  const { library, versions, fill } = await setUp()
  expect(await versions.draft()).toEqual({
    canCommit: false,
    counts: { samples: 0, labeled: 0, objects: 0 },
    changes: { added: 0, removed: 0, relabeled: 0, recarded: 0, ontologyChanged: false },
    suggestedMessage: '',
  })
  fill.categories.create({ name: 'car', hasInstances: true })
  expect((await versions.draft()).canCommit).toBe(false)
  expect(await versions.commit('nothing', 'Ada')).toBeNull()
  expect(library.events.some(({ type }) => type === 'versions.changed')).toBe(false)
})

it('makes no version, and stores nothing, when nothing changed since the last one', async () => {
  const setting = await setUp()
  const { library, versions, fresh, fill } = setting
  const { a } = await withTwo(setting)
  await versions.commit('', 'Ada')
  // Saved again as it was: another revision, the same files.
  await fill.label(a, 'mask a', 'labeled', 2)
  const before = blobFiles(library)
  for (const one of [versions, fresh()]) {
    expect(await one.draft()).toMatchObject({ canCommit: false, suggestedMessage: '' })
    expect(await one.commit('again', 'Ada')).toBeNull()
  }
  expect(blobFiles(library)).toEqual(before)
  expect(await versions.list()).toHaveLength(1)
})

it('says in a draft what the commit then records', async () => {
  const setting = await setUp()
  const { versions, fill } = setting
  const { a, b } = await withTwo(setting)
  const first = await versions.draft()
  expect(first).toEqual({
    canCommit: true,
    counts: { samples: 2, labeled: 1, objects: 2 },
    changes: { added: 2, removed: 0, relabeled: 0, recarded: 0, ontologyChanged: false },
    suggestedMessage: '+2 images (1 with labels)',
  })
  expect(await versions.commit('', 'Ada')).toMatchObject({
    message: '+2 images (1 with labels)',
    counts: first.counts,
    changes: first.changes,
  })
  await fill.image('c.png')
  await fill.label(a, 'mask a2')
  await fill.label(b, 'mask b')
  fill.categories.create({ name: 'car', hasInstances: true })
  const second = await versions.draft()
  expect(second).toMatchObject({
    changes: { added: 1, removed: 0, relabeled: 2, recarded: 0, ontologyChanged: true },
    suggestedMessage: '+1 image, 2 relabeled, categories changed',
  })
  expect(await versions.commit('  ', 'Ada')).toMatchObject({
    number: 2,
    message: second.suggestedMessage,
    counts: second.counts,
    changes: second.changes,
  })
})

it('sees a category that changed, though no label did, and keeps both manifests that did not', async () => {
  const { versions, fill } = await setUp()
  await fill.image('a.png')
  const first = await versions.commit('', 'Ada')
  fill.categories.create({ name: 'car', hasInstances: true })
  const second = await versions.commit('', 'Ada')
  expect(second).toMatchObject({ message: 'categories changed', parents: [first!.id] })
  expect(second!.artifacts).toEqual(first!.artifacts)
})

it('has no labeled_data before the first label, and no new raw_data for a label', async () => {
  const { versions, fill } = await setUp()
  const a = await fill.image('a.png')
  const first = await versions.commit('', 'Ada')
  expect(first!.artifacts.map(({ role }) => role)).toEqual(['raw_data'])
  await fill.label(a, 'mask a')
  const second = await versions.commit('', 'Ada')
  expect(artifact(second, 'raw_data')).toEqual(artifact(first, 'raw_data'))
  expect(artifact(second, 'labeled_data').index).toBe(0)
  await fill.label(a, 'mask a', 'labeled')
  const third = await versions.commit('', 'Ada')
  expect(artifact(third, 'raw_data').index).toBe(0)
  expect(artifact(third, 'labeled_data').index).toBe(1)
  await fill.image('b.png')
  const fourth = await versions.commit('', 'Ada')
  expect(artifact(fourth, 'raw_data').index).toBe(1)
  expect(artifact(fourth, 'labeled_data')).toEqual(artifact(third, 'labeled_data'))
  expect(fourth!.number).toBe(4)
})

it('tells a return to earlier content from that content, though the artifacts are the same', async () => {
  const { versions, fill } = await setUp()
  const a = await fill.image('a.png')
  await fill.label(a, 'mask 1')
  const first = await versions.commit('', 'Ada')
  await fill.label(a, 'mask 2')
  const second = await versions.commit('', 'Ada')
  await fill.label(a, 'mask 1')
  const third = await versions.commit('', 'Ada')
  expect(third!.artifacts).toEqual(first!.artifacts)
  expect(digests(second)).not.toEqual(digests(first))
  expect(new Set([first!.id, second!.id, third!.id]).size).toBe(3)
  expect(third!.parents).toEqual([second!.id])
  await fill.label(a, 'mask 3')
  expect(artifact(await versions.commit('', 'Ada'), 'labeled_data').index).toBe(2)
})

describe('a version stores only what is new', () => {
  it('for one more image: its bytes, and the few small files that list it', async () => {
    const setting = await setUp()
    const { library, versions, fill } = setting
    await withTwo(setting)
    await versions.commit('', 'Ada')
    const before = new Set(blobFiles(library))
    await fill.image('c.png')
    const imported = blobFiles(library).filter((name) => !before.has(name))
    expect(imported).toHaveLength(2) // the image and its record
    await versions.commit('', 'Ada')
    const fresh = blobFiles(library).filter((name) => !before.has(name) && !imported.includes(name))
    // dataset.json; raw_data's manifest, its one part and the list of that; the same of the snapshot; the version record.
    expect(fresh).toHaveLength(8)
  })

  it('however many there are: parts of a list that did not change are shared', async () => {
    const setting = await setUp()
    const { library, context, versions, fill } = setting
    seedLibrary(context, 3000)
    await versions.commit('', 'Ada')
    const before = new Set(blobFiles(library))
    const size = (names: string[]) =>
      names.reduce((sum, name) => sum + context.blobs.stat(name as BlobDigest)!.size, 0)
    const id = await fill.image('drive-3/another.png')
    await fill.label(id, 'another mask')
    const imported = new Set(blobFiles(library))
    const first = await versions.list()
    await versions.commit('', 'Ada')
    const fresh = blobFiles(library).filter((name) => !imported.has(name))
    // Two dataset.json, the version record, three lists, and of each list only the parts around what changed.
    expect(fresh.length).toBeLessThanOrEqual(6 + 4 + 5 + 2)
    const record = parseVersionRecord(
      Buffer.from(await context.blobs.get(first[0]!.id as BlobDigest)).toString(),
    )
    const whole = size([...before].filter((name) => context.blobs.stat(name as BlobDigest)!.size > 5000))
    expect(size(fresh)).toBeLessThan(whole / 3)
    expect(record.counts.samples).toBe(3000)
  })
})

it('is what a fresh look at the library says, after any history', async () => {
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('image' as const), name: fc.nat(5) }),
    fc.record({ kind: fc.constant('label' as const), name: fc.nat(5), mask: fc.nat(2) }),
    fc.record({ kind: fc.constant('category' as const) }),
    fc.record({ kind: fc.constant('commit' as const) }),
    fc.record({ kind: fc.constant('draft' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 12 }), async (operations) => {
      const setting = await setUp()
      const { versions, fill, fresh, library } = setting
      const ids = new Map<number, string>()
      let categories = 0
      for (const step of operations) {
        if (step.kind === 'image' && !ids.has(step.name)) {
          ids.set(step.name, await fill.image(`${step.name}.png`))
        } else if (step.kind === 'label' && ids.has(step.name)) {
          await fill.label(ids.get(step.name)!, `mask ${step.mask}`)
        } else if (step.kind === 'category') {
          fill.categories.create({ name: `category ${++categories}`, hasInstances: true })
        } else if (step.kind === 'commit') {
          const draft = await versions.draft()
          const version = await versions.commit('', 'Ada')
          expect(version !== null).toBe(draft.canCommit)
          if (version) expect({ ...version }).toMatchObject({ counts: draft.counts, changes: draft.changes })
        } else if (step.kind === 'draft') {
          await versions.draft()
        }
      }
      expect(await versions.draft()).toEqual(await fresh().draft())
      expect(await versions.list()).toEqual(await fresh().list())
      open.splice(open.indexOf(library), 1)
      await library.cleanup()
    }),
    { numRuns: 25 },
  )
}, 60_000)

it('lets one of two commits of the same state win, and tells the other', async () => {
  const setting = await setUp()
  await withTwo(setting)
  const other = setting.fresh()
  const results = await Promise.allSettled([setting.versions.commit('', 'Ada'), other.commit('', 'Bo')])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(results.find((result) => result.status === 'rejected')!.reason).toEqual(code('CONFLICT'))
  expect(await setting.versions.list()).toHaveLength(1)
  // Looked at again, there is nothing left to commit for either.
  expect(await other.commit('', 'Bo')).toBeNull()
})

it('makes one version of two commits at once in one window', async () => {
  const setting = await setUp()
  await withTwo(setting)
  const [first, second] = await Promise.all([
    setting.versions.commit('', 'Ada'),
    setting.versions.commit('', 'Ada'),
  ])
  expect(first!.number).toBe(1)
  expect(second).toBeNull()
})

it('goes on after the library was closed and opened', async () => {
  const setting = await setUp()
  const { a } = await withTwo(setting)
  const first = await setting.versions.commit('', 'Ada')
  await setting.library.close()
  const again = await setUp({ folder: setting.library.folder })
  expect(await again.versions.list()).toEqual([first])
  expect(await again.versions.commit('', 'Ada')).toBeNull()
  await again.fill.label(a, 'mask a2')
  expect(await again.versions.commit('', 'Ada')).toMatchObject({ number: 2, parents: [first!.id] })
})

it('shows versions and draft of a library opened for reading, and commits nothing', async () => {
  const setting = await setUp()
  await withTwo(setting)
  const first = await setting.versions.commit('', 'Ada')
  await setting.fill.image('c.png')
  setting.fill.categories.create({ name: 'car', hasInstances: true })
  await setting.library.close()
  const before = blobFiles(setting.library)
  const reader = await setUp({ folder: setting.library.folder, mode: 'read', create: false })
  expect(await reader.versions.list()).toEqual([first])
  expect(await reader.versions.draft()).toMatchObject({
    canCommit: false,
    changes: { added: 1, removed: 0, relabeled: 0, recarded: 0, ontologyChanged: true },
  })
  expect(await reader.versions.manifest(first!.id, 'raw_data')).toHaveLength(3)
  await expect(reader.versions.commit('', 'Ada')).rejects.toThrow(code('LIB_READ_ONLY'))
  expect(blobFiles(setting.library)).toEqual(before)
})
