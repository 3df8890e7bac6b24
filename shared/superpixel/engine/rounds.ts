import type { Blocks, Kernel } from './kernel.ts'

/** Where a graph between two rounds lies: what `mergeRound` of the kernel takes and gives. */
export type GraphAt = {
  readonly nodes: number
  readonly roughness: number
  readonly first: number
  readonly edges: number
  readonly keys: number
  readonly tree: number
  readonly frozen: number
}

/** Bytes for each node and for each edge of a graph. */
const NODE_BYTES = 45
const EDGE_BYTES = 16
/** Bytes for each node that the rounds need beside two graphs. */
const DESK_BYTES = 24
/** As in the kernel. */
const BATCH = 512
/** A flat graph has fewer edges than this for each node, both ends counted. */
const EDGES_PER_NODE = 6

export function graphAt(blocks: Blocks, nodeCount: number, edgeCount = EDGES_PER_NODE * nodeCount): GraphAt {
  return {
    nodes: blocks.take(16 * nodeCount),
    roughness: blocks.take(8 * nodeCount),
    first: blocks.take(4 * nodeCount + 4),
    edges: blocks.take(EDGE_BYTES * edgeCount + EDGE_BYTES),
    keys: blocks.take(8 * nodeCount),
    tree: blocks.take(4 * nodeCount),
    frozen: blocks.take(nodeCount),
  }
}

/** Bytes that `graphAt` takes. */
export function graphBytes(nodeCount: number, edgeCount = EDGES_PER_NODE * nodeCount): number {
  return NODE_BYTES * nodeCount + EDGE_BYTES * edgeCount + 1024
}

export function deskBytes(nodeCount: number): number {
  return DESK_BYTES * nodeCount + 8 * BATCH + 1024
}

/** Merges made so far, as in `Merges` of the reference: `room` words of a, then of b, then of height. */
export type MergesAt = { readonly leafCount: number; readonly room: number; readonly at: number }

/** A graph that merges round by round, in two graphs' room. */
export class Rounds {
  readonly #kernel: Kernel
  readonly #merges: MergesAt
  readonly #target: number
  readonly #place: number
  readonly #parts: number
  readonly #waiting: number
  #graph: GraphAt
  #spare: GraphAt
  #count: number
  #mergeCount: number

  /** `blocks` must have room for `deskBytes(count)`. */
  constructor(
    kernel: Kernel,
    graph: GraphAt,
    spare: GraphAt,
    count: number,
    merges: MergesAt,
    mergeCount: number,
    blocks: Blocks,
  ) {
    this.#kernel = kernel
    this.#graph = graph
    this.#spare = spare
    this.#count = count
    this.#merges = merges
    this.#mergeCount = mergeCount
    this.#target = blocks.take(4 * count)
    this.#place = blocks.take(4 * count)
    this.#parts = blocks.take(8 * count)
    this.#waiting = blocks.take(8 * (count + BATCH) + 64)
    const { nodes, roughness, first, edges, keys } = graph
    kernel.exports.choose(count, nodes, roughness, first, edges, keys, this.#waiting)
  }

  get graph(): GraphAt {
    return this.#graph
  }

  get count(): number {
    return this.#count
  }

  get mergeCount(): number {
    return this.#mergeCount
  }

  /** One round; returns how many pairs merged. */
  step(): number {
    const from = this.#graph
    const to = this.#spare
    const { leafCount, room, at } = this.#merges
    const left = this.#kernel.exports.mergeRound(
      this.#count,
      from.nodes,
      from.roughness,
      from.first,
      from.edges,
      from.keys,
      from.tree,
      from.frozen,
      to.nodes,
      to.roughness,
      to.first,
      to.edges,
      to.keys,
      to.tree,
      to.frozen,
      this.#target,
      this.#place,
      this.#parts,
      this.#waiting,
      at,
      room,
      this.#mergeCount,
      leafCount,
    )
    const merged = this.#count - left
    this.#graph = to
    this.#spare = from
    this.#count = left
    this.#mergeCount += merged
    return merged
  }
}
