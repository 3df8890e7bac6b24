import { DOWN, type Evidence, LEFT, RIGHT, ROOT, UP } from './grid.ts'
import { pixelOf, type Tile, widthOf } from './tiles.ts'

/**
 * Regions of the pixels of one tile, row-major, numbered 0 … `count - 1` by their first pixel. Every region is
 * 4-connected.
 *
 * - `label`: region per pixel of the tile.
 * - `sums`: 4 numbers a region: the sums of the three planes over its pixels, and how many pixels it has.
 */
export type Regions = { readonly label: Uint32Array; readonly count: number; readonly sums: Int32Array }

/** The regions that the links of a tile make. */
export function linkedRegions(
  links: Uint8Array,
  { planes, width: imageWidth }: Evidence,
  tile: Tile,
): Regions {
  const width = widthOf(tile)
  const steps: number[] = []
  steps[UP] = -width
  steps[LEFT] = -1
  steps[RIGHT] = 1
  steps[DOWN] = width
  steps[ROOT] = 0
  const { number: label, count } = numberTrees(Uint32Array.from(links, (link, p) => p + steps[link]!))
  const [l, a, b] = planes
  const sums = new Int32Array(4 * count)
  for (let p = 0; p < label.length; p++) {
    const at = 4 * label[p]!
    const pixel = pixelOf(tile, imageWidth, p)
    sums[at]! += l[pixel]!
    sums[at + 1]! += a[pixel]!
    sums[at + 2]! += b[pixel]!
    sums[at + 3]! += 1
  }
  return { label, count, sums }
}

/**
 * Numbers the trees of a forest 0, 1, … in the order of their first members. `target[i]`: where i leads, itself for a
 * root; it must not lead in a circle.
 */
export function numberTrees(target: Uint32Array): { number: Uint32Array; count: number } {
  const number = new Uint32Array(target.length)
  const isNumbered = new Uint8Array(target.length)
  let count = 0
  for (let i = 0; i < target.length; i++) {
    let end = i
    while (isNumbered[end] === 0 && target[end] !== end) end = target[end]!
    const here = isNumbered[end] === 1 ? number[end]! : count++
    for (let member = i; ; member = target[member]!) {
      number[member] = here
      isNumbered[member] = 1
      if (member === end) break
    }
  }
  return { number, count }
}
