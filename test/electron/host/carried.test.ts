import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { createCarriedHandlers } from '../../../electron/host/carried.ts'
import { dumpLibrary } from '../../../electron/host/dump.ts'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { parseExactJson } from '../../../shared/base/exact-json.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import {
  type CarriedRecord,
  carriedChangeText,
  carriedListSchema,
  carriedPartText,
  carriedPath,
  carriedRecordText,
  parseCarriedChange,
  parseCarriedPart,
  parseCarriedRecord,
} from '../../../shared/formats/carried-record.ts'
import { parsePartIndex, partIndexText } from '../../../shared/formats/part-index.ts'
import { openVersionLibrary, type VersionLibrary } from '../../support/version-library.ts'

const open: VersionLibrary[] = []
afterEach(async () => {
  for (const library of open.splice(0).reverse()) await library.cleanup()
})
const { signal } = new AbortController()

const record = (name: string, said = 1, status: string | null = 'LABELED'): CarriedRecord => ({
  name,
  taskType: 'pointcloud-cuboid',
  sample: parseExactJson(
    `{"uuid":"u-${said}","attributes":{"pcd":{"timestamp":160251971294351795${said}}}}`,
  ) as never,
  labels: {
    'ground-truth': status === null ? null : { label_status: status, attributes: { annotations: [] } },
  },
})

async function setUp() {
  const library = await openVersionLibrary()
  open.push(library)
  const { carried, changes } = library
  const listed = () => carried.list().map(({ name }) => name)
  const said = async (name: string) => canonicalJson((await carried.get(name)).sample.uuid)
  const commit = async () => (await changes.commit(''))!
  return { ...library, library, listed, said, commit }
}

