import { describe, expect, it } from 'vitest'
import { applyEdit, invertEdit, type LabelDocument, type LabelEdit } from '../../../shared/label/edit.ts'
import { MAX_OBJECT_ID, MAX_OBJECTS } from '../../../shared/label/label-map.ts'
import {
  deleteObjects,
  lockObjects,
  mergeObjects,
  recategorizeObjects,
  splitObjects,
  splitsOf,
} from '../../../shared/label/many-objects.ts'
import { bus, car, drawnCategories, drawnLabel, shownRows, sky } from '../../support/drawn-label.ts'

const street = ['aab..s', 'acb..s', 'accdds'] as const
const all = drawnCategories

/** Applies the edit, gives the rows after it, and checks that its inverse brings back what was before. */
function applied(doc: LabelDocument, edit: LabelEdit | null): string[] {
  const before = { rows: shownRows(doc), objects: new Map(doc.objects), status: doc.status }
  applyEdit(doc, edit!)
  const rows = shownRows(doc)
  const objects = new Map(doc.objects)
  applyEdit(doc, invertEdit(edit!))
  expect({ rows: shownRows(doc), objects: doc.objects, status: doc.status }).toEqual(before)
  applyEdit(doc, edit!)
  expect(doc.objects).toEqual(objects)
  return rows
}
const ids = (doc: LabelDocument) => [...doc.objects.keys()]

describe('several objects are deleted', () => {
  it('in one step, with the pixels of all of them', () => {
    const { doc, index } = drawnLabel(street)
    const edit = deleteObjects(doc, index, [1, 70_000], all)
    expect(edit?.title).toBe('Delete 2 objects')
    expect(applied(doc, edit)).toEqual(['..b..s', '.cb..s', '.cc..s'])
    expect(ids(doc)).toEqual([2, 3, 5])
  })

  it('but for the locked ones', () => {
    const { doc, index } = drawnLabel(street, 'a')
    const edit = deleteObjects(doc, index, [1, 2], all)
    expect(edit?.title).toBe('Delete car 2')
    expect(applied(doc, edit)).toEqual(['aa...s', 'ac...s', 'accdds'])
    expect(deleteObjects(drawnLabel(street, 'a').doc, index, [1], all)).toBeNull()
  })

  it('and an unknown one is refused', () => {
    const { doc, index } = drawnLabel(street)
    expect(() => deleteObjects(doc, index, [1, 77], all)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    )
  })
})

describe('merging', () => {
  it('keeps the id, category and attributes of one and gives it the pixels of all', () => {
    const { doc, index } = drawnLabel(street)
    const edit = mergeObjects(doc, index, [1, 2, 70_000], 70_000, all)
    expect(edit?.title).toBe('Merge 2 objects into car 70000')
    expect(applied(doc, edit)).toEqual(['ddd..s', 'dcd..s', 'dccdds'])
    expect(doc.objects.get(70_000)).toEqual({ id: 70_000, categoryId: 1, attributes: { seen: 'd' } })
    expect(ids(doc)).toEqual([3, 70_000, 5])
  })

  it('into stuff makes things part of its region', () => {
    const { doc, index } = drawnLabel(street)
    const edit = mergeObjects(doc, index, [2, 5], 5, all)
    expect(edit?.title).toBe('Merge car 2 into sky')
    expect(applied(doc, edit)).toEqual(['aas..s', 'acs..s', 'accdds'])
  })

  it('leaves locked ones out, and needs one that is not', () => {
    const { doc, index } = drawnLabel(street, 'ab')
    expect(mergeObjects(doc, index, [1, 2], 2, all)).toBeNull()
    expect(mergeObjects(doc, index, [1, 3], 3, all)).toBeNull()
    expect(mergeObjects(doc, index, [1, 3, 70_000], 3, all)?.title).toBe('Merge car 70000 into car 3')
    expect(mergeObjects(doc, index, [3], 3, all)).toBeNull()
  })
})

