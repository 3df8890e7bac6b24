import type { Planes } from './colour.ts'
import { PLANE_SCALE } from './colour.ts'
import { GRADIENT_MOST, GRADIENT_SCALE, ROOT_SCALE, sideCost, sideTie } from './merge-cost.ts'
import type { Overview } from './overview.ts'
import { pixelCountOf, type Tile } from './tiles.ts'

/**
 * Square root of the gradient across the right side and across the lower side of each pixel: 32 times the root of what it
 * is in CIELAB units; 0 past the border. Fine where gradients are weak, which is where they matter.
 */
export type Gradients = { readonly right: Uint8Array; readonly down: Uint8Array }

/** From squared plane units to squared gradient units. */
export const FINENESS = (GRADIENT_SCALE / PLANE_SCALE) ** 2

/**
 * Root of the Euclidean norm of the difference between the pixel before a side and the pixel after it, three apart, in twice blurred
 * `planes`: wide enough to see a soft edge, and to see it once.
 */
export function gridGradients(planes: Planes, width: number, height: number): Gradients {
  const right = new Uint8Array(width * height)
  const down = new Uint8Array(width * height)
  for (let y = 0, p = 0; y < height; y++) {
    const row = y * width
    const above = Math.max(y - 1, 0) * width
    const below = Math.min(y + 2, height - 1) * width
    for (let x = 0; x < width; x++, p++) {
      if (x + 1 < width) {
        right[p] = steepness(planes, row + Math.max(x - 1, 0), row + Math.min(x + 2, width - 1))
      }
      if (y + 1 < height) down[p] = steepness(planes, above + x, below + x)
    }
  }
  return { right, down }
}

function steepness(planes: Planes, p: number, q: number): number {
  const square = Math.fround(Math.fround(squaredDifference(planes, p, q)) * FINENESS)
  const rootOfRoot = Math.fround(Math.sqrt(Math.fround(Math.sqrt(square))))
  return Math.min(GRADIENT_MOST, Math.trunc(Math.fround(Math.fround(rootOfRoot * ROOT_SCALE) + 0.5)))
}

export function squaredDifference([l, a, b]: Planes, p: number, q: number): number {
  const dl = l[p]! - l[q]!
  const da = a[p]! - a[q]!
  const db = b[p]! - b[q]!
  return dl * dl + da * da + db * db
}

/** What is known of every pixel before regions are made. */
export type Evidence = {
  readonly width: number
  readonly height: number
  readonly planes: Planes
  readonly gradients: Gradients
  readonly overview: Overview
}

/** A pixel's link: towards which neighbour it goes, or that it goes nowhere. */
export const UP = 0
export const LEFT = 1
export const RIGHT = 2
export const DOWN = 3
export const ROOT = 4

/**
 * The first round, on the pixels of one tile alone: each goes to its cheapest neighbour; of two that chose each other the
 * first is the root. So regions are the catchment basins of the costs. Of equal costs the first of up, left, right, down
 * wins, which is one order for all sides: links never run in a circle.
 */
export function gridLinks({ planes, gradients, width: imageWidth }: Evidence, tile: Tile): Uint8Array {
  const { left, top, right: end, bottom } = tile
  const width = end - left
  const links = new Uint8Array(pixelCountOf(tile))
  const right = new Float32Array(width).fill(Number.POSITIVE_INFINITY)
  let up = new Float32Array(width).fill(Number.POSITIVE_INFINITY)
  let down = new Float32Array(width)
  const cost = (x: number, y: number, step: number, gradient: Uint8Array, row: number) => {
    const p = y * imageWidth + x
    return sideCost(squaredDifference(planes, p, p + step), gradient[p]!, sideTie(row, x))
  }
  for (let y = top, p = 0; y < bottom; y++) {
    for (let x = 0; x < width; x++) {
      if (x + 1 < width) right[x] = cost(left + x, y, 1, gradients.right, 2 * y)
      down[x] =
        y + 1 < bottom ? cost(left + x, y, imageWidth, gradients.down, 2 * y + 1) : Number.POSITIVE_INFINITY
    }
    for (let x = 0; x < width; x++, p++) {
      let least = up[x]!
      let link: number = least < Number.POSITIVE_INFINITY ? UP : ROOT
      if (x > 0 && right[x - 1]! < least) {
        least = right[x - 1]!
        link = LEFT
      }
      if (right[x]! < least) {
        least = right[x]!
        link = RIGHT
      }
      if (down[x]! < least) link = DOWN
      links[p] = link
    }
    const free = up
    up = down
    down = free
  }
  return withRoots(links, width)
}

function withRoots(choices: Uint8Array, width: number): Uint8Array {
  const steps = [-width, -1, 1, width]
  // The opposite of a direction is 3 minus it.
  return choices.map((choice, p) =>
    (choice === RIGHT || choice === DOWN) && choices[p + steps[choice]!] === 3 - choice ? ROOT : choice,
  )
}
