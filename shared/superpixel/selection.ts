import { normalizeRuns, type Runs } from '../image/runs.ts'
import { endLeaf, firstLeaf, type Hierarchy } from './hierarchy.ts'

/**
 * Superpixels chosen at any sizes, as [lo, hi) ranges of leaves: sorted, never empty, and no two touch. Because sizes
 * nest, a choice means the same pixels whatever size is shown now.
 */
export type LeafRanges = Uint32Array

export const noLeaves: LeafRanges = new Uint32Array(0)

export function rangeOfNode(h: Hierarchy, node: number): LeafRanges {
  return Uint32Array.of(firstLeaf(h, node), endLeaf(h, node))
}

export function unionRanges(a: LeafRanges, b: LeafRanges): LeafRanges {
  const out: number[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const takesA = j >= b.length || (i < a.length && a[i]! <= b[j]!)
    const lo = takesA ? a[i]! : b[j]!
    const hi = takesA ? a[i + 1]! : b[j + 1]!
    if (takesA) i += 2
    else j += 2
    if (out.length > 0 && lo <= out.at(-1)!) out[out.length - 1] = Math.max(out.at(-1)!, hi)
    else out.push(lo, hi)
  }
  return Uint32Array.from(out)
}

/** Leaves of `a` that are not in `b`. */
export function differenceRanges(a: LeafRanges, b: LeafRanges): LeafRanges {
  const out: number[] = []
  for (let i = 0, j = 0; i < a.length; i += 2) {
    let lo = a[i]!
    const hi = a[i + 1]!
    while (j < b.length && b[j + 1]! <= lo) j += 2
    for (let k = j; k < b.length && b[k]! < hi; k += 2) {
      if (b[k]! > lo) out.push(lo, b[k]!)
      lo = b[k + 1]!
    }
    if (lo < hi) out.push(lo, hi)
  }
  return Uint32Array.from(out)
}

/** Whether `ranges` hold every leaf of [lo, hi). */
export function holdsRange(ranges: LeafRanges, lo: number, hi: number): boolean {
  // The last range that starts at or before lo is the only one that can hold it.
  let low = 0
  let high = ranges.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[2 * middle]! <= lo) low = middle + 1
    else high = middle
  }
  return low > 0 && hi <= ranges[2 * low - 1]!
}

/** The pixels of `ranges` as sorted, disjoint runs. Costs what those pixels' runs cost, not the image. */
export function runsOfRanges(h: Hierarchy, ranges: LeafRanges): Runs {
  let length = 0
  for (let i = 0; i < ranges.length; i += 2) length += leafRunsOf(h, ranges[i]!, ranges[i + 1]!).length
  const pairs = new Uint32Array(length)
  for (let i = 0, written = 0; i < ranges.length; i += 2) {
    const runs = leafRunsOf(h, ranges[i]!, ranges[i + 1]!)
    pairs.set(runs, written)
    written += runs.length
  }
  return normalizeRuns(pairs, h.width)
}

export function runsOfNode(h: Hierarchy, node: number): Runs {
  return normalizeRuns(leafRunsOf(h, firstLeaf(h, node), endLeaf(h, node)), h.width)
}

/**
 * The pixels of leaves [lo, hi) as [start, length] pairs: disjoint and each within one row, but in no order. A view, not
 * a copy: enough to ask what is under a cell, at the cost of a look.
 */
export function leafRunsOf(h: Hierarchy, lo: number, hi: number): Uint32Array {
  return h.runs.subarray(2 * h.runStart[lo]!, 2 * h.runStart[hi]!)
}
