import { clampCount, nodeAt } from './cut.ts'
import type { Hierarchy } from './hierarchy.ts'

/** A level is a count of superpixels. Its steps are even in mean size, so that they feel alike on every image. */
const NOTCH = Math.SQRT2
/** A fine step: four to a notch. */
const FINE_NOTCH = 2 ** (1 / 8)
/** Mean cell size, in pixels across, that the ladder begins with. */
const FINEST_SIDE = 4

export type LevelDirection = 'larger' | 'smaller'

/** Counts from the finest useful level to the coarsest, each with cells about √2 times as large in area as the one before. */
export function levelLadder(h: Hierarchy): number[] {
  const pixelCount = h.width * h.height
  const ladder: number[] = []
  for (let size = FINEST_SIDE * FINEST_SIDE; ; size *= NOTCH) {
    const count = clampCount(h, pixelCount / size)
    if (ladder.at(-1) !== count) ladder.push(count)
    if (count <= 2) return ladder
  }
}

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
 * next count at which the cell under the cursor merges or splits, whichever changes more. So a notch is always seen.
 * `fine`: a quarter of a notch, and only that. Without a leaf (null) the mean size alone decides.
 */
export function anchoredStep(
  h: Hierarchy,
  leaf: number | null,
  count: number,
  direction: LevelDirection,
  fine: boolean,
): number {
  const from = clampCount(h, count)
  const factor = fine ? FINE_NOTCH : NOTCH
  if (direction === 'larger') {
    const stepped = clampCount(h, Math.min(from - 1, Math.round(from / factor)))
    return fine || leaf === null ? stepped : Math.min(stepped, countOfMerge(h, leaf, from))
  }
  const stepped = clampCount(h, Math.max(from + 1, Math.round(from * factor)))
  return fine || leaf === null ? stepped : Math.max(stepped, countOfSplit(h, leaf, from))
}

/** The largest count at which the cell of `leaf` has merged into a larger one; `count` when it never does. */
function countOfMerge(h: Hierarchy, leaf: number, count: number): number {
  const node = nodeAt(h, leaf, count)
  const above = h.parent[node]!
  return above === node ? count : clampCount(h, 2 * h.leafCount - 1 - above)
}

/** The smallest count at which the cell of `leaf` has split; `count` when it is a leaf. */
function countOfSplit(h: Hierarchy, leaf: number, count: number): number {
  const node = nodeAt(h, leaf, count)
  return node < h.leafCount ? count : clampCount(h, 2 * h.leafCount - node)
}
