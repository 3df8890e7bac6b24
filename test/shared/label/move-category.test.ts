import { describe, expect, it } from 'vitest'
import { decodeIds, encodeIds, replaceIds } from '../../../shared/label/id-runs.ts'
import { moveCategory } from '../../../shared/label/move-category.ts'
import type { Category, LabelObject } from '../../../shared/label/ontology.ts'

const things: Category = { id: 1, name: 'car', color: '#000000', hasInstances: true }
const stuff: Category = { id: 2, name: 'road', color: '#000000', hasInstances: false }
const object = (id: number, categoryId: number, more: Partial<LabelObject> = {}): LabelObject => ({
  id,
  categoryId,
  attributes: {},
  ...more,
})
const shape = ({ objects, ids, moved, locked }: ReturnType<typeof moveCategory>) => ({
  objects: objects.map(({ id, categoryId }) => [id, categoryId]),
  ids: [...ids],
  moved,
  locked,
})

describe('moving objects to another category', () => {
  it('leaves a label without objects of it as it is', () => {
    const objects = [object(1, 1)]
    expect(moveCategory(objects, 9, things)).toEqual({ objects, ids: new Map(), moved: 0, locked: 0 })
    expect(moveCategory(objects, 1, things).moved).toBe(0)
  })

  it('gives things the new category and keeps their pixels and values', () => {
    const objects = [object(3, 9, { attributes: { a: 1 } }), object(5, 2), object(7, 9)]
    expect(shape(moveCategory(objects, 9, things))).toEqual({
      objects: [
        [3, 1],
        [5, 2],
        [7, 1],
      ],
      ids: [],
      moved: 2,
      locked: 0,
    })
    expect(moveCategory(objects, 9, things).objects[0]!.attributes).toEqual({ a: 1 })
  })

  it('lets the pixels of all join the one region of stuff', () => {
    expect(shape(moveCategory([object(3, 9), object(5, 2), object(7, 9)], 9, stuff))).toEqual({
      objects: [[5, 2]],
      ids: [
        [3, 5],
        [7, 5],
      ],
      moved: 2,
      locked: 0,
    })
  })

  it('makes the first of them the region where there is none', () => {
    expect(shape(moveCategory([object(7, 9), object(3, 9)], 9, stuff))).toEqual({
      objects: [[3, 2]],
      ids: [[7, 3]],
      moved: 2,
      locked: 0,
    })
  })

  it('makes the pixels unlabeled when they go to nothing', () => {
    expect(shape(moveCategory([object(3, 9), object(5, 2)], 9, null))).toEqual({
      objects: [[5, 2]],
      ids: [[3, 0]],
      moved: 1,
      locked: 0,
    })
  })

  it('leaves what is locked, and what would have to join a locked region', () => {
    const objects = [object(3, 9, { locked: true }), object(7, 9)]
    expect(shape(moveCategory(objects, 9, null))).toEqual({
      objects: [[3, 9]],
      ids: [[7, 0]],
      moved: 1,
      locked: 1,
    })
    const beside = [...objects, object(5, 2, { locked: true })]
    expect(moveCategory(beside, 9, stuff)).toMatchObject({ moved: 0, locked: 2 })
  })
})

it('replaces ids in the bytes of a map, with runs as if it had been encoded anew', () => {
  const ids = Uint32Array.of(0, 3, 3, 7, 7, 5, 3, 0)
  const replaced = new Map([
    [3, 5],
    [7, 5],
  ])
  const expected = Uint32Array.of(0, 5, 5, 5, 5, 5, 5, 0)
  const bytes = replaceIds(encodeIds(ids), replaced)
  expect(decodeIds(bytes, ids.length)).toEqual(expected)
  expect(bytes).toEqual(encodeIds(expected))
  expect(replaceIds(new Uint8Array(), replaced)).toEqual(new Uint8Array())
  expect(() => replaceIds(Uint8Array.of(3), replaced)).toThrow(RangeError)
})
