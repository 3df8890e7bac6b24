import { describe, expect, it } from 'vitest'
import { applyEdit, invertEdit, type LabelDocument } from '../../../shared/label/edit.ts'
import { MAX_OBJECT_ID } from '../../../shared/label/label-map.ts'
import { deleteObjects, lockObjects, recategorizeObjects } from '../../../shared/label/many-objects.ts'
import { indexObjects, runsOfObject } from '../../../shared/label/object-index.ts'
import { objectForStroke, objectName, strokeTitle } from '../../../shared/label/objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'

const car: Category = { id: 1, name: 'car', color: '#e69f00', hasInstances: true }
const sky: Category = { id: 2, name: 'sky', color: '#56b4e9', hasInstances: false }

/** Car 3, car 4 and the sky 5, on a map of 4 × 2. */
function street(): LabelDocument {
  return {
    map: { width: 4, height: 2, ids: Uint32Array.from([5, 5, 3, 0, 5, 4, 3, 3]) },
    objects: new Map([
      [3, { id: 3, categoryId: 1, attributes: {} }],
      [4, { id: 4, categoryId: 1, attributes: { parked: true } }],
      [5, { id: 5, categoryId: 2, attributes: {} }],
    ]),
    status: 'in progress',
    nextObjectId: 9,
  }
}
const indexOf = (doc: LabelDocument) => indexObjects(doc.map)
const contents = (doc: LabelDocument) => ({ ids: [...doc.map.ids], objects: new Map(doc.objects) })

describe('the object of a stroke', () => {
  it('in a thing category is the active one, when it is of that category', () => {
    expect(objectForStroke(street(), car, 4).id).toBe(4)
  })

  it('in a thing category is a new one when none, another kind or a vanished one is active', () => {
    for (const active of [null, 5, 77]) {
      expect(objectForStroke(street(), car, active)).toEqual({ id: 9, categoryId: 1, attributes: {} })
    }
  })

  it('in a stuff category is its one region, whatever is active', () => {
    expect(objectForStroke(street(), sky, null).id).toBe(5)
    expect(objectForStroke(street(), sky, 3).id).toBe(5)
  })

  it('in a stuff category without a region is a new one', () => {
    const doc = street()
    doc.objects.delete(5)
    expect(objectForStroke(doc, sky, 3)).toEqual({ id: 9, categoryId: 2, attributes: {} })
  })

  it('is refused with a remedy when the ids are used up', () => {
    const doc = street()
    doc.nextObjectId = MAX_OBJECT_ID + 1
    expect(() => objectForStroke(doc, car, null)).toThrow(expect.objectContaining({ code: 'IN_TOO_BIG' }))
    expect(objectForStroke(doc, car, 3).id).toBe(3)
  })
})

describe('changing the category', () => {
  it('touches no pixel between things', () => {
    const bus: Category = { ...car, id: 7, name: 'bus' }
    const doc = street()
    const edit = recategorizeObjects(doc, indexOf(doc), [4], bus)!
    expect(edit.pixels).toBeNull()
    expect(edit.title).toBe('Change to bus')
    applyEdit(doc, edit)
    expect(doc.objects.get(4)).toEqual({ id: 4, categoryId: 7, attributes: { parked: true } })
  })

  it('to the same category is no edit', () => {
    const doc = street()
    expect(recategorizeObjects(doc, indexOf(doc), [4], car)).toBeNull()
  })

  it('to stuff that has a region joins it, and undo parts them again', () => {
    const doc = street()
    const edit = recategorizeObjects(doc, indexOf(doc), [3], sky)!
    applyEdit(doc, edit)
    expect([...doc.map.ids]).toEqual([5, 5, 5, 0, 5, 4, 5, 5])
    expect([...doc.objects.keys()]).toEqual([4, 5])
    applyEdit(doc, invertEdit(edit))
    expect(contents(doc)).toEqual(contents(street()))
  })

  it('to stuff without a region makes the object that region', () => {
    const water: Category = { ...sky, id: 8, name: 'water' }
    const doc = street()
    applyEdit(doc, recategorizeObjects(doc, indexOf(doc), [3], water)!)
    expect(doc.objects.get(3)?.categoryId).toBe(8)
  })

  it('of an unknown object is refused', () => {
    const doc = street()
    expect(() => recategorizeObjects(doc, indexOf(doc), [77], sky)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    )
  })
})

