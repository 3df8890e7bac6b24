import { sideRank } from './boundary.ts'
import type { Hierarchy } from './hierarchy.ts'

/** A corner between pixels: whole numbers, 0 … width and 0 … height. */
export type Corner = { readonly x: number; readonly y: number }

/** From a corner one side on: right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const

/** What the cheapest and the dearest side cost: a detour along a clear border may be so many times as long. */
const LEAST = 8
const MOST = 128
/** Borders that last until so few cells cover an object are half as cheap as can be. */
const HALF = 7.5
/** Corners in each direction that a wire looks at. */
const REACH = 512

/**
 * What it costs to go from a corner in direction `step` along the side between two pixels: little where that side stays
 * a border until superpixels are large. `detail`: image pixels that what is outlined is across. The rim of the image is
 * a border as good as any. Infinite off the image.
 */
export function sideCost(h: Hierarchy, { x, y }: Corner, step: number, detail: number): number {
  const [dx, dy] = STEPS[step]!
  const [nx, ny] = [x + dx, y + dy]
  if (nx < 0 || ny < 0 || nx > h.width || ny > h.height) return Number.POSITIVE_INFINITY
  // The pixels on both sides of the way.
  const column = Math.min(x, nx)
  const row = Math.min(y, ny)
  const isLevel = dy === 0
  if (isLevel ? y === 0 || y === h.height : x === 0 || x === h.width) return LEAST
  const pixel = row * h.width + column
  const rank = sideRank(h, h.leaf[pixel]!, h.leaf[isLevel ? pixel - h.width : pixel - 1]!)
  if (rank === 0) return MOST
  const lasts = h.leafCount - rank + 1
  const half = (HALF * h.width * h.height) / detail ** 2
  return LEAST + Math.round((MOST - LEAST) * (lasts / (lasts + half)))
}

/**
 * Cheapest ways along pixel sides from one corner to any other that is near enough: a line that clings to borders. After
 * Mortensen and Barrett, "Intelligent Scissors for Image Composition", 1995. Looks only as far as the ways that were
 * asked for, and goes on from there when a farther one is: following a pointer costs what is new.
 */
export class LiveWire {
  readonly #h: Hierarchy
  readonly #detail: number
  /** The corners it looks at, all ends included. */
  readonly #x0: number
  readonly #y0: number
  readonly #columns: number
  readonly #rows: number
  /** By corner: what the way there costs, and the step that it ends with, plus one; 0 at the start. */
  readonly #cost: Int32Array
  readonly #last: Uint8Array
  readonly #settled: Uint8Array
  /** Corners to go on from, by cost, round and round: none is dearer than the cheapest by more than one side. */
  readonly #buckets: number[][] = Array.from({ length: MOST + 1 }, () => [])
  #waiting = 0
  #now = 0

  constructor(h: Hierarchy, from: Corner, detail: number, reach = REACH) {
    this.#h = h
    this.#detail = detail
    this.#x0 = Math.max(0, from.x - reach)
    this.#y0 = Math.max(0, from.y - reach)
    this.#columns = Math.min(h.width, from.x + reach) - this.#x0 + 1
    this.#rows = Math.min(h.height, from.y + reach) - this.#y0 + 1
    const count = this.#columns * this.#rows
    this.#cost = new Int32Array(count).fill(-1)
    this.#last = new Uint8Array(count)
    this.#settled = new Uint8Array(count)
    this.#put(this.#indexOf(from), 0, 0)
  }

  /**
   * The way to `corner`: where it turns, and its end, but not its start. A corner too far away is reached straight from
   * the nearest one that is not.
   */
  to(corner: Corner): readonly Corner[] {
    const near = {
      x: Math.min(this.#x0 + this.#columns - 1, Math.max(this.#x0, corner.x)),
      y: Math.min(this.#y0 + this.#rows - 1, Math.max(this.#y0, corner.y)),
    }
    const end = this.#indexOf(near)
    this.#settle(end)
    const way: Corner[] = near.x === corner.x && near.y === corner.y ? [] : [corner]
    let turn = -1
    for (let at = end; this.#last[at] !== 0; ) {
      const step = this.#last[at]! - 1
      if (step !== turn) way.push(this.#cornerOf(at))
      turn = step
      const [dx, dy] = STEPS[step]!
      at -= dy * this.#columns + dx
    }
    return way.reverse()
  }

  /** What the way to a corner within reach costs. */
  costTo(corner: Corner): number {
    const end = this.#indexOf(corner)
    this.#settle(end)
    return this.#cost[end]!
  }

  #settle(end: number): void {
    while (!this.#settled[end] && this.#waiting > 0) {
      const bucket = this.#buckets[this.#now % this.#buckets.length]!
      const at = bucket.pop()
      if (at === undefined) {
        this.#now++
        continue
      }
      this.#waiting--
      // Put again at less cost since.
      if (this.#settled[at]) continue
      this.#settled[at] = 1
      this.#goOn(at)
    }
  }

  #goOn(at: number): void {
    const corner = this.#cornerOf(at)
    const column = corner.x - this.#x0
    const row = corner.y - this.#y0
    for (const [step, [dx, dy]] of STEPS.entries()) {
      const isOut = column + dx < 0 || column + dx >= this.#columns || row + dy < 0 || row + dy >= this.#rows
      if (isOut) continue
      const next = at + dy * this.#columns + dx
      if (this.#settled[next]) continue
      const cost = this.#cost[at]! + sideCost(this.#h, corner, step, this.#detail)
      if (this.#cost[next]! < 0 || cost < this.#cost[next]!) this.#put(next, cost, step + 1)
    }
  }

  #put(at: number, cost: number, last: number): void {
    this.#cost[at] = cost
    this.#last[at] = last
    this.#buckets[cost % this.#buckets.length]!.push(at)
    this.#waiting++
  }

  #indexOf({ x, y }: Corner): number {
    return (y - this.#y0) * this.#columns + x - this.#x0
  }

  #cornerOf(index: number): Corner {
    return { x: this.#x0 + (index % this.#columns), y: this.#y0 + Math.floor(index / this.#columns) }
  }
}

/**
 * The corner on the clearest border within `radius` pixels of a point, the nearer one of two that are as clear; the
 * nearest corner where nothing is a border. Always one of the image.
 */
export function borderCorner(
  h: Hierarchy,
  at: { x: number; y: number },
  radius: number,
  detail: number,
): Corner {
  const inside = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)))
  let best = { x: inside(at.x, h.width), y: inside(at.y, h.height) }
  const reach = Math.floor(radius)
  let least = Number.POSITIVE_INFINITY
  const middle = best
  for (let y = Math.max(0, middle.y - reach); y <= Math.min(h.height, middle.y + reach); y++) {
    for (let x = Math.max(0, middle.x - reach); x <= Math.min(h.width, middle.x + reach); x++) {
      const distance = Math.hypot(x - at.x, y - at.y)
      if (distance > radius && !(x === middle.x && y === middle.y)) continue
      // Two clear sides make a border that goes through.
      const sides = STEPS.map((_, step) => sideCost(h, { x, y }, step, detail)).sort((a, b) => a - b)
      const cost = sides[0]! + sides[1]! + (MOST / 8) * (distance / (radius + 1))
      if (cost < least) {
        least = cost
        best = { x, y }
      }
    }
  }
  return best
}
