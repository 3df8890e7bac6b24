import { cheapestEdges } from './cheapest.ts'
import type { Checkpoint } from './progress.ts'
import { contract, type RegionGraph, startsOfCounts } from './region-graph.ts'

/**
 * The n0 - 1 merges of a connected graph of n0 regions, cheapest first: rank r joins nodes `a[r]` and `b[r]` into node
 * n0 + r. Nodes below n0 are the regions themselves.
 */
export type MergeTree = { readonly leafCount: number; readonly a: Uint32Array; readonly b: Uint32Array }

/**
 * Merges mutual nearest neighbours, all pairs of a round at once, until one region is left, then sorts the merges by
 * height: the largest cost in the subtree. A region is never merged before its parts, since their heights are no larger
 * and the sort keeps equal heights in the order of their rounds.
 */
export function mergeTree(start: RegionGraph, checkpoint: Checkpoint): MergeTree {
  const leafCount = start.count
  const a = new Uint32Array(leafCount - 1)
  const b = new Uint32Array(leafCount - 1)
  const heights = new Float32Array(leafCount - 1)
  let merges = 0
  let graph = start
  /** Per node of the current graph: which node of the tree it is. */
  let treeNode = new Uint32Array(leafCount)
  for (let i = 0; i < leafCount; i++) treeNode[i] = i
  while (graph.count > 1) {
    checkpoint(merges / leafCount)
    const { node, cost } = cheapestEdges(graph)
    const target = new Uint32Array(graph.count)
    const merged = new Uint32Array(graph.count)
    let count = 0
    for (let u = 0; u < graph.count; u++) {
      const v = node[u]!
      const isMutual = node[v] === u
      if (isMutual && v < u) {
        target[u] = target[v]!
        continue
      }
      target[u] = count
      if (isMutual && v > u) {
        const [left, right] = [treeNode[u]!, treeNode[v]!]
        a[merges] = left
        b[merges] = right
        heights[merges] = Math.max(
          cost[u]!,
          left < leafCount ? 0 : heights[left - leafCount]!,
          right < leafCount ? 0 : heights[right - leafCount]!,
        )
        merged[count] = leafCount + merges
        merges++
      } else {
        merged[count] = treeNode[u]!
      }
      count++
    }
    graph = contract(graph, target, count)
    treeNode = merged.subarray(0, count)
  }
  return inOrder({ leafCount, a, b }, heights)
}

function inOrder({ leafCount, a, b }: MergeTree, heights: Float32Array): MergeTree {
  const order = orderOf(heights)
  const rank = new Uint32Array(order.length)
  for (let r = 0; r < order.length; r++) rank[order[r]!] = r
  const sorted = { leafCount, a: new Uint32Array(order.length), b: new Uint32Array(order.length) }
  for (let r = 0; r < order.length; r++) {
    const [left, right] = [a[order[r]!]!, b[order[r]!]!]
    sorted.a[r] = left < leafCount ? left : leafCount + rank[left - leafCount]!
    sorted.b[r] = right < leafCount ? right : leafCount + rank[right - leafCount]!
  }
  return sorted
}

/** Indices of `values` (not negative) from the lowest to the highest, equal ones as they stand. */
function orderOf(values: Float32Array): Uint32Array {
  // The bits of floats that are not negative order as the floats do.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  let order = new Uint32Array(values.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  let sorted = new Uint32Array(values.length)
  for (const shift of [0, 11, 22]) {
    const next = new Uint32Array(2049)
    for (const value of bits) next[(value >>> shift) & 2047]!++
    startsOfCounts(next)
    for (const i of order) {
      const digit = (bits[i]! >>> shift) & 2047
      sorted[next[digit]!++] = i
    }
    const free = order
    order = sorted
    sorted = free
  }
  return order
}
