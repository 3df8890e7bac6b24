import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { SCREEN_TILE } from './screen-tiles.ts'

export const OUTLINE_TILE = SCREEN_TILE
/** One sample more on every side: the shadow of a border next to the tile falls into it. */
const SPAN = OUTLINE_TILE + 2

/** Little-endian RGBA: a light line with a dark one beside it shows on any image. */
const LIGHT = 0x80ffffff
const DARK = 0x66000000

/** What a tile shows of an image at one zoom, at every level: the leaf under each device pixel and one around. */
export type TileLeaves = {
  readonly leaves: Uint32Array
  /** Device pixels of the tile that lie on the image. */
  readonly width: number
  readonly height: number
}

/**
 * The leaves of tile (column, row), which covers device pixels [column, column + 1) × OUTLINE_TILE to the right of the
 * image's left edge at this zoom, whatever the pan.
 */
export function tileLeaves(hierarchy: Hierarchy, scale: number, column: number, row: number): TileLeaves {
  const { width, height, leaf } = hierarchy
  const xs = samples(column, scale, width)
  const ys = samples(row, scale, height)
  const leaves = new Uint32Array(SPAN * SPAN)
  for (let j = 0; j < SPAN; j++) {
    const start = ys[j]! * width
    const into = j * SPAN
    if (j > 0 && ys[j] === ys[j - 1]) leaves.copyWithin(into, into - SPAN, into)
    else for (let i = 0; i < SPAN; i++) leaves[into + i] = leaf[start + xs[i]!]!
  }
  const within = (size: number, index: number) =>
    Math.min(OUTLINE_TILE, Math.max(0, Math.ceil(size * scale) - index * OUTLINE_TILE))
  return { leaves, width: within(width, column), height: within(height, row) }
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

/**
 * Writes the borders of cells in a tile into `colors`, OUTLINE_TILE² long. `nodes`: the cell of every leaf. A border is
 * one device pixel wide at every zoom, with its shadow beside it.
 */
export function outlineColors(
  { leaves, width, height }: TileLeaves,
  nodes: Uint32Array,
  colors: Uint32Array,
): void {
  colors.fill(0)
  let before = new Uint32Array(SPAN)
  let here = new Uint32Array(SPAN)
  let below = new Uint32Array(SPAN)
  const read = (into: Uint32Array, row: number) => {
    const start = row * SPAN
    for (let i = 0; i < SPAN; i++) into[i] = nodes[leaves[start + i]!]!
  }
  read(before, 0)
  read(here, 1)
  for (let y = 0; y < height; y++) {
    read(below, y + 2)
    for (let x = 0, out = y * OUTLINE_TILE; x < width; x++, out++) {
      const node = here[x + 1]!
      if (node !== here[x + 2] || node !== below[x + 1]) colors[out] = LIGHT
      else if (node !== here[x] || node !== before[x + 1]) colors[out] = DARK
    }
    const free = before
    before = here
    here = below
    below = free
  }
}
