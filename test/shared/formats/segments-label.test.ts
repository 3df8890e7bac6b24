import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../shared/base/json.ts'
import { isMaskLabel, readSegmentsLabel, writeSegmentsLabel } from '../../../shared/formats/segments-label.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'

const idHere = new Map([
  [0, 9],
  [1, 1],
  [2, 2],
])
const idThere = new Map([
  [9, 0],
  [1, 1],
  [2, 2],
])
const url = 'https://assets.example/mask.png'
const label = (annotations: readonly Json[], more: JsonObject = {}): JsonObject => ({
  annotations,
  segmentation_bitmap: { url },
  ...more,
})

it('reads an older id, numbers written as texts, and a category 0', () => {
  const read = readSegmentsLabel(
    label([
      { id: '7', category_id: '2' },
      { id: 9, track_id: 3, category_id: 0, attributes: { far: true } },
    ]),
    idHere,
  )
  expect(read).toEqual({
    kind: 'bitmap',
    bitmap: url,
    imageValues: {},
    objects: [
      { id: 3, categoryId: 9, attributes: { far: true } },
      { id: 7, categoryId: 2, attributes: {} },
    ],
  })
})

it('reads a label that has a status and nothing else', () => {
  expect(readSegmentsLabel(null, idHere)).toEqual({
    kind: 'bitmap',
    bitmap: null,
    objects: [],
    imageValues: {},
  })
  const empty = { annotations: [], segmentation_bitmap: { url: null } }
  expect(readSegmentsLabel(empty, idHere)).toMatchObject({ bitmap: null, objects: [] })
})

it.each([
  ['an annotation that is none', [7]],
  ['an annotation without an id', [{ category_id: 1 }]],
  ['an id that no mask can hold', [{ id: 16_777_216, category_id: 1 }]],
  ['an id of 0', [{ id: 0, category_id: 1 }]],
  ['an id that is a fraction', [{ id: 1.5, category_id: 1 }]],
  [
    'one object twice',
    [
      { id: 1, category_id: 1 },
      { id: 2, track_id: 1, category_id: 1 },
    ],
  ],
  ['a category that nobody has', [{ id: 1, category_id: 77 }]],
])('refuses %s, and says so', (_, annotations) => {
  expect(() => readSegmentsLabel(label(annotations as Json[]), idHere)).toThrow(
    expect.objectContaining({ code: 'IN_FORMAT' }),
  )
})

it('refuses more objects than a label can have, annotations that are no list, and an address that is no text', () => {
  const many = Array.from({ length: 65_536 }, (_, i) => ({ id: i + 1, category_id: 1 }))
  expect(() => readSegmentsLabel(label(many), idHere)).toThrow(
    expect.objectContaining({ code: 'IN_TOO_BIG' }),
  )
  const bad: JsonObject[] = [
    { annotations: {}, segmentation_bitmap: { url } },
    { annotations: [], segmentation_bitmap: { url: 7 } },
  ]
  for (const each of bad) {
    expect(() => readSegmentsLabel(each, idHere)).toThrow(expect.objectContaining({ code: 'IN_FORMAT' }))
  }
})

it.each([
  ['multi-sensor', { sensors: [] }],
  ['sequence', { frames: [] }],
  ['point cloud', { annotations: [], point_annotations: [] }],
  [
    'shapes',
    {
      annotations: [
        {
          id: 1,
          category_id: 1,
          type: 'bbox',
          points: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    },
  ],
])('tells %s from a mask', (what, attributes) => {
  expect(readSegmentsLabel(attributes as JsonObject, idHere)).toEqual({ kind: 'other', what })
  expect(isMaskLabel(attributes as JsonObject)).toBe(false)
})

const value = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.array(fc.string(), { maxLength: 3 }),
)
const objectsArb = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 16_777_215 }),
    categoryId: fc.constantFrom(1, 2, 9),
    attributes: fc.dictionary(fc.constantFrom('far', 'kind'), value),
  }),
  { selector: ({ id }) => id, maxLength: 6 },
)

it('gives back what it was given, whatever stood there before', () => {
  fc.assert(
    fc.property(
      objectsArb,
      objectsArb,
      fc.dictionary(fc.constantFrom('rain', 'sun'), value),
      (now, then, values) => {
        const write = (objects: readonly LabelObject[], before: JsonObject | null) =>
          writeSegmentsLabel({ objects, bitmap: url, imageValues: values, idThere, before })
        const before = write(then, null)
        const written = write(now, before)
        const objects = [...now].sort((a, b) => a.id - b.id)
        expect(readSegmentsLabel(written, idHere)).toEqual({
          kind: 'bitmap',
          bitmap: url,
          objects,
          imageValues: values,
        })
      },
    ),
  )
})

it('keeps what only the service knows: keys, links, values that cannot be said here', () => {
  const before = label([{ id: 1, category_id: 1, index: 4, attributes: { speed: { x: 1 }, far: true } }], {
    links: [{ from_id: 1, to_id: 2 }],
    image_attributes: { pose: { a: 1 }, rain: 'no' },
    format_version: '0.1',
  })
  const written = writeSegmentsLabel({
    objects: [{ id: 1, categoryId: 2, attributes: { far: false } }],
    bitmap: 'https://assets.example/other.png',
    imageValues: { rain: 'yes' },
    idThere,
    before,
  })
  expect(written).toEqual({
    format_version: '0.1',
    links: [{ from_id: 1, to_id: 2 }],
    annotations: [
      { id: 1, track_id: 1, category_id: 2, index: 4, attributes: { speed: { x: 1 }, far: false } },
    ],
    segmentation_bitmap: { url: 'https://assets.example/other.png' },
    image_attributes: { pose: { a: 1 }, rain: 'yes' },
  })
})

it('refuses to send an object of a category that is not there', () => {
  const objects = [{ id: 1, categoryId: 77, attributes: {} }]
  const input = { objects, bitmap: url, imageValues: {}, idThere, before: null }
  expect(() => writeSegmentsLabel(input)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
})
