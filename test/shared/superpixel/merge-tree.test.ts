import fc from 'fast-check'
import { expect, it } from 'vitest'
import { numberLeaves } from '../../../shared/superpixel/leaves.ts'
import { mergeTree } from '../../../shared/superpixel/merge-tree.ts'
import type { RegionGraph } from '../../../shared/superpixel/region-graph.ts'

/** Regions of ten pixels in a row, each touching the next over one side, with the given lightness. */
function rowOf(lightness: readonly number[]): RegionGraph {
  const edges = lightness.length - 1
  return {
    count: lightness.length,
    nodes: Float32Array.from(lightness.flatMap((l) => [l, 0, 0, 10])),
    first: Uint32Array.from([...lightness.keys(), edges]),
    to: Uint32Array.from({ length: edges }, (_, u) => u + 1),
    gradient: new Float32Array(edges),
    length: new Uint32Array(edges).fill(1),
  }
}
const unhurried = () => {}

it('merges the most alike first', () => {
  const { a, b } = mergeTree(rowOf([10, 40, 42, 11]), unhurried)
  expect([a[0], b[0]]).toEqual([1, 2])
  const tree = mergeTree(rowOf([10, 12, 50, 51]), unhurried)
  expect([...tree.a]).toEqual([2, 0, 5])
  expect([...tree.b]).toEqual([3, 1, 4])
})

it('of a single region has no merges', () => {
  expect(mergeTree(rowOf([7]), unhurried)).toEqual({
    leafCount: 1,
    a: new Uint32Array(0),
    b: new Uint32Array(0),
  })
})

it('uses every node once and never before it is made', () => {
  const rows = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 2, maxLength: 60 })
  fc.assert(
    fc.property(rows, (lightness) => {
      const { leafCount, a, b } = mergeTree(rowOf(lightness), unhurried)
      for (let r = 0; r < a.length; r++) {
        expect(Math.max(a[r]!, b[r]!)).toBeLessThan(leafCount + r)
      }
      expect(new Set([...a, ...b]).size).toBe(2 * leafCount - 2)
    }),
  )
})

it('gives every node a range of leaves that its two parts share out', () => {
  const { parent, lo, hi, leafNumber } = numberLeaves({
    leafCount: 4,
    a: Uint32Array.from([2, 0, 5]),
    b: Uint32Array.from([3, 1, 4]),
  })
  expect([...leafNumber]).toEqual([0, 1, 2, 3])
  expect([...parent]).toEqual([5, 5, 4, 4, 6, 6, 6])
  expect([...lo]).toEqual([0, 1, 2, 3, 2, 0, 0])
  expect([...hi]).toEqual([1, 2, 3, 4, 4, 2, 4])
})
