import { expect, it } from 'vitest'
import {
  chooseCategory,
  lockObjects,
  mergeSelected,
  removeObjects,
  selectAll,
  splitSelected,
  stepObject,
  withSelection,
} from '../../../../renderer/features/labeler/object-edits.ts'
import { selectObjects } from '../../../../renderer/stores/selection.ts'
import { bus, shownRows, sky } from '../../../support/drawn-label.ts'
import { labelerBench } from '../../../support/labeler-bench.ts'

const rows = ['aab.s', 'a.b.s', '..c.s'] as const

function bench(selected: number[], locked = '', drawn: readonly string[] = rows) {
  const made = labelerBench(drawn, locked)
  selectObjects(made.labeling, made.session.doc, selected)
  return made
}
const ids = ({ session }: ReturnType<typeof bench>) => [...session.doc.objects.keys()].sort((a, b) => a - b)
const selection = ({ labeling }: ReturnType<typeof bench>) => labeling.getState().selected

it('works on the selection from any of its objects, and on another alone', () => {
  const made = bench([1, 2])
  expect([withSelection(made.actions, 2), withSelection(made.actions, 5)]).toEqual([[1, 2], [5]])
})

it('selects all, keeps who is active, and steps from one to the next round the end', () => {
  const made = bench([2])
  selectAll(made.actions)
  expect([made.labeling.getState().objectId, selection(made)]).toEqual([2, [1, 2, 3, 5]])
  stepObject(made.actions, 1)
  expect(selection(made)).toEqual([3])
  stepObject(made.actions, 1)
  stepObject(made.actions, 1)
  expect(selection(made)).toEqual([1])
  stepObject(made.actions, -1)
  expect(selection(made)).toEqual([5])
})

it('deletes what is selected but not what is locked, which stays selected', () => {
  const made = bench([1, 2, 3], 'b')
  removeObjects(made.actions, selection(made))
  expect([ids(made), selection(made)]).toEqual([[2, 5], [2]])
  removeObjects(made.actions, [2])
  expect(ids(made)).toEqual([2, 5])
  made.session.undo()
  expect(shownRows(made.session.doc)).toEqual([...rows])
})

it('locks all while one is open, and unlocks them when all are locked', () => {
  const made = bench([1, 2], 'b')
  const locks = () => [1, 2].map((id) => made.session.doc.objects.get(id)?.locked ?? false)
  lockObjects(made.actions, [1, 2])
  expect(locks()).toEqual([true, true])
  lockObjects(made.actions, [1, 2])
  expect(locks()).toEqual([false, false])
  // Done with: the next stroke starts another object.
  made.labeling.setState({ tool: 'brush' })
  lockObjects(made.actions, [2])
  expect(selection(made)).toEqual([])
})

it('merges into the active object, and says no where that is locked', () => {
  const made = bench([3, 1, 2])
  mergeSelected(made.actions)
  expect([ids(made), selection(made)]).toEqual([[2, 5], [2]])
  expect(made.session.view.getState().undoTitle).toBe('Merge 2 objects into car 2')
  const locked = bench([1, 2], 'b')
  mergeSelected(locked.actions)
  expect(ids(locked)).toEqual([1, 2, 3, 5])
})

it('splits things at once, and asks what the parts of stuff are to be', () => {
  const made = bench([1], '', ['a.a.s', '....s'])
  splitSelected(made.actions)
  expect(shownRows(made.session.doc)).toEqual(['a.1.s', '....s'])
  selectObjects(made.labeling, made.session.doc, [5])
  splitSelected(made.actions)
  expect(made.actions.cleanup.getState()).toMatchObject({ open: 'split', scope: 'object' })
})

it('changes the category of all that are selected in Select, and of none while drawing', () => {
  const made = bench([1, 2])
  chooseCategory(made.actions, bus)
  expect([1, 2].map((id) => made.session.doc.objects.get(id)?.categoryId)).toEqual([3, 3])
  expect(made.labeling.getState().categoryId).toBe(bus.id)
  chooseCategory(made.actions, sky)
  expect([ids(made), selection(made)]).toEqual([[3, 5], []])
  expect(made.labeling.getState().categoryId).toBe(sky.id)
  made.labeling.setState({ tool: 'brush', objectId: 3 })
  chooseCategory(made.actions, bus)
  expect([made.session.doc.objects.get(3)?.categoryId, selection(made)]).toEqual([1, []])
})
