import { GAIN, SHRINK } from '../adaptation.ts'
import { softeningsOf } from '../blur.ts'
import { type DivisibleImage, light } from '../colour.ts'
import {
  COARSE,
  COLOUR,
  compactnessOf,
  FLATNESS,
  ROOT,
  ROUGHNESS,
  sideTies,
  TEXTURE,
  TIES,
  tieShift,
} from '../merge-cost.ts'
import { BLOCK, COARSE_ROUGHNESS } from '../overview.ts'
import type { BuildOptions } from '../progress.ts'
import { COMPANY, linkTable } from '../settling.ts'
import { mostLeaves } from '../tile-tree.ts'
import { pixelCountOf, type Tile, tilesOf, widthOf } from '../tiles.ts'
import { aligned, type KernelMemory, PAGE } from './kernel.ts'
import { deskBytes, graphBytes } from './rounds.ts'

/** Where everything of one build lies in the kernel's memory: plain numbers, so that threads can be told. */
export type Plan = {
  readonly width: number
  readonly height: number
  readonly columns: number
  readonly tiles: readonly Tile[]
  /** How often the planes are blurred again after the light blur. */
  readonly softenings: number
  /** Bytes of scratch memory that one thread needs for any of the tiles. */
  readonly scratchBytes: number
  /** Of the merge cost, in quarters. */
  readonly compactness: number
  readonly light: number
  readonly ties: number
  /** `linkTable`. */
  readonly links: number
  /** 2 bytes a row. */
  readonly shifts: number
  /** RGBA, or three planes of 16 bits one after another; row-major. */
  readonly pixels: number
  readonly isPlanes: boolean
  /** What there is of `Overview`. */
  readonly blocks: BlocksAt
  /** The planes that regions are made of as (l, a, b, 1), half words, tile by tile. */
  readonly colours: number
  /** A word per pixel, tile by tile and row-major within each, with room for a row before and after. */
  readonly labels: number
  /** Where the labels of each tile begin, counted in pixels. */
  readonly labelStarts: readonly number[]
  /** The leaf of each pixel in the end, row-major: they take the place of the pixels. */
  readonly leaves: number
  /** `RESULT_WORDS` words a tile. */
  readonly results: number
  /** Blocks of any size are taken from here on. */
  readonly heap: number
}

export type BlocksAt = {
  readonly columns: number
  readonly rows: number
  readonly coarse: number
  readonly roughness: number
}

/** Room behind what is read or written in whole vectors. */
export const SLACK = 256
/** Pixels before and after a tile, in both directions, that its planes depend on. */
export const HALO_BEFORE = 3
export const HALO_AFTER = 4

export function planOf(image: DivisibleImage, options: BuildOptions): Plan {
  const { width, height } = image
  const isPlanes = 'planes' in image
  let end = CONTROL_BYTES
  const take = (bytes: number) => {
    const at = end
    end += aligned(bytes)
    return at
  }
  const { columns, tiles } = tilesOf(width, height, options.tileSide)
  const softenings = softeningsOf(options)
  const labelStarts = [0]
  for (const tile of tiles) labelStarts.push(labelStarts.at(-1)! + pixelCountOf(tile))
  const pixels = take((isPlanes ? 6 : 4) * width * height + SLACK)
  const row = aligned(4 * width)
  const [blockColumns, blockRows] = [Math.ceil(width / BLOCK), Math.ceil(height / BLOCK)]
  const blocks = blockColumns * blockRows
  return {
    width,
    height,
    columns,
    tiles,
    softenings,
    scratchBytes: Math.max(...tiles.map((tile) => scratchParts(tile, softenings).total)),
    compactness: 4 * compactnessOf(options),
    light: take(3 * 256 * 16),
    links: take(256),
    ties: take((TIES + 16) * 4),
    shifts: take(2 * height + SLACK),
    results: take(4 * RESULT_WORDS * tiles.length),
    pixels,
    isPlanes,
    leaves: pixels,
    blocks: {
      columns: blockColumns,
      rows: blockRows,
      coarse: take(blocks + SLACK),
      roughness: take(4 * blocks + SLACK),
    },
    colours: take(8 * width * height + SLACK * tiles.length),
    labels: take(4 * width * height + 2 * row + SLACK) + row,
    labelStarts,
    heap: end,
  }
}

/** Size of a tile, and where its labels and colours lie. */
export function placeOf(
  plan: Plan,
  tile: number,
): { width: number; rows: number; pixelCount: number; label: number; colours: number } {
  const { top, bottom } = plan.tiles[tile]!
  const width = widthOf(plan.tiles[tile]!)
  const start = plan.labelStarts[tile]!
  return {
    width,
    rows: bottom - top,
    pixelCount: width * (bottom - top),
    label: plan.labels + 4 * start,
    // Room after each tile's, so that threads do not write where others do.
    colours: plan.colours + 8 * start + SLACK * tile,
  }
}

/** The rows of planes that a thread holds are this many elements apart: 8 before the first pixel, at least 8 after. */
export function strideOf(width: number): number {
  return Math.ceil(width / 8) * 8 + 16
}

/**
 * What one thread needs for a tile beside the image's labels, in bytes: about 38 per pixel and 230 per leaf. `padded`:
 * elements of one of its planes.
 */