describe('samples that cannot be shown', () => {
  it('are kept whole, listed by name, and given back as they came', async () => {
    const { carried, listed } = await setUp()
    expect(await carried.put([record('b/2'), record('a:1', 2, null)])).toEqual(['b/2', 'a:1'])
    expect(carried.list()).toMatchObject([
      { name: 'a:1', taskType: 'pointcloud-cuboid', status: null, isTrashed: false },
      { name: 'b/2', status: 'LABELED' },
    ])
    const back = await carried.get('a:1')
    expect(carriedRecordText(back)).toBe(carriedRecordText(record('a:1', 2, null)))
    expect(canonicalJson(back.sample)).toContain('1602519712943517952')
    await expect(carried.get('c')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(listed()).toEqual(['a:1', 'b/2'])
  })

  it('write nothing when they come again as they were', async () => {
    const { carried, context } = await setUp()
    await carried.put([record('a'), record('b')])
    const blobs = () => Number(context.db.prepare('SELECT COUNT(*) AS count FROM blobs').get()!.count)
    const before = blobs()
    expect(await carried.put([record('a'), record('b')])).toEqual([])
    expect(blobs()).toBe(before)
    expect(await carried.put([record('a', 2), record('b')])).toEqual(['a'])
    expect(carried.count()).toEqual({ kept: 2, trashed: 0 })
  })

  it('go to the trash and come back, and stay there when they come again', async () => {
    const { carried, listed, said } = await setUp()
    await carried.put([record('a'), record('b')])
    expect(await carried.trash(['a', 'none'])).toEqual(['a'])
    expect([listed(), carried.count()]).toEqual([['b'], { kept: 1, trashed: 1 }])
    await carried.put([record('a', 5)])
    expect(listed()).toEqual(['b'])
    expect(await carried.restore(['a', 'b'])).toEqual(['a'])
    expect([listed(), await said('a')]).toEqual([['a', 'b'], '"u-5"'])
  })

  it('D5: are never replaced by another one of the same name that comes through the door', async () => {
    const { carried, said } = await setUp()
    const handlers = createCarriedHandlers(carried, async (work) => work(new Set()))
    const take = (...records: CarriedRecord[]) =>
      handlers['carried.take']({ records: records.map(carriedRecordText) }, signal)
    expect(await take(record('a'), record('b'))).toEqual({ names: ['a', 'b'] })
    await carried.trash(['b'])
    for (const records of [[record('new'), record('a', 2)], [record('b', 2)], [record('c'), record('c', 2)]])
      await expect(take(...records)).rejects.toMatchObject({ code: 'NAME_TAKEN' })
    expect(await take(record('a'))).toEqual({ names: [] })
    expect([carried.count(), await said('a'), await said('b')]).toEqual([
      { kept: 1, trashed: 1 },
      await said('a'),
      await said('a'),
    ])
  })

  it('are there again after a restart, and are refused by a library open for reading', async () => {
    const { library, carried } = await setUp()
    await carried.put([record('a')])
    await library.close()
    const reading = await openVersionLibrary({ folder: library.folder, mode: 'read' })
    expect(reading.carried.list().map(({ name }) => name)).toEqual(['a'])
    await expect(reading.carried.put([record('b')])).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
    await reading.close()
  })

  it('are refused without a name, and then nothing was taken', async () => {
    const { carried, listed } = await setUp()
    await expect(carried.put([record('a'), record('')])).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect(listed()).toEqual([])
  })
})

describe('versions', () => {
  it('have them, also where there is nothing else, and say when they changed', async () => {
    const { carried, versions, commit, damage } = await setUp()
    expect((await versions.draft()).canCommit).toBe(false)
    await carried.put([record('a'), record('x:1')])
    const draft = await versions.draft()
    expect(draft).toMatchObject({
      canCommit: true,
      counts: { samples: 0, carried: 2 },
      changes: { recarried: 2 },
    })
    expect(draft.suggestedMessage).toBe('2 kept samples changed')
    const first = await commit()
    expect(first.counts).toEqual({ samples: 0, labeled: 0, objects: 0, carried: 2 })
    const files = await versions.manifest(first.id, 'labeled_data')
    expect(files.map(({ path }) => path)).toEqual([
      'carried/a.json',
      'carried/x%3A1.json',
      'dataset.json',
      'ontology.json',
    ])
    expect((await versions.draft()).canCommit).toBe(false)
    expect(await versions.commit('', 'A')).toBeNull()
    await carried.put([record('a', 3)])
    await carried.trash(['x:1'])
    expect((await versions.draft()).changes.recarried).toBe(2)
    const second = await commit()
    expect((await versions.manifest(second.id, 'labeled_data')).map(({ path }) => path)).toContain(
      'carried/a.json',
    )
    expect(second.counts.carried).toBe(1)
    expect(await damage()).toEqual([])
  })

  it('do not change when samples change, and samples do not when they do', async () => {
    const { carried, commit, addSample, draw, versions } = await setUp()
    const a = await addSample('a.png')
    await draw(a, '11')
    await carried.put([record('a')])
    const first = await commit()
    await draw(a, '112')
    const second = await commit()
    expect([first.changes.recarried, second.changes.recarried]).toEqual([1, undefined])
    const [one, two] = [await versions.files.record(first.id), await versions.files.record(second.id)]
    expect(two.carried).toEqual(one.carried)
    await carried.put([record('b')])
    const third = await versions.files.record((await commit()).id)
    expect(third.snapshot).toEqual(two.snapshot)
    expect(third.counts).toEqual({ samples: 1, labeled: 1, objects: 2, carried: 2 })
  })

  it('bring them back as they were, and take that back again', async () => {
    const { carried, commit, changes, listed, said } = await setUp()
    await carried.put([record('a'), record('b')])
    await commit()
    await carried.put([record('a', 2), record('c')])
    await carried.trash(['b'])
    await commit()
    const { job } = await changes.restore('v1', 'refuse')
    expect([listed(), await said('a')]).toEqual([['a', 'b'], '"u-1"'])
    // What somebody has changed since stays.
    await carried.put([record('b', 7)])
    await changes.undo(job!)
    expect([listed(), await said('a'), await said('b')]).toEqual([['a', 'b', 'c'], '"u-2"', '"u-7"'])
    await changes.restore('v2', 'commit')
    expect([listed(), await said('a')]).toEqual([['a', 'c'], '"u-2"'])
  })

  it('merge them: what one side changed is taken, what both changed stays mine and is told', async () => {
    const { carried, commit, changes, names, listed, said, damage, versions } = await setUp()
    await carried.put([record('a'), record('b'), record('c'), record('d'), record('e')])
    await commit()
    await names['branches.create']({ name: 'try' }, signal)
    await changes.switchTo('try', 'refuse')
    await carried.put([record('a', 2), record('c', 2), record('new'), record('d', 2)])
    await carried.trash(['e'])
    const theirs = await commit()
    await changes.switchTo('main', 'refuse')
    expect(listed()).toEqual(['a', 'b', 'c', 'd', 'e'])
    await carried.put([record('c', 3), record('mine')])
    await carried.trash(['b', 'd'])
    await commit()
    const result = await changes.merge('try', { message: '', uncommitted: 'refuse' })
    expect(listed()).toEqual(['a', 'c', 'd', 'mine', 'new'])
    expect([await said('a'), await said('c'), await said('d')]).toEqual(['"u-2"', '"u-3"', '"u-2"'])
    expect(result.conflicts).toMatchObject([
      { name: 'c', label: null, card: ['carried'], isRemoved: false },
      { name: 'd', label: null, card: [], isRemoved: true },
    ])
    expect(result.version!.counts.carried).toBe(5)
    expect(await damage()).toEqual([])
    // Nothing of theirs is lost: it is in their version.
    const there = await versions.files.carried(await versions.files.record(theirs.id))
    expect(there).toHaveLength(1)
  })

  it('keep what the trash was emptied of, and give it back', async () => {
    const { carried, commit, changes, versions, said, damage } = await setUp()
    await carried.put([record('a')])
    await commit()
    await carried.put([record('a', 2), record('b')])
    await carried.trash(['a', 'b'])
    const { removed, bytes } = await carried.empty(versions.beside)
    expect(removed).toBe(2)
    expect(bytes).toBe(
      [record('a', 2), record('b')].reduce((sum, each) => sum + carriedRecordText(each).length, 0),
    )
    expect(carried.count()).toEqual({ kept: 0, trashed: 0 })
    expect(await damage()).toEqual([])
    await changes.restore('v1', 'keep')
    expect(await said('a')).toBe('"u-1"')
  })

  it('are not made of a record that is gone', async () => {
    const { carried, commit, context } = await setUp()
    await carried.put([record('a')])
    rmSync(context.blobs.pathOf(carried.list()[0]!.record))
    await expect(commit()).rejects.toMatchObject({ code: 'MISSING_BLOB' })
  })
})

it('is told by a check when a row, a record or a change is damaged', async () => {
  const { carried, damage, context, commit } = await setUp()
  await carried.put([record('a')])
  await commit()
  context.db.exec("UPDATE carried SET status = 'REVIEWED'")
  expect((await damage()).some((each) => each.startsWith('ROW_CORRUPT'))).toBe(true)
  expect(() => carried.list()).toThrow(expect.objectContaining({ code: 'ROW_CORRUPT' }))
  await carried.put([record('b')])
  await expect(commit()).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
  context.db.exec("UPDATE carried SET status = 'LABELED'")
  expect(await damage()).toEqual([])
  expect((await commit()).counts.carried).toBe(2)
  const path = context.blobs.pathOf(carried.list()[0]!.record)
  const bytes = readFileSync(path)
  rmSync(path)
  writeFileSync(path, Buffer.from(bytes.toString().replace('u-1', 'u-2')))
  expect((await damage()).some((each) => each.startsWith('BLOB_CORRUPT'))).toBe(true)
  await expect(carried.get('a')).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
})

it('is in a dump, by name, and only when there is something', async () => {
  const { carried, context } = await setUp()
  expect(dumpLibrary(context, { all: false })).not.toHaveProperty('carried')
  await carried.put([record('b'), record('a')])
  await carried.trash(['b'])
  expect(dumpLibrary(context, { all: false }).carried).toMatchObject([
    { name: 'a', inTrash: false, status: 'LABELED' },
    { name: 'b', inTrash: true },
  ])
})

// The examples of docs/formats/carried.md are read by the program whose format they show.
it('shows records as they are stored, under their real ids', () => {
  const page = readFileSync(new URL('../../../docs/formats/carried.md', import.meta.url), 'utf8')
  const example = (title: string) => new RegExp(`\`\`\`json ${title}\n(.*)\n\`\`\``).exec(page)![1]!
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const text = example('carried')
  const shown = parseCarriedRecord(text)
  expect(carriedRecordText(shown)).toBe(text)
  expect(page).toContain(`here \`${sha256(text)}\``)
  expect(page).toContain(`\`${carriedPath(shown.name)}\``)
  const change = example('carried-change')
  expect(carriedChangeText(parseCarriedChange(change))).toBe(change)
  expect(page).toContain(`here \`${sha256(change)}\``)
  const [part, index, list] = [example('carried-part'), example('part-index'), example('carried-list')]
  expect(carriedPartText(parseCarriedPart(part))).toBe(part)
  expect(parseCarriedPart(part)).toEqual([{ name: shown.name, record: sha256(text) }])
  expect(partIndexText([{ last: shown.name, blob: sha256(part) as BlobDigest, rows: 1 }])).toBe(index)
  expect(parsePartIndex(index)).toHaveLength(1)
  expect(canonicalJson(carriedListSchema.parse(JSON.parse(list)))).toBe(list)
  expect(carriedListSchema.parse(JSON.parse(list)).parts).toEqual([sha256(index)])
})
