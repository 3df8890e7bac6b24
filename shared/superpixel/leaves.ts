import type { Hierarchy } from './hierarchy.ts'
import type { MergeTree } from './merge-tree.ts'
import { startsOfCounts } from './region-graph.ts'

/** `parent`, `lo` and `hi` as in `Hierarchy`, and the new number of each of the tree's leaves. */
export type NumberedTree = Pick<Hierarchy, 'parent' | 'lo' | 'hi'> & { readonly leafNumber: Uint32Array }

/** Numbers leaves depth-first, so that those of every node follow one another. */
export function numberLeaves({ leafCount, a, b }: MergeTree): NumberedTree {
  const nodeCount = 2 * leafCount - 1
  const size = new Uint32Array(nodeCount).fill(1, 0, leafCount)
  for (let r = 0; r < a.length; r++) size[leafCount + r] = size[a[r]!]! + size[b[r]!]!
  const start = new Uint32Array(nodeCount)
  for (let r = a.length - 1; r >= 0; r--) {
    const first = start[leafCount + r]!
    start[a[r]!] = first
    start[b[r]!] = first + size[a[r]!]!
  }
  const leafNumber = start.slice(0, leafCount)
  const renumbered = (node: number) => (node < leafCount ? leafNumber[node]! : node)
  const parent = new Uint32Array(nodeCount)
  const lo = start.slice(leafCount)
  const hi = lo.map((first, r) => first + size[leafCount + r]!)
  parent[nodeCount - 1] = nodeCount - 1
  for (let r = 0; r < a.length; r++) {
    parent[renumbered(a[r]!)] = leafCount + r
    parent[renumbered(b[r]!)] = leafCount + r
  }
  return { parent, lo, hi, leafNumber }
}

/** Runs of each leaf as in `Hierarchy`; `leaf` is row-major. */
export function leafRuns(
  leaf: Uint32Array,
  width: number,
  leafCount: number,
): Pick<Hierarchy, 'runStart' | 'runs'> {
  const runStart = new Uint32Array(leafCount + 1)
  for (let p = 0; p < leaf.length; ) {
    runStart[leaf[p]!]!++
    p = runEnd(leaf, p, width)
  }
  const runs = new Uint32Array(2 * startsOfCounts(runStart))
  const next = runStart.slice(0, leafCount)
  for (let p = 0; p < leaf.length; ) {
    const end = runEnd(leaf, p, width)
    const at = 2 * next[leaf[p]!]!++
    runs[at] = p
    runs[at + 1] = end - p
    p = end
  }
  return { runStart, runs }
}

function runEnd(leaf: Uint32Array, start: number, width: number): number {
  const here = leaf[start]!
  const rowEnd = start - (start % width) + width
  let end = start + 1
  while (end < rowEnd && leaf[end] === here) end++
  return end
}
