import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeRuns, type Runs } from '../../../shared/image/runs.ts'
import { boundsOfRuns, coverageOfRuns, unionRuns } from '../../../shared/label/region.ts'

const width = 7
const height = 6
const pixelCount = width * height

function pixelsOf(runs: Uint32Array): Set<number> {
  const pixels = new Set<number>()
  for (let i = 0; i < runs.length; i += 2) {
    for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) pixels.add(p)
  }
  return pixels
}

function runsOf(pixels: ReadonlySet<number>): Runs {
  return normalizeRuns(Uint32Array.from([...pixels].flatMap((pixel) => [pixel, 1])), width)
}

function expectCanonical(runs: Runs) {
  for (let i = 0; i < runs.length; i += 2) {
    const [start, end] = [runs[i]!, runs[i]! + runs[i + 1]!]
    expect(end).toBeGreaterThan(start)
    expect(Math.floor(start / width)).toBe(Math.floor((end - 1) / width))
    if (i === 0) continue
    const before = runs[i - 2]! + runs[i - 1]!
    if (start % width === 0) expect(start).toBeGreaterThanOrEqual(before)
    else expect(start).toBeGreaterThan(before)
  }
}

const somePixels = fc.uniqueArray(fc.nat(pixelCount - 1), { maxLength: pixelCount }).map((p) => new Set(p))
const sorted = (pixels: Iterable<number>) => [...pixels].sort((a, b) => a - b)

describe('runs', () => {
  it('unite as sets do', () => {
    fc.assert(
      fc.property(somePixels, somePixels, (a, b) => {
        const union = unionRuns(runsOf(a), runsOf(b), width)
        expectCanonical(union)
        expect(sorted(pixelsOf(union))).toEqual(sorted(new Set([...a, ...b])))
      }),
    )
  })

  it('have the smallest rectangle around them', () => {
    expect(boundsOfRuns(Uint32Array.from([]), width)).toBeNull()
    expect(boundsOfRuns(Uint32Array.from([8, 2, 17, 3]), width)).toEqual({ x0: 1, y0: 1, x1: 6, y1: 3 })
  })
})

describe('coverage', () => {
  const map = { width: 4, height: 1, ids: Uint32Array.from([1, 1, 0, 2]) }

  it('says whether runs are wholly, partly or not in an object', () => {
    expect(coverageOfRuns(map, Uint32Array.from([0, 2]), 1)).toBe('all')
    expect(coverageOfRuns(map, Uint32Array.from([3, 1, 0, 2]), 1)).toBe('some')
    expect(coverageOfRuns(map, Uint32Array.from([2, 2]), 1)).toBe('none')
    expect(coverageOfRuns(map, Uint32Array.from([]), 1)).toBe('none')
  })
})