describe('another category for several', () => {
  it('touches no pixel between things', () => {
    const { doc, index } = drawnLabel(street, 'a')
    const edit = recategorizeObjects(doc, index, [1, 2], bus)
    expect([edit?.title, edit?.pixels]).toEqual(['Change 2 objects to bus', null])
    expect(applied(doc, edit)).toEqual([...street])
    expect(doc.objects.get(1)).toEqual({ id: 1, categoryId: 3, attributes: { seen: 'a' }, locked: true })
  })

  it('of stuff joins its region, with what is not locked', () => {
    const { doc, index } = drawnLabel(street, 'b')
    expect(applied(doc, recategorizeObjects(doc, index, [1, 2, 5], sky))).toEqual([
      'ssb..s',
      'scb..s',
      'sccdds',
    ])
    expect(doc.objects.get(2)?.categoryId).toBe(car.id)
  })

  it('of stuff that has no region makes one of them', () => {
    const { doc, index } = drawnLabel(['aab..', 'acb..', 'accdd'], 'a')
    const edit = recategorizeObjects(doc, index, [1, 2, 3], sky)
    expect(edit?.title).toBe('Change 2 objects to sky')
    expect(applied(doc, edit)).toEqual(['aab..', 'abb..', 'abbdd'])
    expect([doc.objects.get(2)?.categoryId, doc.objects.get(1)?.categoryId]).toEqual([2, 1])
  })

  it('is no edit where nothing changes', () => {
    const { doc, index } = drawnLabel(street, 's')
    expect(recategorizeObjects(doc, index, [1, 2], car)).toBeNull()
    expect(recategorizeObjects(doc, index, [1, 2], sky)).toBeNull()
  })
})

it('locks and unlocks several, and leaves how far the label has come', () => {
  const { doc } = drawnLabel(street, 'a')
  doc.status = 'unlabeled'
  const edit = lockObjects(doc, [1, 2, 3], true, all)
  expect([edit?.title, edit?.status]).toEqual(['Lock 2 objects', null])
  applied(doc, edit)
  expect([1, 2, 3].map((id) => doc.objects.get(id)?.locked)).toEqual([true, true, true])
  expect(lockObjects(doc, [1, 2], true, all)).toBeNull()
  applied(doc, lockObjects(doc, [1, 2, 3], false, all))
  expect(doc.objects.get(1)).toEqual({ id: 1, categoryId: 1, attributes: { seen: 'a' } })
})

describe('splitting', () => {
  const parts = ['aa.a.b', 'a..aab', '.a....', 'aaaa.b'] as const

  it('makes an object of every part that only corners join, and the largest keeps the id', () => {
    const { doc, index } = drawnLabel(parts)
    const splits = splitsOf(doc, index, [1, 2])
    const edit = splitObjects(doc, splits, null, all)
    expect(edit?.title).toBe('Split 2 objects into 5')
    expect(applied(doc, edit)).toEqual(['11.2.b', '1..22b', '.a....', 'aaaa.3'])
    expect(doc.objects.get(70_001)).toEqual({ id: 70_001, categoryId: 1, attributes: { seen: 'a' } })
    expect(doc.nextObjectId).toBe(70_004)
  })

  it('of stuff gives every part the category of things that was asked for', () => {
    const { doc, index } = drawnLabel(['ss.s'])
    const edit = splitObjects(doc, splitsOf(doc, index, [5]), bus, all)
    expect(edit?.title).toBe('Split sky into 2')
    expect(applied(doc, edit)).toEqual(['ss.1'])
    expect([doc.objects.get(5)?.categoryId, doc.objects.get(70_001)?.categoryId]).toEqual([3, 3])
  })

  it('leaves things their category, and stuff whole while nothing is asked for', () => {
    const rows = ['a.ss', '....', 'a.ss'] as const
    const { doc, index } = drawnLabel(rows)
    const splits = splitsOf(doc, index, [1, 5])
    expect(applied(doc, splitObjects(doc, splits, null, all))).toEqual(['a.ss', '....', '1.ss'])
    const both = drawnLabel(rows)
    applied(both.doc, splitObjects(both.doc, splits, bus, all))
    expect([1, 70_001, 5, 70_002].map((id) => both.doc.objects.get(id)?.categoryId)).toEqual([1, 1, 3, 3])
  })

  it('passes over what is locked or in one piece', () => {
    const { doc, index } = drawnLabel(parts, 'a')
    expect(splitsOf(doc, index, [1])).toEqual([])
    expect(splitsOf(drawnLabel(street).doc, drawnLabel(street).index, [1, 2, 3, 5])).toEqual([])
    expect(splitObjects(doc, [], null, all)).toBeNull()
  })

  it('is refused with a remedy when there is no room for the parts', () => {
    const { doc, index } = drawnLabel(parts)
    const splits = splitsOf(doc, index, [1])
    doc.nextObjectId = MAX_OBJECT_ID
    expect(() => splitObjects(doc, splits, null, all)).toThrow(
      expect.objectContaining({ code: 'IN_TOO_BIG' }),
    )
    doc.nextObjectId = 100_000
    for (let id = 200_000; doc.objects.size < MAX_OBJECTS; id++)
      doc.objects.set(id, { id, categoryId: 1, attributes: {} })
    expect(() => splitObjects(doc, splits, null, all)).toThrow(
      expect.objectContaining({ code: 'IN_TOO_BIG' }),
    )
  })
})
