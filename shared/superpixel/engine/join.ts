import type { Checkpoint } from '../progress.ts'
import { widthOf } from '../tiles.ts'
import { Blocks, type Kernel } from './kernel.ts'
import { claim, type Plan, RESULT, resultOf } from './plan.ts'
import { deskBytes, type GraphAt, graphAt, graphBytes, type MergesAt, Rounds } from './rounds.ts'
import type { Scratch, Take } from './scratch.ts'
import type { StageEnd } from './tile.ts'

/** Where the finished tree lies, and where each region's leaf number is told. */
export type TreeAt = {
  readonly leafCount: number
  readonly parent: number
  readonly lo: number
  readonly hi: number
  readonly numbers: number
}

/** `joinTiles`, the rounds after it, `inOrder` and `numberLeaves` of the reference, over the results of all tiles. `scratch` is used meanwhile. */
export function joinTiles(
  kernel: Kernel,
  plan: Plan,
  scratch: Scratch,
  checkpoint: Checkpoint,
  stageEnd: StageEnd,
): TreeAt {
  const take = scratch.taker()
  const { memory, exports: k } = kernel
  const results = plan.tiles.map((_, tile) => resultOf(memory, plan, tile).slice())
  const starts = startsOf(results)
  const { leafCount, mergeCount } = starts
  const merges = { leafCount, room: leafCount, at: take(12 * leafCount) }
  for (const [tile, result] of results.entries()) copyMerges(kernel, result, starts, tile, merges)
  if (starts.nodeCount > 1) {
    const { graph, edgeCount } = joinedGraph(kernel, plan, results, starts, take)
    const { nodeCount } = starts
    const bytes = graphBytes(nodeCount, edgeCount) + deskBytes(nodeCount)
    const blocks = new Blocks(take(bytes), bytes)
    const spare = graphAt(blocks, nodeCount, edgeCount)
    stageEnd('joining tiles')
    const rounds = new Rounds(kernel, graph, spare, nodeCount, merges, mergeCount, blocks)
    while (rounds.count > 1) {
      checkpoint(1 - rounds.count / nodeCount)
      rounds.step()
    }
    stageEnd('merges across tiles')
  }
  const heights = merges.at + 8 * leafCount
  const order = take(4 * leafCount)
  const spare = take(4 * leafCount)
  const counts = take(4 * 2049)
  k.sortHeights(heights, leafCount - 1, order, spare, counts)
  const nodes = 2 * leafCount - 1
  const tree = {
    leafCount,
    parent: claim(memory, plan, 4 * nodes),
    lo: claim(memory, plan, 4 * nodes),
    hi: claim(memory, plan, 4 * nodes),
    numbers: claim(memory, plan, 4 * leafCount),
  }
  const b = merges.at + 4 * leafCount
  k.numberLeaves(leafCount, merges.at, b, order, spare, tree.parent, tree.lo, tree.hi, tree.numbers)
  for (const [tile, start] of starts.leaf.slice(0, -1).entries()) {
    resultOf(memory, plan, tile)[RESULT.atNumbers] = tree.numbers + 4 * start
  }
  stageEnd('tree')
  return tree
}

type Starts = {
  /** Of each tile. */
  readonly leaf: readonly number[]
  readonly node: readonly number[]
  readonly merge: readonly number[]
  /** Of the image. */
  readonly leafCount: number
  readonly nodeCount: number
  readonly mergeCount: number
}

function startsOf(results: readonly Uint32Array[]): Starts {
  const running = (word: number) => {
    const starts = [0]
    for (const result of results) starts.push(starts.at(-1)! + result[word]!)
    return starts
  }
  const leaf = running(RESULT.leaves)
  const node = running(RESULT.nodes)
  const merge = running(RESULT.merges)
  return { leaf, node, merge, leafCount: leaf.at(-1)!, nodeCount: node.at(-1)!, mergeCount: merge.at(-1)! }
}

function copyMerges(
  { memory, exports: k }: Kernel,
  result: Uint32Array,
  starts: Starts,
  tile: number,
  { leafCount, room, at }: MergesAt,
): void {
  const count = result[RESULT.merges]!
  const leaves = result[RESULT.leaves]!
  const from = result[RESULT.atMerges]!
  const to = at + 4 * starts.merge[tile]!
  const leafStart = starts.leaf[tile]!
  const mergeStart = leafCount + starts.merge[tile]!
  k.renumber(from, count, leaves, leafStart, mergeStart, to)
  k.renumber(from + 4 * leaves, count, leaves, leafStart, mergeStart, to + 4 * room)
  const heights = from + 8 * leaves
  new Uint8Array(memory.buffer).copyWithin(to + 8 * room, heights, heights + 4 * count)
}

