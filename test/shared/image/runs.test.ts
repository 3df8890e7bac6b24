import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeRuns, type Runs } from '../../../shared/image/runs.ts'
import { pixelCountOfRuns } from '../../support/runs.ts'

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

const somePairs = fc
  .array(fc.tuple(fc.nat(pixelCount - 1), fc.nat(20)), { maxLength: 12 })
  .map((pairs) => Uint32Array.from(pairs.flatMap(([s, l]) => [s, Math.min(l, pixelCount - s)])))
const sorted = (pixels: Iterable<number>) => [...pixels].sort((a, b) => a - b)

describe('runs', () => {
  it('made of any pairs hold the same pixels in their one form', () => {
    fc.assert(
      fc.property(somePairs, (pairs) => {
        const runs = normalizeRuns(pairs, width)
        expectCanonical(runs)
        expect(sorted(pixelsOf(runs))).toEqual(sorted(pixelsOf(pairs)))
        expect(pixelCountOfRuns(runs)).toBe(pixelsOf(pairs).size)
      }),
    )
  })

  it('are split at row ends, even where they touch', () => {
    expect([...normalizeRuns(Uint32Array.from([5, 4]), width)]).toEqual([5, 2, 7, 2])
  })
})
