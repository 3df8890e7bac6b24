import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grownRuns, shrunkRuns } from '../../../shared/image/run-growth.ts'
import { partsOfRuns } from '../../../shared/image/run-parts.ts'
import { holdsPixel, pixelsOfRuns, runsAround, withoutRuns } from '../../../shared/image/run-sets.ts'
import { normalizeRuns, type Runs } from '../../../shared/image/runs.ts'
import { boundsOfRuns } from '../../../shared/label/region.ts'

const [width, height] = [9, 7]
const pixels = fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height })
const boxes = fc
  .tuple(fc.nat(width - 1), fc.nat(height - 1), fc.nat(width - 1), fc.nat(height - 1))
  .map(([a, b, c, d]) => ({
    x0: Math.min(a, c),
    y0: Math.min(b, d),
    x1: Math.max(a, c) + 1,
    y1: Math.max(b, d) + 1,
  }))

const runsOf = (set: readonly boolean[]): Runs =>
  normalizeRuns(Uint32Array.from(set.flatMap((is, p) => (is ? [p, 1] : []))), width)
function setOf(runs: Runs): boolean[] {
  const set = new Array<boolean>(width * height).fill(false)
  for (let i = 0; i < runs.length; i += 2) set.fill(true, runs[i]!, runs[i]! + runs[i + 1]!)
  return set
}
const at = (p: number) => ({ x: p % width, y: Math.floor(p / width) })
const far = (p: number, q: number) => Math.hypot(at(p).x - at(q).x, at(p).y - at(q).y)
const every = Array.from({ length: width * height }, (_, p) => p)

describe('sets of runs', () => {
  it('have a complement in every box', () => {
    fc.assert(
      fc.property(pixels, boxes, (set, box) => {
        const inside = ({ x, y }: { x: number; y: number }) =>
          x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1
        expect(setOf(runsAround(runsOf(set), box, width))).toEqual(every.map((p) => inside(at(p)) && !set[p]))
      }),
    )
  })

  it('are taken away from each other, counted and asked', () => {
    fc.assert(
      fc.property(pixels, pixels, fc.nat(width * height - 1), (a, b, p) => {
        expect(setOf(withoutRuns(runsOf(a), runsOf(b), width))).toEqual(a.map((is, q) => is && !b[q]))
        expect(pixelsOfRuns(runsOf(a))).toBe(a.filter(Boolean).length)
        expect(holdsPixel(runsOf(a), p)).toBe(a[p])
      }),
    )
  })
})

describe('the parts of runs', () => {
  it('are what a walk from neighbour to neighbour reaches, by their first pixels', () => {
    fc.assert(
      fc.property(pixels, fc.boolean(), (set, diagonal) => {
        const seen = new Set<number>()
        const expected = every.flatMap((first) => {
          if (!set[first] || seen.has(first)) return []
          const part = [first]
          seen.add(first)
          for (const p of part)
            for (const q of every) {
              const isBeside = far(p, q) === 1 || (diagonal && far(p, q) < 1.5)
              if (isBeside && set[q] && !seen.has(q)) {
                seen.add(q)
                part.push(q)
              }
            }
          return [part.sort((a, b) => a - b)]
        })
        const found = partsOfRuns(runsOf(set), width, diagonal).map((part) =>
          every.filter((p) => setOf(part)[p]),
        )
        expect(found).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('end at the ends of rows', () => {
    // The last column of one row and the first of the next are neighbours in memory only.
    const ends = Uint32Array.from([width - 1, 1, width, 1, 3 * width - 1, 1])
    expect(partsOfRuns(ends, width, true)).toHaveLength(3)
    expect(partsOfRuns(new Uint32Array(0), width, false)).toEqual([])
  })
})

describe('runs that grow and shrink', () => {
  const radii = fc.integer({ min: 1, max: 5 })
  it('reach every pixel that is near enough, and none outside of the image', () => {
    fc.assert(
      fc.property(pixels, radii, (set, radius) => {
        const runs = runsOf(set)
        const bounds = boundsOfRuns(runs, width)
        if (!bounds) return
        const near = (p: number) => set.some((is, q) => is && far(p, q) <= radius)
        expect(setOf(grownRuns(runs, bounds, radius, width, height))).toEqual(every.map(near))
      }),
    )
  })

  it('lose every pixel that is near to another, and none for the border of the image', () => {
    fc.assert(
      fc.property(pixels, radii, (set, radius) => {
        const runs = runsOf(set)
        const bounds = boundsOfRuns(runs, width)
        if (!bounds) return
        const stays = (p: number) => set[p]! && !set.some((is, q) => !is && far(p, q) <= radius)
        expect(setOf(shrunkRuns(runs, bounds, radius, width, height))).toEqual(every.map(stays))
      }),
    )
  })

  it('of the whole image stay the whole image', () => {
    const all = runsOf(every.map(() => true))
    const bounds = { x0: 0, y0: 0, x1: width, y1: height }
    expect(grownRuns(all, bounds, 3, width, height)).toEqual(all)
    expect(shrunkRuns(all, bounds, 3, width, height)).toEqual(all)
  })
})
