import type { Merges } from './merge-rounds.ts'
import { startsOfCounts } from './region-graph.ts'

/**
 * The n0 - 1 merges of n0 regions, cheapest first: rank r joins nodes `a[r]` and `b[r]` into node n0 + r. Nodes below n0
 * are the regions themselves.
 */
export type MergeTree = { readonly leafCount: number; readonly a: Uint32Array; readonly b: Uint32Array }

/**
 * Sorts merges by height. A region is never merged before its parts, since their heights are no larger and the sort
 * keeps equal heights in the order in which they were made.
 */
export function inOrder({ leafCount, a, b, height }: Merges): MergeTree {
  const order = orderOf(height)
  const rank = new Uint32Array(order.length)
  for (let r = 0; r < order.length; r++) rank[order[r]!] = r
  const renumbered = (node: number) => (node < leafCount ? node : leafCount + rank[node - leafCount]!)
  return { leafCount, a: order.map((i) => renumbered(a[i]!)), b: order.map((i) => renumbered(b[i]!)) }
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
