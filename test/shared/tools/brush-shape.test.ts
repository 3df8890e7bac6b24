import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clampBrush, LARGEST_BRUSH, strokeRuns } from '../../../shared/tools/brush-shape.ts'
import type { ImagePoint } from '../../../shared/tools/tool-event.ts'

const width = 24
const height = 18

function painted(from: ImagePoint, to: ImagePoint, size: number): Set<number> {
  const pixels = new Set<number>()
  const runs = strokeRuns(from, to, size, width, height)
  for (let i = 0; i < runs.length; i += 2) {
    const end = runs[i]! + runs[i + 1]!
    expect(Math.floor(runs[i]! / width)).toBe(Math.floor((end - 1) / width))
    for (let p = runs[i]!; p < end; p++) pixels.add(p)
  }
  return pixels
}

function picture(pixels: ReadonlySet<number>, columns = width, rows = height): string[] {
  return Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_, x) => (pixels.has(y * width + x) ? '#' : '.')).join(''),
  )
}

const at = (x: number, y: number): ImagePoint => ({ x, y })
const coordinate = fc.double({ min: -30, max: 50, noNaN: true })
const point = fc.record({ x: coordinate, y: coordinate })
const inside = fc.record({
  x: fc.double({ min: 0, max: 23.999, noNaN: true }),
  y: fc.double({ min: 0, max: 17.999, noNaN: true }),
})
const size = fc.integer({ min: 1, max: 12 })

describe('a dab', () => {
  it('of one pixel is exactly the pixel under the cursor', () => {
    fc.assert(
      fc.property(inside, (p) => {
        expect([...painted(p, p, 1)]).toEqual([Math.floor(p.y) * width + Math.floor(p.x)])
      }),
    )
  })

  it('has the same shape wherever it falls within a pixel', () => {
    expect(painted(at(7.01, 5.01), at(7.01, 5.01), 5)).toEqual(painted(at(7.99, 5.99), at(7.99, 5.99), 5))
  })

  it('is round', () => {
    expect(picture(painted(at(3, 3), at(3, 3), 6), 6, 6)).toEqual([
      '.####.',
      '######',
      '######',
      '######',
      '######',
      '.####.',
    ])
    expect(picture(painted(at(3.5, 3.5), at(3.5, 3.5), 7), 7, 7)).toEqual([
      '..###..',
      '.#####.',
      '#######',
      '#######',
      '#######',
      '.#####.',
      '..###..',
    ])
  })

  it('is clipped to the image in each row and never wraps onto the next', () => {
    for (const pixel of painted(at(23.5, 9.5), at(23.5, 9.5), 7)) expect(pixel % width).toBeGreaterThan(19)
    expect(painted(at(-9, 9), at(-9, 9), 7).size).toBe(0)
    expect(painted(at(24, 9), at(24, 9), 1).size).toBe(0)
  })
})

describe('a stroke', () => {
  it('holds the dabs at both ends and at every point between', () => {
    fc.assert(
      fc.property(inside, inside, size, (from, to, size) => {
        const stroke = painted(from, to, size)
        for (const end of [from, to]) {
          for (const pixel of painted(end, end, size)) expect(stroke.has(pixel)).toBe(true)
        }
      }),
    )
  })

  it('is in one piece', () => {
    fc.assert(
      fc.property(point, point, size, (from, to, size) => {
        const stroke = painted(from, to, size)
        const [first] = stroke
        if (first === undefined) return
        const reached = new Set([first])
        const waiting = [first]
        for (let p = waiting.pop(); p !== undefined; p = waiting.pop()) {
          const x = p % width
          for (const q of [x > 0 ? p - 1 : -1, x + 1 < width ? p + 1 : -1, p - width, p + width]) {
            if (!stroke.has(q) || reached.has(q)) continue
            reached.add(q)
            waiting.push(q)
          }
        }
        expect(reached.size).toBe(stroke.size)
      }),
    )
  })

  it('covers the pixels whose centres are near enough to its line, and no others', () => {
    fc.assert(
      fc.property(inside, inside, fc.integer({ min: 1, max: 6 }), (from, to, half) => {
        // Ends that stay where they are: an even brush is centred on a corner.
        const [a, b] = [at(Math.round(from.x), Math.round(from.y)), at(Math.round(to.x), Math.round(to.y))]
        const stroke = painted(a, b, 2 * half)
        for (let p = 0; p < width * height; p++) {
          const distance = distanceToSegment(at((p % width) + 0.5, Math.floor(p / width) + 0.5), a, b)
          if (Math.abs(distance - half) < 1e-9) continue
          expect(stroke.has(p)).toBe(distance < half)
        }
      }),
    )
  })

  it('of the largest brush from far away costs what the image costs', () => {
    const everything = strokeRuns(at(-1e9, 9), at(1e9, 9), LARGEST_BRUSH, width, height)
    expect(everything).toHaveLength(2 * height)
  })
})

it('keeps brushes whole and between 1 and 512 pixels', () => {
  expect([-3, 0, 0.6, 7.4, 9999].map(clampBrush)).toEqual([1, 1, 1, 7, 512])
})

function distanceToSegment(p: ImagePoint, a: ImagePoint, b: ImagePoint): number {
  const squared = (b.x - a.x) ** 2 + (b.y - a.y) ** 2
  const along = squared === 0 ? 0 : ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / squared
  const t = Math.min(Math.max(along, 0), 1)
  return Math.hypot(p.x - a.x - t * (b.x - a.x), p.y - a.y - t * (b.y - a.y))
}
