import fc from 'fast-check'
import { expect, it } from 'vitest'
import { differenceOf } from '../../../shared/label/difference.ts'
import { applyEdit, editFits, invertEdit, type LabelDocument } from '../../../shared/label/edit.ts'
import { markAfter, markOf, markText } from '../../../shared/label/state-mark.ts'

const [width, height] = [7, 5]

const anyDocument = fc
  .record({
    ids: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: width * height, maxLength: width * height }),
    objects: fc.uniqueArray(fc.integer({ min: 1, max: 5 })),
    locked: fc.integer({ min: 0, max: 5 }),
    status: fc.constantFrom('unlabeled' as const, 'labeled' as const),
  })
  .map(
    ({ ids, objects, locked, status }): LabelDocument => ({
      map: { width, height, ids: Uint32Array.from(ids) },
      objects: new Map(
        objects.map((id) => [
          id,
          { id, categoryId: 1, attributes: {}, ...(id === locked && { locked: true }) },
        ]),
      ),
      status,
      nextObjectId: 6,
    }),
  )
const text = (doc: LabelDocument) => markText(markOf(doc))
const shown = ({ map, objects, status }: LabelDocument) => ({
  ids: [...map.ids],
  objects: [...objects.values()].sort((a, b) => a.id - b.id),
  status,
})

it('follows any edit as if the label was looked at anew, and the difference of two labels is such an edit', () => {
  fc.assert(
    fc.property(anyDocument, anyDocument, (doc, other) => {
      const edit = differenceOf(doc, other, 'all of it')
      if (!edit) {
        expect(shown(doc)).toEqual(shown(other))
        return
      }
      const before = shown(doc)
      const mark = markOf(doc)
      expect(editFits(doc, edit)).toBe(true)
      applyEdit(doc, edit)
      expect(shown(doc)).toEqual(shown(other))
      expect(markAfter(mark, edit)).toEqual(markOf(doc))
      expect(editFits(doc, invertEdit(edit))).toBe(true)
      applyEdit(doc, invertEdit(edit))
      expect(shown(doc)).toEqual(before)
      expect(markOf(doc)).toEqual(mark)
    }),
  )
})

it('differs with one pixel, one id, one lock and the place of a run, not with the status', () => {
  const make = (change: (doc: LabelDocument) => void = () => {}) => {
    const ids = new Uint32Array(width * height).fill(1, 3, 9)
    const doc: LabelDocument = {
      map: { width, height, ids },
      objects: new Map([[1, { id: 1, categoryId: 2, attributes: {} }]]),
      status: 'labeled',
      nextObjectId: 2,
    }
    change(doc)
    return text(doc)
  }
  const marks = [
    make(),
    make(({ map }) => void map.ids.fill(1, 0, 1)),
    make(({ map }) => void map.ids.fill(2, 3, 4)),
    make(({ map }) => void map.ids.fill(0).fill(1, 4, 10)),
    make(({ map }) => void map.ids.fill(0)),
    make(({ objects }) => void objects.set(1, { id: 1, categoryId: 2, attributes: {}, locked: true })),
    make(({ objects }) => void objects.delete(1)),
  ]
  expect(new Set(marks).size).toBe(marks.length)
  for (const mark of marks) expect(mark).toMatch(/^[0-9a-f]{16}$/)
  expect(make((doc) => void Object.assign(doc, { status: 'reviewed' }))).toBe(make())
})

it('gives a hundred thousand labels of one run each a mark of its own', () => {
  const ids = new Uint32Array(60 * 60)
  const marks = new Set<string>()
  let count = 0
  for (let start = 0; start < 3000; start += 13) {
    for (let length = 1; length < 600; length += 7) {
      for (let id = 1; id <= 6; id++) {
        const [from, to] = [new Uint32Array(length), new Uint32Array(length).fill(id)]
        const pixels = { runs: Uint32Array.of(start, length), before: from, after: to }
        marks.add(markText(markAfter({ a: 0, b: 0 }, { pixels, objects: [] })))
        count++
      }
    }
  }
  expect(ids.length).toBe(3600)
  expect(count).toBeGreaterThan(100_000)
  expect(marks.size).toBe(count)
})

it('sees a pixel, an object or a status that is not what an edit was made on', () => {
  fc.assert(
    fc.property(anyDocument, anyDocument, anyDocument, (doc, other, third) => {
      const edit = differenceOf(doc, other, 'all of it')
      if (!edit) return
      const touched = (each: LabelDocument) => ({
        ids:
          edit.pixels &&
          [...edit.pixels.runs].flatMap((_, i, runs) =>
            i % 2 ? [] : [...each.map.ids.subarray(runs[i], runs[i]! + runs[i + 1]!)],
          ),
        objects: edit.objects.map(({ id }) => each.objects.get(id) ?? null),
        status: edit.status && each.status,
      })
      const isSame = JSON.stringify(touched(third)) === JSON.stringify(touched(doc))
      expect(editFits(third, edit)).toBe(isSame)
    }),
  )
})
