import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import type { Camera } from '../camera.ts'

/** Device pixels each way: a tile is painted in about a millisecond. */
export const OUTLINE_TILE = 256

/** Little-endian RGBA: a light line with a dark one beside it shows on any image. */
const LIGHT = 0x80ffffff
const DARK = 0x66000000

/**
 * The borders of superpixels in one tile of the zoomed image, as colours. Tile (column, row) covers device pixels
 * [column, column + 1) × OUTLINE_TILE to the right of the image's left edge at this zoom, whatever the pan.
 * `nodes`: the superpixel of every leaf. A border is one device pixel wide at every zoom, with its shadow beside it.
 */
export function outlineColors(
  hierarchy: Hierarchy,
  nodes: Uint32Array,
  scale: number,
  column: number,
  row: number,
): Uint32Array<ArrayBuffer> {
  const { width, height, leaf } = hierarchy
  const colors = new Uint32Array(OUTLINE_TILE * OUTLINE_TILE)
  // One sample more at the left and the top: the shadow of a border there falls into this tile.
  const span = OUTLINE_TILE + 2
  const xs = new Int32Array(span)
  for (let i = 0; i < span; i++) {
    const x = Math.floor((column * OUTLINE_TILE + i - 1 + 0.5) / scale)
    xs[i] = x < 0 ? 0 : x >= width ? width - 1 : x
  }
  const endX = Math.min(OUTLINE_TILE, Math.ceil(width * scale) - column * OUTLINE_TILE)
  const endY = Math.min(OUTLINE_TILE, Math.ceil(height * scale) - row * OUTLINE_TILE)
  let before: Uint32Array<ArrayBuffer> = new Uint32Array(span)
  let here: Uint32Array<ArrayBuffer> = new Uint32Array(span)
  let below: Uint32Array<ArrayBuffer> = new Uint32Array(span)
  const rowOf = (i: number) => {
    const y = Math.floor((row * OUTLINE_TILE + i + 0.5) / scale)
    return y < 0 ? 0 : y >= height ? height - 1 : y
  }
  const read = (into: Uint32Array, y: number) => {
    const start = y * width
    for (let i = 0; i < span; i++) into[i] = nodes[leaf[start + xs[i]!]!]!
  }
  read(before, rowOf(-1))
  read(here, rowOf(0))
  for (let y = 0; y < endY; y++) {
    if (rowOf(y + 1) === rowOf(y)) below.set(here)
    else read(below, rowOf(y + 1))
    for (let x = 0; x < endX; x++) {
      const node = here[x + 1]!
      if (node !== here[x + 2] || node !== below[x + 1]) colors[y * OUTLINE_TILE + x] = LIGHT
      else if (node !== here[x] || node !== before[x + 1]) colors[y * OUTLINE_TILE + x] = DARK
    }
    const free = before
    before = here
    here = below
    below = free
  }
  return colors
}

/** Where a tile's left top corner lies on the canvas. */
export function outlineTileOrigin(camera: Camera, column: number, row: number): { x: number; y: number } {
  return { x: camera.x + column * OUTLINE_TILE, y: camera.y + row * OUTLINE_TILE }
}
