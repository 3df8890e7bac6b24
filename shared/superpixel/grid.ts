import type { Planes } from './colour.ts'
import { PLANE_SCALE } from './colour.ts'
import { BASE_COST, FLATNESS, gradientCost, tieBreak } from './merge-cost.ts'
import type { Checkpoint } from './progress.ts'
import { link, numberTrees, ownParents } from './union-find.ts'

/** Gradient across the right side and across the lower side of each pixel, in plane units; 0 past the border. */
export type Gradients = { readonly right: Uint16Array; readonly down: Uint16Array }

/** Region per pixel, 0 … `count - 1`, numbered by their first pixel. Every region is 4-connected. */
export type Regions = { readonly label: Uint32Array; readonly count: number }

/**
 * Euclidean norm of the difference between the pixel before a side and the pixel after it, three apart, in twice blurred
 * `planes`: wide enough to see a soft edge, and to see it once.
 */
export function gridGradients(planes: Planes, width: number, height: number): Gradients {
  const [l, a, b] = planes
  const right = new Uint16Array(width * height)
  const down = new Uint16Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let x = 0; x + 1 < width; x++) {
      const p = row + Math.max(x - 1, 0)
      const q = row + Math.min(x + 2, width - 1)
      const dl = l[p]! - l[q]!
      const da = a[p]! - a[q]!
      const db = b[p]! - b[q]!
      right[row + x] = Math.sqrt(dl * dl + da * da + db * db)
    }
    if (y + 1 === height) break
    const above = Math.max(y - 1, 0) * width
    const below = Math.min(y + 2, height - 1) * width
    for (let x = 0; x < width; x++) {
      const dl = l[above + x]! - l[below + x]!
      const da = a[above + x]! - a[below + x]!
      const db = b[above + x]! - b[below + x]!
      down[row + x] = Math.sqrt(dl * dl + da * da + db * db)
    }
  }
  return { right, down }
}

const UP = 0
const LEFT = 1
const RIGHT = 2
const DOWN = 3

/**
 * The first round, on pixels: each links to its cheapest neighbour if that costs less than `BASE_COST` or if the
 * neighbour chose it as well. Leaves about a quarter as many regions as there are pixels.
 */
export function gridRegions(
  planes: Planes,
  gradients: Gradients,
  width: number,
  height: number,
  checkpoint: Checkpoint,
): Regions {
  const parent = ownParents(width * height)
  // Costs of the sides around one row, and the choices of that row and of the one above: the whole image's would
  // take more memory than everything else here.
  const right = new Float32Array(width).fill(Number.POSITIVE_INFINITY)
  let up = new Float32Array(width).fill(Number.POSITIVE_INFINITY)
  let down = new Float32Array(width)
  let choicesAbove = new Uint8Array(width)
  let choices = new Uint8Array(width)
  for (let y = 0; y < height; y++) {
    checkpoint(y / height)
    const row = y * width
    rightCosts(planes, gradients, row, width, right)
    if (y + 1 < height) downCosts(planes, gradients, row, width, down)
    else down.fill(Number.POSITIVE_INFINITY)
    for (let x = 0; x < width; x++) {
      let cost = up[x]!
      let choice = UP
      if (x > 0 && right[x - 1]! < cost) {
        cost = right[x - 1]!
        choice = LEFT
      }
      if (right[x]! < cost) {
        cost = right[x]!
        choice = RIGHT
      }
      if (down[x]! < cost) {
        cost = down[x]!
        choice = DOWN
      }
      choices[x] = choice
      const p = row + x
      if (cost < BASE_COST) {
        if (choice === UP) link(parent, p, p - width)
        else if (choice === LEFT) link(parent, p, p - 1)
        else if (choice === RIGHT) link(parent, p, p + 1)
        else link(parent, p, p + width)
      } else if (choice === LEFT) {
        if (choices[x - 1] === RIGHT) link(parent, p, p - 1)
      } else if (choice === UP && y > 0 && choicesAbove[x] === DOWN) {
        link(parent, p, p - width)
      }
    }
    const freeCosts = up
    up = down
    down = freeCosts
    const freeChoices = choicesAbove
    choicesAbove = choices
    choices = freeChoices
  }
  return { label: parent, count: numberTrees(parent) }
}

function rightCosts(
  planes: Planes,
  gradients: Gradients,
  row: number,
  width: number,
  out: Float32Array,
): void {
  const [l, a, b] = planes
  for (let x = 0; x + 1 < width; x++) {
    const p = row + x
    const dl = l[p]! - l[p + 1]!
    const da = a[p]! - a[p + 1]!
    const db = b[p]! - b[p + 1]!
    const colour = (dl * dl + da * da + db * db) * (1 / (PLANE_SCALE * PLANE_SCALE))
    out[x] = (colour + gradientCost(gradients.right[p]!) + FLATNESS) * tieBreak(p, p + 1)
  }
}

function downCosts(
  planes: Planes,
  gradients: Gradients,
  row: number,
  width: number,
  out: Float32Array,
): void {
  const [l, a, b] = planes
  for (let x = 0; x < width; x++) {
    const p = row + x
    const q = p + width
    const dl = l[p]! - l[q]!
    const da = a[p]! - a[q]!
    const db = b[p]! - b[q]!
    const colour = (dl * dl + da * da + db * db) * (1 / (PLANE_SCALE * PLANE_SCALE))
    out[x] = (colour + gradientCost(gradients.down[p]!) + FLATNESS) * tieBreak(p, q)
  }
}
