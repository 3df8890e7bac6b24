import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeRuns } from '../../../shared/image/runs.ts'
import { applyEdit, invertEdit, type LabelDocument, type LabelEdit } from '../../../shared/label/edit.ts'
import { indexObjects, type ObjectIndex, updateIndex } from '../../../shared/label/object-index.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import { type PaintMode, paintEdit } from '../../../shared/label/paint.ts'

const width = 4
const object = (id: number): LabelObject => ({ id, categoryId: 1, attributes: {} })

function documentOf(ids: number[]): LabelDocument {
  const listed = [...new Set(ids)].filter((id) => id > 0)
  return {
    map: { width, height: ids.length / width, ids: Uint32Array.from(ids) },
    objects: new Map(listed.map((id) => [id, object(id)])),
    status: 'in progress',
    nextObjectId: Math.max(0, ...listed) + 1,
  }
}

function paint(doc: LabelDocument, pairs: number[], id: number, mode: PaintMode): LabelEdit | null {
  const runs = normalizeRuns(Uint32Array.from(pairs), width)
  return paintEdit(doc, indexObjects(doc.map), { runs, object: object(id), mode, title: 'Brush' })
}

function applied(doc: LabelDocument, edit: LabelEdit | null): LabelDocument {
  if (edit) applyEdit(doc, edit)
  return doc
}

const snapshot = (doc: LabelDocument) => ({
  ids: [...doc.map.ids],
  objects: [...doc.objects].sort(([a], [b]) => a - b),
  status: doc.status,
})

describe('painting', () => {
  it('claims pixels from other objects', () => {
    const doc = documentOf([1, 1, 2, 2, 0, 0, 0, 0])
    const edit = paint(doc, [1, 5], 1, 'claim')
    expect([...applied(doc, edit).map.ids]).toEqual([1, 1, 1, 1, 1, 1, 0, 0])
  })

  it('records only the pixels that change', () => {
    const edit = paint(documentOf([1, 0, 1, 0]), [0, 4], 1, 'claim')
    expect(edit?.pixels).toEqual({
      runs: Uint32Array.from([1, 1, 3, 1]),
      before: Uint32Array.from([0, 0]),
      after: Uint32Array.from([1, 1]),
    })
  })

  it('takes only unlabeled pixels when protecting', () => {
    const doc = documentOf([0, 2, 0, 1])
    expect([...applied(doc, paint(doc, [0, 4], 1, 'protect')).map.ids]).toEqual([1, 2, 1, 1])
  })

  it('removes only pixels of the active object', () => {
    const doc = documentOf([1, 2, 1, 1])
    expect([...applied(doc, paint(doc, [0, 3], 1, 'remove')).map.ids]).toEqual([0, 2, 0, 1])
  })

  it('takes nothing from a locked object, adds nothing to it, and removes nothing of it', () => {
    const lock = (doc: LabelDocument, id: number) => doc.objects.set(id, { ...object(id), locked: true })
    const doc = documentOf([1, 2, 0, 3])
    lock(doc, 2)
    expect([...applied(doc, paint(doc, [0, 4], 1, 'claim')).map.ids]).toEqual([1, 2, 1, 1])
    for (const mode of ['claim', 'protect', 'remove'] as const) {
      const locked = documentOf([1, 2, 0, 3])
      lock(locked, 1)
      expect(paint(locked, [0, 4], 1, mode)).toBeNull()
    }
  })

  it('that changes nothing is no edit', () => {
    const doc = documentOf([1, 1, 2, 0])
    expect(paint(doc, [0, 2], 1, 'claim')).toBeNull()
    expect(paint(doc, [2, 2], 1, 'remove')).toBeNull()
    expect(paint(doc, [0, 3], 1, 'protect')).toBeNull()
    expect(paint(doc, [], 1, 'claim')).toBeNull()
  })

  it('makes a new object appear in the same step', () => {
    const doc = applied(documentOf([0, 0, 0, 0]), paint(documentOf([0, 0, 0, 0]), [0, 1], 7, 'claim'))
    expect(doc.objects.get(7)).toEqual(object(7))
    expect(doc.nextObjectId).toBe(8)
  })

  it('takes an object away with its last pixel, and undo brings it back', () => {
    const doc = documentOf([1, 2, 2, 0])
    const edit = paint(doc, [1, 2], 1, 'claim')
    expect(edit?.objects).toEqual([{ id: 2, before: object(2), after: null }])
    applyEdit(doc, edit!)
    expect(doc.objects.has(2)).toBe(false)
    applyEdit(doc, invertEdit(edit!))
    expect(snapshot(doc)).toEqual(snapshot(documentOf([1, 2, 2, 0])))
  })

  it('takes the active object away when its last pixel is removed', () => {
    const edit = paint(documentOf([1, 1, 2, 0]), [0, 4], 1, 'remove')
    expect(edit?.objects).toEqual([{ id: 1, before: object(1), after: null }])
  })

  it('starts the work on an unlabeled sample and leaves every other status alone', () => {
    const doc = documentOf([0, 0, 0, 0])
    doc.status = 'unlabeled'
    expect(paint(doc, [0, 1], 1, 'claim')?.status).toEqual({ before: 'unlabeled', after: 'in progress' })
    doc.status = 'reviewed'
    expect(paint(doc, [0, 1], 1, 'claim')?.status).toBeNull()
  })
})

const gesture = fc.record({
  pairs: fc.array(fc.tuple(fc.nat(23), fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 4 }),
  id: fc.integer({ min: 1, max: 4 }),
  mode: fc.constantFrom<PaintMode>('claim', 'protect', 'remove'),
})

describe('any series of strokes', () => {
  it('undoes to where it began, with every object that has pixels listed and no other', () => {
    fc.assert(
      fc.property(fc.array(gesture, { maxLength: 12 }), (gestures) => {
        const doc = documentOf(Array<number>(24).fill(0))
        const start = snapshot(doc)
        const index: ObjectIndex = indexObjects(doc.map)
        const done: LabelEdit[] = []
        for (const { pairs, id, mode } of gestures) {
          const flat = Uint32Array.from(pairs.flatMap(([s, l]) => [s, Math.min(l, 24 - s)]))
          const runs = normalizeRuns(flat, width)
          const edit = paintEdit(doc, index, { runs, object: object(id), mode, title: 'Brush' })
          if (!edit) continue
          applyEdit(doc, edit)
          updateIndex(index, edit.pixels!, width)
          done.push(edit)
          expect(new Set(doc.objects.keys())).toEqual(new Set(doc.map.ids.filter((id) => id > 0)))
          expectIndexHolds(index, doc)
        }
        for (const edit of done.reverse()) {
          applyEdit(doc, invertEdit(edit))
          updateIndex(index, invertEdit(edit).pixels!, width)
          expectIndexHolds(index, doc)
        }
        expect(snapshot(doc)).toEqual(start)
      }),
    )
  })
})

/** Counts are exact; bounds hold every pixel. */
function expectIndexHolds(index: ObjectIndex, doc: LabelDocument) {
  const exact = indexObjects(doc.map)
  expect([...index.keys()].sort()).toEqual([...exact.keys()].sort())
  for (const [id, { pixels, bounds }] of exact) {
    const kept = index.get(id)!
    expect(kept.pixels).toBe(pixels)
    expect(kept.bounds.x0).toBeLessThanOrEqual(bounds.x0)
    expect(kept.bounds.y0).toBeLessThanOrEqual(bounds.y0)
    expect(kept.bounds.x1).toBeGreaterThanOrEqual(bounds.x1)
    expect(kept.bounds.y1).toBeGreaterThanOrEqual(bounds.y1)
  }
}
