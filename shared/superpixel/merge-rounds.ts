import { type Compactness, pairCost } from './merge-cost.ts'
import { EdgeLists, type RegionGraph } from './region-graph.ts'

/**
 * Merges in the order in which they were made; merge i joins tree nodes `a[i]` and `b[i]` into tree node `leafCount + i`.
 * Tree nodes below `leafCount` are the regions that the rounds began with.
 */
export type Merges = {
  readonly leafCount: number
  readonly a: Uint32Array
  readonly b: Uint32Array
  /** The largest cost in the subtree: never less than that of its parts. */
  readonly height: Float32Array
  count: number
}

/** A graph between two rounds. */
export type Round = {
  readonly graph: RegionGraph
  /** The tree node that each node is. */
  readonly treeNode: Uint32Array
  /** 1 for nodes that must not merge. */
  readonly isFrozen: Uint8Array
}

export function noMerges(leafCount: number): Merges {
  const most = Math.max(leafCount - 1, 0)
  return {
    leafCount,
    a: new Uint32Array(most),
    b: new Uint32Array(most),
    height: new Float32Array(most),
    count: 0,
  }
}

/** The cheapest edge of each node: the node it leads to (the node itself when it has none) and its cost. */
export type Choices = { readonly node: Uint32Array; readonly cost: Float32Array }

/**
 * Of equal costs the one to the lowest node: the cheapest edge of all is so the choice of both its ends, and no round
 * passes without a mutual choice.
 */
export function cheapestEdges(graph: RegionGraph, compactness: Compactness = 0.5): Choices {
  const { count, first, edges } = graph
  const node = new Uint32Array(count)
  const cost = new Float32Array(count).fill(Number.POSITIVE_INFINITY)
  for (let u = 0; u < count; u++) {
    node[u] = u
    for (let e = first[u]!; e < first[u + 1]!; e++) {
      const v = edges[4 * e]!
      const [gradient, length, coarse] = [edges[4 * e + 1]!, edges[4 * e + 2]!, edges[4 * e + 3]!]
      const edgeCost = pairCost(graph, u, v, gradient, length, coarse, compactness)
      if (edgeCost > cost[u]! || (edgeCost === cost[u] && v >= node[u]!)) continue
      cost[u] = edgeCost
      node[u] = v
    }
  }
  return { node, cost }
}

/**
 * Merges all mutual choices at once, except those of frozen nodes, and adds them to `merges`. Nodes keep their order: a
 * merged one takes the place of its first part.
 */
export function mergeRound(
  { graph, treeNode, isFrozen }: Round,
  merges: Merges,
  compactness: Compactness = 0.5,
): Round {
  const { node, cost } = cheapestEdges(graph, compactness)
  const target = new Uint32Array(graph.count)
  /** The two parts of each new node; the second is the first one when there is none. */
  const parts: [u: number, v: number][] = []
  for (let u = 0; u < graph.count; u++) {
    const v = node[u]!
    const isPair = node[v] === u && isFrozen[u] === 0 && isFrozen[v] === 0
    if (isPair && v < u) {
      target[u] = target[v]!
      continue
    }
    target[u] = parts.length
    parts.push([u, isPair ? v : u])
  }
  const count = parts.length
  const nodes = new Float32Array(4 * count)
  const roughness = new Float32Array(2 * count)
  const tree = new Uint32Array(count)
  const frozen = new Uint8Array(count)
  const first = new Uint32Array(count + 1)
  const edges = new Uint32Array(4 * graph.first[graph.count]!)
  const lists = new EdgeLists(count, edges)
  for (const [i, [u, v]] of parts.entries()) {
    tree[i] = u === v ? treeNode[u]! : addMerge(merges, treeNode[u]!, treeNode[v]!, cost[u]!)
    frozen[i] = isFrozen[u]!
    joinNodes(graph, u, v, nodes, roughness, i)
    first[i] = lists.start()
    for (const part of u === v ? [u] : [u, v]) {
      for (let e = graph.first[part]!; e < graph.first[part + 1]!; e++) {
        const to = target[graph.edges[4 * e]!]!
        if (to !== i) lists.add(to, graph.edges, e)
      }
    }
  }
  first[count] = lists.start()
  return { graph: { count, nodes, roughness, first, edges }, treeNode: tree, isFrozen: frozen }
}

function addMerge(merges: Merges, a: number, b: number, cost: number): number {
  const { leafCount, height, count } = merges
  merges.a[count] = a
  merges.b[count] = b
  const heightA = a < leafCount ? 0 : height[a - leafCount]!
  const heightB = b < leafCount ? 0 : height[b - leafCount]!
  height[count] = Math.max(cost, heightA, heightB)
  merges.count++
  return leafCount + count
}

/** Means step by step: sums over large regions would not fit 32-bit floats. `v` is `u` for a node that stays. */
function joinNodes(
  from: RegionGraph,
  u: number,
  v: number,
  nodes: Float32Array,
  roughness: Float32Array,
  at: number,
): void {
  const round = Math.fround
  const areaU = from.nodes[4 * u + 3]!
  const areaV = u === v ? 0 : from.nodes[4 * v + 3]!
  const area = round(areaU + areaV)
  const part = round(areaV / area)
  const joined = (mean: number, other: number) => mean + round(round(other - mean) * part)
  for (let i = 0; i < 3; i++) nodes[4 * at + i] = joined(from.nodes[4 * u + i]!, from.nodes[4 * v + i]!)
  nodes[4 * at + 3] = area
  for (let i = 0; i < 2; i++) {
    roughness[2 * at + i] = joined(from.roughness[2 * u + i]!, from.roughness[2 * v + i]!)
  }
}
