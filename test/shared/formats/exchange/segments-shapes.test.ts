import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeRaster } from '../../../../electron/adapters/raster-png.ts'
import { canonicalJson } from '../../../../shared/base/canonical-json.ts'
import { type Json, type JsonRecord, parseExactJson } from '../../../../shared/base/exact-json.ts'
import type { WriteLabel, WrittenFile } from '../../../../shared/formats/exchange/format.ts'
import { segmentsRelease } from '../../../../shared/formats/exchange/segments-release.ts'
import { type LabelShapes, noShapes, type Shape } from '../../../../shared/label/shape.ts'
import { imagesOf, memorySource, readAll, writeAll } from '../../../support/exchange.ts'
import { generatedCategories } from '../../../support/generated-labels.ts'

const size = { width: 8, height: 6 }
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0)
const point = fc.tuple(number, number)
const points = {
  bbox: fc.tuple(point, point),
  polygon: fc.array(point, { minLength: 3, maxLength: 5 }),
  polyline: fc.array(point, { minLength: 2, maxLength: 5 }),
  point: fc.tuple(point),
}
const id = fc.integer({ min: 1, max: 2 ** 30 })
const categoryId = fc.constantFrom(...generatedCategories.map((each) => each.id))
const said = fc.dictionary(
  fc.constantFrom('index', 'team', 'ü'),
  fc.oneof(fc.string({ maxLength: 5 }), fc.constant(null), fc.constant({ deep: [1.5, 'a'] })),
  { noNullPrototype: true },
)
const shape = fc.constantFrom('bbox', 'polygon', 'polyline', 'point').chain((type) =>
  fc.record({
    id,
    trackId: fc.option(id),
    categoryId,
    type: fc.constant(type as Shape['type']),
    points: points[type as 'bbox'] as fc.Arbitrary<Shape['points']>,
    attributes: fc.option(said),
    other: said,
  }),
) as fc.Arbitrary<Shape>
const shapes = fc.array(shape, { maxLength: 5 }).chain((list) =>
  fc
    .record({
      links: fc.array(fc.record({ from_id: id, to_id: id }), { maxLength: 2 }),
      imageAttributes: said,
      label: fc.constantFrom({}, { score: 0.25 }),
    })
    .map((more): LabelShapes => ({ ...noShapes, shapes: list, ...more })),
)
/** A label of up to three objects, each a row of pixels. */
const label = fc.record({
  objects: fc.uniqueArray(fc.integer({ min: 1, max: 70_000 }), { maxLength: 3 }),
  shapes: fc.option(shapes),
})

const toLabel = (
  { objects, shapes: beside }: { objects: number[]; shapes: LabelShapes | null },
  i: number,
): WriteLabel => {
  const ids = new Uint32Array(size.width * size.height)
  for (const [row, each] of objects.entries()) ids.fill(each, row * size.width, row * size.width + 4)
  return {
    name: `${i}.png`,
    map: { ...size, ids },
    objects: objects
      .toSorted((a, b) => a - b)
      .map((each) => ({ id: each, categoryId: generatedCategories[0]!.id, attributes: { a: 1 } })),
    status: 'reviewed',
    split: null,
    shapes: beside,
  }
}

it('gives back shapes and all that is said of them, beside masks and alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(label, { minLength: 1, maxLength: 4 }), async (list) => {
      const labels = list.map(toLabel)
      const files = await writeAll(segmentsRelease, labels)
      const { labels: read, problems } = await readAll(segmentsRelease, memorySource(files, imagesOf(labels)))
      expect(problems).toEqual([])
      for (const [i, each] of labels.entries()) {
        const back = read[i]!
        expect([...back.map.ids]).toEqual([...each.map.ids])
        expect(back.objects.map((object) => object.id)).toEqual(each.objects.map((object) => object.id))
        const wanted = each.shapes ?? noShapes
        expect(back.shapes?.label ?? noShapes).toEqual(wanted)
      }
    }),
    { numRuns: 60 },
  )
})

const vector: JsonRecord = {
  format_version: '0.1',
  annotations: [
    {
      id: 1,
      track_id: 1,
      category_id: 1,
      type: 'bbox',
      points: [
        [1, 1],
        [5.5, 4],
      ],
      attributes: { a: [1, { b: null }] },
    },
    {
      id: 2,
      category_id: 2,
      type: 'polygon',
      points: [
        [0, 0],
        [8, 0],
        [0, 6],
      ],
      note: 'kept',
    },
    { id: 3, category_id: 2, type: 'point', points: [[4, 4]] },
    { id: 'a', category_id: 2, type: 'ellipse' },
  ],
  image_attributes: { weather: 'rain', deep: { x: 1 } },
}
const release = (samples: readonly Json[], task_type = 'vector') =>
  new Map([
    [
      'release.json',
      Buffer.from(
        JSON.stringify({
          name: 'v1',
          dataset: {
            name: 'd',
            owner: 'me',
            task_type,
            task_attributes: {
              categories: [
                { id: 1, name: 'road' },
                { id: 2, name: 'car', has_instances: true },
              ],
            },
            labelsets: [{ name: 'ground-truth' }],
            samples,
          },
        }),
      ),
    ],
  ])
const image = { name: '1.png', ...size }
const sampleOf = (attributes: Json): Json => ({
  uuid: 'u',
  name: '1.png',
  metadata: {},
  attributes: { image: { url: 'https://example.com/1.png' } },
  labels: { 'ground-truth': { label_status: 'LABELED', attributes, score: 0.5 } },
})

