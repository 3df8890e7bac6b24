import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { type Json, type JsonRecord, parseExactJson } from '../../../shared/base/exact-json.ts'
import {
  readSegmentsAnnotations,
  writeSegmentsAnnotations,
} from '../../../shared/formats/segments-annotations.ts'
import { parseShapesFile, shapesFileText } from '../../../shared/formats/shapes-file.ts'
import { isNoShapes, noShapes } from '../../../shared/label/shape.ts'

// `-0` has no spelling of its own in JSON, and `__proto__` none in an object literal.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0)
const key = fc.string({ maxLength: 8 }).filter((each) => each !== '__proto__')
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ maxLength: 8 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value
const rest = fc.dictionary(fc.constantFrom('index', 'is_keyframe', 'velocity', 'x-team', 'ü'), json, {
  noNullPrototype: true,
})
const values = fc.dictionary(
  key.filter((each) => each !== ''),
  json,
  { maxKeys: 4, noNullPrototype: true },
)
const point = fc.tuple(number, number)
const points = {
  bbox: fc.tuple(point, point),
  polygon: fc.array(point, { minLength: 3, maxLength: 6 }),
  polyline: fc.array(point, { minLength: 2, maxLength: 6 }),
  point: fc.tuple(point),
}
const id = fc.integer({ min: 1, max: 2 ** 40 })
const shape = fc.constantFrom('bbox', 'polygon', 'polyline', 'point').chain((type) =>
  fc
    .record(
      {
        id,
        category_id: fc.integer({ min: 0, max: 5000 }),
        type: fc.constant(type as string),
        points: points[type as 'bbox'] as fc.Arbitrary<Json>,
        track_id: fc.oneof(id, fc.constant(null), json),
        attributes: fc.oneof(values, json),
      },
      { requiredKeys: ['id', 'category_id', 'type', 'points'] },
    )
    .chain((known) => rest.map((more): Json => ({ ...more, ...known }))),
)
/** Annotations that a careless program may have made. */
const strange = fc.oneof(
  json,
  fc
    .record({ id, category_id: id, type: fc.constantFrom('ellipse', 'bbox'), points: json })
    .map((each): Json => each),
)
const beside = fc.record(
  {
    image_attributes: fc.dictionary(
      key.filter((each) => each !== ''),
      json,
      { minKeys: 1, noNullPrototype: true },
    ),
    links: fc.array(json, { minLength: 1, maxLength: 3 }),
    note: json,
  },
  { requiredKeys: [] },
)

/** As it is after a revision has kept it. */
function kept(attributes: JsonRecord, label: JsonRecord) {
  const read = readSegmentsAnnotations(attributes, label)
  if (!read) return null
  const shapes = read.shapes && parseShapesFile(shapesFileText(read.shapes))
  return writeSegmentsAnnotations({ ...read, shapes })
}

it('gives back vectors, boxes and key points as they came, with all that is said of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 4, arbitrary: shape }, strange), { maxLength: 6 }),
      beside,
      number,
      (list, more, score) => {
        const attributes = { format_version: '0.1', annotations: list, ...more } as JsonRecord
        const back = kept(attributes, { score, label_status: 'LABELED', updated_at: 'now' })
        // What looks like a point cloud or a text is no label of one image.
        if (back === null) return
        expect(canonicalJson(back.attributes)).toBe(canonicalJson(attributes))
        expect(back.label).toEqual({ score })
      },
    ),
    { numRuns: 400 },
  )
})

it('gives back what is said of objects of a mask, and of the ones that are still there', () => {
  const object = fc.record({
    id: fc.integer({ min: 1, max: 9 }),
    category_id: fc.integer({ min: 1, max: 5 }),
    attributes: values,
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(object, { selector: (each) => each.id, maxLength: 5 }),
      fc.array(rest, { minLength: 5, maxLength: 5 }),
      beside,
      (list, more, around) => {
        const annotations = list.map((each, i): Json => ({ ...more[i], ...each, track_id: each.id }) as Json)
        const attributes = {
          format_version: '0.1',
          annotations,
          segmentation_bitmap: { url: 'https://example.com/mask.png' },
          ...around,
        } as JsonRecord
        expect(canonicalJson(kept(attributes, {})!.attributes)).toBe(canonicalJson(attributes))
        const read = readSegmentsAnnotations(attributes)!
        const fewer = writeSegmentsAnnotations({ ...read, objects: read.objects.slice(1) })
        expect(canonicalJson(fewer.attributes.annotations)).toBe(canonicalJson(annotations.slice(1)))
      },
    ),
    { numRuns: 300 },
  )
})

