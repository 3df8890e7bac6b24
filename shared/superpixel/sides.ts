import type { Evidence } from './grid.ts'
import { pixelOf, type Tile, widthOf } from './tiles.ts'

/**
 * The pixel sides between regions of one tile, in the order of the pixels before them, to the right before below. 3
 * numbers a side: the lower region, the higher one, the gradient across.
 */
export type Sides = Uint32Array

export const SIDE_NUMBERS = 3

export function sidesOf(label: Uint32Array, { gradients, width: imageWidth }: Evidence, tile: Tile): Sides {
  const width = widthOf(tile)
  const sides: number[] = []
  const add = (u: number, v: number, gradient: number) => {
    if (u !== v) sides.push(Math.min(u, v), Math.max(u, v), gradient)
  }
  for (let p = 0, x = 0; p < label.length; p++, x = x + 1 < width ? x + 1 : 0) {
    const pixel = pixelOf(tile, imageWidth, p)
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
    end += SIDE_NUMBERS
  }
  return left.slice(0, end)
}