function joinedGraph(
  kernel: Kernel,
  plan: Plan,
  results: readonly Uint32Array[],
  starts: Starts,
  take: Take,
): { graph: GraphAt; edgeCount: number } {
  const { memory, exports: k } = kernel
  const { nodeCount, leafCount } = starts
  const { pairs, ends, pairCount } = seamPairs(kernel, plan, results, starts, take)
  let edgeCount = 2 * pairCount
  for (const result of results) edgeCount += result[RESULT.edges]!
  const bytes = graphBytes(nodeCount, edgeCount) + 4 * nodeCount + 64
  const blocks = new Blocks(take(bytes), bytes)
  const graph = graphAt(blocks, nodeCount, edgeCount)
  const next = blocks.take(4 * nodeCount)
  new Uint8Array(memory.buffer, graph.frozen, nodeCount).fill(0)
  new Uint8Array(memory.buffer, graph.first, 4 * nodeCount + 4).fill(0)
  for (const [tile, result] of results.entries()) {
    const count = result[RESULT.nodes]!
    const start = starts.node[tile]!
    const nodes = result[RESULT.atNodes]!
    new Uint8Array(memory.buffer).copyWithin(graph.nodes + 16 * start, nodes, nodes + 16 * count)
    const roughness = result[RESULT.atRoughness]!
    new Uint8Array(memory.buffer).copyWithin(graph.roughness + 8 * start, roughness, roughness + 8 * count)
    const mergeStart = leafCount + starts.merge[tile]!
    const tree = graph.tree + 4 * start
    k.renumber(result[RESULT.atTree]!, count, result[RESULT.leaves]!, starts.leaf[tile]!, mergeStart, tree)
    k.countEdges(result[RESULT.atFirst]!, count, graph.first + 4 * start)
  }
  k.countEnds(pairs, ends, nodeCount, graph.first)
  k.startsOfCounts(graph.first, nodeCount)
  new Uint8Array(memory.buffer).copyWithin(next, graph.first, graph.first + 4 * nodeCount)
  for (const [tile, result] of results.entries()) {
    const count = result[RESULT.nodes]!
    const start = starts.node[tile]!
    const first = result[RESULT.atFirst]!
    k.copyEdges(first, result[RESULT.atEdges]!, count, start, next + 4 * start, graph.edges)
  }
  k.addEnds(pairs, ends, nodeCount, next, graph.edges)
  return { graph, edgeCount }
}

/** The edges between tiles, as `joinSides` of the kernel gives them. */
function seamPairs(
  { exports: k }: Kernel,
  plan: Plan,
  results: readonly Uint32Array[],
  { node, nodeCount }: Starts,
  take: Take,
): { pairs: number; ends: number; pairCount: number } {
  const { columns, tiles, blocks } = plan
  const seams = tiles.flatMap((tile, i) => {
    const below =
      i + columns < tiles.length ? [{ i, j: i + columns, isBelow: true, length: widthOf(tile) }] : []
    const beside =
      (i + 1) % columns > 0 ? [{ i, j: i + 1, isBelow: false, length: tile.bottom - tile.top }] : []
    return [...below, ...beside]
  })
  const sideCount = seams.reduce((sum, { length }) => sum + length, 0)
  const sides = take(8 * sideCount)
  const pairs = take(16 * sideCount)
  const sorted = take(8 * sideCount)
  const ends = take(4 * nodeCount + 4)
  const place = take(4 * nodeCount)
  let out = sides
  for (const { i, j, isBelow, length } of seams) {
    const before = results[i]![isBelow ? RESULT.atBottom : RESULT.atRight]!
    const after = results[j]![isBelow ? RESULT.atTop : RESULT.atLeft]!
    const gradients = results[i]![isBelow ? RESULT.atBelow : RESULT.atBeside]!
    const { left, top, right, bottom } = tiles[i]!
    k.listSeam(
      before,
      node[i]!,
      after,
      node[j]!,
      gradients,
      length,
      blocks.coarse,
      blocks.columns,
      isBelow ? left : right - 1,
      isBelow ? bottom - 1 : top,
      isBelow ? 0 : 1,
      out,
    )
    out += 8 * length
  }
  const pairCount = k.joinSides(sides, sideCount, nodeCount, ends, sorted, place, pairs)
  return { pairs, ends, pairCount }
}
