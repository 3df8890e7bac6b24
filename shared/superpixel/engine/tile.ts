import { LIGHT_BLUR, STRONG_BLUR } from '../blur.ts'
import { baseLimit, isBase, STALL } from '../tile-tree.ts'
import { seamsOf, type Tile } from '../tiles.ts'
import { aligned, Blocks, type Kernel } from './kernel.ts'
import {
  claim,
  controlOf,
  GREY_A,
  GREY_B,
  HALO_AFTER,
  HALO_BEFORE,
  type Plan,
  placeOf,
  RESULT,
  resultOf,
  SLACK,
  scratchParts,
  strideOf,
} from './plan.ts'
import { type GraphAt, graphAt, Rounds } from './rounds.ts'

/** Called with the name of each stage when it ends. */
export type StageEnd = (name: string) => void

/** One tile's geometry and the addresses that its stages share. */
type Desk = {
  readonly plan: Plan
  readonly index: number
  readonly tile: Tile
  readonly width: number
  readonly rows: number
  readonly pixelCount: number
  /** Elements of a plane. */
  readonly padded: number
  readonly label: number
  readonly colours: number
  readonly right: number
  readonly down: number
  readonly lines: number
  readonly reused: number
  readonly reusedBytes: number
  readonly leaves: Blocks
}

/**
 * Builds one tile as `tileTree` of the reference does: its regions become labels, the rest its result. `scratch`:
 * `plan.scratchBytes` bytes that no other thread uses.
 */
export function buildTile(
  kernel: Kernel,
  plan: Plan,
  index: number,
  scratch: number,
  stageEnd: StageEnd,
): void {
  const desk = deskOf(plan, index, scratch)
  const base = baseStage(kernel, desk, stageEnd)
  const sums = kept(kernel, plan, base.sums, 16 * base.count)
  const graph = graphStage(kernel, desk, base)
  stageEnd('region graph')
  treeStage(kernel, desk, base.count, sums, graph)
  stageEnd('merges in tiles')
}

function deskOf(plan: Plan, index: number, scratch: number): Desk {
  const tile = plan.tiles[index]!
  const parts = scratchParts(tile, plan.softenings)
  const blocks = new Blocks(scratch, plan.scratchBytes)
  return {
    plan,
    index,
    tile,
    ...placeOf(plan, index),
    padded: parts.padded,
    right: blocks.take(parts.gradients),
    down: blocks.take(parts.gradients),
    lines: blocks.take(parts.lines),
    reused: blocks.take(parts.reused),
    reusedBytes: parts.reused,
    leaves: new Blocks(blocks.take(parts.leaves), parts.leaves),
  }
}

/** A copy that stays. */
function kept({ memory }: Kernel, plan: Plan, from: number, bytes: number): number {
  const to = claim(memory, plan, bytes)
  new Uint8Array(memory.buffer).copyWithin(to, from, from + bytes)
  return to
}

type Base = {
  readonly count: number
  readonly sums: number
  readonly roughness: number
  readonly sides: number
  readonly sideCount: number
}

