import { describe, expect, it } from 'vitest'
import {
  type Cleanup,
  type CleanupRules,
  fillHoles,
  growObjects,
  holesOf,
  removeSpecks,
  shrinkObjects,
  smallPieces,
  smoothObjects,
  specksOf,
} from '../../../shared/label/cleanup.ts'
import { applyEdit, invertEdit } from '../../../shared/label/edit.ts'
import { drawnCategories, drawnLabel, shownRows } from '../../support/drawn-label.ts'

const rules: CleanupRules = { categories: drawnCategories, protects: false }
type Drawn = ReturnType<typeof drawnLabel>

/** The rows after it, once its inverse has brought back the label as it was. */
function applied({ doc }: Drawn, made: Cleanup | null): string[] {
  const before = { rows: shownRows(doc), objects: new Map(doc.objects) }
  applyEdit(doc, made!.edit)
  const rows = shownRows(doc)
  applyEdit(doc, invertEdit(made!.edit))
  expect({ rows: shownRows(doc), objects: doc.objects }).toEqual(before)
  applyEdit(doc, made!.edit)
  return rows
}

describe('holes', () => {
  const ring = ['.aaaaa.', '.a.a.a.', '.aabaaa', 'aaaaaa.'] as const
  const holes = (drawn: Drawn, ids: number[], below: number | null = null) =>
    smallPieces(holesOf(drawn.doc, drawn.index, ids), below)
  const fill = (drawn: Drawn, ids: number[], how: { takes?: boolean; protects?: boolean; below?: number }) =>
    fillHoles(drawn.doc, drawn.index, holes(drawn, ids, how.below), {
      ...rules,
      takes: how.takes ?? false,
      protects: how.protects ?? false,
    })

  it('are filled where nobody has a pixel, and objects in them stay', () => {
    const made = fill(drawnLabel(ring), [1], {})
    expect(made?.edit.title).toBe('Fill 2 holes of car 1')
    expect(applied(drawnLabel(ring), made)).toEqual(['.aaaaa.', '.aaaaa.', '.aabaaa', 'aaaaaa.'])
  })

  it('are filled over other objects when asked, who go with their last pixel', () => {
    const drawn = drawnLabel(ring)
    const made = fill(drawn, [1], { takes: true })
    expect(made?.edit.title).toBe('Fill 3 holes of car 1')
    expect(applied(drawn, made)[2]).toBe('.aaaaaa')
    expect(drawn.doc.objects.has(2)).toBe(false)
  })

  it('keep what is locked, and in protect mode what anybody has', () => {
    expect(fill(drawnLabel(ring, 'b'), [1], { takes: true })?.pieces).toHaveLength(2)
    expect(fill(drawnLabel(ring), [1], { takes: true, protects: true })?.pieces).toHaveLength(2)
    expect(holesOf(drawnLabel(ring, 'a').doc, drawnLabel(ring).index, [1])).toEqual([])
  })

  it('of fewer pixels than asked for are filled, and larger ones are not', () => {
    const rows = ['aaaaaaa', 'a.a..aa', 'aaa..aa', 'aaaaaaa']
    expect(applied(drawnLabel(rows), fill(drawnLabel(rows), [1], { below: 4 }))[1]).toBe('aaa..aa')
    expect(fill(drawnLabel(rows), [1], { below: 1 })).toBeNull()
    expect(fill(drawnLabel(rows), [1], { below: 5 })?.pieces).toHaveLength(2)
  })

  it('that touch the border of the image are open, as is what touches outside by a side', () => {
    for (const rows of [
      ['aa.aa', 'aa.aa', 'aaaaa'],
      ['aaaaa', '..aaa', 'aaaaa'],
      ['.aaa.', '.a.a.', '.a.a.'],
    ])
      expect(holesOf(drawnLabel(rows).doc, drawnLabel(rows).index, [1])).toEqual([])
  })

  it('of an object on all four borders are found, also behind a slanting line', () => {
    const rows = ['aaaa', 'a.aa', 'aaaa', 'aaaa']
    expect(holesOf(drawnLabel(rows).doc, drawnLabel(rows).index, [1])).toHaveLength(1)
    const slanting = ['.d.', 'd.d', '.d.']
    expect(holesOf(drawnLabel(slanting).doc, drawnLabel(slanting).index, [70_000])).toHaveLength(1)
  })

  it('one inside of the other belong to their own objects', () => {
    const rows = ['aaaaaaa', 'a.....a', 'a.bbb.a', 'a.b.b.a', 'a.bbb.a', 'a.....a', 'aaaaaaa']
    const drawn = drawnLabel(rows)
    expect(applied(drawn, fill(drawn, [1, 2], { below: 2 }))[3]).toBe('a.bbb.a')
    // The outer one comes first and takes all.
    const taken = drawnLabel(rows)
    expect(applied(taken, fill(taken, [1, 2], { takes: true }))).toEqual(Array(7).fill('aaaaaaa'))
    expect([...taken.doc.objects.keys()]).toEqual([1])
  })
})

