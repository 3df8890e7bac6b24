import { cheapestEdges } from './cheapest.ts'
import { BASE_COST } from './merge-cost.ts'
import type { Checkpoint } from './progress.ts'
import { contract, type RegionGraph } from './region-graph.ts'
import { link, numberTrees, ownParents } from './union-find.ts'

/** Two rounds bring photographs to 14 … 28 pixels per leaf. */
const ROUNDS = 2
/** Noise needs more: cells finer than this on average serve nobody and would fill the memory. */
const PIXELS_PER_LEAF = 8
/** What each round beyond the usual ones multiplies the cost by, so that they come to an end on any image. */
const RELAXING = 4
/** Images this small keep their detail. */
const FEW_LEAVES = 1024

export type BaseRegions = {
  /** Base region per node of the graph that went in. */
  readonly ofNode: Uint32Array
  readonly graph: RegionGraph
}

/**
 * Merges the grid's regions into the leaves of the hierarchy: in each round every node joins its cheapest neighbour if
 * that costs less than a limit or if the choice is mutual.
 */
export function baseRegions(start: RegionGraph, pixelCount: number, checkpoint: Checkpoint): BaseRegions {
  let graph = start
  const ofNode = ownParents(start.count)
  for (let round = 0; graph.count > 1; round++) {
    const isFewEnough = graph.count * PIXELS_PER_LEAF <= pixelCount || graph.count <= FEW_LEAVES
    if (round >= ROUNDS && isFewEnough) break
    checkpoint(Math.min(round / ROUNDS, 1))
    const limit = BASE_COST * RELAXING ** Math.max(0, round + 1 - ROUNDS)
    const { target, count } = joinCheapest(graph, limit)
    graph = contract(graph, target, count)
    for (let i = 0; i < ofNode.length; i++) ofNode[i] = target[ofNode[i]!]!
  }
  return { ofNode, graph }
}

function joinCheapest(graph: RegionGraph, limit: number): { target: Uint32Array; count: number } {
  const { node, cost } = cheapestEdges(graph)
  const parent = ownParents(graph.count)
  for (let u = 0; u < graph.count; u++) {
    const v = node[u]!
    if (cost[u]! < limit || node[v] === u) link(parent, u, v)
  }
  return { target: parent, count: numberTrees(parent) }
}
