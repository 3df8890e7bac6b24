import { afterEach, expect, it } from 'vitest'
import { rowSumHolds } from '../../../electron/adapters/sqlite/row-sum.ts'
import { createSamples, type Samples } from '../../../electron/host/samples.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import { type SampleRecord, sampleRecordSchema } from '../../../shared/formats/sample-record.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

let library: TestLibrary
let samples: Samples
afterEach(() => library.cleanup())

async function open(): Promise<void> {
  library = await openTestLibrary()
  samples = createSamples(library.context)
}

async function add(name: string, bytes = name) {
  const image = await library.context.blobs.put(Buffer.from(bytes))
  return samples.insert({ name, image, format: 'png', width: 3, height: 2, orientation: 1 })
}

async function addSample(name: string, bytes = name) {
  const result = await add(name, bytes)
  if ('duplicateOf' in result) throw new Error('unexpected duplicate')
  return result.sample
}

it('lists samples in the order of adding, page by page, with counts by status', async () => {
  await open()
  for (const name of ['b.png', 'a.png', 'c.png']) await add(name)
  const first = samples.list({ after: null, limit: 2 })
  expect(first.samples.map(({ name }) => name)).toEqual(['b.png', 'a.png'])
  expect(first).toMatchObject({ total: 3, byStatus: { unlabeled: 3 } })
  const rest = samples.list({ after: first.samples[1]!.id, limit: 2 })
  expect(rest.samples.map(({ name }) => name)).toEqual(['c.png'])
  expect(() => samples.list({ after: crypto.randomUUID(), limit: 2 })).toThrow(/no sample/)
})

it('finds a sample by id, by name and by a name in another case', async () => {
  await open()
  const { id } = await addSample('Night/Röad.png')
  for (const text of [id, id.toUpperCase(), 'Night/Röad.png', 'night/RÖAD.png', 'night/ro\u0308ad.png']) {
    expect(samples.find(text).id).toBe(id)
  }
  expect(() => samples.find('day.png')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})

it('recognises the same bytes under another name', async () => {
  await open()
  await add('a.png', 'one')
  expect(await add('b.png', 'one')).toEqual({ duplicateOf: 'a.png' })
  expect(samples.list({ after: null, limit: 10 }).total).toBe(1)
})

it('gives another name to a file whose name is taken, also in another case', async () => {
  await open()
  await add('car.png', 'one')
  expect(await add('CAR.png', 'two')).toMatchObject({
    renamedFrom: 'CAR.png',
    sample: { name: 'CAR (2).png' },
  })
})

it('never lets a name be a folder of another name, because an artifact is unpacked into folders', async () => {
  await open()
  await add('a/b.png', 'one')
  expect(await add('a', 'two')).toMatchObject({ renamedFrom: 'a', sample: { name: 'a (2)' } })
  await add('c.png', 'three')
  const below = await addSample('c.png/d.png', 'four')
  expect(below.name).toBe('c (2).png/d.png')
  expect(await add('a0', 'five')).toMatchObject({ renamedFrom: null, sample: { name: 'a0' } })
})

it('never lets the files of a label be a folder of another name either', async () => {
  await open()
  await add('a.jpg', 'one')
  expect((await addSample('a.jpg.png/b.jpg', 'two')).name).toBe('a.jpg (2).png/b.jpg')
  expect((await addSample('A.JPG.json/b.jpg', 'three')).name).toBe('A.JPG (2).json/b.jpg')
  expect((await addSample('a.jpg.txt/b.jpg', 'four')).name).toBe('a.jpg.txt/b.jpg')
  await add('sub/c.jpg.json/d.jpg', 'five')
  expect((await addSample('sub/c.jpg', 'six')).name).toBe('sub/c (2).jpg')
})

it('settles names and duplicates of imports that run at the same time', async () => {
  await open()
  const results = await Promise.all([
    ...Array.from({ length: 5 }, (_, i) => add('same.png', `bytes ${i}`)),
    ...Array.from({ length: 5 }, () => add('twin.png', 'the same bytes')),
  ])
  const names = samples.list({ after: null, limit: 20 }).samples.map(({ name }) => name)
  expect(new Set(names).size).toBe(6)
  expect(results.filter((result) => 'duplicateOf' in result)).toHaveLength(4)
})

it('keeps a record from which the row can be rebuilt, and a sum over the row', async () => {
  await open()
  const sample = await addSample('a.png')
  const row = library.context.db.prepare('SELECT * FROM samples').get()!
  expect(rowSumHolds(row)).toBe(true)
  const record: SampleRecord = sampleRecordSchema.parse(
    JSON.parse(Buffer.from(await library.context.blobs.get(row.record_digest as BlobDigest)).toString()),
  )
  expect(record).toMatchObject({ id: sample.id, name: 'a.png', image: { digest: sample.imageDigest } })
  expect(library.events).toEqual([{ type: 'samples.changed' }])
})

it('adds nothing to a library that is open for reading', async () => {
  await open()
  const image = await library.context.blobs.put(Buffer.from('x'))
  const reader = createSamples({ ...library.context, readOnly: true })
  await expect(
    reader.insert({ name: 'a.png', image, format: 'png', width: 1, height: 1, orientation: 1 }),
  ).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
})
