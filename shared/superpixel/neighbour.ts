import type { Hierarchy } from './hierarchy.ts'
import { noSplits, refinedNodeAt, type Splits } from './refinement.ts'

/** One step along an axis of the image: y grows downwards. */
export type Direction = { readonly dx: -1 | 0 | 1; readonly dy: -1 | 0 | 1 }

/**
 * Where a cursor that goes from cell to cell comes to lie: the pixel halfway through the next cell on the straight way
 * from `pixel`, in the partition into `count` with `splits`. Null when no other cell follows. Staying on the row or
 * column it began on, it cannot run in circles.
 */
export function nextCellPixel(
  h: Hierarchy,
  count: number,
  pixel: number,
  direction: Direction,
  splits: Splits = noSplits,
): number | null {
  const step = direction.dy * h.width + direction.dx
  const x = pixel % h.width
  const y = Math.floor(pixel / h.width)
  const room =
    direction.dx > 0 ? h.width - 1 - x : direction.dx < 0 ? x : direction.dy > 0 ? h.height - 1 - y : y
  const cellAt = (p: number) => refinedNodeAt(h, h.leaf[p]!, count, splits)
  const here = cellAt(pixel)
  let there: number | null = null
  let entered = 0
  for (let way = 1; way <= room; way++) {
    const node = cellAt(pixel + way * step)
    if (there === null && node !== here) {
      there = node
      entered = way
    } else if (there !== null && node !== there) {
      return pixel + Math.floor((entered + way - 1) / 2) * step
    }
  }
  return there === null ? null : pixel + Math.floor((entered + room) / 2) * step
}
