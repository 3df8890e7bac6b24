import { clampCount, nodeAt } from './cut.ts'
import type { Hierarchy } from './hierarchy.ts'
import { noSplits, refinedNodeAt, type Splits } from './refinement.ts'

/** A level is a count of superpixels. Its steps are even in mean size, so that they feel alike on every image. */
const NOTCH = Math.SQRT2
/** A fine step: four to a notch. */
const FINE_NOTCH = 2 ** (1 / 8)

export type LevelDirection = 'larger' | 'smaller'

/** The count whose cells are about `side` pixels across. */
export function countOfSide(h: Hierarchy, side: number): number {
  return clampCount(h, (h.width * h.height) / (side * side))
}

/** How many pixels across a cell of the partition into `count` is on average. */
export function meanSide(h: Hierarchy, count: number): number {
  return Math.sqrt((h.width * h.height) / count)
}

/**
 * The count one notch larger or smaller, seen from `leaf`, the one under the cursor: a factor of √2 in mean area, or the
 * next count at which the cell under the cursor merges or splits, whichever changes more. So a notch is always seen, in a
 * cell that `splits` made smaller as well. `fine`: a quarter of a notch, and only that. Without a leaf (null) the mean
 * size alone decides.
 */
export function anchoredStep(
  h: Hierarchy,
  leaf: number | null,
  count: number,
  direction: LevelDirection,
  fine: boolean,
  splits: Splits = noSplits,
): number {
  const from = clampCount(h, count)
  const factor = fine ? FINE_NOTCH : NOTCH
  if (direction === 'larger') {
    const stepped = clampCount(h, Math.min(from - 1, Math.round(from / factor)))
    return fine || leaf === null ? stepped : Math.min(stepped, countOfMerge(h, leaf, from, splits))
  }
  const stepped = clampCount(h, Math.max(from + 1, Math.round(from * factor)))
  return fine || leaf === null ? stepped : Math.max(stepped, countOfSplit(h, leaf, from, splits))
}

/** The largest count at which the cell of `leaf` is a larger one; `count` when it never is. */
function countOfMerge(h: Hierarchy, leaf: number, count: number, splits: Splits): number {
  const node = nodeAt(h, leaf, count)
  let above = h.parent[node]!
  while (splits.has(above) && above !== h.parent[above]) above = h.parent[above]!
  return above === node ? count : clampCount(h, 2 * h.leafCount - 1 - above)
}

/** The smallest count at which the cell of `leaf` has split; `count` when it is a leaf. */
function countOfSplit(h: Hierarchy, leaf: number, count: number, splits: Splits): number {
  const node = refinedNodeAt(h, leaf, count, splits)
  return node < h.leafCount ? count : clampCount(h, 2 * h.leafCount - node)
}
