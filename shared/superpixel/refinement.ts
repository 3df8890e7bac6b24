import { nodeAt } from './cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from './hierarchy.ts'

/**
 * Cells that were split where the level is too coarse: nodes whose two parts take their place. A cell of a level with
 * refinements is the largest node of the level's cut or below it of which nothing is split. All of them side by side
 * cover the image: an antichain of the tree. On another level what was split there shows where it is smaller than that
 * level's cells, so going back and forth loses nothing.
 */
export type Splits = ReadonlySet<number>

export const noSplits: Splits = new Set()

/** The cell of `leaf` in the partition into `count`, with `splits`. */
export function refinedNodeAt(h: Hierarchy, leaf: number, count: number, splits: Splits): number {
  const top = nodeAt(h, leaf, count)
  if (!splits.has(top)) return top
  // The way from the leaf up to the top: what is below the lowest split node, if all above are split as well.
  const way: number[] = []
  for (let node = leaf; node !== top; node = h.parent[node]!) way.push(node)
  let cell = top
  while (splits.has(cell)) cell = way.pop()!
  return cell
}

/** How many more cells the partition into `count` has with `splits`. Looks at the splits alone. */
export function shownSplits(h: Hierarchy, count: number, splits: Splits): number {
  let shown = 0
  for (const split of splits) {
    const top = nodeAt(h, firstLeaf(h, split), count)
    let node = split
    while (node < top && splits.has(node)) node = h.parent[node]!
    if (node === top && splits.has(top)) shown++
  }
  return shown
}

/** Splits the cell of `leaf` into its two parts. The same splits when it is a leaf, which has none. */
export function splitCell(h: Hierarchy, leaf: number, count: number, splits: Splits): Splits {
  const cell = refinedNodeAt(h, leaf, count, splits)
  return cell < h.leafCount ? splits : new Set(splits).add(cell)
}

/**
 * Takes back the split that the cell of `leaf` came from, with all splits within it. The same splits when the cell is
 * one of the level's own.
 */
export function joinCell(h: Hierarchy, leaf: number, count: number, splits: Splits): Splits {
  const whole = h.parent[refinedNodeAt(h, leaf, count, splits)]!
  if (!splits.has(whole) || endLeaf(h, whole) - firstLeaf(h, whole) > sizeAt(h, leaf, count)) return splits
  const left = new Set<number>()
  for (const node of splits) {
    const isWithin = firstLeaf(h, whole) <= firstLeaf(h, node) && endLeaf(h, node) <= endLeaf(h, whole)
    if (!isWithin) left.add(node)
  }
  return left
}

/** How many leaves the level's own cell of `leaf` has. */
function sizeAt(h: Hierarchy, leaf: number, count: number): number {
  const node = nodeAt(h, leaf, count)
  return endLeaf(h, node) - firstLeaf(h, node)
}
