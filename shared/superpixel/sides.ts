import type { Evidence } from './grid.ts'
import { blockAt } from './overview.ts'
import { pixelOf, type Tile, widthOf } from './tiles.ts'

/**
 * The pixel sides between regions of one tile, in the order of the pixels before them, to the right before below. 4
 * numbers a side: the lower region, the higher one, the gradient across, the coarse gradient of the pixel before it.
 */
export type Sides = Uint32Array

export const SIDE_NUMBERS = 4

export function sidesOf(label: Uint32Array, evidence: Evidence, tile: Tile): Sides {
  const { gradients, overview, width: imageWidth } = evidence
  const width = widthOf(tile)
  const sides: number[] = []
  for (let p = 0; p < label.length; p++) {
    const [x, y] = [p % width, Math.floor(p / width)]
    const pixel = pixelOf(tile, imageWidth, p)
    const coarse = overview.coarse[blockAt(overview, tile.left + x, tile.top + y)]!
    const add = (u: number, v: number, gradient: number) => {
      if (u !== v) sides.push(Math.min(u, v), Math.max(u, v), gradient, coarse)
    }
    if (x + 1 < width) add(label[p]!, label[p + 1]!, gradients.right[pixel]!)
    if (p + width < label.length) add(label[p]!, label[p + width]!, gradients.down[pixel]!)
  }
  return Uint32Array.from(sides)
}

/** The sides that are left when region u becomes `number[u]`. */
export function sidesAfter(sides: Sides, number: Uint32Array): Sides {
  const left = new Uint32Array(sides.length)
  let end = 0
  for (let i = 0; i < sides.length; i += SIDE_NUMBERS) {
    const [u, v] = [number[sides[i]!]!, number[sides[i + 1]!]!]
    if (u === v) continue
    left[end] = Math.min(u, v)
    left[end + 1] = Math.max(u, v)
    left[end + 2] = sides[i + 2]!
    left[end + 3] = sides[i + 3]!
    end += SIDE_NUMBERS
  }
  return left.slice(0, end)
}
