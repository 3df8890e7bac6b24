import type { Evidence } from './grid.ts'
import { sideTie, touchCost } from './merge-cost.ts'
import { blockAt } from './overview.ts'
import { nodesOf } from './region-graph.ts'
import { numberTrees, type Regions } from './regions.ts'
import { pixelOf, type Tile, widthOf } from './tiles.ts'

/**
 * A further round on the pixels of one tile: each region joins the neighbour that it touches over its cheapest side, if
 * that costs less than `limit` or if the choice is mutual. What many sides have to say together does not matter yet:
 * these regions are a handful of pixels.
 */
export function gridRound(regions: Regions, evidence: Evidence, tile: Tile, limit: number): Regions {
  const { label, count, sums } = regions
  const nodes = nodesOf(sums)
  const choice = Uint32Array.from({ length: count }, (_, u) => u)
  const cost = new Float32Array(count).fill(Number.POSITIVE_INFINITY)
  const consider = (u: number, v: number, sideCost: number) => {
    if (sideCost > cost[u]! || (sideCost === cost[u] && v >= choice[u]!)) return
    cost[u] = sideCost
    choice[u] = v
  }
  forEachSide(label, evidence, tile, (u, v, gradient, tie) => {
    const sideCost = touchCost(nodes, u, v, gradient, tie)
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

/**
 * Calls `visit` with both regions, the gradient, the tie and the coarse gradient for every side between two regions of a
 * tile.
 */
export function forEachSide(
  label: Uint32Array,
  { gradients, overview, width: imageWidth }: Evidence,
  tile: Tile,
  visit: (u: number, v: number, gradient: number, tie: number, coarse: number) => void,
): void {
  const width = widthOf(tile)
  for (let p = 0, x = 0, y = tile.top; p < label.length; p++) {
    const u = label[p]!
    const pixel = pixelOf(tile, imageWidth, p)
    const coarse = overview.coarse[blockAt(overview, tile.left + x, y)]!
    const right = x + 1 < width ? label[p + 1]! : u
    const below = p + width < label.length ? label[p + width]! : u
    if (right !== u) visit(u, right, gradients.right[pixel]!, sideTie(2 * y, tile.left + x), coarse)
    if (below !== u) visit(u, below, gradients.down[pixel]!, sideTie(2 * y + 1, tile.left + x), coarse)
    if (++x < width) continue
    x = 0
    y++
  }
}
