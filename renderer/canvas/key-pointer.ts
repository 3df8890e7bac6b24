import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { type Direction, nextCellPixel } from '../../shared/superpixel/neighbour.ts'
import type { Splits } from '../../shared/superpixel/refinement.ts'
import type { ImagePoint, Size } from './camera.ts'

/** What one step of the pointer that keys move is measured by. */
export type KeyStride =
  | {
      readonly kind: 'cells'
      readonly hierarchy: Hierarchy
      readonly count: number
      readonly splits: Splits
    }
  | { readonly kind: 'pixels'; readonly pixels: number }

/** The middle of the pixel under `at`, or of the nearest one on the image. */
export function pixelMiddle(at: ImagePoint, image: Size): ImagePoint {
  const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, Math.floor(value))) + 0.5
  return { x: inside(at.x, image.width), y: inside(at.y, image.height) }
}

/** Where a step in `direction` leads: into the next cell that way, or some pixels on. At the edge it stays. */
export function strideFrom(
  from: ImagePoint,
  direction: Direction,
  stride: KeyStride,
  image: Size,
): ImagePoint {
  if (stride.kind === 'pixels') {
    const { pixels } = stride
    return pixelMiddle({ x: from.x + direction.dx * pixels, y: from.y + direction.dy * pixels }, image)
  }
  const pixel = Math.floor(from.y) * image.width + Math.floor(from.x)
  const next = nextCellPixel(stride.hierarchy, stride.count, pixel, direction, stride.splits)
  if (next === null) return from
  return { x: (next % image.width) + 0.5, y: Math.floor(next / image.width) + 0.5 }
}
