import { baseLimit, isBase, STALL } from '../band-tree.ts'
import { LIGHT_BLUR, STRONG_BLUR } from '../blur.ts'
import { Blocks, type Kernel } from './kernel.ts'
import {
  claim,
  HALO_ABOVE,
  HALO_BELOW,
  type Plan,
  RESULT,
  resultOf,
  SLACK,
  scratchParts,
  strideOf,
} from './plan.ts'
import { type GraphAt, graphAt, Rounds } from './rounds.ts'

/** Called with the name of each stage when it ends. */
export type StageEnd = (name: string) => void

/** One band's geometry and the addresses that its stages share. */
type Desk = {
  readonly plan: Plan
  readonly band: number
  readonly top: number
  readonly rows: number
  readonly pixelCount: number
  /** Elements of a plane. */
  readonly padded: number
  readonly label: number
  readonly right: number
  readonly down: number
  readonly lines: number
  readonly reused: number
  readonly reusedBytes: number
  readonly leaves: Blocks
}

/**
 * Builds one band as `bandTree` of the reference does: regions into the image's labels, the rest into its result.
 * `scratch`: `plan.scratchBytes` bytes that no other thread uses.
 */
export function buildBand(
  kernel: Kernel,
  plan: Plan,
  band: number,
  scratch: number,
  stageEnd: StageEnd,
): void {
  const desk = deskOf(plan, band, scratch)
  const { count, sums } = baseStage(kernel, desk, stageEnd)
  const graph = graphStage(kernel, desk, count, sums)
  stageEnd('region graph')
  treeStage(kernel, desk, count, graph)
  stageEnd('merges in bands')
}

function deskOf(plan: Plan, band: number, scratch: number): Desk {
  const { width, labels, softenings, scratchBytes } = plan
  const { top, bottom } = plan.bands[band]!
  const rows = bottom - top
  const parts = scratchParts(width, rows, softenings)
  const blocks = new Blocks(scratch, scratchBytes)
  return {
    plan,
    band,
    top,
    rows,
    pixelCount: width * rows,
    padded: parts.padded,
    label: labels + 4 * top * width,
    right: blocks.take(parts.gradients),
    down: blocks.take(parts.gradients),
    lines: blocks.take(parts.lines),
    reused: blocks.take(parts.reused),
    reusedBytes: parts.reused,
    leaves: new Blocks(blocks.take(parts.leaves), parts.leaves),
  }
}

/** From pixels to base regions; returns how many there are and where their sums are. */
function baseStage(kernel: Kernel, desk: Desk, stageEnd: StageEnd): { count: number; sums: number } {
  const { memory, exports: k } = kernel
  const { plan, top, rows, pixelCount, padded, label, right, down, lines, reused, reusedBytes } = desk
  const { width, ties } = plan
  const blocks = new Blocks(reused, reusedBytes)
  const planes = blocks.take(12 * padded + SLACK)
  const links = blocks.take(pixelCount + width + SLACK) + width + 64
  const pixels = blocks.take(8 * pixelCount + SLACK)
  const keys = blocks.take(4 * pixelCount + SLACK)
  planeStage(kernel, desk, planes, links, pixels, stageEnd)

  new Uint8Array(memory.buffer, links - width - 64, width + 64).fill(0)
  k.findBonds(links, width, pixelCount)
  // From here on numbers and sums take the place of the planes.
  const number = planes
  const sums = planes + 4 * pixelCount + 64
  let count = k.numberRoots(number, k.followBonds(links, width, rows, label, number))
  new Uint8Array(memory.buffer, sums, 16 * count).fill(0)
  k.sumRegions(label, pixelCount, number, pixels, sums)
  stageEnd('regions')
  // And nodes that of the pixels.
  for (let round = 0; !isBase(round, count, pixelCount); round++) {
    k.nodesOf(sums, pixels, count)
    k.touch(label, width, rows, right, down, pixels, count, ties, plan.shifts + 2 * top, lines, keys)
    count = k.joinChosen(keys, count, baseLimit(round), number, sums)
    k.relabel(label, pixelCount, number)
  }
  stageEnd('base rounds')
  return { count, sums }
}

