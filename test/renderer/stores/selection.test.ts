import { beforeEach, describe, expect, it } from 'vitest'
import { createLabelingStore, type LabelingStore } from '../../../renderer/stores/labeling.ts'
import { objectsInside, ranged, selectObjects, toggled } from '../../../renderer/stores/selection.ts'
import { indexObjects, tightenBounds, updateIndex } from '../../../shared/label/object-index.ts'
import { drawnLabel } from '../../support/drawn-label.ts'

let labeling: LabelingStore
beforeEach(() => {
  labeling = createLabelingStore({ getItem: () => null, setItem() {} })
})
const selection = () => {
  const { objectId, selected } = labeling.getState()
  return [objectId, selected]
}

describe('the selection in the store', () => {
  it('is the active object alone, where nobody says otherwise', () => {
    labeling.setState({ objectId: 7 })
    expect(selection()).toEqual([7, [7]])
    labeling.setState(({ objectId }) => ({ objectId: (objectId ?? 0) + 1 }))
    expect(selection()).toEqual([8, [8]])
    labeling.setState({ tool: 'brush' })
    expect(selection()).toEqual([8, [8]])
    labeling.setState({ objectId: null })
    expect(selection()).toEqual([null, []])
  })

  it('stays the very same where it says the same, so that no stroke draws or lists anything anew', () => {
    labeling.setState({ objectId: 7 })
    const { selected } = labeling.getState()
    labeling.setState({ objectId: 7, categoryId: 2 })
    expect(labeling.getState().selected).toBe(selected)
    labeling.setState({ objectId: 7, selected: [7, 8] })
    labeling.setState({ objectId: 7 })
    expect(selection()).toEqual([7, [7]])
  })

  it('has only objects that are there, with the category of the active one', () => {
    const { doc } = drawnLabel(['abs'])
    selectObjects(labeling, doc, [1, 77, 5])
    expect(selection()).toEqual([5, [1, 5]])
    expect(labeling.getState().categoryId).toBe(2)
    selectObjects(labeling, doc, [1, 5], 1)
    expect(selection()).toEqual([1, [1, 5]])
    selectObjects(labeling, doc, [1, 5], 77)
    expect(selection()).toEqual([5, [1, 5]])
    selectObjects(labeling, doc, [77])
    expect(selection()).toEqual([null, []])
  })
})

it('takes objects in and out, and what is left stays active', () => {
  expect(toggled({ objectId: null, selected: [] }, 3)).toEqual({ objectId: 3, selected: [3] })
  expect(toggled({ objectId: 3, selected: [3] }, 5)).toEqual({ objectId: 5, selected: [3, 5] })
  expect(toggled({ objectId: 5, selected: [3, 5] }, 3)).toEqual({ objectId: 5, selected: [5] })
  expect(toggled({ objectId: 5, selected: [3, 5] }, 5)).toEqual({ objectId: 3, selected: [3] })
  expect(toggled({ objectId: 5, selected: [5] }, 5)).toEqual({ objectId: null, selected: [] })
})

it('reaches from the active object to another, either way, and begins anew without one', () => {
  const order = [9, 7, 5, 3]
  expect(ranged(order, { objectId: 7, selected: [7] }, 3)).toEqual({ objectId: 7, selected: [7, 5, 3] })
  expect(ranged(order, { objectId: 5, selected: [7, 5] }, 9)).toEqual({ objectId: 5, selected: [9, 7, 5] })
  expect(ranged(order, { objectId: null, selected: [] }, 5)).toEqual({ objectId: 5, selected: [5] })
  expect(ranged(order, { objectId: 77, selected: [77] }, 5)).toEqual({ objectId: 5, selected: [5] })
})

it('finds an object by where it is now, not by where it has been', () => {
  const { doc, index } = drawnLabel(['aab..', '.ab.s', 'c...a'])
  const box = { x0: 0, y0: 0, x1: 3, y1: 2 }
  doc.map.ids[14] = 0
  updateIndex(index, { runs: Uint32Array.of(14, 1), before: Uint32Array.of(1), after: Uint32Array.of(0) }, 5)
  expect(objectsInside(index, box)).toEqual([2])
  tightenBounds(doc.map, index, box)
  expect(objectsInside(index, box)).toEqual([1, 2])
  expect(index).toEqual(indexObjects(doc.map))
})

it('finds the objects that lie inside of a rectangle whole', () => {
  const { index } = drawnLabel(['aab..', '.ab.s', 'c...s'])
  expect(objectsInside(index, { x0: 0, y0: 0, x1: 4, y1: 3 })).toEqual([1, 2, 3])
  expect(objectsInside(index, { x0: 1, y0: 0, x1: 9, y1: 9 })).toEqual([2, 5])
  expect(objectsInside(index, { x0: -4, y0: -4, x1: 0, y1: 0 })).toEqual([])
})
