import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EditHistory } from '../../../renderer/stores/edit-history.ts'
import { normalizeRuns } from '../../../shared/image/runs.ts'
import { applyEdit, type LabelDocument } from '../../../shared/label/edit.ts'
import { indexObjects } from '../../../shared/label/object-index.ts'
import { type PaintMode, paintEdit } from '../../../shared/label/paint.ts'

const width = 8
const height = 6

function emptyDocument(): LabelDocument {
  return {
    map: { width, height, ids: new Uint32Array(width * height) },
    objects: new Map(),
    status: 'unlabeled',
    nextObjectId: 1,
  }
}

const snapshot = (doc: LabelDocument) => ({
  ids: [...doc.map.ids],
  objects: [...doc.objects.values()].sort((a, b) => a.id - b.id),
  status: doc.status,
})

const anyStroke = fc.record({
  start: fc.integer({ min: 0, max: width * height - 1 }),
  length: fc.integer({ min: 1, max: 20 }),
  id: fc.integer({ min: 1, max: 3 }),
  mode: fc.constantFrom<PaintMode>('claim', 'protect', 'remove'),
})

it('undoes any strokes back to the beginning and redoes them to the end', () => {
  fc.assert(
    fc.property(fc.array(anyStroke, { maxLength: 12 }), (strokes) => {
      const doc = emptyDocument()
      const history = new EditHistory()
      const states = [snapshot(doc)]
      for (const { start, length, id, mode } of strokes) {
        const end = Math.min(width * height, start + length)
        const edit = paintEdit(doc, indexObjects(doc.map), {
          runs: normalizeRuns(Uint32Array.of(start, end - start), width),
          object: { id, categoryId: 1, attributes: {} },
          mode,
          title: `stroke ${states.length}`,
        })
        if (!edit) continue
        applyEdit(doc, edit)
        history.record(edit)
        states.push(snapshot(doc))
      }
      for (let i = states.length - 1; i > 0; i--) {
        expect(history.undoTitle).not.toBeNull()
        applyEdit(doc, history.undo(doc)!)
        expect(snapshot(doc)).toEqual(states[i - 1])
      }
      expect(history.undo(doc)).toBeNull()
      for (let i = 1; i < states.length; i++) {
        applyEdit(doc, history.redo(doc)!)
        expect(snapshot(doc)).toEqual(states[i])
      }
      expect(history.redo(doc)).toBeNull()
    }),
  )
})

it('forgets what was undone once something new is done', () => {
  const doc = emptyDocument()
  const history = new EditHistory()
  const step = (title: string) => ({ title, pixels: null, objects: [], status: null })
  history.record(step('first'))
  history.undo(doc)
  expect(history.redoTitle).toBe('first')
  history.record(step('second'))
  expect(history.redoTitle).toBeNull()
  expect(history.undoTitle).toBe('second')
})