/** Gradients, links and interleaved pixels of the band. */
function planeStage(
  { exports: k }: Kernel,
  desk: Desk,
  planes: number,
  links: number,
  pixels: number,
  stageEnd: StageEnd,
): void {
  const { plan, top, rows, padded, lines, right, down } = desk
  const { width, height, softenings, light, ties, shifts } = plan
  const first = Math.max(0, top - HALO_ABOVE - softenings)
  const last = Math.min(height, top + rows + HALO_BELOW + softenings)
  const stride = strideOf(width)
  const plane = 2 * padded
  // The first pixel of a row has room before it.
  const sharp = planes + 16
  const smooth = sharp + 3 * plane
  const spare = lines + 64
  if (plan.isPlanes) {
    for (let i = 0; i < 3; i++) {
      const from = plan.pixels + 2 * width * (i * height + first)
      k.spreadRows(from, sharp + i * plane, width, last - first, stride)
    }
  } else {
    const from = plan.pixels + 4 * first * width
    k.colourRows(from, sharp, sharp + plane, sharp + 2 * plane, width, last - first, stride, light, spare)
  }
  stageEnd('colour')
  for (let at = sharp; at < smooth; at += plane) {
    k.blurRows(at, at, width, last - first, stride, LIGHT_BLUR, spare)
    for (let i = 0; i < softenings; i++) k.blurRows(at, at, width, last - first, stride, STRONG_BLUR, spare)
    k.blurRows(at, at + 3 * plane, width, last - first, stride, STRONG_BLUR, spare)
  }
  stageEnd('blur')
  const skipped = 2 * stride * (top - first)
  k.gridRows(
    sharp + skipped,
    smooth + skipped,
    plane,
    2 * stride,
    width,
    rows,
    top,
    height - top - rows,
    ties,
    shifts + 2 * top,
    lines,
    right,
    down,
    links,
    pixels,
  )
  stageEnd('gradients and links')
}

/** The graph of `count` base regions, in which those at a border to another band are frozen. */
function graphStage({ memory, exports: k }: Kernel, desk: Desk, count: number, sums: number): GraphAt {
  const { plan, top, rows, pixelCount, label, right, down, reused, leaves } = desk
  const { width, height } = plan
  const graph = graphAt(leaves, count)
  const place = leaves.take(4 * count)
  const starts = leaves.take(4 * count + 4)
  k.nodesOf(sums, graph.nodes, count)
  // From here on sides take the place of the sums, and edges that of the sides.
  const sides = reused
  const sorted = reused + 16 * pixelCount + 64 * 1024
  const sideCount = k.listSides(label, width, rows, right, down, sides)
  const pairCount = k.joinSides(sides, sideCount, count, starts, sorted, place, sides)
  k.listEdges(sides, pairCount, count, graph.first, place, graph.edges)
  const tree = new Uint32Array(memory.buffer, graph.tree, count)
  for (let i = 0; i < count; i++) tree[i] = i
  const isFrozen = new Uint8Array(memory.buffer, graph.frozen, count).fill(0)
  const labels = new Uint32Array(memory.buffer, label, pixelCount)
  if (top > 0) for (const region of labels.subarray(0, width)) isFrozen[region] = 1
  if (top + rows < height) for (const region of labels.subarray(pixelCount - width)) isFrozen[region] = 1
  return graph
}

/** Merges what can be merged without the other bands and keeps the rest as the band's result. */
function treeStage(kernel: Kernel, desk: Desk, leafCount: number, graph: GraphAt): void {
  const { memory, exports: k } = kernel
  const { plan, band, rows, pixelCount, label, down, reused, reusedBytes, leaves } = desk
  const { width } = plan
  const merges = { leafCount, room: leafCount, at: leaves.take(12 * leafCount) }
  const spare = graphAt(new Blocks(reused, reusedBytes), leafCount)
  const rounds = new Rounds(kernel, graph, spare, leafCount, merges, 0, leaves)
  for (let before = leafCount; before > 1; before = rounds.count) {
    if (rounds.step() * STALL < before) break
  }
  const rest = rounds.graph
  const nodeCount = rounds.count
  const edgeCount = new Uint32Array(memory.buffer, rest.first + 4 * nodeCount, 1)[0]!
  const keep = (from: number, bytes: number) => {
    const to = claim(memory, plan, bytes)
    const all = new Uint8Array(memory.buffer)
    all.copyWithin(to, from, from + bytes)
    return to
  }
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
    atSeam: keep(down + pixelCount - width, width),
    atTopRow: claim(memory, plan, 4 * width),
    atBottomRow: claim(memory, plan, 4 * width),
    atRunCounts: claim(memory, plan, 4 * leafCount),
  } as const
  const inverse = graph === rest ? spare.keys : graph.keys
  const lastRow = label + 4 * (pixelCount - width)
  k.nodesOfRow(label, width, rest.tree, nodeCount, leafCount, inverse, result.atTopRow)
  k.nodesOfRow(lastRow, width, rest.tree, nodeCount, leafCount, inverse, result.atBottomRow)
  new Uint8Array(memory.buffer, result.atRunCounts, 4 * leafCount).fill(0)
  k.countRuns(label, width, rows, result.atRunCounts)
  const words = resultOf(memory, plan, band)
  for (const name of Object.keys(result) as (keyof typeof result)[]) words[RESULT[name]] = result[name]
}
