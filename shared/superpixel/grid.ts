import type { Planes } from './colour.ts'
import { PLANE_SCALE } from './colour.ts'
import { GRADIENT_MOST, GRADIENT_SCALE, sideCost, sideTie } from './merge-cost.ts'

/**
 * Gradient across the right side and across the lower side of each pixel, in quarters of a CIELAB unit; 0 past the
 * border.
 */
export type Gradients = { readonly right: Uint8Array; readonly down: Uint8Array }

const FINENESS = (GRADIENT_SCALE / PLANE_SCALE) ** 2

/**
 * Euclidean norm of the difference between the pixel before a side and the pixel after it, three apart, in twice blurred
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
  return Math.min(GRADIENT_MOST, Math.trunc(Math.fround(Math.fround(Math.sqrt(square)) + 0.5)))
}

function squaredDifference([l, a, b]: Planes, p: number, q: number): number {
  const dl = l[p]! - l[q]!
  const da = a[p]! - a[q]!
  const db = b[p]! - b[q]!
  return dl * dl + da * da + db * db
}

/** A pixel's link: towards which neighbour it goes, or that it goes nowhere. */
export const UP = 0
export const LEFT = 1
export const RIGHT = 2
export const DOWN = 3
export const ROOT = 4

/**
 * The first round, on the pixels of rows `top … bottom - 1` alone: each goes to its cheapest neighbour; of two that
 * chose each other the first is the root. So regions are the catchment basins of the costs. Of equal costs the first of
 * up, left, right, down wins, which is one order for all sides: links never run in a circle.
 */
export function gridLinks(
  planes: Planes,
  gradients: Gradients,
  width: number,
  top: number,
  bottom: number,
): Uint8Array {
  const height = bottom - top
  const links = new Uint8Array(width * height)
  const right = new Float32Array(width).fill(Number.POSITIVE_INFINITY)
  let up = new Float32Array(width).fill(Number.POSITIVE_INFINITY)
  let down = new Float32Array(width)
  for (let y = 0, p = 0; y < height; y++) {
    sideCosts(planes, gradients, width, top + y, RIGHT, right)
    if (y + 1 < height) sideCosts(planes, gradients, width, top + y, DOWN, down)
    else down.fill(Number.POSITIVE_INFINITY)
    for (let x = 0; x < width; x++, p++) {
      let cost = up[x]!
      let link: number = cost < Number.POSITIVE_INFINITY ? UP : ROOT
      if (x > 0 && right[x - 1]! < cost) {
        cost = right[x - 1]!
        link = LEFT
      }
      if (right[x]! < cost) {
        cost = right[x]!
        link = RIGHT
      }
      if (down[x]! < cost) {
        cost = down[x]!
        link = DOWN
      }
      links[p] = link
    }
    const free = up
    up = down
    down = free
  }
  return withRoots(links, width)
}

/** Costs of the right sides of row `y` (the last stays as it was) or of its lower sides. */
function sideCosts(
  planes: Planes,
  gradients: Gradients,
  width: number,
  y: number,
  towards: typeof RIGHT | typeof DOWN,
  out: Float32Array,
): void {
  const isRight = towards === RIGHT
  const gradient = isRight ? gradients.right : gradients.down
  const row = isRight ? 2 * y : 2 * y + 1
  const end = isRight ? width - 1 : width
  const step = isRight ? 1 : width
  for (let x = 0; x < end; x++) {
    const p = y * width + x
    out[x] = sideCost(squaredDifference(planes, p, p + step), gradient[p]!, sideTie(row, x))
  }
}

function withRoots(choices: Uint8Array, width: number): Uint8Array {
  const steps = [-width, -1, 1, width]
  // The opposite of a direction is 3 minus it.
  return choices.map((choice, p) =>
    (choice === RIGHT || choice === DOWN) && choices[p + steps[choice]!] === 3 - choice ? ROOT : choice,
  )
}
