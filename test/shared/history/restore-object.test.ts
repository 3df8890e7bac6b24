import { describe, expect, it } from 'vitest'
import { restoreObject, type WholeLabel } from '../../../shared/history/restore-object.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'

/** One character per pixel: a digit is an id, a dot is unlabeled. */
function label(row: string, facts: Record<number, Partial<LabelObject>> = {}): WholeLabel {
  const ids = Uint32Array.from(row, (character) => (character === '.' ? 0 : Number(character)))
  const listed = new Set([...ids, ...Object.keys(facts).map(Number)])
  const objects = [...listed].filter((id) => id > 0).sort()
  return {
    map: { width: row.length, height: 1, ids },
    objects: new Map(objects.map((id) => [id, { id, categoryId: 1, attributes: {}, ...facts[id] }])),
  }
}
const none = label('......')
function restored(
  before: WholeLabel,
  now: WholeLabel,
  object: { before: number | null; after: number | null },
  options: { after?: WholeLabel; nextObjectId?: number; oneRegion?: number[] } = {},
) {
  const { after = now, nextObjectId = 9, oneRegion = [] } = options
  const found = restoreObject({ before, after, now }, object, { nextObjectId, oneRegion: new Set(oneRegion) })
  if (found === null || found === 'locked') return found
  const { ids, objects } = found
  return {
    ...found,
    ids: [...ids].map((id) => id || '.').join(''),
    objects: objects.map(({ id, categoryId, locked }) => `${id}:${categoryId}${locked ? 'L' : ''}`),
  }
}

describe('restoring one object', () => {
  it('gives it the pixels it had, and what it gives up goes to whose it was', () => {
    const found = restored(label('112..3'), label('1...22'), { before: 2, after: 2 })
    expect(found).toEqual({ ids: '1.2...', objects: ['1:1', '2:1'], nextObjectId: 9, pixels: 3 })
    // 1 is in both, so it has its pixel again.
    expect(restored(label('1122..'), label('.12222'), { before: 2, after: 2 })).toMatchObject({
      ids: '.122..',
    })
    expect(restored(label('1122..'), label('1222..'), { before: 2, after: 2 })).toMatchObject({
      ids: '1122..',
    })
  })

  it('gives it its category and attributes, and no lock', () => {
    const before = label('11....', { 1: { categoryId: 2, locked: true } })
    expect(restored(before, label('11....'), { before: 1, after: 1 })).toMatchObject({
      ids: '11....',
      objects: ['1:2'],
      pixels: 0,
    })
  })

  it('brings one back that is gone, under its own id when that is free', () => {
    expect(restored(label('.44...'), label('......'), { before: 4, after: null })).toMatchObject({
      ids: '.44...',
      objects: ['4:1'],
      nextObjectId: 9,
    })
    const found = restored(label('.44...'), label('......'), { before: 4, after: null }, { nextObjectId: 3 })
    expect(found).toMatchObject({ ids: '.33...', objects: ['3:1'], nextObjectId: 4 })
  })

  it('takes one away that was not there then, and what it covered is as it was', () => {
    const found = restored(label('11....'), label('1555..'), { before: null, after: 5 })
    expect(found).toMatchObject({ ids: '11....', objects: ['1:1'], pixels: 3 })
    // It was compared with an earlier state than now, where it has another id.
    expect(
      restored(none, label('.77...'), { before: null, after: 5 }, { after: label('.55...') }),
    ).toMatchObject({ ids: '......', objects: [] })
  })

  it('drops an object that loses all of its pixels and keeps one that had none', () => {
    const now = label('3.....', { 8: {} })
    expect(restored(label('1111..'), now, { before: 1, after: null })).toMatchObject({
      ids: '1111..',
      objects: ['1:1', '8:1'],
    })
  })

  it('leaves locked objects alone', () => {
    const before = label('1111..')
    expect(restored(before, label('11....', { 1: { locked: true } }), { before: 1, after: 1 })).toBe('locked')
    expect(restored(before, label('112...', { 2: { locked: true } }), { before: 1, after: 1 })).toMatchObject(
      {
        ids: '1121..',
        objects: ['1:1', '2:1L'],
      },
    )
  })

  it('puts the region of a category that has one in a label to the region that is there', () => {
    const before = label('11....', { 1: { categoryId: 5 } })
    const now = label('....66', { 6: { categoryId: 5 } })
    expect(restored(before, now, { before: 1, after: null }, { oneRegion: [5] })).toMatchObject({
      ids: '66..66',
      objects: ['6:5'],
    })
  })

  it('says so when it is that already, or is not there any more', () => {
    expect(restored(label('11....'), label('11.2..'), { before: 1, after: 1 })).toBeNull()
    expect(restored(none, none, { before: null, after: 5 }, { after: label('.55...') })).toBeNull()
  })
})
