import { nodesOfLeaves } from '../../shared/superpixel/cut.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import type { Segmentation } from './berkeley.ts'

/** Superpixel per pixel in the partition into `count`: values 0, 1, … from the first leaf on. */
export function partitionOf(h: Hierarchy, count: number): { label: Uint32Array; count: number } {
  const nodes = nodesOfLeaves(h, count)
  const cellOfLeaf = new Uint32Array(h.leafCount)
  let cells = 0
  for (let leaf = 0; leaf < h.leafCount; leaf++) {
    if (leaf > 0 && nodes[leaf] !== nodes[leaf - 1]) cells++
    cellOfLeaf[leaf] = cells
  }
  return { label: h.leaf.map((leaf) => cellOfLeaf[leaf]!), count: cells + 1 }
}

/** How many 4-connected components `label` has. */
export function componentCount(label: Uint32Array, width: number): number {
  const isSeen = new Uint8Array(label.length)
  const stack: number[] = []
  let count = 0
  for (let start = 0; start < label.length; start++) {
    if (isSeen[start]) continue
    count++
    isSeen[start] = 1
    stack.push(start)
    while (stack.length > 0) {
      const p = stack.pop()!
      const x = p % width
      const neighbours = [x > 0 ? p - 1 : -1, x + 1 < width ? p + 1 : -1, p - width, p + width]
      for (const q of neighbours) {
        if (q < 0 || q >= label.length || isSeen[q] || label[q] !== label[p]) continue
        isSeen[q] = 1
        stack.push(q)
      }
    }
  }
  return count
}

/**
 * Share of pixels that leak over a segment's border: Σ min(|S ∩ G|, |S| - |S ∩ G|) / N over all overlaps of a
 * superpixel S with a segment G (Neubert and Protzel, as in Stutz, Hermans, Leibe, CVIU 2018).
 */
export function undersegmentationError(
  partition: { label: Uint32Array; count: number },
  segmentation: Segmentation,
): number {
  const overlap = new Map<number, number>()
  const area = new Uint32Array(partition.count)
  for (let p = 0; p < partition.label.length; p++) {
    const cell = partition.label[p]!
    area[cell]!++
    const key = cell * segmentation.count + segmentation.labels[p]!
    overlap.set(key, (overlap.get(key) ?? 0) + 1)
  }
  let leak = 0
  for (const [key, pixels] of overlap) {
    leak += Math.min(pixels, area[Math.floor(key / segmentation.count)]! - pixels)
  }
  return leak / partition.label.length
}
