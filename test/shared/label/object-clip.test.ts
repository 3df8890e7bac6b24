import { describe, expect, it } from 'vitest'
import { applyEdit, invertEdit } from '../../../shared/label/edit.ts'
import { MAX_OBJECT_ID } from '../../../shared/label/label-map.ts'
import { copyObjects, type Pasted, pasteObjects } from '../../../shared/label/object-clip.ts'
import { bus, car, drawnCategories, drawnLabel, shownRows } from '../../support/drawn-label.ts'

const from = { id: 'first', name: 'first.jpg' }
const there = { sampleId: 'second', categories: drawnCategories, protects: false }
const rows = ['aab.s', 'a.b.s', '...ds'] as const
type Drawn = ReturnType<typeof drawnLabel>

const clipOf = (drawn: Drawn, ids: number[]) => copyObjects(drawn.doc, drawn.index, ids, from)!

function applied({ doc }: Drawn, pasted: Pasted | null): string[] {
  const before = { rows: shownRows(doc), objects: new Map(doc.objects) }
  applyEdit(doc, pasted!.edit)
  const rows = shownRows(doc)
  applyEdit(doc, invertEdit(pasted!.edit))
  expect({ rows: shownRows(doc), objects: doc.objects }).toEqual(before)
  applyEdit(doc, pasted!.edit)
  return rows
}

describe('pasting', () => {
  it('puts objects at the same pixels, with new ids, categories and attributes', () => {
    const second = drawnLabel(['.....', '.....', '....c'])
    const pasted = pasteObjects(second.doc, second.index, clipOf(drawnLabel(rows, 'a'), [1, 70_000]), there)
    expect(pasted).toMatchObject({ ids: [70_001, 70_002], kept: 0, outside: 0 })
    expect(pasted?.edit.title).toBe('Paste 2 objects from first.jpg')
    expect(applied(second, pasted)).toEqual(['11...', '1....', '...2c'])
    expect(second.doc.objects.get(70_001)).toEqual({
      id: 70_001,
      categoryId: car.id,
      attributes: { seen: 'a' },
    })
  })

  it('joins stuff to its one region, and makes one where there is none', () => {
    const clip = clipOf(drawnLabel(rows), [5])
    const second = drawnLabel(['s....', '.....', '.....'])
    const pasted = pasteObjects(second.doc, second.index, clip, there)
    expect([pasted?.ids, pasted?.edit.objects]).toEqual([[5], []])
    expect(applied(second, pasted)).toEqual(['s...s', '....s', '....s'])
    const third = drawnLabel(['a....', '.....', '.....'])
    expect(pasteObjects(third.doc, third.index, clip, there)?.ids).toEqual([70_001])
  })

  it('claims pixels as strokes do: not what is locked, and in protect mode nothing', () => {
    const clip = clipOf(drawnLabel(rows), [1])
    const second = ['bb...', 'c....', '.....']
    const locked = drawnLabel(second, 'b')
    const pasted = pasteObjects(locked.doc, locked.index, clip, there)
    expect(pasted?.kept).toBe(2)
    expect(applied(locked, pasted)).toEqual(['bb...', '1....', '.....'])
    expect(locked.doc.objects.has(3)).toBe(false)
    const free = drawnLabel(second)
    expect(pasteObjects(free.doc, free.index, clip, { ...there, protects: true })).toBeNull()
  })

  it('takes nothing from the object that was copied', () => {
    const drawn = drawnLabel(rows)
    const clip = clipOf(drawn, [1, 2])
    const same = { ...there, sampleId: 'first' }
    expect(pasteObjects(drawn.doc, drawn.index, clip, same)).toBeNull()
    const gone = drawnLabel(rows.map((row) => row.replaceAll('a', '.')))
    expect(applied(gone, pasteObjects(gone.doc, gone.index, clip, same))).toEqual(['11b.s', '1.b.s', '...ds'])
  })

  it('puts the middles of images of other sizes above each other, and counts what lies outside', () => {
    const clip = clipOf(drawnLabel(rows), [1, 2, 5])
    const wide = drawnLabel(Array(5).fill('.......'))
    expect(applied(wide, pasteObjects(wide.doc, wide.index, clip, there))).toEqual([
      '.......',
      '.112.3.',
      '.1.2.3.',
      '.....3.',
      '.......',
    ])
    const narrow = drawnLabel(['...', '...', '...'])
    const pasted = pasteObjects(narrow.doc, narrow.index, clip, there)
    expect(pasted).toMatchObject({ outside: 5, ids: [70_001, 70_002] })
    expect(applied(narrow, pasted)).toEqual(['12.', '.2.', '...'])
  })

  it('leaves out what gets no pixel or has no category any more', () => {
    const clip = clipOf(drawnLabel(rows), [1, 2])
    const second = drawnLabel(rows, 'b')
    expect(pasteObjects(second.doc, second.index, clip, there)?.ids).toEqual([70_001])
    expect(pasteObjects(second.doc, second.index, clip, { ...there, categories: [bus] })).toBeNull()
  })

  it('is refused with a remedy when the ids are used up', () => {
    const second = drawnLabel(['.....', '.....', '.....'])
    second.doc.nextObjectId = MAX_OBJECT_ID
    expect(() => pasteObjects(second.doc, second.index, clipOf(drawnLabel(rows), [1, 2]), there)).toThrow(
      expect.objectContaining({ code: 'IN_TOO_BIG' }),
    )
  })
})

it('copies no object without pixels', () => {
  const drawn = drawnLabel(rows)
  drawn.doc.objects.set(9, { id: 9, categoryId: 1, attributes: {} })
  expect(copyObjects(drawn.doc, drawn.index, [9, 77], from)).toBeNull()
  expect(clipOf(drawn, [9, 1]).objects.map(({ object }) => object.id)).toEqual([1])
})
