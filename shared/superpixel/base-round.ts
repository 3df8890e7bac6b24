import { sideTies, TIES, touchCost } from './merge-cost.ts'
import { nodesOf } from './region-graph.ts'
import { numberTrees } from './regions.ts'
import { SIDE_NUMBERS, type Sides } from './sides.ts'

/**
 * A further round on small regions: each joins the neighbour that it touches over its cheapest side, if that costs less
 * than `limit` or if the choice is mutual. What many sides have to say together does not matter yet: these regions are a
 * handful of pixels. Returns the new number of each, in the order of the first ones, how many there are, and their sums.
 */
export function baseRound(
  sums: Int32Array,
  sides: Sides,
  limit: number,
): { number: Uint32Array; count: number; sums: Int32Array } {
  const nodes = nodesOf(sums)
  const choice = Uint32Array.from({ length: sums.length / 4 }, (_, u) => u)
  const cost = new Float32Array(choice.length).fill(Number.POSITIVE_INFINITY)
  const consider = (u: number, v: number, sideCost: number) => {
    if (sideCost > cost[u]! || (sideCost === cost[u] && v >= choice[u]!)) return
    cost[u] = sideCost
    choice[u] = v
  }
  for (let i = 0, at = 0; at < sides.length; i++, at += SIDE_NUMBERS) {
    const [u, v, gradient] = [sides[at]!, sides[at + 1]!, sides[at + 2]!]
    const sideCost = touchCost(nodes, u, v, gradient, sideTies[i & (TIES - 1)]!)
    consider(u, v, sideCost)
    consider(v, u, sideCost)
  }
  const target = choice.map((v, u) => {
    const isMutual = choice[v] === u
    return isMutual ? Math.min(u, v) : cost[u]! < limit ? v : u
  })
  const { number, count } = numberTrees(target)
  const joined = new Int32Array(4 * count)
  for (const [u, to] of number.entries()) {
    for (let i = 0; i < 4; i++) joined[4 * to + i]! += sums[4 * u + i]!
  }
  return { number, count, sums: joined }
}
