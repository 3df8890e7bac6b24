import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Ring, runsOfRings } from '../../../shared/label/polygon.ts'

const [width, height] = [9, 7]
const ring = (...numbers: number[]): Ring =>
  Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! }))
const square = ring(1, 1, 5, 1, 5, 5, 1, 5)

function pixelsOf(runs: Uint32Array): number[] {
  const pixels: number[] = []
  for (let i = 0; i < runs.length; i += 2)
    for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) pixels.push(p)
  return pixels
}
const filled = (...rings: Ring[]) => pixelsOf(runsOfRings(rings, width, height))

/** How often the rings go round a point, counted side by side. Exact for the quarter pixels of these tests. */
function windingAt(rings: readonly Ring[], x: number, y: number): number {
  let winding = 0
  for (const corners of rings) {
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % corners.length]!
      const side = (b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y)
      if (a.y <= y && b.y > y && side <= 0) winding++
      if (b.y <= y && a.y > y && side >= 0) winding--
    })
  }
  return winding
}

function bruteForce(rings: readonly Ring[]): number[] {
  const pixels: number[] = []
  for (let p = 0; p < width * height; p++) {
    if (windingAt(rings, (p % width) + 0.5, Math.floor(p / width) + 0.5) !== 0) pixels.push(p)
  }
  return pixels
}

const quarter = (least: number, most: number) =>
  fc.integer({ min: 4 * least, max: 4 * most }).map((n) => n / 4)
const someRing = fc.array(fc.record({ x: quarter(-3, 12), y: quarter(-3, 10) }), { maxLength: 9 })

describe('the pixels of a polygon', () => {
  it('are those whose centres are inside, as counted pixel by pixel', () => {
    fc.assert(
      fc.property(fc.array(someRing, { maxLength: 3 }), (rings) => {
        expect(filled(...rings)).toEqual(bruteForce(rings))
      }),
      { numRuns: 400 },
    )
  })

  it('do not depend on the direction nor on the corner it begins with', () => {
    fc.assert(
      fc.property(someRing, fc.nat(8), (corners, turn) => {
        const at = corners.length === 0 ? 0 : turn % corners.length
        expect(filled([...corners].reverse())).toEqual(filled(corners))
        expect(filled([...corners.slice(at), ...corners.slice(0, at)])).toEqual(filled(corners))
      }),
    )
  })

  it('tile: two shapes with a side in common share no pixel and leave none out', () => {
    const middle = fc.record({ x: quarter(1, 8), y: quarter(1, 6) })
    fc.assert(
      fc.property(middle, middle, (a, b) => {
        const left = [...ring(0, 0, 4, 0), a, b, ...ring(4, height, 0, height)]
        const right = [...ring(4, 0, width, 0, width, height, 4, height), b, a]
        // Only where the common line does not cross a border is each of the two a plain shape.
        fc.pre(a.x > 0 && b.x > 0 && a.y < b.y)
        const both = [...filled(left), ...filled(right)].sort((p, q) => p - q)
        expect(both).toEqual(Array.from({ length: width * height }, (_, p) => p))
      }),
    )
  })

  it('leave out a ring that goes the other way, and fill one that goes the same way', () => {
    const inner = ring(2, 2, 4, 2, 4, 4, 2, 4)
    expect(filled(square, inner)).toHaveLength(16)
    expect(filled(square, [...inner].reverse())).toHaveLength(12)
  })

  it('are all of a line that crosses itself: where it goes round twice is no hole', () => {
    const twice = [...square, ...ring(2, 2, 4, 2, 4, 4, 2, 4)]
    expect(filled(twice)).toHaveLength(16)
  })

  it('end at the image', () => {
    expect(filled(ring(-50, -50, 50, -50, 50, 50, -50, 50))).toHaveLength(width * height)
    expect(filled(ring(20, 1, 30, 1, 30, 5))).toEqual([])
    expect(filled(ring(1, -9, 5, -9, 5, -2))).toEqual([])
  })

  it('are none of a point, a line, nothing and no numbers', () => {
    expect(filled([])).toEqual([])
    expect(filled(ring(1, 1))).toEqual([])
    expect(filled(ring(1, 1, 7, 5))).toEqual([])
    expect(filled(ring(1, 1, Number.NaN, 5, 3, Number.POSITIVE_INFINITY))).toEqual([])
  })
})
