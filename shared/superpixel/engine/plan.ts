import { softeningsOf } from '../blur.ts'
import { type DivisibleImage, light } from '../colour.ts'
import { sideTies, TIES, tieShift } from '../merge-cost.ts'
import type { BuildOptions } from '../progress.ts'
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
  readonly light: number
  readonly ties: number
  /** 2 bytes a row. */
  readonly shifts: number
  /** RGBA, or three planes of 16 bits one after another; row-major. */
  readonly pixels: number
  readonly isPlanes: boolean
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
  return {
    width,
    height,
    columns,
    tiles,
    softenings,
    scratchBytes: Math.max(...tiles.map((tile) => scratchParts(tile, softenings).total)),
    light: take(3 * 256 * 16),
    ties: take((TIES + 16) * 4),
    shifts: take(2 * height + SLACK),
    results: take(4 * RESULT_WORDS * tiles.length),
    pixels,
    isPlanes,
    leaves: pixels,
    labels: take(4 * width * height + 2 * row + SLACK) + row,
    labelStarts,
    heap: end,
  }
}

/** Size of a tile, and where its labels lie. */
export function placeOf(
  plan: Plan,
  tile: number,
): { width: number; rows: number; pixelCount: number; label: number } {
  const { top, bottom } = plan.tiles[tile]!
  const width = widthOf(plan.tiles[tile]!)
  const label = plan.labels + 4 * plan.labelStarts[tile]!
  return { width, rows: bottom - top, pixelCount: width * (bottom - top), label }
}

/** The rows of planes that a thread holds are this many elements apart: 8 before the first pixel, at least 8 after. */
export function strideOf(width: number): number {
  return Math.ceil(width / 8) * 8 + 16
}

/**
 * What one thread needs for a tile beside the image's labels, in bytes: about 38 per pixel and 210 per leaf. `padded`:
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
  const { ties, shifts, height } = plan
  new Float32Array(memory.buffer, plan.light).set(light)
  const factors = new Float32Array(memory.buffer, ties, TIES + 16)
  factors.set(sideTies)
  factors.set(sideTies.subarray(0, 16), TIES)
  const bytes = new Uint8Array(memory.buffer, shifts, 2 * height)
  for (let row = 0; row < bytes.length; row++) bytes[row] = tieShift(row)
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
const HEAP_BLOCK = 64
const CONTROL_BYTES = 1024

export const WAITING = 0
export const BUILDING = 1
export const PAINTING = 2
export const OVER = 3

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
  /** How many runs each leaf has. */
  atRunCounts: 15,
  // Known once the tiles are joined:
  /** The numbers that the leaves have in the end. */
  atNumbers: 16,
  /** Where each leaf's next run goes, and where all runs are. The same for every tile. */
  atNextRuns: 17,
  atRuns: 18,
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
