import { boxesOfCells, type CellBoxes } from '../../shared/superpixel/cell-boxes.ts'
import { clampCount } from '../../shared/superpixel/cut.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { noSplits } from '../../shared/superpixel/refinement.ts'
import { leafRunsOf } from '../../shared/superpixel/selection.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'

/** The cells of one level, numbered from the first leaf on. */
export type Level = {
  readonly count: number
  readonly cells: CellBoxes
  /** The cell of each leaf. */
  readonly cellOf: Uint32Array
  /** A pixel in the middle of a cell. */
  middle(cell: number): ImagePoint
}

/** Levels of one image, each made once. */
export class Levels {
  readonly hierarchy: Hierarchy
  readonly #levels = new Map<number, Level>()

  constructor(hierarchy: Hierarchy) {
    this.hierarchy = hierarchy
  }

  at(count: number): Level {
    const clamped = clampCount(this.hierarchy, count)
    let level = this.#levels.get(clamped)
    if (!level) {
      level = levelOf(this.hierarchy, clamped)
      this.#levels.set(clamped, level)
    }
    return level
  }
}

function levelOf(h: Hierarchy, count: number): Level {
  const cells = boxesOfCells(h, count, noSplits)
  const cellOf = new Uint32Array(h.leafCount)
  for (let cell = 0; 2 * cell < cells.ranges.length; cell++) {
    cellOf.fill(cell, cells.ranges[2 * cell]!, cells.ranges[2 * cell + 1]!)
  }
  const middles = new Map<number, ImagePoint>()
  return {
    count,
    cells,
    cellOf,
    middle(cell) {
      let at = middles.get(cell)
      if (!at) {
        at = middleOf(h, cells.ranges[2 * cell]!, cells.ranges[2 * cell + 1]!)
        middles.set(cell, at)
      }
      return at
    },
  }
}

/** Of the pixels of leaves [lo, hi) the one nearest to their mean; of equals the first. Its centre. */
function middleOf(h: Hierarchy, lo: number, hi: number): ImagePoint {
  const runs = leafRunsOf(h, lo, hi)
  let [sumX, sumY, area] = [0, 0, 0]
  for (let i = 0; i < runs.length; i += 2) {
    const length = runs[i + 1]!
    const y = Math.floor(runs[i]! / h.width)
    const x = runs[i]! - y * h.width
    area += length
    sumY += y * length
    sumX += x * length + (length * (length - 1)) / 2
  }
  const [meanX, meanY] = [sumX / area, sumY / area]
  let [best, bestX, bestY] = [Number.POSITIVE_INFINITY, 0, 0]
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / h.width)
    const first = runs[i]! - y * h.width
    const x = Math.min(Math.max(Math.round(meanX), first), first + runs[i + 1]! - 1)
    const off = (x - meanX) ** 2 + (y - meanY) ** 2
    if (off < best || (off === best && y * h.width + x < bestY * h.width + bestX))
      [best, bestX, bestY] = [off, x, y]
  }
  return { x: bestX + 0.5, y: bestY + 0.5 }
}

/** What of each leaf is wrong, summed up from the first leaf on: a cell's is the difference of two. */
export type Errors = {
  /** Adding a cell takes away this much error, removing it that much: pixels. May be negative. */
  readonly adding: Int32Array
  readonly removing: Int32Array
  /** Wrong pixels of the image. */
  readonly total: number
}

export function errorsOf(h: Hierarchy, mask: Uint8Array, ids: Uint32Array): Errors {
  const adding = new Int32Array(h.leafCount + 1)
  const removing = new Int32Array(h.leafCount + 1)
  let total = 0
  for (let p = 0; p < mask.length; p++) {
    const leaf = h.leaf[p]! + 1
    const isIn = mask[p] !== 0
    if (ids[p] === 0) {
      if (isIn) total++
      adding[leaf]! += isIn ? 1 : -1
    } else {
      if (!isIn) total++
      removing[leaf]! += isIn ? -1 : 1
    }
  }
  for (let leaf = 1; leaf <= h.leafCount; leaf++) {
    adding[leaf]! += adding[leaf - 1]!
    removing[leaf]! += removing[leaf - 1]!
  }
  return { adding, removing, total }
}
