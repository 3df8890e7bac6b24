import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeRuns } from '../../../shared/image/runs.ts'
import { bridgeRings, outlinesOfRuns } from '../../../shared/label/outline.ts'
import { runsOfRings } from '../../../shared/label/polygon.ts'

const runsOf = (rows: readonly string[]) => {
  const width = rows[0]!.length
  const pairs = [...rows.join('')].flatMap((letter, i) => (letter === '#' ? [i, 1] : []))
  return normalizeRuns(Uint32Array.from(pairs), width)
}

describe('outlines along the edges of pixels', () => {
  it('are a square around one pixel', () => {
    expect(outlinesOfRuns(runsOf(['...', '.#.', '...']), 3)).toEqual([
      {
        outer: [
          { x: 2, y: 1 },
          { x: 2, y: 2 },
          { x: 1, y: 2 },
          { x: 1, y: 1 },
        ],
        holes: [],
      },
    ])
  })

  it('tell holes from parts, and keep apart what touches at a corner', () => {
    const outlines = outlinesOfRuns(runsOf(['####.', '#..#.', '####.', '....#']), 5)
    expect(outlines.map(({ holes }) => holes.length)).toEqual([1, 0])
    expect(outlinesOfRuns(runsOf(['#.', '.#']), 2)).toHaveLength(2)
    // Two holes that touch at a corner are one line, or two: the pixels are the same.
    const touching = runsOf(['####', '#.##', '##.#', '####'])
    expect(outlinesOfRuns(touching, 4)).toHaveLength(1)
  })

  it('give back every set of pixels exactly, as rings and as one bridged ring', () => {
    const grids = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([width, height]) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          bits: fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height }),
        }),
      )
    fc.assert(
      fc.property(grids, ({ width, height, bits }) => {
        const runs = normalizeRuns(Uint32Array.from(bits.flatMap((bit, i) => (bit ? [i, 1] : []))), width)
        const rings = outlinesOfRuns(runs, width).flatMap(({ outer, holes }) => [outer, ...holes])
        expect(runsOfRings(rings, width, height)).toEqual(runs)
        expect(runsOfRings([bridgeRings(rings)], width, height)).toEqual(runs)
      }),
      { numRuns: 300 },
    )
  })
})
