/**
 * Superpixels of every size over one image, as a binary merge tree with `leafCount` leaves (n0) and one root.
 *
 * Leaves are numbered depth-first, so every superpixel of every size is one contiguous range of leaves.
 * Node ids: leaf `l` is node `l`; the merge of rank `r` (cheapest first) is node `n0 + r`; the root is `2·n0 - 2`.
 *
 * - `leaf`: leaf number per pixel, row-major, `width * height` long, values `0 … n0 - 1`.
 * - `parent`: `2·n0 - 1` long; `parent[i] > i`, except the root, which is its own parent.
 * - `lo`, `hi`: leaf range `[lo, hi)` of each merge by rank, `n0 - 1` long each; see `firstLeaf` and `endLeaf`.
 * - `runStart`: `n0 + 1` long; the runs of leaf `l` are `runs[2·runStart[l] … 2·runStart[l + 1])`.
 * - `runs`: [first pixel index, length] pairs, each within one row, sorted by leaf, then by index.
 *
 * K superpixels are the partition after the first `n0 - K` merges. Every region of every K is 4-connected.
 */
export type Hierarchy = Readonly<{
  width: number
  height: number
  /** Name and version of the algorithm and its parameters: whatever refers to leaves stores it. */
  engine: string
  leafCount: number
  leaf: Uint32Array
  parent: Uint32Array
  lo: Uint32Array
  hi: Uint32Array
  runStart: Uint32Array
  runs: Uint32Array
}>

/** Leaves and merges without the pixels. */
export type LeafTree = Pick<Hierarchy, 'leafCount' | 'parent' | 'lo' | 'hi'>

/** The first leaf of a node. */
export function firstLeaf(h: LeafTree, node: number): number {
  return node < h.leafCount ? node : h.lo[node - h.leafCount]!
}

/** One more than the last leaf of a node. */
export function endLeaf(h: LeafTree, node: number): number {
  return node < h.leafCount ? node + 1 : h.hi[node - h.leafCount]!
}

/** 8-bit sRGB pixels as a canvas gives them: RGBA, row-major, `4 * width * height` long. */
export type RgbaImage = Readonly<{ width: number; height: number; data: Uint8Array | Uint8ClampedArray }>
