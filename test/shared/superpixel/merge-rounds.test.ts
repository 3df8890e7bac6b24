import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Merges, mergeRound, noMerges, type Round } from '../../../shared/superpixel/merge-rounds.ts'
import { inOrder } from '../../../shared/superpixel/merge-tree.ts'
import { startsOfCounts } from '../../../shared/superpixel/region-graph.ts'

/** Regions of ten pixels in a row, each touching the next over one side, with the given lightness. */
function rowOf(lightness: readonly number[]): Round {
  const count = lightness.length
  const lists = lightness.map((_, u) => [u - 1, u + 1].filter((v) => v >= 0 && v < count))
  const first = Uint32Array.from([...lists.map((list) => list.length), 0])
  startsOfCounts(first)
  return {
    graph: {
      count,
      nodes: Float32Array.from(lightness.flatMap((l) => [l, 0, 0, 10])),
      roughness: Float32Array.from(lightness.flatMap((l) => [2 * l, 3 * l])),
      first,
      edges: Uint32Array.from(lists.flat().flatMap((v) => [v, 0, 1, 0])),
    },
    treeNode: Uint32Array.from({ length: count }, (_, u) => u),
    isFrozen: new Uint8Array(count),
  }
}

function mergedWhole(lightness: readonly number[]): Merges {
  const merges = noMerges(lightness.length)
  for (let round = rowOf(lightness); round.graph.count > 1; ) round = mergeRound(round, merges)
  return merges
}

it('merges the most alike first', () => {
  const { a, b } = inOrder(mergedWhole([10, 40, 42, 11]))
  expect([a[0], b[0]]).toEqual([1, 2])
  const tree = inOrder(mergedWhole([10, 12, 50, 51]))
  expect([...tree.a]).toEqual([2, 0, 5])
  expect([...tree.b]).toEqual([3, 1, 4])
})

it('of a single region has no merges', () => {
  expect(inOrder(mergedWhole([7]))).toEqual({ leafCount: 1, a: new Uint32Array(0), b: new Uint32Array(0) })
})

it('uses every node once and never before it is made', () => {
  const rows = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 2, maxLength: 60 })
  fc.assert(
    fc.property(rows, (lightness) => {
      const { leafCount, a, b } = inOrder(mergedWhole(lightness))
      for (let r = 0; r < a.length; r++) {
        expect(Math.max(a[r]!, b[r]!)).toBeLessThan(leafCount + r)
      }
      expect(new Set([...a, ...b]).size).toBe(2 * leafCount - 2)
    }),
  )
})

it('adds up areas and weighs colours and roughnesses by them', () => {
  const merges = noMerges(3)
  const round = mergeRound(rowOf([10, 20, 90]), merges)
  expect([...round.graph.nodes]).toEqual([15, 0, 0, 20, 90, 0, 0, 10])
  expect([...round.graph.roughness]).toEqual([30, 45, 180, 270])
  const last = mergeRound(round, merges).graph
  expect([...last.nodes]).toEqual([40, 0, 0, 30])
  expect([...last.roughness]).toEqual([80, 120])
})

it('joins parallel edges of merged regions', () => {
  // A triangle whose first two regions merge.
  const round: Round = {
    graph: {
      count: 3,
      nodes: Float32Array.from([10, 0, 0, 10, 11, 0, 0, 10, 90, 0, 0, 10]),
      roughness: new Float32Array(6),
      first: Uint32Array.from([0, 2, 4, 6]),
      edges: Uint32Array.from([
        ...[1, 4, 2, 9, 2, 5, 1, 6],
        ...[0, 4, 2, 9, 2, 7, 3, 8],
        ...[0, 5, 1, 6, 1, 7, 3, 8],
      ]),
    },
    treeNode: Uint32Array.of(0, 1, 2),
    isFrozen: new Uint8Array(3),
  }
  const { graph } = mergeRound(round, noMerges(3))
  expect(graph.count).toBe(2)
  expect([...graph.first]).toEqual([0, 1, 2])
  expect([...graph.edges.subarray(0, 8)]).toEqual([1, 12, 4, 14, 0, 12, 4, 14])
})

it('leaves frozen regions and those that wait for them alone', () => {
  const round = rowOf([10, 11, 50, 51])
  round.isFrozen[1] = 1
  const merges = noMerges(4)
  const next = mergeRound(round, merges)
  expect([...next.treeNode]).toEqual([0, 1, 4])
  expect([...next.isFrozen]).toEqual([0, 1, 0])
})