it('reads vectors as shapes, or fills those that have an area where the person wants masks', async () => {
  const source = memorySource(release([sampleOf(vector)]), [image])
  const kept = await readAll(segmentsRelease, source)
  expect(kept.problems).toEqual([])
  expect(kept.labels[0]!.objects).toEqual([])
  expect(kept.labels[0]!.shapes!.label.shapes.map(({ type }) => type)).toEqual(['bbox', 'polygon', 'point'])
  expect(kept.labels[0]!.shapes!.label.unread).toHaveLength(1)
  const filled = await readAll(segmentsRelease, source, { boxes: 'masks' })
  expect(filled.labels[0]!.objects.map((object) => object.category.name)).toEqual(['road', 'car'])
  expect(filled.labels[0]!.shapes).toEqual(kept.labels[0]!.shapes)
  expect(filled.labels[0]!.remarks.join(' ')).toContain('without an area')
})

it.each([
  ['sequences', { frames: [{ image: { url: 'https://example.com/1' } }] }],
  ['point clouds', { pcd: { url: 'https://example.com/1', type: 'pcd' }, images: [] }],
  ['several sensors', { sensors: [{ name: 'a', task_type: 'x', attributes: {} }] }],
  ['texts', { text: 'a' }],
])('keeps %s whole, and writes them as they came', async (_, attributes) => {
  const sample = `{"attributes":${JSON.stringify(attributes)},"labels":{"ground-truth":{"attributes":{"frames":[{"timestamp":1602519712943517952}]},"label_status":"LABELED"},"model":null},"metadata":{"a":1},"name":"ride 1","uuid":"u"}`
  const files = release([], 'image-vector-sequence')
  const text = Buffer.from(files.get('release.json')!)
    .toString()
    .replace('"samples":[]', `"samples":[${sample}]`)
  const { carried, labels, problems } = await readAll(
    segmentsRelease,
    memorySource(new Map([['release.json', Buffer.from(text)]]), []),
  )
  expect([labels, problems]).toEqual([[], []])
  expect(carried).toMatchObject([{ name: 'ride 1', taskType: 'image-vector-sequence' }])
  const writer = segmentsRelease.writer!({
    title: 'x',
    categories: generatedCategories,
    encode: encodeRaster,
  })
  writer.carry!(carried[0]!)
  const written: WrittenFile[] = await writer.finish()
  const dataset = (parseExactJson(Buffer.from(written[0]!.bytes as Uint8Array).toString()) as JsonRecord)
    .dataset as JsonRecord
  expect(dataset.task_type).toBe('image-vector-sequence')
  expect(canonicalJson((dataset.samples as Json[])[0])).toBe(canonicalJson(parseExactJson(sample)))
})

it('keeps an image whole whose label is none of an image', async () => {
  const cuboids = { annotations: [{ id: 1, category_id: 1, type: 'cuboid', position: { x: 1, y: 1, z: 1 } }] }
  const { carried, labels } = await readAll(
    segmentsRelease,
    memorySource(release([sampleOf(cuboids)]), [image]),
  )
  expect(labels).toEqual([])
  expect(canonicalJson(carried[0]!.labels)).toContain('cuboid')
})

it('keeps labels of other labelsets and metadata beside the image, and gives them back with it', async () => {
  const sample = {
    ...(sampleOf({ annotations: [] }) as { labels: JsonRecord }),
    metadata: { split: 'val', city: 'Ulm', at: 1 },
  }
  const guess = { label_status: 'PRELABELED', attributes: { annotations: [] }, score: 0.25 }
  const labels = { ...sample.labels, model: guess, empty: null }
  const { carried, labels: read } = await readAll(
    segmentsRelease,
    memorySource(release([{ ...sample, labels }]), [image]),
  )
  expect(carried).toMatchObject([
    {
      name: image.name,
      taskType: 'other labelsets',
      labels: { model: guess },
      sample: { metadata: { city: 'Ulm' } },
    },
  ])
  expect(Object.keys(carried[0]!.labels)).toEqual(['model'])
  const writer = segmentsRelease.writer!({
    title: 'x',
    categories: generatedCategories,
    encode: encodeRaster,
  })
  const { map, split } = read[0]!
  await writer.add({ name: image.name, map, objects: [], status: 'labeled', split })
  await writer.add({ name: 'other.png', map, objects: [], status: 'labeled', split })
  writer.carry!(carried[0]!)
  const written: WrittenFile[] = await writer.finish()
  const { dataset } = JSON.parse(Buffer.from(written[0]!.bytes as Uint8Array).toString())
  expect(dataset.labelsets.map((each: { name: string }) => each.name)).toEqual(['ground-truth', 'model'])
  expect(dataset.samples).toHaveLength(2)
  expect(dataset.samples[1].labels).toMatchObject({ model: null })
  expect(dataset.samples[0]).toMatchObject({
    name: image.name,
    metadata: sample.metadata,
    labels: { model: guess, 'ground-truth': { label_status: 'LABELED' } },
  })
  // Nothing is kept of an image of which nothing more is said.
  const plain = release([{ ...sample, metadata: { split: 'val' } }])
  expect((await readAll(segmentsRelease, memorySource(plain, [image]))).carried).toEqual([])
})
