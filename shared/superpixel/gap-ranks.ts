import type { Hierarchy } from './hierarchy.ts'

/**
 * Leaves are numbered depth-first, so every merge joins two neighbouring ranges of leaves: it closes one gap between
 * two leaves that follow each other. The ranks by gap are the whole tree, and any order of the ranks is one.
 *
 * Entry `g` is the rank of the merge that closes the gap between the leaves `g` and `g + 1`; `leafCount - 1` long.
 */
export function gapRanks({
  leafCount,
  parent,
  lo,
}: Pick<Hierarchy, 'leafCount' | 'parent' | 'lo'>): Uint32Array {
  const ranks = new Uint32Array(leafCount - 1)
  for (let node = 0; node < 2 * leafCount - 2; node++) {
    const first = node < leafCount ? node : lo[node - leafCount]!
    const rank = parent[node]! - leafCount
    // The second of the two parts begins after the gap.
    if (first !== lo[rank]) ranks[first - 1] = rank
  }
  return ranks
}

/** The tree that has these ranks. Throws RangeError when a rank is missing or out of range. */
export function treeOfGaps(ranks: Uint32Array): Pick<Hierarchy, 'parent' | 'lo' | 'hi'> {
  const mergeCount = ranks.length
  const leafCount = mergeCount + 1
  const gaps = new Uint32Array(mergeCount).fill(mergeCount)
  for (let gap = 0; gap < mergeCount; gap++) {
    const rank = ranks[gap]!
    if (rank >= mergeCount || gaps[rank] !== mergeCount) throw new RangeError('merges that make no tree')
    gaps[rank] = gap
  }
  const parent = new Uint32Array(leafCount + mergeCount)
  parent[parent.length - 1] = parent.length - 1
  const lo = new Uint32Array(mergeCount)
  const hi = new Uint32Array(mergeCount)
  // Of the ranges as they are now: the node by first leaf, the first leaf by last leaf, and the other way round.
  const nodeOf = new Uint32Array(leafCount)
  const firstOf = new Uint32Array(leafCount)
  const lastOf = new Uint32Array(leafCount)
  for (let leaf = 0; leaf < leafCount; leaf++) nodeOf[leaf] = firstOf[leaf] = lastOf[leaf] = leaf
  for (let rank = 0; rank < mergeCount; rank++) {
    const gap = gaps[rank]!
    const first = firstOf[gap]!
    const last = lastOf[gap + 1]!
    const node = leafCount + rank
    parent[nodeOf[first]!] = node
    parent[nodeOf[gap + 1]!] = node
    lo[rank] = first
    hi[rank] = last + 1
    nodeOf[first] = node
    firstOf[last] = first
    lastOf[first] = last
  }
  return { parent, lo, hi }
}
