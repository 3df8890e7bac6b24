import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forEachPixelOnSegment, pixelAt } from '../../../shared/tools/segment.ts'
import type { ImagePoint } from '../../../shared/tools/tool-event.ts'

const width = 9
const height = 6

function pixels(from: ImagePoint, to: ImagePoint): number[] {
  const visited: number[] = []
  forEachPixelOnSegment(from, to, width, height, (pixel) => visited.push(pixel))
  return visited
}

// Without -0, which is the same place.
const coordinate = fc.double({ min: -6, max: 15, noNaN: true }).map((value) => value + 0)
const point = fc.record({ x: coordinate, y: coordinate })

describe('the pixels on a segment', () => {
  it('are one for a point, and none for a point outside', () => {
    expect(pixels({ x: 2.5, y: 1.2 }, { x: 2.5, y: 1.2 })).toEqual([11])
    for (const [x, y] of [
      [-0.1, 1],
      [9, 1],
      [1, 6],
      [1, -1],
    ] as const) {
      expect(pixels({ x, y }, { x, y })).toEqual([])
    }
  })

  it('come in the order of the way', () => {
    expect(pixels({ x: 3.5, y: 0.5 }, { x: 0.5, y: 0.5 })).toEqual([3, 2, 1, 0])
    expect(pixels({ x: 0.5, y: 0.5 }, { x: 0.5, y: 2.5 })).toEqual([0, 9, 18])
  })

  it('step from neighbour to neighbour and end where the way ends', () => {
    fc.assert(
      fc.property(point, point, (from, to) => {
        const visited = pixels(from, to)
        expect(new Set(visited).size).toBe(visited.length)
        for (const [i, pixel] of visited.entries()) {
          expect(pixel).toBeGreaterThanOrEqual(0)
          expect(pixel).toBeLessThan(width * height)
          if (i === 0) continue
          const before = visited[i - 1]!
          const columns = Math.abs((pixel % width) - (before % width))
          const rows = Math.abs(Math.floor(pixel / width) - Math.floor(before / width))
          expect(columns + rows).toBe(1)
        }
        const [first, last] = [pixelAt(from, width, height), pixelAt(to, width, height)]
        if (first !== null) expect(visited[0]).toBe(first)
        if (last !== null) expect(visited.at(-1)).toBe(last)
      }),
    )
  })

  it('are all that the way enters', () => {
    fc.assert(
      fc.property(point, point, (from, to) => {
        const visited = new Set(pixels(from, to))
        for (let i = 0; i <= 200; i++) {
          const at = { x: from.x + ((to.x - from.x) * i) / 200, y: from.y + ((to.y - from.y) * i) / 200 }
          // A point this close to a pixel's side may be rounded to either side.
          const isOnSide = [at.x, at.y].some((value) => Math.abs(value - Math.round(value)) < 1e-9)
          const pixel = pixelAt(at, width, height)
          if (pixel !== null && !isOnSide) expect(visited.has(pixel)).toBe(true)
        }
      }),
    )
  })

  it('are found at once for ends far away, and none for ends that are no number', () => {
    expect(pixels({ x: -1e12, y: 2.5 }, { x: 1e12, y: 2.5 })).toHaveLength(width)
    expect(pixels({ x: Number.NaN, y: 2 }, { x: 1, y: 2 })).toEqual([])
    expect(pixels({ x: Number.POSITIVE_INFINITY, y: 2 }, { x: 1, y: 2 })).toEqual([])
  })
})
