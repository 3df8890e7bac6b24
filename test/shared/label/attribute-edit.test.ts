import { expect, it } from 'vitest'
import { objectShortcomings, setAttribute } from '../../../shared/label/attribute-edit.ts'
import { applyEdit, invertEdit, type LabelDocument } from '../../../shared/label/edit.ts'
import { emptyLabelMap } from '../../../shared/label/label-map.ts'
import { objectForStroke } from '../../../shared/label/objects.ts'
import { type Category, underTask } from '../../../shared/label/ontology.ts'

const car: Category = {
  id: 1,
  name: 'car',
  color: '#000000',
  hasInstances: true,
  attributes: [
    { name: 'kind', type: 'select', options: ['van', 'bus'], required: true },
    { name: 'parked', type: 'checkbox', default: false },
  ],
}

function document(): LabelDocument {
  const objects = new Map([
    [7, { id: 7, categoryId: 1, attributes: { foreign: 1 } }],
    [3, { id: 3, categoryId: 1, attributes: { kind: 'bicycle' }, locked: true as const }],
  ])
  return { map: emptyLabelMap(2, 2), objects, status: 'unlabeled', nextObjectId: 8 }
}

it('says something of an object as one step that undo takes back, locked or not', () => {
  const doc = document()
  const edit = setAttribute(doc, 3, 'kind', 'van', 'car 3')!
  expect(edit).toMatchObject({ title: 'kind of car 3', pixels: null })
  applyEdit(doc, edit)
  expect(doc.objects.get(3)!.attributes).toEqual({ kind: 'van' })
  expect(doc.status).toBe('in progress')
  applyEdit(doc, invertEdit(edit))
  expect(doc.objects.get(3)!.attributes).toEqual({ kind: 'bicycle' })
  applyEdit(doc, setAttribute(doc, 7, 'foreign', undefined, 'car 7')!)
  expect(doc.objects.get(7)!.attributes).toEqual({})
})

it('makes no step of what changes nothing', () => {
  const doc = document()
  expect(setAttribute(doc, 3, 'kind', 'bicycle', 'car 3')).toBe(null)
  expect(setAttribute(doc, 7, 'kind', undefined, 'car 7')).toBe(null)
  expect(setAttribute(doc, 99, 'kind', 'van', 'car 99')).toBe(null)
})

it('lists all that is missing over all objects, in order', () => {
  expect(objectShortcomings(document(), [car])).toEqual([
    { objectId: 3, objectName: 'car 3', name: 'kind', problem: 'is not one of the choices' },
    { objectId: 7, objectName: 'car 7', name: 'kind', problem: 'missing' },
  ])
  expect(objectShortcomings(document(), [])).toEqual([])
})

it('starts an object with the defaults of its category', () => {
  expect(objectForStroke(document(), car, null)).toEqual({
    id: 8,
    categoryId: 1,
    attributes: { parked: false },
  })
})

it('reads a category as the task of the dataset does', () => {
  expect(underTask(car, 'panoptic')).toBe(car)
  expect(underTask(car, 'instance')).toBe(car)
  expect(underTask(car, 'semantic')).toMatchObject({ id: 1, hasInstances: false })
  expect(underTask({ ...car, hasInstances: false }, 'instance').hasInstances).toBe(true)
})
