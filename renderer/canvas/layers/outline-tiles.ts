import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { meanSide } from '../../../shared/superpixel/level.ts'
import { SCREEN_TILE } from './screen-tiles.ts'

export const OUTLINE_TILE = SCREEN_TILE
/** One sample more on every side: the shadow of a border next to the tile falls into it. */
const SPAN = OUTLINE_TILE + 2

/** Little-endian RGBA: a light line with a dark one beside it shows on any image. */
const LIGHT = 0x80ffffff
const DARK = 0x66000000

/**
 * What a tile shows of an image at one zoom, at every level: the leaves under its device pixels and one around, as runs
 * along each row. Rows that show the same pixels share their runs.
 */
export type TileLeaves = {
  /** For each row, its first run and the one behind its last. */
  readonly first: Uint32Array
  readonly end: Uint32Array
  /** Of each run: the column behind its last, and its leaf. */
  readonly ends: Uint16Array
  readonly leaves: Uint32Array
  /** Device pixels of the tile that lie on the image. */
  readonly width: number
  readonly height: number
}

/** Leaves narrower than this on the screen, in device pixels, have hardly a run longer than one. */
const NARROW = 1.3
/** The ends of runs where every sample is one of its own: shared by all such tiles, which so take what samples take. */
const everySample = Uint16Array.from({ length: SPAN * SPAN }, (_, i) => (i % SPAN) + 1)

/** Where runs are gathered: as many as a tile can have. */
const gathered = { ends: new Uint16Array(SPAN * SPAN), leaves: new Uint32Array(SPAN * SPAN) }

/**
 * The leaves of tile (column, row), which covers device pixels [column, column + 1) × OUTLINE_TILE to the right of the
 * image's left edge at this zoom, whatever the pan.
 */
export function tileLeaves(hierarchy: Hierarchy, scale: number, column: number, row: number): TileLeaves {
  const { width, height, leaf } = hierarchy
  const xs = samples(column, scale, width)
  const ys = samples(row, scale, height)
  const first = new Uint32Array(SPAN)
  const end = new Uint32Array(SPAN)
  const { ends, leaves } = gathered
  const isEvery = meanSide(hierarchy, hierarchy.leafCount) * scale < NARROW ? 1 : 0
  let count = 0
  for (let j = 0; j < SPAN; j++) {
    if (j > 0 && ys[j] === ys[j - 1]) {
      first[j] = first[j - 1]!
      end[j] = count
      continue
    }
    first[j] = count
    const start = ys[j]! * width
    let here = leaf[start + xs[0]!]!
    for (let i = 1; i < SPAN; i++) {
      const next = leaf[start + xs[i]!]!
      // Written before it is known whether the run ends: a question here would be guessed wrong at every other border.
      ends[count] = i
      leaves[count] = here
      count += isOther(here, next) | isEvery
      here = next
    }
    ends[count] = SPAN
    leaves[count++] = here
    end[j] = count
  }
  const within = (size: number, index: number) =>
    Math.min(OUTLINE_TILE, Math.max(0, Math.ceil(size * scale) - index * OUTLINE_TILE))
  return {
    first,
    end,
    ends: isEvery ? everySample : ends.slice(0, count),
    leaves: leaves.slice(0, count),
    width: within(width, column),
    height: within(height, row),
  }
}

/** 1 for two different numbers of 32 bits, 0 for the same. */
function isOther(a: number, b: number): number {
  const bits = a ^ b
  return (bits | -bits) >>> 31
}

/** The columns (or rows) of the image under the device pixels of a tile and one on each side. */
function samples(index: number, scale: number, size: number): Int32Array {
  // A plain loop: made by a function for each, the samples took longer than the tile's leaves while zooming.
  const places = new Int32Array(SPAN)
  for (let i = 0; i < SPAN; i++) {
    const at = Math.floor((index * OUTLINE_TILE + i - 1 + 0.5) / scale)
    places[i] = Math.min(size - 1, Math.max(0, at))
  }
  return places
}

/** The cells of one row, as runs. */
type CellRuns = { count: number; readonly ends: Uint16Array; readonly nodes: Uint32Array }
const cellRuns = (): CellRuns => ({ count: 0, ends: new Uint16Array(SPAN), nodes: new Uint32Array(SPAN) })
let here = cellRuns()
let below = cellRuns()

function readCells(
  into: CellRuns,
  { first, end, ends, leaves }: TileLeaves,
  nodes: Uint32Array,
  row: number,
) {
  const to = end[row]!
  let run = first[row]!
  let node = nodes[leaves[run]!]!
  let count = 0
  for (run++; run < to; run++) {
    const next = nodes[leaves[run]!]!
    if (next === node) continue
    into.ends[count] = ends[run - 1]!
    into.nodes[count++] = node
    node = next
  }
  into.ends[count] = SPAN
  into.nodes[count++] = node
  into.count = count
}

/**
 * Writes the borders of cells in a tile into `colors`, OUTLINE_TILE² long. `nodes`: the cell of every leaf. A border is
 * one device pixel wide at every zoom, with its shadow beside it. Costs what there are runs of leaves, not pixels.
 */
export function outlineColors(tile: TileLeaves, nodes: Uint32Array, colors: Uint32Array): void {
  const { first, width, height } = tile
  colors.fill(0)
  readCells(here, tile, nodes, 0)
  // From the row above the tile on, whose lower borders cast their shadow into it. A shadow is written before what may
  // lie over it: all lines of a row come after the shadows of the row above, and from left to right.
  for (let y = -1; y < height; y++) {
    const out = y * OUTLINE_TILE
    if (y >= 0) sideBorders(here, colors, out, width)
    if (first[y + 1] === first[y + 2]) continue
    readCells(below, tile, nodes, y + 2)
    lowerBorders(here, below, colors, out, width, y >= 0, y + 1 < height)
    const free = here
    here = below
    below = free
  }
}

/** Borders between a row's cells; the row's first pixel goes to `out`. */
function sideBorders({ count, ends }: CellRuns, colors: Uint32Array, out: number, width: number): void {
  for (let run = 0; run < count - 1; run++) {
    // The tile begins one column further right than its samples.
    const x = ends[run]! - 2
    if (x >= 0 && x < width) colors[out + x] = LIGHT
    if (x + 1 < width) colors[out + x + 1] = DARK
  }
}

/** Borders between cells of a row and of the one below: lines in the row itself, their shadows in the other. */
function lowerBorders(
  upper: CellRuns,
  lower: CellRuns,
  colors: Uint32Array,
  out: number,
  width: number,
  hasUpper: boolean,
  hasLower: boolean,
): void {
  for (let x = 0, i = 0, j = 0; x < width; ) {
    // Columns of the tile, up to where one of the two rows has another cell.
    const [toUpper, toLower] = [upper.ends[i]! - 1, lower.ends[j]! - 1]
    const to = Math.min(toUpper, toLower, width)
    if (upper.nodes[i] !== lower.nodes[j]) {
      if (hasUpper) for (let at = out + x; at < out + to; at++) colors[at] = LIGHT
      if (hasLower)
        for (let at = out + OUTLINE_TILE + x; at < out + OUTLINE_TILE + to; at++) colors[at] = DARK
    }
    if (toUpper <= to) i++
    if (toLower <= to) j++
    x = Math.max(x, to)
  }
}
