import { forEachPixelOnSegment } from '../../shared/tools/segment.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import type { Level } from './cells.ts'
import { bestFrame, cellsInside } from './frame.ts'
import type { Task } from './task.ts'
import type { View } from './view.ts'
import { Walker } from './walk.ts'

/** Cells of a level that one drag adds or removes. */
export type Sweep = {
  readonly removes: boolean
  /** Two corners, when it is a rectangle. */
  readonly frame: readonly [ImagePoint, ImagePoint] | null
  readonly cells: readonly number[]
  /** Pixels of error that it takes away. */
  readonly gain: number
  /** Image pixels, about. */
  readonly length: number
}

/** A sweep that takes away less is not worth it. */
export const LEAST_PIXELS = 4
/** What a sweep takes away more than it needs to, when it leaves something out. */
const SPARE = 1.25
/** Cells of which the way from each to the next is not looked at, and how much longer than straight that is. */
const MANY = 200
const DETOUR = 1.2
/** Image pixels that a rectangle is long at least: twice what would make it a click. */
const SHORTEST = 4

type Gains = { readonly gains: Int32Array; readonly areas: Int32Array }

function gainsOf(view: View, { cells: { ranges } }: Level, removes: boolean): Gains {
  const count = ranges.length / 2
  const gains = new Int32Array(count)
  const areas = new Int32Array(count)
  const [good, bad] = removes ? [view.surplus, view.right] : [view.missing, view.clear]
  const { missing, clear, right, surplus } = view
  for (let cell = 0; cell < count; cell++) {
    let [gain, area] = [0, 0]
    const hi = ranges[2 * cell + 1]!
    for (let leaf = ranges[2 * cell]!; leaf < hi; leaf++) {
      gain += good[leaf]! - bad[leaf]!
      area += missing[leaf]! + clear[leaf]! + right[leaf]! + surplus[leaf]!
    }
    gains[cell] = gain
    areas[cell] = area
  }
  return { gains, areas }
}

/** What one drag each could take away, without rectangles; none of them has a cell in common with another that adds. */
export function sweepsAt(view: View, level: Level, need: number): Sweep[] {
  const found: Sweep[] = []
  for (const removes of [false, true]) {
    if (removes && view.surplusAll === 0) continue
    const { gains, areas } = gainsOf(view, level, removes)
    const together = new Map<number, number[]>()
    const top = joined(gains, level, view.task.edges)
    for (let cell = 0; cell < gains.length; cell++) {
      if (gains[cell]! <= 0) continue
      const root = rootOf(top, cell)
      const cells = together.get(root)
      if (cells) cells.push(cell)
      else together.set(root, [cell])
    }
    for (const all of together.values()) {
      const sum = all.reduce((total, cell) => total + gains[cell]!, 0)
      if (sum < LEAST_PIXELS) continue
      const cells = sum > need * SPARE ? mostWorth(all, gains, areas, need * SPARE) : all
      const gain = cells.reduce((total, cell) => total + gains[cell]!, 0)
      found.push({ removes, frame: null, cells, gain, length: lengthOver(cells, level, areas) })
    }
  }
  return found
}

export function rectanglesAt(view: View, level: Level): Sweep[] {
  const found: Sweep[] = []
  for (const removes of [false, true]) {
    if (removes && view.surplusAll === 0) continue
    const { gains } = gainsOf(view, level, removes)
    const { boxes } = level.cells
    const best = bestFrame(boxes, gains, view.task.levels.hierarchy)
    if (!best || best.gain < LEAST_PIXELS) continue
    const [x0, y0, x1, y1] = best.box
    const length = Math.hypot(x1 - x0, y1 - y0)
    const cells = cellsInside(boxes, gains, best.box)
    if (cells.length < 2 || length < SHORTEST) continue
    const frame = [
      { x: x0, y: y0 },
      { x: x1, y: y1 },
    ] as const
    found.push({ removes, frame, cells, gain: best.gain, length })
  }
  return found
}

