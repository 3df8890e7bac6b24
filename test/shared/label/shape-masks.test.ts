import { expect, it } from 'vitest'
import { applyEdit, type LabelDocument } from '../../../shared/label/edit.ts'
import { indexObjects } from '../../../shared/label/object-index.ts'
import type { Category, LabelObject } from '../../../shared/label/ontology.ts'
import type { Shape } from '../../../shared/label/shape.ts'
import { masksOfShapes } from '../../../shared/label/shape-masks.ts'

const categories: readonly Category[] = [
  { id: 1, name: 'road', color: '#888888', hasInstances: false },
  { id: 2, name: 'car', color: '#2f6fb3', hasInstances: true },
]
const shape = (type: Shape['type'], points: Shape['points'], more: Partial<Shape> = {}): Shape => ({
  id: 7,
  trackId: null,
  categoryId: 2,
  type,
  points,
  attributes: null,
  other: {},
  ...more,
})

/** A label of 8 × 4 pixels; a digit is an object, each a car. */
function label(text: string, more: Partial<Record<number, Partial<LabelObject>>> = {}) {
  const ids = Uint32Array.from({ length: 32 }, (_, i) => Number(text[i] ?? 0) || 0)
  const objects = new Map(
    [...new Set(ids)]
      .filter((id) => id > 0)
      .map((id): [number, LabelObject] => [id, { id, categoryId: 2, attributes: {}, ...more[id] }]),
  )
  const doc: LabelDocument = {
    map: { width: 8, height: 4, ids },
    objects,
    nextObjectId: Math.max(0, ...objects.keys()) + 1,
    status: 'unlabeled',
  }
  return { doc, index: indexObjects(doc.map) }
}

function turned(
  text: string,
  shapes: readonly Shape[],
  more: Partial<Record<number, Partial<LabelObject>>> = {},
  protects = false,
) {
  const { doc, index } = label(text, more)
  const result = masksOfShapes(doc, index, shapes, { categories, protects })
  if (result.edit) applyEdit(doc, result.edit)
  const rows = [0, 1, 2, 3].map((y) =>
    [...doc.map.ids.subarray(8 * y, 8 * y + 8)].map((id) => id || '.').join(''),
  )
  return { ...result, rows, doc }
}

it('fills boxes, also reversed ones, and polygons by the pixels whose centres they hold', () => {
  const { rows, ids, doc } = turned('', [
    shape(
      'bbox',
      [
        [3, 2],
        [0.4, 0.4],
      ],
      { attributes: { color: 'red', deep: { x: 1 } } },
    ),
    shape('polygon', [
      [4, 0],
      [8, 0],
      [8, 4],
    ]),
  ])
  expect(rows).toEqual(['222.1111', '222..111', '......11', '.......1'])
  expect(ids).toEqual([1, 2])
  // Of the attributes those that an object can have; the shape keeps all of them.
  expect(doc.objects.get(2)).toEqual({ id: 2, categoryId: 2, attributes: { color: 'red' } })
  expect(doc.status).toBe('in progress')
})

it('says what has no area, what has no category and what has no pixel', () => {
  const { edit, flat, stray, empty, rows } = turned('', [
    shape('point', [[1, 1]]),
    shape('polyline', [
      [0, 0],
      [7, 3],
    ]),
    shape(
      'bbox',
      [
        [0, 0],
        [2, 2],
      ],
      { categoryId: 9 },
    ),
    shape('bbox', [
      [20, 20],
      [30, 30],
    ]),
    shape('bbox', [
      [1.1, 1.1],
      [1.3, 1.3],
    ]),
  ])
  expect({ edit, flat, stray, empty }).toEqual({ edit: null, flat: 2, stray: 1, empty: 2 })
  expect(rows).toEqual(['........', '........', '........', '........'])
})

it('takes no pixel of a locked object, and none of any object while they are protected', () => {
  const box = shape('bbox', [
    [0, 0],
    [8, 1],
  ])
  expect(turned('11.33...', [box], { 1: { locked: true } })).toMatchObject({
    rows: ['11444444', '........', '........', '........'],
    kept: 2,
  })
  const kept = turned('11.33...', [box], {}, true)
  expect(kept).toMatchObject({ rows: ['11433444', '........', '........', '........'], kept: 4 })
  expect(turned('11111111', [box], {}, true)).toMatchObject({ edit: null, empty: 1 })
})

it('gives a pixel to the later shape, and makes one region of stuff', () => {
  const left = shape('bbox', [
    [0, 0],
    [5, 1],
  ])
  const right = shape('bbox', [
    [3, 0],
    [8, 1],
  ])
  expect(turned('', [left, right]).rows[0]).toBe('22211111')
  const road = [left, right].map((each) => ({ ...each, categoryId: 1 }))
  const { rows, ids } = turned('', road)
  expect([rows[0], ids]).toEqual(['11111111', [1]])
})
