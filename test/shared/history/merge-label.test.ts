import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { concerns, emptySide, type LabelConflict } from '../../../shared/history/label-side.ts'
import { decodeRuns, encodeRuns, runsOfIds, walkThree } from '../../../shared/history/map-runs.ts'
import { mergeLabel } from '../../../shared/history/merge-label.ts'
import { mergeStatus } from '../../../shared/history/merge-objects.ts'
import { encodeIds } from '../../../shared/label/id-runs.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import {
  after,
  emptyLabel,
  idsOf,
  type PlainLabel,
  parted,
  pixelCount,
  sideOf,
} from '../../support/label-sides.ts'

const merge = (
  base: PlainLabel,
  mine: PlainLabel,
  theirs: PlainLabel,
  options: Parameters<typeof mergeLabel>[3] = {},
) => mergeLabel(sideOf(base), sideOf(mine), sideOf(theirs), options)

const plain = ({ runs, objects, nextObjectId, status }: ReturnType<typeof merge>): PlainLabel => ({
  ids: idsOf(runs),
  objects,
  nextObjectId,
  status,
})
const byId = (objects: readonly LabelObject[]) => new Map(objects.map((object) => [object.id, object]))
const car = (id: number, more: Partial<LabelObject> = {}): LabelObject => ({
  id,
  categoryId: 2,
  attributes: {},
  ...more,
})
/** A label of `text`: a digit a pixel, `.` for unlabeled; every id is a car. */
function labelOf(text: string, more: Partial<PlainLabel> = {}): PlainLabel {
  const ids = [...text].map((sign) => (sign === '.' ? 0 : Number(sign)))
  const objects = [...new Set(ids)]
    .filter((id) => id > 0)
    .sort()
    .map((id) => car(id))
  return { ids, objects, nextObjectId: Math.max(0, ...ids) + 1, status: 'in progress', ...more }
}
const sign = (side: { runs: Parameters<typeof idsOf>[0] }) =>
  idsOf(side.runs)
    .map((id) => id || '.')
    .join('')

/** The same by looking at every pixel and every object, with nothing clever about it. Ids are never renumbered. */
function slowly(base: PlainLabel, mine: PlainLabel, theirs: PlainLabel) {
  const ids: number[] = []
  const contested: number[] = []
  const lockedSince = (side: PlainLabel, id: number) =>
    byId(side.objects).get(id)?.locked === true && byId(base.objects).get(id)?.locked !== true
  for (let p = 0; p < pixelCount; p++) {
    const [b, m, t] = [base.ids[p]!, mine.ids[p]!, theirs.ids[p]!]
    let id = m
    let isContested = false
    if (m !== t && b === m) {
      isContested = lockedSince(mine, b) || lockedSince(mine, t)
      if (!isContested) id = t
    } else if (m !== t && b === t) isContested = lockedSince(theirs, b) || lockedSince(theirs, m)
    else if (m !== t) isContested = true
    ids.push(id)
    if (isContested) contested.push(p)
  }
  return { ids, contested: contested.length }
}
const pixelsIn = (conflicts: readonly LabelConflict[]) =>
  conflicts.reduce(
    (sum, each) => sum + (each.kind === 'pixels' || each.kind === 'locked' ? each.pixels : 0),
    0,
  )