export function scratchParts(tile: Tile, softenings: number) {
  const pixelCount = pixelCountOf(tile)
  const width = widthOf(tile)
  const halo = HALO_BEFORE + HALO_AFTER + 2 * softenings
  const padded = strideOf(width + halo) * (pixelCount / width + halo)
  const gradients = pixelCount + SLACK
  const lines = 40 * strideOf(width + halo) + SLACK
  // For what lives there from stage to stage, see `buildTile`.
  const reused = 36 * padded + 192 * 1024
  const most = mostLeaves(pixelCount)
  const leaves = graphBytes(most) + deskBytes(most) + 20 * most + 1024
  return { padded, gradients, lines, reused, leaves, total: 2 * gradients + lines + reused + leaves + 1024 }
}

/** The pages of a memory in which `threads` threads can begin. */
export function pagesOf(plan: Plan, threads: number): number {
  return Math.ceil((plan.heap + threads * aligned(plan.scratchBytes)) / PAGE)
}

/** Makes a memory, new or used, ready for `plan` with `threads` threads: no other thread may use it yet. */
export function prepare(memory: KernelMemory, plan: Plan, threads: number): void {
  const missing = pagesOf(plan, threads) - memory.buffer.byteLength / PAGE
  if (missing > 0) memory.grow(missing)
  controlOf(memory).fill(0)
  layCosts(memory, plan.compactness)
  const { ties, shifts, height } = plan
  new Uint8Array(memory.buffer, plan.links, 256).set(linkTable())
  new Float32Array(memory.buffer, plan.light).set(light)
  const factors = new Float32Array(memory.buffer, ties, TIES + 16)
  factors.set(sideTies)
  factors.set(sideTies.subarray(0, 16), TIES)
  const bytes = new Uint8Array(memory.buffer, shifts, 2 * height)
  for (let row = 0; row < bytes.length; row++) bytes[row] = tieShift(row)
}

/** Puts the constants of the costs where the kernel finds them. `compactness`: in quarters. */
export function layCosts(memory: KernelMemory, compactness: number): void {
  const costs = [
    ROOT,
    COLOUR,
    COARSE,
    TEXTURE,
    FLATNESS,
    0,
    GAIN,
    SHRINK,
    COMPANY,
    ROUGHNESS,
    COARSE_ROUGHNESS,
  ]
  new Float32Array(memory.buffer, COSTS, costs.length).set(costs)
  new Uint32Array(memory.buffer, COSTS + COMPACTNESS, 1)[0] = compactness
}

/** Words at the start of the memory by which threads agree. */
export const NEXT_TILE = 0
export const TILES_DONE = 1
export const NEXT_PAINT = 2
export const PAINTS_DONE = 3
/** What threads do now: one of the phases below. */
export const PHASE = 4
export const HELPERS_FAILED = 5
/** How far the heap is in use, in blocks of `HEAP_BLOCK` bytes. */
const HEAP_USED = 6
export const NEXT_SETTLE = 7
export const SETTLES_DONE = 8
/** What the image takes for grey: see `Grey`. */
export const GREY_A = 9
export const GREY_B = 10
const HEAP_BLOCK = 64
const CONTROL_BYTES = 1024

export const WAITING = 0
export const BUILDING = 1
export const SETTLING = 2
export const PAINTING = 3
export const OVER = 4

/** Where the kernel finds the constants of its costs, `COMPACTNESS` bytes further that of the build: see `cost.as.ts`. */
const COSTS = 512
const COMPACTNESS = 20

export function controlOf(memory: KernelMemory): Int32Array {
  return new Int32Array(memory.buffer as ArrayBuffer, 0, CONTROL_BYTES / 4)
}

/** What one tile's result is, as words: counts first, then addresses of words unless told. */
export const RESULT = {
  leaves: 0,
  merges: 1,
  nodes: 2,
  edges: 3,
  /** a, b and height of the merges, `leaves` words apart. */
  atMerges: 4,
  atNodes: 5,
  atFirst: 6,
  atEdges: 7,
  atTree: 8,
  /** The nodes of the pixels of the first and the last row, of the first and the last column. */
  atTop: 9,
  atBottom: 10,
  atLeft: 11,
  atRight: 12,
  /** The gradients below the last row and to the right of the last column, bytes. */
  atBelow: 13,
  atBeside: 14,
  /** Two floats: roughness of each node. */
  atRoughness: 15,
  /** Sums of each leaf, as in `Regions`. */
  atSums: 16,
  // Known once the tiles are joined:
  /** The numbers that the leaves have in the end. */
  atNumbers: 17,
  /** How many runs each leaf has, once borders have settled. */
  atRunCounts: 18,
  /** The cell of each leaf, by its number in the end, how many cells there are, and their means. The same for every tile. */
  atCells: 19,
  cells: 20,
  atMeans: 21,
  /** Where each leaf's next run goes, and where all runs are. The same for every tile. */
  atNextRuns: 22,
  atRuns: 23,
} as const
const RESULT_WORDS = 32

export function resultOf(memory: KernelMemory, plan: Plan, tile: number): Uint32Array {
  return new Uint32Array(memory.buffer, plan.results + 4 * RESULT_WORDS * tile, RESULT_WORDS)
}

/** Takes a block from the heap, which any thread may do at any time. The memory grows when it must. */
export function claim(memory: KernelMemory, plan: Plan, bytes: number): number {
  const blocks = Math.ceil(bytes / HEAP_BLOCK)
  const at = plan.heap + HEAP_BLOCK * Atomics.add(controlOf(memory), HEAP_USED, blocks)
  const missing = at + HEAP_BLOCK * blocks - memory.buffer.byteLength
  // Another thread may grow it as well: then there is more than needed.
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
  return at
}
