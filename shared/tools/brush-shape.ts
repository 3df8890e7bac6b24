import { type Runs, RunsBuilder } from '../image/runs.ts'
import { forEachPixelOnSegment } from './segment.ts'
import type { ImagePoint } from './tool-event.ts'

export const SMALLEST_BRUSH = 1
export const LARGEST_BRUSH = 512

/** A brush diameter as it is used: a whole number of pixels between the smallest and the largest. */
export function clampBrush(size: number): number {
  return Math.min(Math.max(Math.round(size), SMALLEST_BRUSH), LARGEST_BRUSH)
}

/**
 * The pixels under a round brush of `size` pixels across that is moved straight from `from` to `to` (the same point: one
 * dab), clipped to the image. A brush of 1 paints the pixels that the path enters, so a dab is the pixel under the
 * cursor. A larger one paints the pixels whose centres it covers; it is centred on a pixel when `size` is odd and on a
 * corner when it is even, so that its shape does not change from one dab to the next.
 */
export function strokeRuns(
  from: ImagePoint,
  to: ImagePoint,
  size: number,
  width: number,
  height: number,
): Runs {
  return size === 1 ? thinStroke(from, to, width, height) : wideStroke(from, to, size, width, height)
}

function thinStroke(from: ImagePoint, to: ImagePoint, width: number, height: number): Runs {
  const pixels: number[] = []
  if (!(from.x === to.x && from.y === to.y)) {
    forEachPixelOnSegment(from, to, width, height, (pixel) => pixels.push(pixel))
  } else if (from.x >= 0 && from.y >= 0 && from.x < width && from.y < height) {
    pixels.push(Math.floor(from.y) * width + Math.floor(from.x))
  }
  const builder = new RunsBuilder(width)
  for (const pixel of pixels.sort((a, b) => a - b)) builder.add(pixel, 1)
  return builder.finish()
}

function wideStroke(from: ImagePoint, to: ImagePoint, size: number, width: number, height: number): Runs {
  const builder = new RunsBuilder(width)
  const radius = size / 2
  const a = snapped(from, size)
  const b = snapped(to, size)
  const y0 = Math.max(Math.floor(Math.min(a.y, b.y) - radius), 0)
  const y1 = Math.min(Math.ceil(Math.max(a.y, b.y) + radius), height)
  for (let y = y0; y < y1; y++) {
    const extent = extentAt(a, b, radius, y + 0.5)
    if (!extent) continue
    // The first and the last pixel whose centre lies inside.
    const x0 = Math.max(Math.ceil(extent[0] - 0.5), 0)
    const x1 = Math.min(Math.floor(extent[1] - 0.5) + 1, width)
    if (x0 < x1) builder.add(y * width + x0, x1 - x0)
  }
  return builder.finish()
}

function snapped({ x, y }: ImagePoint, size: number): ImagePoint {
  return size % 2 === 1
    ? { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 }
    : { x: Math.round(x), y: Math.round(y) }
}

/**
 * Where the horizontal line at `y` is within `radius` of the segment a–b. That shape is convex, so it is one interval:
 * from the leftmost to the rightmost point of the two end discs and the two sides that touch both.
 */
function extentAt(a: ImagePoint, b: ImagePoint, radius: number, y: number): [number, number] | null {
  let left = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  for (const centre of [a, b]) {
    const dy = y - centre.y
    const squared = radius * radius - dy * dy
    if (squared < 0) continue
    left = Math.min(left, centre.x - Math.sqrt(squared))
    right = Math.max(right, centre.x + Math.sqrt(squared))
  }
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  if (length > 0 && a.y !== b.y) {
    const normal = { x: (-(b.y - a.y) / length) * radius, y: ((b.x - a.x) / length) * radius }
    for (const side of [1, -1]) {
      const along = (y - (a.y + side * normal.y)) / (b.y - a.y)
      if (along < 0 || along > 1) continue
      const x = a.x + side * normal.x + along * (b.x - a.x)
      left = Math.min(left, x)
      right = Math.max(right, x)
    }
  }
  return left <= right ? [left, right] : null
}
