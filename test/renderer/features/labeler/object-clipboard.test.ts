import { expect, it } from 'vitest'
import {
  copySelected,
  duplicateToNext,
  pasteClip,
  pasteFromPrevious,
} from '../../../../renderer/features/labeler/object-clipboard.ts'
import { selectObjects } from '../../../../renderer/stores/selection.ts'
import type { Sample } from '../../../../shared/host/host-api.ts'
import { drawnLabel, shownRows } from '../../../support/drawn-label.ts'
import { labelerBench } from '../../../support/labeler-bench.ts'

const rows = ['aab', 'a.b', '...'] as const
const empty = ['...', '...', '..c'] as const
const sample = (id: string) => ({ id, name: `${id}.jpg` }) as Sample

it('keeps what was copied from image to image, and pastes it with ids of its own', () => {
  const bench = labelerBench(rows)
  pasteClip(bench.actions)
  copySelected(bench.actions)
  expect(bench.actions.clipboard.getState().clip).toBeNull()
  selectObjects(bench.labeling, bench.session.doc, [1])
  copySelected(bench.actions)
  const second = bench.open(empty, 'second')
  pasteClip(bench.actions)
  expect(shownRows(second.doc)).toEqual(['11.', '1..', '..c'])
  expect(bench.labeling.getState().selected).toEqual([70_001])
  pasteClip(bench.actions)
  expect(shownRows(second.doc)).toEqual(['22.', '2..', '..c'])
  second.undo()
  second.undo()
  expect(shownRows(second.doc)).toEqual([...empty])
})

it('brings all of the image before, unless somebody has gone on meanwhile', async () => {
  const bench = labelerBench(empty, '', 'second')
  await pasteFromPrevious(bench.actions)
  bench.beside.previous = sample('first')
  const { doc, index } = drawnLabel(rows)
  bench.peeked.set('first', { map: doc.map, objects: doc.objects, index })
  await pasteFromPrevious(bench.actions)
  expect(shownRows(bench.session.doc)).toEqual(['112', '1.2', '..c'])
  const pasting = pasteFromPrevious(bench.actions)
  const third = bench.open(empty, 'third')
  await pasting
  expect(shownRows(third.doc)).toEqual([...empty])
  expect(bench.reports).toEqual([])
})

it('takes objects along to the next image, and lets them go if another one is opened', async () => {
  const bench = labelerBench(rows)
  await duplicateToNext(bench.actions)
  expect(bench.steps).toEqual([])
  bench.beside.next = sample('second')
  selectObjects(bench.labeling, bench.session.doc, [2])
  await duplicateToNext(bench.actions)
  expect(bench.steps).toEqual([1])
  const second = bench.open(empty, 'second')
  expect(shownRows(second.doc)).toEqual(['..1', '..1', '..c'])
  expect(second.view.getState().undoTitle).toBe('Paste car 70001 from first.jpg')

  // Nothing is selected: all go along. But somebody opens another image.
  bench.labeling.setState({ objectId: null })
  bench.beside.next = sample('third')
  await duplicateToNext(bench.actions)
  const fourth = bench.open(empty, 'fourth')
  expect(shownRows(fourth.doc)).toEqual([...empty])
  const third = bench.open(empty, 'third')
  expect(shownRows(third.doc)).toEqual([...empty])
  expect(bench.watchers).toBe(0)
})

it('reports an image that cannot be read, and changes nothing', async () => {
  const bench = labelerBench(empty, '', 'second')
  bench.beside.previous = sample('first')
  await pasteFromPrevious(bench.actions)
  expect(bench.reports).toHaveLength(1)
  expect(shownRows(bench.session.doc)).toEqual([...empty])
})
