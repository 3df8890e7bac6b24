import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finish } from '../../../shared/label/checks/check-label.ts'
import { type DiffKind, diffKinds, diffLabels, type LabelSide } from '../../../shared/label/diff.ts'

/** One character per pixel: a digit is an id, a dot is unlabeled. `categories`: by id, 1 where nothing is said. */
function side(rows: readonly string[], categories: Record<number, number> = {}): LabelSide {
  const ids = Uint32Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character)))
  const objects = new Map(
    [...new Set(ids)].filter((id) => id > 0).map((id) => [id, { categoryId: categories[id] ?? 1 }]),
  )
  return { map: { width: rows[0]!.length, height: rows.length, ids }, objects }
}
const diff = (before: LabelSide, after: LabelSide) => finish(diffLabels(before, after))
/** By pixel: `+` added, `-` removed, `c` another category, `o` another object. */
function picture(before: LabelSide, after: LabelSide): string[] {
  const { runs, kinds } = diff(before, after)
  const { width, height } = before.map
  const pixels = Array.from({ length: width * height }, () => '.')
  for (let i = 0; i < kinds.length; i++)
    pixels.fill('+-co'[kinds[i]!]!, runs[2 * i]!, runs[2 * i]! + runs[2 * i + 1]!)
  return Array.from({ length: height }, (_, y) => pixels.slice(y * width, (y + 1) * width).join(''))
}

describe('the difference of two labels', () => {
  it('is nothing between a label and itself', () => {
    const label = side(['11.22', '11.22'])
    expect(diff(label, label)).toMatchObject({ objects: [], categories: [], kinds: new Uint8Array(0) })
  })

  it('says which category became which, with pixels, most first; 0 is unlabeled', () => {
    const before = side(['11..', '1122', '3344'], { 2: 2, 4: 3 })
    const after = side(['.1..', '1144', '3344'], { 4: 2 })
    expect(diff(before, after).moves).toEqual([
      { from: 3, to: 2, pixels: 2 },
      { from: 1, to: 0, pixels: 1 },
    ])
  })

  it('tells added, removed, reclassified pixels and those of another object apart, and counts them', () => {
    const before = side(['11..', '1122', '3344'], { 2: 2 })
    const after = side(['.11.', '1122', '3333'], { 2: 2 })
    expect(picture(before, after)).toEqual(['-.+.', '....', '..oo'])
    const found = diff(before, after)
    expect(found.pixels).toEqual({ added: 1, removed: 1, category: 0, object: 2 })
    expect(found.objects).toEqual([
      {
        before: 3,
        after: 3,
        categoryBefore: 1,
        categoryAfter: 1,
        gained: 2,
        lost: 0,
        where: { x0: 2, y0: 2, x1: 4, y1: 3 },
        isTouchUp: false,
      },
      {
        before: 4,
        after: null,
        categoryBefore: 1,
        categoryAfter: null,
        gained: 0,
        lost: 2,
        where: { x0: 2, y0: 2, x1: 4, y1: 3 },
        isTouchUp: false,
      },
      {
        before: 1,
        after: 1,
        categoryBefore: 1,
        categoryAfter: 1,
        gained: 1,
        lost: 1,
        where: { x0: 0, y0: 0, x1: 3, y1: 1 },
        isTouchUp: true,
      },
    ])
    expect(found.categories).toEqual([
      { categoryId: 1, objectsBefore: 3, objectsAfter: 2, pixelsBefore: 8, pixelsAfter: 8 },
    ])
  })

  it('shows an object that only changed its category, and other changes in their order', () => {
    const before = side(['1.22', '1133'])
    const after = side(['1122', '1133'], { 1: 2 })
    expect(picture(before, after)).toEqual(['c+..', 'cc..'])
    const { objects, runs, pixels } = diff(before, after)
    expect(objects).toMatchObject([
      { before: 1, after: 1, categoryBefore: 1, categoryAfter: 2, gained: 1, lost: 0 },
    ])
    expect([...runs]).toEqual([0, 1, 1, 1, 4, 2])
    expect(pixels).toMatchObject({ category: 3, added: 1 })
  })

  it('takes an object with another id that covers much of the same for the same object', () => {
    const before = side(['111.', '111.'])
    const after = side(['7777', '777.'])
    expect(picture(before, after)).toEqual(['...+', '....'])
    expect(diff(before, after).objects).toMatchObject([{ before: 1, after: 7, gained: 1, lost: 0 }])
    const other = side(['....', '.777'])
    expect(diff(before, other).objects).toMatchObject([
      { before: 1, after: null },
      { before: null, after: 7 },
    ])
    expect(picture(before, other)).toEqual(['---.', '-oo+'])
  })

  it('tells objects of which only the edge was touched up from others, which come before them', () => {
    const touchUps = (before: LabelSide, after: LabelSide) =>
      diff(before, after).objects.map(
        (each) => `${each.after ?? each.before}${each.isTouchUp ? ' edge' : ''}`,
      )
    const before = side(['......', '.1111.', '.1111.', '......', '222222'])
    // One pixel wider all around, or narrower by one.
    expect(touchUps(before, side(['111111', '111111', '111111', '111111', '222222']))).toEqual(['1 edge'])
    expect(touchUps(before, side(['......', '.1111.', '......', '......', '222222']))).toEqual(['1 edge'])
    // Two deep, and a thin line that leads away from it.
    expect(touchUps(before, side(['......', '.11...', '.11...', '......', '222222']))).toEqual(['1'])
    expect(touchUps(before, side(['......', '.1111.', '.1111.', '..1...', '221222']))).toEqual([
      '1',
      '2 edge',
    ])
    // Under another id, and of another category.
    expect(touchUps(before, side(['......', '77777.', '.7777.', '......', '222222']))).toEqual(['7 edge'])
    expect(touchUps(before, side(['......', '11111.', '.1111.', '......', '222222'], { 1: 3 }))).toEqual([
      '1',
    ])
    // One that came or went is no edge, however thin.
    expect(touchUps(before, side(['..3...', '.1111.', '.1111.', '......', '......']))).toEqual(['2', '3'])
  })

  it('is not made of labels of different sizes', () => {
    expect(() => diff(side(['1']), side(['11']))).toThrow(RangeError)
  })
})

