import type { Gradients } from './grid.ts'
import { sideTie, touchCost } from './merge-cost.ts'
import { nodesOf } from './region-graph.ts'
import { numberTrees, type Regions } from './regions.ts'

/**
 * A further round on the pixels of one band: each region joins the neighbour that it touches over its cheapest side, if
 * that costs less than `limit` or if the choice is mutual. What many sides have to say together does not matter yet:
 * these regions are a handful of pixels. `first`: index of the band's first pixel in `gradients`.
 */
export function gridRound(
  regions: Regions,
  gradients: Gradients,
  width: number,
  first: number,
  limit: number,
): Regions {
  const { label, count, sums } = regions
  const nodes = nodesOf(sums)
  const choice = Uint32Array.from({ length: count }, (_, u) => u)
  const cost = new Float32Array(count).fill(Number.POSITIVE_INFINITY)
  const consider = (u: number, v: number, sideCost: number) => {
    if (sideCost > cost[u]! || (sideCost === cost[u] && v >= choice[u]!)) return
    cost[u] = sideCost
    choice[u] = v
  }
  forEachSide(label, width, (u, v, p, isRight) => {
    const gradient = isRight ? gradients.right[first + p]! : gradients.down[first + p]!
    const row = 2 * Math.floor((first + p) / width) + (isRight ? 0 : 1)
    const sideCost = touchCost(nodes, u, v, gradient, sideTie(row, p % width))
    consider(u, v, sideCost)
    consider(v, u, sideCost)
  })
  const target = choice.map((v, u) => {
    const isMutual = choice[v] === u
    return isMutual ? Math.min(u, v) : cost[u]! < limit ? v : u
  })
  const { number, count: joinedCount } = numberTrees(target)
  const joined = new Int32Array(4 * joinedCount)
  for (let u = 0; u < count; u++) {
    for (let i = 0; i < 4; i++) joined[4 * number[u]! + i]! += sums[4 * u + i]!
  }
  return { label: label.map((u) => number[u]!), count: joinedCount, sums: joined }
}

/** Calls `visit` with both regions and the pixel before it for every side between two regions. */
export function forEachSide(
  label: Uint32Array,
  width: number,
  visit: (u: number, v: number, p: number, isRight: boolean) => void,
): void {
  for (let p = 0, x = 0; p < label.length; p++, x = x + 1 === width ? 0 : x + 1) {
    const u = label[p]!
    if (x + 1 < width && label[p + 1] !== u) visit(u, label[p + 1]!, p, true)
    if (p + width < label.length && label[p + width] !== u) visit(u, label[p + width]!, p, false)
  }
}
