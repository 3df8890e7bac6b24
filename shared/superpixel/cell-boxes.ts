import { endLeaf, firstLeaf, type Hierarchy } from './hierarchy.ts'
import { refinedNodeAt, type Splits } from './refinement.ts'
import type { LeafRanges } from './selection.ts'

/** Where the cells of a level lie: made once, it answers which of them a rectangle holds without looking at a pixel. */
export type CellBoxes = {
  readonly count: number
  readonly splits: Splits
  /** Leaf ranges [lo, hi) of the cells in order, two numbers a cell. */
  readonly ranges: Uint32Array
  /** The smallest rectangle around each: x0, y0, x1, y1; the last two exclusive. */
  readonly boxes: Uint32Array
}

/** Costs what the image has runs of pixels. */
export function boxesOfCells(h: Hierarchy, count: number, splits: Splits): CellBoxes {
  const ranges: number[] = []
  const boxes: number[] = []
  for (let lo = 0; lo < h.leafCount; ) {
    const node = refinedNodeAt(h, lo, count, splits)
    const hi = endLeaf(h, node)
    ranges.push(firstLeaf(h, node), hi)
    let [x0, y0, x1, y1] = [h.width, h.height, 0, 0]
    for (let i = 2 * h.runStart[lo]!; i < 2 * h.runStart[hi]!; i += 2) {
      const start = h.runs[i]!
      const y = Math.floor(start / h.width)
      const x = start - y * h.width
      if (x < x0) x0 = x
      if (y < y0) y0 = y
      if (x + h.runs[i + 1]! > x1) x1 = x + h.runs[i + 1]!
      if (y >= y1) y1 = y + 1
    }
    boxes.push(x0, y0, x1, y1)
    lo = hi
  }
  return { count, splits, ranges: Uint32Array.from(ranges), boxes: Uint32Array.from(boxes) }
}

type Rectangle = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

/** The cells that lie wholly within a rectangle, `x1` and `y1` exclusive, which may reach beyond the image. */
export function cellsWithin({ ranges, boxes }: CellBoxes, { x0, y0, x1, y1 }: Rectangle): LeafRanges {
  const out: number[] = []
  for (let i = 0; i < boxes.length; i += 4) {
    if (boxes[i]! < x0 || boxes[i + 1]! < y0 || boxes[i + 2]! > x1 || boxes[i + 3]! > y1) continue
    const [lo, hi] = [ranges[i / 2]!, ranges[i / 2 + 1]!]
    if (out.at(-1) === lo) out[out.length - 1] = hi
    else out.push(lo, hi)
  }
  return Uint32Array.from(out)
}