const labels = fc
  .record({ width: fc.integer({ min: 1, max: 6 }), height: fc.integer({ min: 1, max: 6 }) })
  .chain(({ width, height }) => {
    const map = fc
      .array(fc.integer({ min: 0, max: 4 }), { minLength: width * height, maxLength: width * height })
      .map((ids) => ({ width, height, ids: Uint32Array.from(ids) }))
    const one = fc.record({
      map,
      categories: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 5, maxLength: 5 }),
    })
    const made = one.map(({ map, categories }): LabelSide => {
      const ids = [...new Set(map.ids)].filter((id) => id > 0)
      return { map, objects: new Map(ids.map((id) => [id, { categoryId: categories[id]! }])) }
    })
    return fc.tuple(made, made)
  })

it('has each changed pixel once, in order, with the kind that its two sides have', () => {
  fc.assert(
    fc.property(labels, ([before, after]) => {
      const found = diff(before, after)
      const counted: Record<DiffKind, number> = { added: 0, removed: 0, category: 0, object: 0 }
      const seen = new Set<number>()
      let last = -1
      for (let i = 0; i < found.kinds.length; i++) {
        const [start, length] = [found.runs[2 * i]!, found.runs[2 * i + 1]!]
        expect(start).toBeGreaterThan(last)
        last = start + length - 1
        for (let p = start; p <= last; p++) {
          seen.add(p)
          counted[diffKinds[found.kinds[i]!]!]++
          expect([before.map.ids[p], after.map.ids[p]]).toEqual([found.before[i], found.after[i]])
        }
      }
      expect(counted).toEqual(found.pixels)
      const categoryOf = (each: LabelSide, p: number) => each.objects.get(each.map.ids[p]!)?.categoryId ?? 0
      for (let p = 0; p < before.map.ids.length; p++)
        if (categoryOf(before, p) !== categoryOf(after, p)) expect(seen.has(p)).toBe(true)
      // What categories gained and lost is what their pixels say.
      for (const { categoryId, pixelsBefore, pixelsAfter } of found.categories) {
        const count = (each: LabelSide) =>
          each.map.ids.reduce((sum, _, p) => sum + Number(categoryOf(each, p) === categoryId), 0)
        expect([pixelsBefore, pixelsAfter]).toEqual([count(before), count(after)])
      }
      // Back again, everything is the other way round.
      const back = diff(after, before)
      expect(back.pixels).toEqual({
        ...found.pixels,
        added: found.pixels.removed,
        removed: found.pixels.added,
      })
    }),
    { numRuns: 300 },
  )
})