/** From pixels to leaves; returns how many there are, and where their sums and the sides between them are. */
function baseStage(kernel: Kernel, desk: Desk, stageEnd: StageEnd): Base {
  const { memory, exports: k } = kernel
  const { plan, tile, width, rows, pixelCount, padded, label, colours, right, down, reused, reusedBytes } =
    desk
  const { left, top } = tile
  const { columns, coarse, roughness: blockRoughness } = plan.blocks
  const blocks = new Blocks(reused, reusedBytes)
  const planes = blocks.take(12 * padded + SLACK)
  const links = blocks.take(pixelCount + width + SLACK) + width + 64
  planeStage(kernel, desk, planes, links, stageEnd)

  new Uint8Array(memory.buffer, links - width - 64, width + 64).fill(0)
  k.findBonds(links, width, pixelCount)
  // From here on numbers and sums take the place of the planes.
  const parent = planes
  const sums = planes + aligned(4 * pixelCount)
  const linked = k.numberRoots(parent, k.followBonds(links, width, rows, label, parent))
  new Uint8Array(memory.buffer, sums, 16 * linked).fill(0)
  k.sumRegions(label, pixelCount, parent, colours, sums)
  stageEnd('regions')

  // And all the rest that of what the links were followed with. A region has at least two pixels, so that its words
  // fit, and at most three sides in four are between regions.
  const region = parent
  const number = region + 4 * linked
  const rest = new Blocks(sums + 16 * linked, reused + reusedBytes - sums - 16 * linked)
  const nodes = rest.take(16 * linked)
  const keys = rest.take(8 * linked)
  // Where they are joined, other words are before them.
  const sides = Math.max(rest.take(12 * pixelCount + SLACK), reused + 12 * pixelCount)
  let sideCount = k.listSides(label, width, rows, right, down, coarse, columns, left, top, sides)
  stageEnd('sides')
  let count = linked
  const all = new Uint32Array(memory.buffer, region, 2 * linked)
  for (let i = 0; i < linked; i++) all[i] = i
  for (let round = 0; !isBase(round, count, pixelCount); round++) {
    k.nodesOf(sums, nodes, count)
    k.touch(sides, sideCount, nodes, count, plan.ties, keys)
    count = k.joinChosen(keys, count, baseLimit(round), number, sums)
    sideCount = k.renumberSides(sides, sideCount, number)
    k.relabel(region, linked, number)
  }
  // Neither keys nor nodes are needed any more.
  const roughness = keys
  k.labelLeaves(label, width, rows, region, blockRoughness, columns, left, top, roughness)
  stageEnd('base rounds')
  return { count, sums, roughness, sides, sideCount }
}

/** Gradients, links and interleaved colours of the tile. */
function planeStage(
  { memory, exports: k }: Kernel,
  desk: Desk,
  planes: number,
  links: number,
  stageEnd: StageEnd,
): void {
  const { plan, tile, width, rows, padded, colours, lines, right, down } = desk
  const { softenings, light, ties } = plan
  const before = HALO_BEFORE + softenings
  const after = HALO_AFTER + softenings
  // What the planes are made of: the tile and what there is around it.
  const left = Math.max(0, tile.left - before)
  const top = Math.max(0, tile.top - before)
  const seenWidth = Math.min(plan.width, tile.right + after) - left
  const seenRows = Math.min(plan.height, tile.bottom + after) - top
  const stride = strideOf(seenWidth)
  const plane = 2 * padded
  // The first pixel of a row has room before it.
  const sharp = planes + 16
  const smooth = sharp + 3 * plane
  const spare = lines + 64
  const first = top * plan.width + left
  if (plan.isPlanes) {
    for (let i = 0; i < 3; i++) {
      const from = plan.pixels + 2 * (i * plan.width * plan.height + first)
      k.spreadRows(from, 2 * plan.width, sharp + i * plane, seenWidth, seenRows, stride)
    }
  } else {
    const from = plan.pixels + 4 * first
    const step = 4 * plan.width
    k.colourRows(
      from,
      step,
      sharp,
      sharp + plane,
      sharp + 2 * plane,
      seenWidth,
      seenRows,
      stride,
      light,
      spare,
    )
  }
  const control = controlOf(memory)
  const [greyA, greyB] = [control[GREY_A]!, control[GREY_B]!]
  k.adaptRows(sharp + plane, sharp + 2 * plane, seenWidth, seenRows, stride, greyA, greyB)
  stageEnd('colour')
  for (let at = sharp; at < smooth; at += plane) {
    k.blurRows(at, at, seenWidth, seenRows, stride, LIGHT_BLUR, spare)
    for (let i = 0; i < softenings; i++) k.blurRows(at, at, seenWidth, seenRows, stride, STRONG_BLUR, spare)
    k.blurRows(at, at + 3 * plane, seenWidth, seenRows, stride, STRONG_BLUR, spare)
  }
  stageEnd('blur')
  const skipped = 2 * (stride * (tile.top - top) + tile.left - left)
  k.gridRows(
    sharp + skipped,
    smooth + skipped,
    plane,
    2 * stride,
    width,
    rows,
    tile.left,
    tile.top,
    plan.width - tile.right,
    plan.height - tile.bottom,
    ties,
    plan.shifts + 2 * tile.top,
    lines,
    right,
    down,
    links,
    colours,
  )
  stageEnd('gradients and links')
}