describe('a merge of two labels', () => {
  it('of which one is as before is the other one', () => {
    fc.assert(
      fc.property(parted, ({ base, mine }) => {
        for (const result of [merge(base, mine, base), merge(base, base, mine)]) {
          expect(result.conflicts).toEqual([])
          expect(plain(result)).toEqual({ ...mine, objects: mine.objects.toSorted((a, b) => a.id - b.id) })
        }
      }),
    )
  })

  it('of which both are the same is that', () => {
    fc.assert(
      fc.property(parted, ({ base, mine }) => {
        const result = merge(base, mine, mine)
        expect(result.conflicts).toEqual([])
        expect(result.renumbered.size).toBe(0)
        expect(plain(result).ids).toEqual(mine.ids)
      }),
    )
  })

  it('says of each pixel what looking at every pixel says', () => {
    fc.assert(
      fc.property(parted, ({ base, mine, theirs }) => {
        const result = merge(base, mine, theirs)
        const here = (id: number) => result.renumbered.get(id) ?? id
        const renamed = {
          ...theirs,
          ids: theirs.ids.map(here),
          objects: theirs.objects.map((object) => ({ ...object, id: here(object.id) })),
        }
        const slow = slowly(base, mine, renamed)
        expect(idsOf(result.runs)).toEqual(slow.ids)
        expect(pixelsIn(result.conflicts)).toBe(slow.contested)
      }),
      { numRuns: 500 },
    )
  })

  it('invents nothing, loses no pixel, and gives each id to one object', () => {
    fc.assert(
      fc.property(parted, ({ base, mine, theirs }) => {
        const result = merge(base, mine, theirs)
        const ids = idsOf(result.runs)
        expect(ids).toHaveLength(pixelCount)
        const listed = result.objects.map(({ id }) => id)
        expect(new Set(listed).size).toBe(listed.length)
        for (const id of ids) if (id !== 0) expect(listed).toContain(id)
        for (const id of listed) expect(id).toBeLessThan(result.nextObjectId)
        const here = (id: number) => result.renumbered.get(id) ?? id
        const known = [
          ...base.objects,
          ...mine.objects,
          ...theirs.objects.map((each) => ({ ...each, id: here(each.id) })),
        ]
        for (const object of result.objects) {
          const sources = known.filter(({ id }) => id === object.id)
          expect(sources.map(({ categoryId }) => categoryId)).toContain(object.categoryId)
          for (const [name, value] of Object.entries(object.attributes)) {
            expect(sources.map(({ attributes }) => attributes[name])).toContain(value)
          }
        }
        // An object of mine never becomes one of theirs: what they made apart stays apart.
        const myNew = new Set(mine.objects.map(({ id }) => id).filter((id) => id >= base.nextObjectId))
        for (const object of theirs.objects) {
          if (object.id < base.nextObjectId || !myNew.has(here(object.id))) continue
          expect(byId(mine.objects).get(here(object.id))).toEqual({ ...object, id: here(object.id) })
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['', new Set<number>()],
    [', also where categories are one region', new Set([1, 2, 3])],
  ])('is the same from the other side, up to the numbers of new objects%s', (_, oneRegion) => {
    fc.assert(
      fc.property(parted, ({ base, mine, theirs }) => {
        if (oneRegion.size > 0 && ![base, mine, theirs].every(hasOneRegionEach)) return
        const one = merge(base, mine, theirs, { oneRegion })
        const other = merge(base, theirs, mine, { oneRegion })
        const shape = (conflicts: readonly LabelConflict[]) =>
          conflicts.map((each) => [each.kind, 'pixels' in each ? each.pixels : each.field].join(' ')).sort()
        expect(shape(one.conflicts)).toEqual(shape(other.conflicts))
        if (one.conflicts.length > 0) return
        expect(one.objects).toHaveLength(other.objects.length)
        // Every pixel belongs to the same pair of objects: the numbers go together one to one.
        const pairs = new Set(idsOf(one.runs).map((id, p) => `${id} ${idsOf(other.runs)[p]}`))
        expect(new Set([...pairs].map((pair) => pair.split(' ')[0])).size).toBe(pairs.size)
        expect(new Set([...pairs].map((pair) => pair.split(' ')[1])).size).toBe(pairs.size)
        const kinds = (objects: readonly LabelObject[]) =>
          objects.map(({ id: _, ...rest }) => canonicalJson(rest)).sort()
        expect(kinds(one.objects)).toEqual(kinds(other.objects))
      }),
      { numRuns: 500 },
    )
  })

  it('taken up again gives what it gave', () => {
    fc.assert(
      fc.property(parted, ({ base, mine, theirs }) => {
        const first = merge(base, mine, theirs)
        if (first.conflicts.length > 0 || first.renumbered.size > 0) return
        const again = merge(base, plain(first), theirs)
        expect(again.conflicts).toEqual([])
        expect(plain(again)).toEqual(plain(first))
      }),
    )
  })
})

/** As tools leave it: no category twice. */
const hasOneRegionEach = ({ objects }: PlainLabel) =>
  new Set(objects.map(({ categoryId }) => categoryId)).size === objects.length

describe('what two people did to a label', () => {
  it('in different places is put together', () => {
    const result = merge(labelOf('11......'), labelOf('111.....'), labelOf('11....22'))
    expect(sign(result)).toBe('111...22')
    expect(result.conflicts).toEqual([])
  })

  it('on the same pixels is a conflict of the two objects, with how many', () => {
    const result = merge(labelOf('1122....'), labelOf('1122111.'), labelOf('11222...'))
    expect(result.conflicts).toEqual([{ kind: 'pixels', base: 0, mine: 1, theirs: 2, pixels: 1 }])
    expect(sign(result)).toBe('1122111.')
    expect(
      result.conflicts.every((each) => concerns(each, 1) && concerns(each, 2) && !concerns(each, 3)),
    ).toBe(true)
  })

  it('under the same new number stays two objects', () => {
    const result = merge(labelOf('1.......'), labelOf('122.....'), labelOf('1....222'))
    expect(sign(result)).toBe('122..333')
    expect([...result.renumbered]).toEqual([[2, 3]])
    expect(result.objects.map(({ id }) => id)).toEqual([1, 2, 3])
    expect(result.nextObjectId).toBe(4)
  })

  it('under a number that I gave out and took back gets a new one', () => {
    const mine = labelOf('1.......', { nextObjectId: 3 })
    const result = merge(labelOf('1.......'), mine, labelOf('1....222'))
    expect(sign(result)).toBe('1....333')
  })

  it('with the one region of a category becomes one region', () => {
    const road = { oneRegion: new Set([2]) }
    const result = merge(
      labelOf('........'),
      labelOf('11......'),
      labelOf('.....222', { nextObjectId: 9 }),
      road,
    )
    expect(sign(result)).toBe('11...111')
    expect(result.objects).toHaveLength(1)
  })

  it('with the region of a category that I made anew changes what it was before', () => {
    const road = { oneRegion: new Set([2]) }
    const mine = labelOf('333.....')
    expect(sign(merge(labelOf('11......'), mine, labelOf('11....11'), road))).toBe('333...33')
    expect(sign(merge(labelOf('11......'), mine, labelOf('22....22'), road))).toBe('333...33')
    const other = merge(labelOf('11......'), labelOf('11....11'), mine, road)
    expect(other.conflicts).toEqual([])
    expect(sign(other)).toBe('111...11')
  })

  it('under numbers from one counter is one object wherever it has one number', () => {
    const mine = labelOf('1.......', { nextObjectId: 9 })
    const result = merge(labelOf('1.......'), mine, labelOf('1....222'), { isOneCounter: true })
    expect(sign(result)).toBe('1....222')
    expect(result.renumbered.size).toBe(0)
  })

  it('by deleting goes, unless the other one changed what went', () => {
    expect(
      sign(merge(labelOf('1122....'), labelOf('11......', { nextObjectId: 3 }), labelOf('1122....'))),
    ).toBe('11......')
    const grown = merge(labelOf('1122....'), labelOf('11......', { nextObjectId: 3 }), labelOf('11222...'))
    expect(grown.conflicts).toEqual([{ kind: 'deleted', object: 2, by: 'mine', pixels: 3 }])
    expect(sign(grown)).toBe('11..2...')
    const named = labelOf('1122....', { objects: [car(1), car(2, { attributes: { a: 1 } })] })
    const kept = merge(labelOf('1122....'), named, labelOf('11......', { nextObjectId: 3 }))
    expect(kept.conflicts).toEqual([{ kind: 'deleted', object: 2, by: 'theirs', pixels: 2 }])
    expect(kept.objects).toContainEqual(car(2, { attributes: { a: 1 } }))
  })

  it('to different fields of one object is put together, to the same one is a conflict', () => {
    const with1 = (object: LabelObject) => labelOf('11......', { objects: [object] })
    const base = with1(car(1, { attributes: { a: 1 } }))
    const result = merge(
      base,
      with1(car(1, { categoryId: 3, attributes: { a: 1, b: 1 } })),
      with1(car(1, { locked: true, attributes: {} })),
    )
    expect(result.conflicts).toEqual([])
    expect(result.objects).toEqual([{ id: 1, categoryId: 3, attributes: { b: 1 }, locked: true }])
    const both = merge(
      base,
      with1(car(1, { categoryId: 3, attributes: { a: 2 } })),
      with1(car(1, { categoryId: 4, attributes: {} })),
    )
    expect(both.conflicts).toEqual([
      { kind: 'field', object: 1, field: 'categoryId', mine: 3, theirs: 4 },
      { kind: 'field', object: 1, field: 'attributes.a', mine: 2, theirs: null },
    ])
    expect(both.objects).toEqual([car(1, { categoryId: 3, attributes: { a: 2 } })])
  })

  it('to a field that nobody has heard of yet is merged like any other', () => {
    const with1 = (more: object) => labelOf('11......', { objects: [{ ...car(1), ...more }] })
    const result = merge(
      with1({ depth: { z: 1 } }),
      with1({ depth: { z: 1 }, group: 7 }),
      with1({ depth: { z: 2 } }),
    )
    expect(result.conflicts).toEqual([])
    expect(result.objects).toEqual([{ ...car(1), depth: { z: 2 }, group: 7 }])
  })

  it('to the pixels of an object that the other one locked is a conflict', () => {
    const base = labelOf('1122....')
    const locked = labelOf('1122....', { objects: [car(1, { locked: true }), car(2)] })
    const taken = merge(base, locked, labelOf('1222....'))
    expect(taken.conflicts).toEqual([{ kind: 'locked', object: 1, by: 'mine', pixels: 1 }])
    expect(sign(taken)).toBe('1122....')
    const given = merge(base, labelOf('11221...'), locked)
    expect(given.conflicts).toEqual([{ kind: 'locked', object: 1, by: 'theirs', pixels: 1 }])
    const wasLocked = { objects: [car(1, { locked: true }), car(2)] }
    // Locked all along: whoever changed it has unlocked it for that.
    expect(
      merge(labelOf('1122....', wasLocked), labelOf('1122....', wasLocked), labelOf('1222....')).conflicts,
    ).toEqual([])
  })

  it('by deleting what it gave to an object that the other one locked leaves no pixel without an object', () => {
    const base = labelOf('1.......', { objects: [car(1), car(2)], nextObjectId: 3 })
    const mine = labelOf('1.......', { objects: [car(1), car(2, { locked: true })], nextObjectId: 3 })
    const result = merge(base, mine, labelOf('2.......'))
    expect(result.conflicts).toEqual([{ kind: 'locked', object: 2, by: 'mine', pixels: 1 }])
    expect(result.objects).toEqual(mine.objects)
  })

  it('as the first thing at all has nothing to come from', () => {
    const result = mergeLabel(emptySide(8), sideOf(labelOf('11......')), sideOf(labelOf('......11')))
    expect(sign(result)).toBe('11....22')
  })

  it('to the status: the later word counts, and rejected before any', () => {
    expect(mergeStatus('in progress', 'labeled', 'in progress', 'theirs')).toEqual({
      status: 'labeled',
      isContested: false,
    })
    expect(mergeStatus('in progress', 'labeled', 'reviewed', 'theirs')).toEqual({
      status: 'reviewed',
      isContested: true,
    })
    expect(mergeStatus('in progress', 'rejected', 'labeled', 'theirs')).toEqual({
      status: 'rejected',
      isContested: true,
    })
  })

  it('says so when a label has used up its numbers', () => {
    const full = labelOf('..11....', { nextObjectId: 0x100_00_00 })
    expect(() => merge(emptyLabelOf(8), labelOf('11......'), full)).toThrow(RangeError)
  })
})

const emptyLabelOf = (pixels: number): PlainLabel => ({
  ...emptyLabel,
  ids: new Array<number>(pixels).fill(0),
})

describe('stretches of a label map', () => {
  it('are written as ids are, and read back', () => {
    fc.assert(
      fc.property(parted, ({ mine }) => {
        const bytes = encodeIds(Uint32Array.from(mine.ids))
        const runs = decodeRuns(bytes, pixelCount)
        expect(idsOf(runs)).toEqual(mine.ids)
        expect(encodeRuns(runs)).toEqual(bytes)
        expect(runs).toEqual(runsOfIds(mine.ids))
      }),
    )
  })

  it('are refused when they are not those of the image', () => {
    const bytes = encodeIds(Uint32Array.of(1, 1, 2))
    for (const pixels of [2, 4]) expect(() => decodeRuns(bytes, pixels)).toThrow(RangeError)
    expect(() => decodeRuns(Uint8Array.of(1, 0), 1)).toThrow(RangeError)
    expect(() => decodeRuns(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 1), 1)).toThrow(RangeError)
  })

  it('are looked at as often as ids change, and not as often as there are pixels', () => {
    const rows = 4000
    const build = (shift: number) => {
      const ends = new Uint32Array(rows * 2)
      const ids = new Uint32Array(rows * 2)
      for (let y = 0; y < rows; y++) {
        ends.set([y * 6000 + 3000 + shift, (y + 1) * 6000], 2 * y)
        ids.set([1, 2], 2 * y)
      }
      return { ends, ids }
    }
    let looks = 0
    walkThree(build(0), build(5), build(9), () => looks++)
    expect(looks).toBe(rows * 4)
    const side = (shift: number) => ({
      runs: build(shift),
      objects: [car(1), car(2)],
      nextObjectId: 3,
      status: 'labeled' as const,
    })
    const result = mergeLabel(side(0), side(5), side(0))
    expect(result.conflicts).toEqual([])
    expect(result.runs).toEqual(build(5))
    expect(mergeLabel(side(0), side(5), side(-9)).conflicts).toEqual([])
    expect(after(emptyLabel, [])).toEqual(emptyLabel)
  })
})