it('keeps nothing beside a mask of which everything has a place', () => {
  const read = readSegmentsAnnotations(
    {
      format_version: '0.1',
      annotations: [{ id: 3, track_id: 3, category_id: 2, attributes: { color: 'red', parts: ['a'] } }],
      segmentation_bitmap: { url: 'https://example.com/1.png', signed_url: 'https://example.com/1.png?key' },
      image_attributes: { weather: 'rain' },
      links: [],
    },
    { label_status: 'LABELED', score: null, created_by: 'ada', updated_at: '2026-01-01' },
  )!
  expect(read).toMatchObject({
    kind: 'bitmap',
    objects: [{ id: 3, categoryId: 2, attributes: { color: 'red', parts: ['a'] } }],
    bitmapUrl: 'https://example.com/1.png',
    imageAttributes: { weather: 'rain' },
    shapes: null,
  })
})

it('keeps attribute values that no label file can hold, and numbers of any length', () => {
  const text =
    '{"annotations":[{"attributes":{"at":1602519712943517952,"box":{"x":1},"name":"a"},"category_id":2,"id":7,"track_id":7}],"format_version":"0.1","segmentation_bitmap":{"url":null}}'
  const read = readSegmentsAnnotations(parseExactJson(text))!
  expect(read.objects).toEqual([{ id: 7, categoryId: 2, attributes: { name: 'a' } }])
  expect(canonicalJson(kept(parseExactJson(text) as JsonRecord, {})!.attributes)).toBe(text)
})

it('leaves what is no label of one image alone', () => {
  const none: JsonRecord[] = [
    { frames: [] },
    { annotations: [], frames: [] },
    { annotations: [], point_annotations: [0, 1] },
    { annotations: [{ id: 1, category_id: 1, type: 'cuboid', position: { x: 0, y: 0, z: 0 } }] },
    {
      annotations: [
        {
          id: 1,
          category_id: 1,
          type: 'polyline',
          points: [
            [0, 0, 0],
            [1, 1, 1],
          ],
        },
      ],
    },
    { annotations: [{ start: 0, end: 4, category_id: 1 }] },
    { sensors: [] },
    { annotations: 'none' },
    {},
  ]
  for (const attributes of none)
    expect(readSegmentsAnnotations(attributes), canonicalJson(attributes)).toBe(null)
})

it('reads reversed boxes and ids written as text, and a track that is not the id', () => {
  const read = readSegmentsAnnotations({
    annotations: [
      {
        id: '12',
        track_id: 4,
        category_id: '3',
        type: 'bbox',
        points: [
          [9, 8],
          [1, 2],
        ],
      },
    ],
  })!
  expect(read.shapes!.shapes).toEqual([
    {
      id: 12,
      trackId: 4,
      categoryId: 3,
      type: 'bbox',
      points: [
        [9, 8],
        [1, 2],
      ],
      attributes: null,
      other: {},
    },
  ])
})

it('has no file for a label without anything, and refuses a file that is not ours', () => {
  expect(isNoShapes(noShapes)).toBe(true)
  const file = JSON.parse(shapesFileText({ ...noShapes, links: [1] })) as object
  for (const wrong of [
    { format_version: 2 },
    { more: 1 },
    { shapes: [{ id: 0, category_id: 1, type: 'point', points: [[0, 0]] }] },
    { shapes: [{ id: 1, category_id: 1, type: 'point', points: [] }] },
    { shapes: [{ id: 1, category_id: 1, type: 'circle', points: [[0, 0]] }] },
    { objects: { '0': {} } },
    { label: [] },
  ]) {
    expect(() => parseShapesFile(JSON.stringify({ ...file, ...wrong }))).toThrow()
  }
})
