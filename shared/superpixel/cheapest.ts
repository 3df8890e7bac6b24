import { FLATNESS, gradientCost, tieBreak } from './merge-cost.ts'
import type { RegionGraph } from './region-graph.ts'

/** The cheapest edge of each node: the node it leads to (the node itself when it has no edge) and its cost. */
export type Cheapest = { readonly node: Uint32Array; readonly cost: Float32Array }

/**
 * Costs every edge (`merge-cost.ts`) and keeps each node's cheapest; of equal ones the first in edge order. So the
 * cheapest edge of all is the choice of both its ends, and no round passes without a mutual choice.
 */
export function cheapestEdges(graph: RegionGraph): Cheapest {
  const { count, nodes, first, to, gradient, length } = graph
  const node = new Uint32Array(count)
  const cost = new Float32Array(count).fill(Number.POSITIVE_INFINITY)
  for (let u = 0; u < count; u++) node[u] = u
  for (let u = 0; u < count; u++) {
    const end = first[u + 1]!
    const at = u * 4
    const l = nodes[at]!
    const a = nodes[at + 1]!
    const b = nodes[at + 2]!
    const area = nodes[at + 3]!
    let best = cost[u]!
    let bestNode = node[u]!
    for (let e = first[u]!; e < end; e++) {
      const v = to[e]!
      const other = v * 4
      const dl = l - nodes[other]!
      const da = a - nodes[other + 1]!
      const db = b - nodes[other + 2]!
      const otherArea = nodes[other + 3]!
      const sides = length[e]!
      const difference = dl * dl + da * da + db * db + gradientCost(gradient[e]! / sides) + FLATNESS
      const smaller = Math.min(area, otherArea)
      const size = ((2 * area * otherArea) / (area + otherArea)) * Math.sqrt(smaller / sides)
      // Rounded before it is compared, or an edge could look cheaper from one end than from the other.
      const edgeCost = Math.fround(size * difference * tieBreak(u, v))
      if (edgeCost < best) {
        best = edgeCost
        bestNode = v
      }
      if (edgeCost < cost[v]!) {
        cost[v] = edgeCost
        node[v] = u
      }
    }
    cost[u] = best
    node[u] = bestNode
  }
  return { node, cost }
}