describe('specks', () => {
  const specks = (drawn: Drawn, ids: number[], below: number | null = null) =>
    smallPieces(specksOf(drawn.doc, drawn.index, ids), below)
  const remove = (drawn: Drawn, ids: number[], joins: boolean, how: { protects?: boolean } = {}) =>
    removeSpecks(drawn.doc, drawn.index, specks(drawn, ids, 3), {
      ...rules,
      protects: how.protects ?? false,
      joins,
    })
  const rows = ['aaab.bb', 'aabbabb', 'aabbb.b', 'aa..a.a'] as const

  it('become unlabeled, and the largest part stays whatever its size', () => {
    const drawn = drawnLabel(rows)
    const made = remove(drawn, [1], false)
    expect(made?.edit.title).toBe('Remove 3 specks of car 1')
    expect(applied(drawn, made)).toEqual(['aaab.bb', 'aabb.bb', 'aabbb.b', 'aa.....'])
    expect(specks(drawnLabel(['d.d']), [70_000])).toHaveLength(1)
  })

  it('join the object that they share the longest border with, if it is not locked', () => {
    expect(applied(drawnLabel(rows), remove(drawnLabel(rows), [1], true))).toEqual([
      'aaab.bb',
      'aabbbbb',
      'aabbb.b',
      'aa..b.b',
    ])
    const locked = drawnLabel(rows, 'b')
    expect(applied(locked, remove(locked, [1], true))[1]).toBe('aabb.bb')
  })

  it('join no object in protect mode, and no other speck', () => {
    const drawn = drawnLabel(rows)
    expect(applied(drawn, remove(drawn, [1], true, { protects: true }))[1]).toBe('aabb.bb')
    const pair = ['aa.....bb', 'aa..ba.bb']
    expect(applied(drawnLabel(pair), remove(drawnLabel(pair), [1, 2], true))).toEqual([
      'aa.....bb',
      'aa.....bb',
    ])
  })

  it('are not the pixels of a slanting line one pixel wide', () => {
    const line = ['a....', '.a...', '..a..', '...a.', '....a']
    expect(specks(drawnLabel(line), [1])).toEqual([])
  })

  it('of locked objects stay', () => {
    expect(specks(drawnLabel(rows, 'a'), [1])).toEqual([])
  })
})

describe('growing', () => {
  it('reaches around as a disc does, and no farther than the image', () => {
    const drawn = drawnLabel(['......', '..a...', '......', '......'])
    const made = growObjects(drawn.doc, drawn.index, [1], 2, rules)
    expect(made?.edit.title).toBe('Grow car 1 by 2 px')
    expect(applied(drawn, made)).toEqual(['.aaa..', 'aaaaa.', '.aaa..', '..a...'])
  })

  it('takes from others, but nothing that is locked, and in protect mode nothing that anybody has', () => {
    const rows = ['bacd', '....']
    const grow = (drawn: Drawn, protects: boolean) =>
      applied(drawn, growObjects(drawn.doc, drawn.index, [1], 1, { ...rules, protects }))
    const drawn = drawnLabel(rows, 'c')
    expect(grow(drawn, false)).toEqual(['aacd', '.a..'])
    expect(drawn.doc.objects.has(2)).toBe(false)
    expect(grow(drawnLabel(rows), true)).toEqual(['bacd', '.a..'])
  })

  it('of several takes nothing from each other and parts what is between them', () => {
    const drawn = drawnLabel(['a....b.c'])
    const made = growObjects(drawn.doc, drawn.index, [1, 2], 3, rules)
    expect(made?.edit.title).toBe('Grow 2 objects by 3 px')
    expect(applied(drawn, made)).toEqual(['aaabbbbb'])
  })

  it('is no edit for what is locked or has all of the image', () => {
    const locked = drawnLabel(['a..'], 'a')
    expect(growObjects(locked.doc, locked.index, [1], 1, rules)).toBeNull()
    const full = drawnLabel(['dd', 'dd'])
    expect(growObjects(full.doc, full.index, [70_000], 5, rules)).toBeNull()
  })
})

describe('shrinking', () => {
  it('eats from the edge, but not where the image ends', () => {
    const drawn = drawnLabel(['dddd.', 'dddd.', 'dddd.', 'dd.d.'])
    const made = shrinkObjects(drawn.doc, drawn.index, [70_000], 1, rules)
    expect(made?.edit.title).toBe('Shrink car 70000 by 1 px')
    expect(applied(drawn, made)).toEqual(['ddd..', 'ddd..', 'dd...', 'd....'])
  })

  it('of an object on all four borders leaves it whole', () => {
    const drawn = drawnLabel(['ss', 'ss'])
    expect(shrinkObjects(drawn.doc, drawn.index, [5], 9, rules)).toBeNull()
  })

  it('takes a thin object away, and undo brings it back', () => {
    const drawn = drawnLabel(['.....', '.aaa.', '.....'])
    expect(applied(drawn, shrinkObjects(drawn.doc, drawn.index, [1], 1, rules))[1]).toBe('.....')
    expect(drawn.doc.objects.has(1)).toBe(false)
  })
})

it('smooths an edge: fills notches, takes what sticks out, keeps what is locked', () => {
  const rows = [
    '...........',
    '.....a.....',
    '.aaaaaaaaa.',
    '.aaaaaaaaa.',
    '.aaa.aaaaa.',
    '.aaabaaaaa.',
    '.aaaaaaaaa.',
    '...........',
  ]
  const drawn = drawnLabel(rows, 'b')
  const made = smoothObjects(drawn.doc, drawn.index, [1], 1, rules)
  expect(made?.edit.title).toBe('Smooth car 1 by 1 px')
  const smooth = applied(drawn, made)
  expect(smooth.slice(1, 6)).toEqual([
    '...........',
    '.aaaaaaaaa.',
    '.aaaaaaaaa.',
    '.aaaaaaaaa.',
    '.aaabaaaaa.',
  ])
})

it('smooths nothing where the image ends', () => {
  const rows = ['aaaa', 'aaaa', 'aaaa', '....', '....']
  const drawn = drawnLabel(rows)
  expect(smoothObjects(drawn.doc, drawn.index, [1], 1, rules)).toBeNull()
})
