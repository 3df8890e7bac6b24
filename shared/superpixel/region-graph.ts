import { PLANE_SCALE } from './colour.ts'
import type { Evidence } from './grid.ts'
import { blockAt } from './overview.ts'
import type { Regions } from './regions.ts'
import { SIDE_NUMBERS, type Sides } from './sides.ts'
import { pixelOf, type Tile } from './tiles.ts'

/**
 * Regions and which of them touch. Each touching pair is two edges, one at either end.
 *
 * - `nodes`: mean of the three planes in CIELAB units and area in pixels, 4 numbers a node.
 * - `roughness`: mean roughness of each node, right and down, as in `Overview`.
 * - `first`: `count + 1` long; the edges of node u are those from `first[u]` to before `first[u + 1]`.
 * - `edges`: 4 numbers an edge: the node it leads to, the sum of gradients along the boundary, the length of the boundary
 *   in pixel sides, and the sum of coarse gradients along it. May be longer than the edges.
 */
export type RegionGraph = {
  readonly count: number
  readonly nodes: Float32Array
  readonly roughness: Float32Array
  readonly first: Uint32Array
  readonly edges: Uint32Array
}

const round = Math.fround

/** `RegionGraph.nodes` from the sums of `Regions`. */
export function nodesOf(sums: Int32Array): Float32Array {
  const nodes = new Float32Array(sums.length)
  for (let at = 0; at < sums.length; at += 4) {
    const area = sums[at + 3]!
    const scale = round(1 / round(area * PLANE_SCALE))
    for (let i = 0; i < 3; i++) nodes[at + i] = round(sums[at + i]!) * scale
    nodes[at + 3] = area
  }
  return nodes
}

/** The graph of one tile's regions. `sides`: those between them. */
export function regionGraph(
  regions: Pick<Regions, 'count' | 'sums'>,
  sides: Sides,
  roughness: Float32Array,
): RegionGraph {
  const { count, sums } = regions
  const starts = new Uint32Array(count + 1)
  for (let at = 0; at < sides.length; at += SIDE_NUMBERS) {
    starts[sides[at]!]!++
    starts[sides[at + 1]!]!++
  }
  const edges = new Uint32Array(4 * startsOfCounts(starts))
  const next = starts.slice(0, count)
  for (let at = 0; at < sides.length; at += SIDE_NUMBERS) {
    const [u, v, gradient, coarse] = [sides[at]!, sides[at + 1]!, sides[at + 2]!, sides[at + 3]!]
    edges.set([v, gradient, 1, coarse], 4 * next[u]!++)
    edges.set([u, gradient, 1, coarse], 4 * next[v]!++)
  }
  const lists = new EdgeLists(count, edges)
  for (let u = 0, e = 0; u < count; u++) {
    const end = starts[u + 1]!
    starts[u] = lists.start()
    for (; e < end; e++) lists.add(edges[4 * e]!, edges, e)
  }
  starts[count] = lists.start()
  return { count, nodes: nodesOf(sums), roughness, first: starts, edges }
}

/** Regions are much smaller than blocks: the block of a region's first pixel stands for all of it. */
export function roughnessOf(
  { label, count }: Pick<Regions, 'label' | 'count'>,
  { width, overview }: Evidence,
  tile: Tile,
): Float32Array {
  const roughness = new Float32Array(2 * count)
  for (let p = 0, seen = 0; seen < count; p++) {
    if (label[p] !== seen) continue
    const pixel = pixelOf(tile, width, p)
    const block = blockAt(overview, pixel % width, Math.floor(pixel / width))
    roughness.set(overview.roughness.subarray(2 * block, 2 * block + 2), 2 * seen++)
  }
  return roughness
}

/** Turns counts into the index at which each one's entries start, in place; the last entry becomes their sum. */
export function startsOfCounts(counts: Uint32Array): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!
    counts[i] = sum
    sum += count
  }
  return sum
}

/** Writes the edges of one node after another, joining those that lead to the same one. `out` may be what is read. */
export class EdgeLists {
  readonly #out: Uint32Array
  /** Where the edge to a node stands, plus one; of the present list if it is past the list's start. */
  readonly #place: Uint32Array
  #start = 0
  #end = 0

  constructor(nodeCount: number, out: Uint32Array) {
    this.#out = out
    this.#place = new Uint32Array(nodeCount)
  }

  /** Begins the next node's list and returns its first edge. */
  start(): number {
    this.#start = this.#end
    return this.#start
  }

  /** Adds edge `e` of `from` as one that leads to `to`. */
  add(to: number, from: Uint32Array, e: number): void {
    const known = this.#place[to]!
    const isNew = known <= this.#start
    const at = 4 * (isNew ? this.#end : known - 1)
    for (let i = 1; i < 4; i++) this.#out[at + i] = from[4 * e + i]! + (isNew ? 0 : this.#out[at + i]!)
    if (!isNew) return
    this.#out[at] = to
    this.#place[to] = ++this.#end
  }
}