/** From cell to cell, always to the nearest, as the crow flies; of many, which lie close together, by their size. */
function lengthOver(cells: readonly number[], { cells: { boxes } }: Level, areas: Int32Array): number {
  if (cells.length > MANY) return cells.reduce((sum, cell) => sum + Math.sqrt(areas[cell]!), 0)
  const xs = cells.map((cell) => (boxes[4 * cell]! + boxes[4 * cell + 2]!) / 2)
  const ys = cells.map((cell) => (boxes[4 * cell + 1]! + boxes[4 * cell + 3]!) / 2)
  let [length, x, y] = [0, xs.pop()!, ys.pop()!]
  while (xs.length > 0) {
    let [near, least] = [0, Number.POSITIVE_INFINITY]
    for (let i = 0; i < xs.length; i++) {
      const squared = (xs[i]! - x) ** 2 + (ys[i]! - y) ** 2
      if (squared < least) [near, least] = [i, squared]
    }
    length += Math.sqrt(least)
    ;[x, y] = [xs[near]!, ys[near]!]
    xs[near] = xs.at(-1)!
    ys[near] = ys.at(-1)!
    xs.pop()
    ys.pop()
  }
  return DETOUR * length
}

/** Those with most for their way, until they are enough. */
function mostWorth(cells: readonly number[], gains: Int32Array, areas: Int32Array, need: number): number[] {
  const worth = (cell: number) => gains[cell]! / Math.sqrt(areas[cell]!)
  const kept: number[] = []
  let sum = 0
  for (const cell of cells.toSorted((a, b) => worth(b) - worth(a) || a - b)) {
    if (sum >= need) break
    kept.push(cell)
    sum += gains[cell]!
  }
  return kept.sort((a, b) => a - b)
}

/** Joins cells beside each other that do no harm. */
function joined(gains: Int32Array, { cellOf }: Level, edges: Uint32Array): Int32Array {
  const top = new Int32Array(gains.length)
  for (let cell = 0; cell < top.length; cell++) top[cell] = cell
  for (let i = 0; i < edges.length; i += 2) {
    const [a, b] = [cellOf[edges[i]!]!, cellOf[edges[i + 1]!]!]
    if (a === b || gains[a]! < 0 || gains[b]! < 0) continue
    const [rootA, rootB] = [rootOf(top, a), rootOf(top, b)]
    if (rootA < rootB) top[rootB] = rootA
    else top[rootA] = rootB
  }
  return top
}

function rootOf(top: Int32Array, cell: number): number {
  let at = cell
  while (top[at] !== at) {
    top[at] = top[top[at]!]!
    at = top[at]!
  }
  return at
}

/** As if the sweep had been made. */
export function swept(view: View, level: Level, { cells, removes }: Sweep): View {
  const after = view.copy()
  const { ranges } = level.cells
  for (const cell of cells) after.take(ranges[2 * cell]!, ranges[2 * cell + 1]!, removes)
  return after
}

/** From the middle of a cell to that of the nearest, from where the pointer is on, by ways over cells that do no harm. */
export function pathOf(task: Task, view: View, level: Level, sweep: Sweep, at: ImagePoint): ImagePoint[] {
  if (sweep.frame) return [...sweep.frame]
  const { hierarchy: h } = task.levels
  const { gains } = gainsOf(view, level, sweep.removes)
  const allowed = new Uint8Array(h.leaf.length)
  for (let p = 0; p < allowed.length; p++) allowed[p] = gains[level.cellOf[h.leaf[p]!]!]! >= 0 ? 1 : 0
  const left = new Set(sweep.cells)
  const off = (cell: number) => {
    const { x, y } = level.middle(cell)
    return Math.hypot(x - at.x, y - at.y)
  }
  const start = sweep.cells.reduce((a, b) => (off(b) < off(a) ? b : a))
  const walker = new Walker(h)
  const goals = new Map(sweep.cells.map((cell) => [walker.pixelAt(level.middle(cell)), cell]))
  const path = [level.middle(start)]
  left.delete(start)
  while (left.size > 0) {
    const from = path.at(-1)!
    const isGoal = (pixel: number) => {
      const cell = goals.get(pixel)
      return cell !== undefined && left.has(cell)
    }
    const way = walker.toNearest(walker.pixelAt(from), allowed, isGoal)
    if (!way) break
    for (const corner of walker.corners(way, allowed)) {
      forEachPixelOnSegment(path.at(-1)!, corner, h.width, h.height, (pixel) => {
        left.delete(level.cellOf[h.leaf[pixel]!]!)
      })
      path.push(corner)
    }
  }
  return path
}
