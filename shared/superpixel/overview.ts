import { adapt, type Grey, greyOf } from './adaptation.ts'
import { colourPlanes, type DivisibleImage, overGrey, type Planes } from './colour.ts'
import { FINENESS, squaredDifference } from './grid.ts'
import { GRADIENT_MOST } from './merge-cost.ts'
import { reducedCopy } from './reduction.ts'

/** Side of a block, in pixels. */
export const BLOCK = 8
/** Spread units per grey level. */
export const SPREAD_SCALE = 16
/** Spread units per plane unit: 0.12 grey levels of all channels together are about a plane unit of common colours. */
export const SPREAD_SCALE_OF_PLANES = SPREAD_SCALE * 0.12

/**
 * What can be seen of an image from afar, in blocks of 8 × 8 pixels, row by row; those at the right and the lower border
 * may be cut. The block of a pixel is (x >> 3, y >> 3).
 *
 * - `grey`: what the image takes for grey.
 * - `coarse`: how much the blocks around a block differ from each other, left against right and upper against lower, in
 *   quarters of a CIELAB unit: high near a border of large things, low within a texture.
 * - `spread`: deviation of the pixels from their block's mean, a little smoothed, in sixteenths of a grey level: high in
 *   a texture.
 */
export type Overview = {
  readonly columns: number
  readonly rows: number
  readonly grey: Grey
  readonly coarse: Uint8Array
  readonly spread: Uint16Array
}

export function overviewOf(image: DivisibleImage): Overview {
  const small = reducedCopy(image, BLOCK)
  const planes = colourPlanes(small)
  const grey = greyOf(planes)
  adapt(planes, grey)
  const { width: columns, height: rows } = small
  const deviations = 'planes' in image ? planeDeviations(image, columns) : pixelDeviations(image, columns)
  return {
    columns,
    rows,
    grey,
    coarse: coarseGradients(planes, columns, rows),
    spread: smoothed(deviations, columns, rows),
  }
}

/** Index of the block of pixel (x, y). */
export function blockAt({ columns }: Overview, x: number, y: number): number {
  return (y >> 3) * columns + (x >> 3)
}

function coarseGradients(planes: Planes, columns: number, rows: number): Uint8Array {
  const coarse = new Uint8Array(columns * rows)
  for (let y = 0, i = 0; y < rows; y++) {
    const above = Math.max(y - 1, 0) * columns
    const below = Math.min(y + 1, rows - 1) * columns
    for (let x = 0; x < columns; x++, i++) {
      const before = y * columns + Math.max(x - 1, 0)
      const after = y * columns + Math.min(x + 1, columns - 1)
      const square =
        squaredDifference(planes, before, after) + squaredDifference(planes, above + x, below + x)
      const norm = Math.fround(Math.sqrt(Math.fround(Math.fround(square) * FINENESS)))
      coarse[i] = Math.min(GRADIENT_MOST, Math.trunc(Math.fround(norm + 0.5)))
    }
  }
  return coarse
}

/** n² times the variance of each block of n pixels, and n: what deviations are made of. */
type Variances = { readonly scaled: Float64Array; readonly count: Float64Array }

function pixelDeviations(
  { data, width, height }: Exclude<DivisibleImage, { planes: Planes }>,
  columns: number,
) {
  const channel = (p: number, i: number) => overGrey(data[4 * p + i]!, data[4 * p + 3]!)
  return deviations(variances(channel, width, height, columns), SPREAD_SCALE)
}

function planeDeviations(
  { planes, width, height }: { planes: Planes; width: number; height: number },
  columns: number,
) {
  const plane = (p: number, i: number) => planes[i]![p]!
  return deviations(variances(plane, width, height, columns), SPREAD_SCALE_OF_PLANES)
}

function variances(
  value: (p: number, band: number) => number,
  width: number,
  height: number,
  columns: number,
): Variances {
  const blocks = columns * Math.ceil(height / BLOCK)
  const sums = new Float64Array(3 * blocks)
  const squares = new Float64Array(blocks)
  const count = new Float64Array(blocks)
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const block = (y >> 3) * columns + (x >> 3)
      count[block]!++
      for (let band = 0; band < 3; band++) {
        const v = value(p, band)
        sums[3 * block + band]! += v
        squares[block]! += v * v
      }
    }
  }
  const scaled = squares.map((square, i) => {
    const [first, second, third] = sums.subarray(3 * i)
    return count[i]! * square - first! * first! - second! * second! - third! * third!
  })
  return { scaled, count }
}

function deviations({ scaled, count }: Variances, scale: number): Uint16Array {
  return Uint16Array.from(scaled, (variance, i) => {
    const root = Math.fround(Math.sqrt(Math.fround(variance)))
    return Math.trunc(Math.fround(Math.fround(root * Math.fround(scale / count[i]!)) + 0.5))
  })
}

/** 1-2-1 along rows and columns at once; blocks past the border repeat those on it. */
function smoothed(values: Uint16Array, columns: number, rows: number): Uint16Array {
  const row = (y: number, x: number) => {
    const start = y * columns
    return (
      values[start + Math.max(x - 1, 0)]! +
      2 * values[start + x]! +
      values[start + Math.min(x + 1, columns - 1)]!
    )
  }
  return values.map((_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)]
    const sum = row(Math.max(y - 1, 0), x) + 2 * row(y, x) + row(Math.min(y + 1, rows - 1), x)
    return (sum + 8) >> 4
  })
}
