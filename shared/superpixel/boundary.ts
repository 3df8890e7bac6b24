import { clampCount } from './cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from './hierarchy.ts'

/**
 * A side between two pixels is a border until the merge that joins its two leaves. Its rank is that merge's, plus one so
 * that 0 is left for sides within a leaf: the side is a border in the partition into `count` exactly if its rank is at
 * least `borderRank(h, count)`. So a picture of ranks is drawn at every size by changing one number.
 */
export function borderRank(h: Hierarchy, count: number): number {
  return h.leafCount - clampCount(h, count) + 1
}

/** Rank of a side between pixels of these two leaves. Climbs from one of them: a few steps for most. */
export function sideRank(h: Hierarchy, leaf: number, other: number): number {
  if (leaf === other) return 0
  let node = h.parent[leaf]!
  while (other < firstLeaf(h, node) || other >= endLeaf(h, node)) node = h.parent[node]!
  return node - h.leafCount + 1
}

/** Ranks of sides, row-major, for a window of the image `width` × `height` pixels large. */
export type SideRanks = {
  readonly width: number
  readonly height: number
  /** The side between a pixel and the one to its right; 0 at the right border of the image. */
  readonly right: Uint32Array
  /** The side between a pixel and the one below it; 0 at the lower border of the image. */
  readonly down: Uint32Array
}

/** The part of the image from (x0, y0) to before (x1, y1), which must lie within it. Costs what its pixels cost. */
export function sideRanks(
  h: Hierarchy,
  window: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number },
): SideRanks {
  const { x0, y0, x1, y1 } = window
  const [width, height] = [x1 - x0, y1 - y0]
  const right = new Uint32Array(width * height)
  const down = new Uint32Array(width * height)
  for (let y = y0, i = 0; y < y1; y++) {
    // Neighbouring sides often lie between the same two leaves.
    let above = -1
    let below = -1
    let rank = 0
    for (let x = x0, p = y * h.width + x0; x < x1; x++, p++, i++) {
      const leaf = h.leaf[p]!
      if (x + 1 < h.width && h.leaf[p + 1] !== leaf) right[i] = sideRank(h, leaf, h.leaf[p + 1]!)
      if (y + 1 === h.height) continue
      const next = h.leaf[p + h.width]!
      if (leaf !== above || next !== below) {
        above = leaf
        below = next
        rank = sideRank(h, leaf, next)
      }
      down[i] = rank
    }
  }
  return { width, height, right, down }
}

/**
 * For every pixel the larger rank of its right and its lower side: one number a pixel from which the borders of every
 * size can be drawn. 4 bytes a pixel.
 */
export function borderRanks(h: Hierarchy): Uint32Array {
  const ranks = new Uint32Array(h.width * h.height)
  // Row by row, so that nothing else takes memory.
  for (let y = 0; y < h.height; y++) {
    const { right, down } = sideRanks(h, { x0: 0, y0: y, x1: h.width, y1: y + 1 })
    const row = y * h.width
    for (let x = 0; x < h.width; x++) ranks[row + x] = Math.max(right[x]!, down[x]!)
  }
  return ranks
}