describe('deleting an object', () => {
  it('clears its pixels, and undo brings both back', () => {
    const doc = street()
    const edit = deleteObjects(doc, indexOf(doc), [5], [car, sky])!
    expect(edit.title).toBe('Delete sky')
    applyEdit(doc, edit)
    expect([...doc.map.ids]).toEqual([0, 0, 3, 0, 0, 4, 3, 3])
    expect(doc.objects.has(5)).toBe(false)
    applyEdit(doc, invertEdit(edit))
    expect(contents(doc)).toEqual(contents(street()))
  })

  it('that has no pixels only takes it off the list', () => {
    const doc = street()
    doc.objects.set(6, { id: 6, categoryId: 1, attributes: {} })
    const edit = deleteObjects(doc, indexOf(doc), [6], [car, sky])!
    expect(edit.pixels).toBeNull()
    expect(edit.objects).toHaveLength(1)
  })
})

it('finds the pixels of an object as runs within rows', () => {
  const doc = street()
  expect([...runsOfObject(doc.map, indexOf(doc), 3)]).toEqual([2, 1, 6, 2])
  expect([...runsOfObject(doc.map, indexOf(doc), 5)]).toEqual([0, 2, 4, 1])
  expect([...runsOfObject(doc.map, indexOf(doc), 77)]).toEqual([])
})

it('names things with their number and stuff without', () => {
  const doc = street()
  expect(objectName(doc.objects.get(3)!, car)).toBe('car 3')
  expect(strokeTitle('Superpixels', doc.objects.get(3)!, car, false)).toBe('Superpixels on car 3')
  expect(strokeTitle('Brush', doc.objects.get(5)!, sky, true)).toBe('Brush off sky')
})

describe('a locked object', () => {
  /** The street with one of its objects locked. */
  function withLock(id: number) {
    const doc = street()
    const edit = lockObjects(doc, [id], true, [car, sky])!
    applyEdit(doc, edit)
    return { doc, edit }
  }

  it('says so and nothing else, and is unlocked by the same step taken back', () => {
    const { doc, edit } = withLock(3)
    expect(edit).toMatchObject({ title: 'Lock car 3', pixels: null, status: null })
    expect(doc.objects.get(3)).toEqual({ id: 3, categoryId: 1, attributes: {}, locked: true })
    const back = lockObjects(doc, [3], false, [car, sky])!
    expect(back.title).toBe('Unlock car 3')
    applyEdit(doc, back)
    expect(contents(doc)).toEqual(contents(street()))
    applyEdit(doc, invertEdit(back))
    expect(doc.objects.get(3)?.locked).toBe(true)
  })

  it('cannot be deleted, nor join a region, nor be joined', () => {
    expect(deleteObjects(withLock(3).doc, indexOf(street()), [3], [car, sky])).toBeNull()
    expect(recategorizeObjects(withLock(3).doc, indexOf(street()), [3], sky)).toBeNull()
    expect(recategorizeObjects(withLock(5).doc, indexOf(street()), [3], sky)).toBeNull()
  })

  it('can have another category, as long as its pixels stay', () => {
    const bus: Category = { id: 9, name: 'bus', color: '#000000', hasInstances: true }
    const { doc } = withLock(3)
    const edit = recategorizeObjects(doc, indexOf(doc), [3], bus)!
    expect(edit.pixels).toBeNull()
    expect(edit.objects[0]?.after).toEqual({ id: 3, categoryId: 9, attributes: {}, locked: true })
  })

  it('that is not there cannot be locked', () => {
    expect(() => lockObjects(street(), [77], true, [car, sky])).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    )
  })
})
