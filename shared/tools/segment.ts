import type { ImagePoint } from './tool-event.ts'

/** The index of the pixel that holds `at`; null outside of the image. */
export function pixelAt(at: ImagePoint, width: number, height: number): number | null {
  const x = Math.floor(at.x)
  const y = Math.floor(at.y)
  return x >= 0 && y >= 0 && x < width && y < height ? y * width + x : null
}

/**
 * Visits the index of every pixel that the segment enters, from `from` to `to`, each once; what lies outside of the
 * image is passed over. After Amanatides and Woo, "A Fast Voxel Traversal Algorithm for Ray Tracing", 1987.
 */
export function forEachPixelOnSegment(
  from: ImagePoint,
  to: ImagePoint,
  width: number,
  height: number,
  visit: (pixel: number) => void,
): void {
  const inside = clipSegment(from, to, width, height)
  if (!inside) return
  const [start, end] = inside
  const dx = end.x - start.x
  const dy = end.y - start.y
  const stepX = Math.sign(dx)
  const stepY = Math.sign(dy)
  let x = columnOf(start.x, width)
  let y = columnOf(start.y, height)
  const lastX = columnOf(end.x, width)
  const lastY = columnOf(end.y, height)
  // The parameter along the segment at which the next column and the next row begin, and what one of each takes.
  let nextX = dx === 0 ? Number.POSITIVE_INFINITY : ((stepX > 0 ? x + 1 : x) - start.x) / dx
  let nextY = dy === 0 ? Number.POSITIVE_INFINITY : ((stepY > 0 ? y + 1 : y) - start.y) / dy
  const perX = dx === 0 ? 0 : stepX / dx
  const perY = dy === 0 ? 0 : stepY / dy
  visit(y * width + x)
  // Counted, not compared at the end: rounding must not let the walk miss its last pixel and run on.
  let steps = Math.abs(lastX - x) + Math.abs(lastY - y)
  for (; steps > 0; steps--) {
    const isColumnNext = y === lastY || (x !== lastX && nextX < nextY)
    if (isColumnNext) {
      x += stepX
      nextX += perX
    } else {
      y += stepY
      nextY += perY
    }
    visit(y * width + x)
  }
}

/** The part of the segment inside the image, border included; null when there is none or an end is no number. */
function clipSegment(
  from: ImagePoint,
  to: ImagePoint,
  width: number,
  height: number,
): [ImagePoint, ImagePoint] | null {
  const dx = to.x - from.x
  const dy = to.y - from.y
  if (!Number.isFinite(dx) || !Number.isFinite(dy)) return null
  let enter = 0
  let leave = 1
  for (const [delta, before, after] of [
    [dx, -from.x, width - from.x],
    [dy, -from.y, height - from.y],
  ] as const) {
    if (delta === 0) {
      if (before > 0 || after <= 0) return null
      continue
    }
    const [near, far] = delta > 0 ? [before / delta, after / delta] : [after / delta, before / delta]
    enter = Math.max(enter, near)
    leave = Math.min(leave, far)
  }
  if (enter > leave) return null
  return [
    enter === 0 ? from : { x: from.x + dx * enter, y: from.y + dy * enter },
    leave === 1 ? to : { x: from.x + dx * leave, y: from.y + dy * leave },
  ]
}

function columnOf(coordinate: number, count: number): number {
  return Math.min(Math.max(Math.floor(coordinate), 0), count - 1)
}
