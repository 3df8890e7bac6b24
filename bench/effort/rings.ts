import type { ImagePoint } from '../../shared/tools/tool-event.ts'

/** A closed line along pixel sides, with the mask on its right hand: outer rings clockwise on the screen, holes the other way. */
export type Ring = {
  readonly corners: readonly ImagePoint[]
  /** Pixels inside of it. */
  readonly area: number
  readonly isHole: boolean
}

type Size = { readonly width: number; readonly height: number }

/** The outlines of the pixels of `mask` that are not 0, from the one with the largest area on. Pixels that meet at a corner alone are apart. */
export function ringsOf(mask: Uint8Array, { width, height }: Size): Ring[] {
  const isIn = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0
  const rings: Ring[] = []
  // Upper sides that have been walked, by their pixel.
  const seen = new Uint8Array(mask.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (seen[y * width + x] || !isIn(x, y) || isIn(x, y - 1)) continue
      const mark = (px: number, py: number) => void seen.fill(1, py * width + px, py * width + px + 1)
      rings.push(walk(x, y, isIn, mark))
    }
  }
  return rings.sort((a, b) => b.area - a.area)
}

/** Directions: right, down, left, up. */
const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const

function walk(
  startX: number,
  startY: number,
  isIn: (x: number, y: number) => boolean,
  onUpper: (x: number, y: number) => void,
): Ring {
  const corners: ImagePoint[] = []
  let [x, y, direction] = [startX, startY, 0]
  let doubleArea = 0
  let lastDirection = -1
  do {
    if (direction !== lastDirection) corners.push({ x, y })
    lastDirection = direction
    if (direction === 0) onUpper(x, y)
    const [dx, dy] = steps[direction]!
    doubleArea += x * (y + dy) - (x + dx) * y
    x += dx
    y += dy
    // The pixels ahead on the left and on the right hand of the walk.
    const [left, right] = ahead(x, y, direction)
    if (!isIn(...right)) direction = (direction + 1) % 4
    else if (isIn(...left)) direction = (direction + 3) % 4
  } while (x !== startX || y !== startY || direction !== 0)
  return { corners, area: Math.abs(doubleArea) / 2, isHole: doubleArea < 0 }
}

function ahead(x: number, y: number, direction: number): [[number, number], [number, number]] {
  switch (direction) {
    case 0:
      return [
        [x, y - 1],
        [x, y],
      ]
    case 1:
      return [
        [x, y],
        [x - 1, y],
      ]
    case 2:
      return [
        [x - 1, y],
        [x - 1, y - 1],
      ]
    default:
      return [
        [x - 1, y - 1],
        [x, y - 1],
      ]
  }
}

/**
 * The tolerance up to which Douglas–Peucker keeps each corner of a closed line; infinite for the two that it begins with,
 * which are the first corner's farthest and that one's farthest.
 */
export function tolerances(corners: readonly ImagePoint[]): Float64Array {
  const keep = new Float64Array(corners.length)
  const a = farthest(corners, 0)
  const b = farthest(corners, a)
  const [first, second] = [Math.min(a, b), Math.max(a, b)]
  keep[first] = keep[second] = Number.POSITIVE_INFINITY
  const n = corners.length
  const stretches: [from: number, to: number, most: number][] = [
    [first, second, Number.POSITIVE_INFINITY],
    [second, first + n, Number.POSITIVE_INFINITY],
  ]
  for (let next = stretches.pop(); next; next = stretches.pop()) {
    const [from, to, most] = next
    let [worst, at] = [-1, -1]
    for (let i = from + 1; i < to; i++) {
      const off = distance(corners[i % n]!, corners[from % n]!, corners[to % n]!)
      if (off > worst) [worst, at] = [off, i]
    }
    if (at < 0) continue
    // A corner is never kept where one that it hangs on is not.
    const tolerance = Math.min(most, worst)
    keep[at % n] = tolerance
    stretches.push([from, at, tolerance], [at, to, tolerance])
  }
  return keep
}

function farthest(corners: readonly ImagePoint[], from: number): number {
  let [best, at] = [-1, 0]
  for (const [i, { x, y }] of corners.entries()) {
    const off = Math.hypot(x - corners[from]!.x, y - corners[from]!.y)
    if (off > best) [best, at] = [off, i]
  }
  return at
}

function distance(p: ImagePoint, a: ImagePoint, b: ImagePoint): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length))
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy)
}
