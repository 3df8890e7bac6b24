import { endLeaf, firstLeaf, type Hierarchy, type LeafTree } from './hierarchy.ts'

/** `count` superpixels as far as the image has them: an integer in 2 … leafCount, or 1 for an image of one leaf. */
export function clampCount(h: Pick<LeafTree, 'leafCount'>, count: number): number {
  return Math.max(Math.min(2, h.leafCount), Math.min(h.leafCount, Math.round(count)))
}

/** The superpixel of `leaf` in the partition into `count`, as a node. Climbs a few dozen parents; needs no memory. */
export function nodeAt(h: LeafTree, leaf: number, count: number): number {
  const { parent } = h
  const end = endOfCut(h, count)
  let node = leaf
  for (let above = parent[node]!; above < end && above !== node; above = parent[node]!) node = above
  return node
}

/** The superpixel under a pixel, given by its index; see `nodeAt`. */
export function nodeUnder(h: Hierarchy, pixel: number, count: number): number {
  return nodeAt(h, h.leaf[pixel]!, count)
}

/** The superpixel of every leaf in the partition into `count`, as a node: `recut` changes it to another count. */
export function nodesOfLeaves(h: LeafTree, count: number): Uint32Array {
  const nodes = new Uint32Array(h.leafCount)
  forEachCell(h, count, (node, lo, hi) => {
    nodes.fill(node, lo, hi)
  })
  return nodes
}

/**
 * Turns `nodes`, the superpixel of every leaf in the partition into `from`, into that of the partition into `to`, in
 * place. Each leaf is looked at once at most, and only where something changes is written; `changed` gets the ranges of
 * leaves that are parts of other superpixels now, in order.
 */
export function recut(
  h: Hierarchy,
  nodes: Uint32Array,
  from: number,
  to: number,
  changed?: (lo: number, hi: number) => void,
): void {
  const end = endOfCut(h, to)
  const isCoarser = end > endOfCut(h, from)
  for (let leaf = 0; leaf < h.leafCount; ) {
    const node = nodes[leaf]!
    const hi = endLeaf(h, node)
    const isSame = isCoarser ? h.parent[node]! >= end || h.parent[node] === node : node < end
    if (isSame) {
      leaf = hi
      continue
    }
    const first = leaf
    const last = isCoarser ? endLeaf(h, nodeAt(h, leaf, to)) : hi
    while (leaf < last) {
      const cell = nodeAt(h, leaf, to)
      nodes.fill(cell, leaf, endLeaf(h, cell))
      leaf = endLeaf(h, cell)
    }
    changed?.(first, last)
  }
}

/** The `count` superpixels as nodes, from the first leaf to the last. */
export function cellsOf(h: LeafTree, count: number): Uint32Array {
  const cells = new Uint32Array(clampCount(h, count))
  let written = 0
  forEachCell(h, count, (node) => {
    cells[written++] = node
  })
  return cells
}

/** The superpixel of every leaf in the partition into `count`, numbered from the first leaf on. */
export function cellNumbers(h: LeafTree, count: number): Uint32Array {
  const numbers = new Uint32Array(h.leafCount)
  let cell = 0
  forEachCell(h, count, (_, lo, hi) => {
    numbers.fill(cell++, lo, hi)
  })
  return numbers
}

function forEachCell(
  h: LeafTree,
  count: number,
  visit: (node: number, lo: number, hi: number) => void,
): void {
  for (let leaf = 0; leaf < h.leafCount; ) {
    const node = nodeAt(h, leaf, count)
    visit(node, firstLeaf(h, node), endLeaf(h, node))
    leaf = endLeaf(h, node)
  }
}

/** Nodes below this number exist in the partition into `count`: the leaves and the first leafCount - count merges. */
function endOfCut(h: LeafTree, count: number): number {
  return 2 * h.leafCount - clampCount(h, count)
}
