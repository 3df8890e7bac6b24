import { adapt, type Grey, greyOf } from './adaptation.ts'
import { colourPlanes, type DivisibleImage, overGrey, type Planes } from './colour.ts'
import { FINENESS, squaredDifference } from './grid.ts'
import { GRADIENT_MOST } from './merge-cost.ts'
import { costTable } from './merge-cost-table.ts'
import { reducedCopy } from './reduction.ts'

/** Side of a block, in pixels. */
export const BLOCK = 8
/** Roughness units per grey level. */
export const ROUGHNESS_SCALE = 16
/** Roughness units per plane unit: a grey level in all three channels is about 16 plane units of lightness. */
export const ROUGHNESS_SCALE_OF_PLANES = ROUGHNESS_SCALE * 0.19
/** More than pixels can have; planes made by others can have more. */
export const ROUGHNESS_MOST = 16383
/** From squared roughness units to squared units of the coarse gradient. */
export const COARSE_ROUGHNESS = Math.fround(costTable.coarseRoughness ** 2)

/**
 * What can be seen of an image from afar, in blocks of 8 × 8 pixels, row by row; those at the right and the lower border
 * may be cut. The block of a pixel is (x >> 3, y >> 3).
 *
 * - `grey`: what the image takes for grey.
 * - `roughness`: how much the pixels of a block differ from their right and from their lower neighbours: two numbers, means
 *   of the sum of the three channels' differences, a little smoothed, in sixteenths of a grey level. High in a texture, and
 *   unlike in two textures of one colour: that some run across and others along is most of what tells them apart.
 * - `coarse`: how much the blocks around a block differ from each other in colour and roughness, left against right and
 *   upper against lower, in quarters of a CIELAB unit: high near a border of large things, low within a texture.
 */
export type Overview = {
  readonly columns: number
  readonly rows: number
  readonly grey: Grey
  readonly roughness: Uint16Array
  readonly coarse: Uint8Array
}

export function overviewOf(image: DivisibleImage): Overview {
  const small = reducedCopy(image, BLOCK)
  const planes = colourPlanes(small)
  const grey = greyOf(planes)
  adapt(planes, grey)
  const { width: columns, height: rows } = small
  const roughness = smoothed(roughnessOf(image, columns, rows), columns, rows)
  return {
    columns,
    rows,
    grey,
    roughness,
    coarse: coarseGradients(planes, roughness, columns, rows),
  }
}

/** Index of the block of pixel (x, y). */
export function blockAt({ columns }: Overview, x: number, y: number): number {
  return (y >> 3) * columns + (x >> 3)
}

function coarseGradients(planes: Planes, roughness: Uint16Array, columns: number, rows: number): Uint8Array {
  const coarse = new Uint8Array(columns * rows)
  for (let y = 0, i = 0; y < rows; y++) {
    const above = Math.max(y - 1, 0) * columns
    const below = Math.min(y + 1, rows - 1) * columns
    for (let x = 0; x < columns; x++, i++) {
      const before = y * columns + Math.max(x - 1, 0)
      const after = y * columns + Math.min(x + 1, columns - 1)
      const square =
        squaredDifference(planes, before, after) + squaredDifference(planes, above + x, below + x)
      const texture =
        squaredRoughness(roughness, before, after) + squaredRoughness(roughness, above + x, below + x)
      const colourPart = Math.fround(Math.fround(square) * FINENESS)
      const texturePart = Math.fround(Math.fround(texture) * COARSE_ROUGHNESS)
      const norm = Math.fround(Math.sqrt(Math.fround(colourPart + texturePart)))
      coarse[i] = Math.min(GRADIENT_MOST, Math.trunc(Math.fround(norm + 0.5)))
    }
  }
  return coarse
}

/** Below 2^30. */
function squaredRoughness(roughness: Uint16Array, block: number, other: number): number {
  const right = roughness[2 * block]! - roughness[2 * other]!
  const down = roughness[2 * block + 1]! - roughness[2 * other + 1]!
  return right * right + down * down
}

function roughnessOf(image: DivisibleImage, columns: number, rows: number): Uint16Array {
  if ('planes' in image) {
    const { planes, width, height } = image
    const plane = (p: number, band: number) => planes[band]![p]!
    return blockRoughness(plane, width, height, columns, rows, ROUGHNESS_SCALE_OF_PLANES)
  }
  const { data, width, height } = image
  const channel = (p: number, band: number) => overGrey(data[4 * p + band]!, data[4 * p + 3]!)
  return blockRoughness(channel, width, height, columns, rows, ROUGHNESS_SCALE)
}

/** Neighbours in two blocks are left out: each block is measured on its own. */
function blockRoughness(
  value: (p: number, band: number) => number,
  width: number,
  height: number,
  columns: number,
  rows: number,
  scale: number,
): Uint16Array {
  const sums = new Float64Array(2 * columns * rows)
  const difference = (p: number, q: number) => {
    let sum = 0
    for (let band = 0; band < 3; band++) sum += Math.abs(value(p, band) - value(q, band))
    return sum
  }
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const at = 2 * ((y >> 3) * columns + (x >> 3))
      if (x % BLOCK < BLOCK - 1 && x + 1 < width) sums[at]! += difference(p, p + 1)
      if (y % BLOCK < BLOCK - 1 && y + 1 < height) sums[at + 1]! += difference(p, p + width)
    }
  }
  return Uint16Array.from(sums, (sum, at) => {
    const block = at >> 1
    const across = Math.min(BLOCK, width - BLOCK * (block % columns))
    const along = Math.min(BLOCK, height - BLOCK * Math.floor(block / columns))
    const pairs = (at & 1) === 0 ? (across - 1) * along : across * (along - 1)
    if (pairs === 0) return 0
    const mean = Math.fround(Math.fround(sum) * Math.fround(scale / pairs))
    return Math.min(ROUGHNESS_MOST, Math.trunc(Math.fround(mean + 0.5)))
  })
}

/** 1-2-1 along rows and columns at once; blocks past the border repeat those on it. Two numbers a block. */
function smoothed(values: Uint16Array, columns: number, rows: number): Uint16Array {
  const row = (y: number, x: number, i: number) => {
    const at = (column: number) => values[2 * (y * columns + column) + i]!
    return at(Math.max(x - 1, 0)) + 2 * at(x) + at(Math.min(x + 1, columns - 1))
  }
  return values.map((_, at) => {
    const block = at >> 1
    const [x, y, i] = [block % columns, Math.floor(block / columns), at & 1]
    const sum = row(Math.max(y - 1, 0), x, i) + 2 * row(y, x, i) + row(Math.min(y + 1, rows - 1), x, i)
    return (sum + 8) >> 4
  })
}
