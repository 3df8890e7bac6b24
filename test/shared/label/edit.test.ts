import { describe, expect, it } from 'vitest'
import { applyEdit, invertEdit, type LabelDocument, type LabelEdit } from '../../../shared/label/edit.ts'
import { emptyLabelMap } from '../../../shared/label/label-map.ts'

const car = { id: 3, categoryId: 1, attributes: {} }
const edit: LabelEdit = {
  title: 'Brush on car 3',
  pixels: {
    runs: Uint32Array.from([1, 2]),
    before: Uint32Array.from([0, 0]),
    after: Uint32Array.from([3, 3]),
  },
  objects: [{ id: 3, before: null, after: car }],
  status: { before: 'unlabeled', after: 'in progress' },
}
const untouched = (): LabelDocument => ({
  map: emptyLabelMap(4, 1),
  objects: new Map(),
  status: 'unlabeled',
  nextObjectId: 1,
})

describe('an edit', () => {
  it('changes pixels, objects and status together', () => {
    const doc = untouched()
    applyEdit(doc, edit)
    expect([...doc.map.ids]).toEqual([0, 3, 3, 0])
    expect(doc.objects).toEqual(new Map([[3, car]]))
    expect(doc.status).toBe('in progress')
  })

  it('is undone by its inverse, but never gives an id away again', () => {
    const doc = untouched()
    applyEdit(doc, edit)
    applyEdit(doc, invertEdit(edit))
    expect(doc).toEqual({ ...untouched(), nextObjectId: 4 })
  })

  it('that says nothing about pixels or status leaves them', () => {
    const doc = untouched()
    applyEdit(doc, { ...edit, pixels: null, status: null })
    expect([...doc.map.ids]).toEqual([0, 0, 0, 0])
    expect(doc.status).toBe('unlabeled')
  })

  it('inverted twice is itself', () => {
    expect(invertEdit(invertEdit(edit))).toEqual(edit)
  })
})