/** The graph of the leaves, in which those at a border to another tile are frozen. */
function graphStage({ memory, exports: k }: Kernel, desk: Desk, base: Base): GraphAt {
  const { plan, tile, pixelCount, label, reused, leaves } = desk
  const { count, sums, roughness, sides, sideCount } = base
  const graph = graphAt(leaves, count)
  const place = leaves.take(4 * count)
  const ends = leaves.take(4 * count + 4)
  k.nodesOf(sums, graph.nodes, count)
  new Uint8Array(memory.buffer).copyWithin(graph.roughness, roughness, roughness + 8 * count)
  // From here on sorted sides take the place of the sums, and pairs that of the sides.
  k.joinSides(sides, sideCount, count, ends, reused, place, sides)
  k.listEdges(sides, ends, count, graph.first, place, graph.edges)
  const tree = new Uint32Array(memory.buffer, graph.tree, count)
  for (let i = 0; i < count; i++) tree[i] = i
  const isFrozen = new Uint8Array(memory.buffer, graph.frozen, count).fill(0)
  const labels = new Uint32Array(memory.buffer, label, pixelCount)
  for (const p of seamsOf(tile, plan.width, plan.height)) isFrozen[labels[p]!] = 1
  return graph
}

/** Merges what can be merged without the other tiles and keeps the rest as the tile's result. */
function treeStage(kernel: Kernel, desk: Desk, leafCount: number, sums: number, graph: GraphAt): void {
  const { memory, exports: k } = kernel
  const { plan, index, width, rows, pixelCount, label, right, down, reused, reusedBytes, leaves } = desk
  const merges = { leafCount, room: leafCount, at: leaves.take(12 * leafCount) }
  const spare = graphAt(new Blocks(reused, reusedBytes), leafCount)
  const rounds = new Rounds(kernel, graph, spare, leafCount, merges, 0, leaves)
  for (let before = leafCount; before > 1; before = rounds.count) {
    if (rounds.step() * STALL < before) break
  }
  const rest = rounds.graph
  const nodeCount = rounds.count
  const edgeCount = new Uint32Array(memory.buffer, rest.first + 4 * nodeCount, 1)[0]!
  const keep = (from: number, bytes: number) => kept(kernel, plan, from, bytes)
  const inverse = graph === rest ? spare.keys : graph.keys
  k.invertTree(rest.tree, nodeCount, leafCount, inverse)
  const line = (first: number, step: number, count: number) => {
    const to = claim(memory, plan, 4 * count)
    k.nodesOfLine(label + 4 * first, 4 * step, count, inverse, to)
    return to
  }
  const beside = claim(memory, plan, rows)
  k.bytesOfLine(right + width - 1, width, rows, beside)
  const result = {
    leaves: leafCount,
    merges: rounds.mergeCount,
    nodes: nodeCount,
    edges: edgeCount,
    atMerges: keep(merges.at, 12 * leafCount),
    atNodes: keep(rest.nodes, 16 * nodeCount),
    atFirst: keep(rest.first, 4 * nodeCount + 4),
    atEdges: keep(rest.edges, 16 * edgeCount),
    atTree: keep(rest.tree, 4 * nodeCount),
    atTop: line(0, 1, width),
    atBottom: line(pixelCount - width, 1, width),
    atLeft: line(0, width, rows),
    atRight: line(width - 1, width, rows),
    atBelow: keep(down + pixelCount - width, width),
    atBeside: beside,
    atRoughness: keep(rest.roughness, 8 * nodeCount),
    atSums: sums,
  } as const
  const words = resultOf(memory, plan, index)
  for (const name of Object.keys(result) as (keyof typeof result)[]) words[RESULT[name]] = result[name]
}
