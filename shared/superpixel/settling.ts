import { PLANE_SCALE, type Planes } from './colour.ts'
import { costTable } from './merge-cost-table.ts'
import type { Tile } from './tiles.ts'

/**
 * Mean size, in pixels, of the cells whose borders settle: large enough to know what belongs to them, and about the size at
 * which people work. Coarser borders are some of these.
 */
export const SETTLED_SIZE = 300
/** A border can move by as many pixels. */
const SWEEPS = 3
export const COMPANY = Math.fround(costTable.company)

const round = Math.fround

/** Steps to the eight neighbours, clockwise from the upper left: even ones are corners. */
const AROUND = [
  [-1, -1],
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
] as const
/** Indices of left, upper, right and lower neighbour in `AROUND`: the order in which their cells are tried. */
const DIRECT = [7, 1, 3, 5] as const

/**
 * Lets pixels on the borders of `cells` go over to the cell that they suit better, in place: the one whose mean colour is
 * nearer, less a bonus for each neighbour that is in it. The merge rounds decided about regions of many pixels; where
 * those began, a pixel of mixed colour lies on either side by chance. Borders come to lie on edges and are smoother.
 *
 * A pixel that goes over becomes part of the leaf it touches there, if its own leaf stays 4-connected without it. So no
 * leaf vanishes or falls apart, and the tree is not touched.
 *
 * - `leaf`: per pixel of the image, row-major; `cells`: number of the cell of each leaf, from 0 on.
 * - Pixels next to another tile stay where they are, so that tiles can be done in any order.
 *
 * Pixels of equal parity of x and of y are no neighbours of each other: each quarter of a sweep may be done in any order.
 */
export function settle(
  leaf: Uint32Array,
  cells: Uint32Array,
  planes: Planes,
  width: number,
  tiles: readonly Tile[],
): void {
  const height = leaf.length / width
  const means = cellMeans(leaf, cells, planes)
  const steps = AROUND.map(([dx, dy]) => dy * width + dx)
  const around = new Int32Array(8)
  const settlePixel = (p: number, x: number, y: number) => {
    const own = leaf[p]!
    const ownCell = cells[own]!
    let isBorder = false
    for (const i of DIRECT) {
      const [dx, dy] = AROUND[i]!
      const isInside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height
      if (isInside && cells[leaf[p + steps[i]!]!] !== ownCell) isBorder = true
    }
    if (!isBorder) return
    for (const [i, [dx, dy]] of AROUND.entries()) {
      const isInside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height
      around[i] = isInside ? leaf[p + steps[i]!]! : -1
    }
    if (!holdsTogether(around, own)) return
    let best = ownCell
    let least = energy(means, planes, p, ownCell, cells, around)
    let to = own
    for (const i of DIRECT) {
      const neighbour = around[i]!
      if (neighbour < 0 || cells[neighbour] === best || cells[neighbour] === ownCell) continue
      if (!staysLinked(around, own, cells, cells[neighbour]!)) continue
      const other = energy(means, planes, p, cells[neighbour]!, cells, around)
      if (other >= least) continue
      least = other
      best = cells[neighbour]!
      to = neighbour
    }
    leaf[p] = to
  }
  for (const tile of tiles) {
    const left = tile.left > 0 ? tile.left + 1 : 0
    const top = tile.top > 0 ? tile.top + 1 : 0
    const right = tile.right < width ? tile.right - 1 : width
    const bottom = tile.bottom < height ? tile.bottom - 1 : height
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      for (let quarter = 0; quarter < 4; quarter++) {
        for (let y = top + ((top + (quarter >> 1)) & 1); y < bottom; y += 2) {
          for (let x = left + ((left + quarter) & 1); x < right; x += 2) settlePixel(y * width + x, x, y)
        }
      }
    }
  }
}

/** Mean of the three planes over each cell, in CIELAB units. */
function cellMeans(leaf: Uint32Array, cells: Uint32Array, planes: Planes): Float32Array {
  // Cells are numbered from the first leaf on.
  const cellCount = cells.at(-1)! + 1
  // Sums are whole numbers below 2^53, so their order does not matter.
  const sums = new Float64Array(4 * cellCount)
  for (let p = 0; p < leaf.length; p++) {
    const at = 4 * cells[leaf[p]!]!
    for (let band = 0; band < 3; band++) sums[at + band]! += planes[band]![p]!
    sums[at + 3]!++
  }
  const means = new Float32Array(3 * cellCount)
  for (let cell = 0; cell < cellCount; cell++) {
    const scale = sums[4 * cell + 3]! * PLANE_SCALE
    for (let band = 0; band < 3; band++) means[3 * cell + band] = sums[4 * cell + band]! / scale
  }
  return means
}

/** Whether the pixels of leaf `own` next to a pixel of it stay 4-connected, among those around it, without the pixel. */
function holdsTogether(around: Int32Array, own: number): boolean {
  let direct = 0
  let corners = 0
  for (let i = 1; i < 8; i += 2) {
    if (around[i] !== own) continue
    direct++
    const next = (i + 2) & 7
    if (around[(i + 1) & 7] === own && around[next] === own) corners++
  }
  return direct - corners === 1 || corners === 4
}

/**
 * `holdsTogether` for every set of neighbours, 1 or 0. Bits of a set, from the lowest: left, upper, right, lower, then the
 * corners row by row.
 */
export function linkTable(): Uint8Array {
  const order = [...DIRECT, 0, 2, 6, 4]
  return Uint8Array.from({ length: 256 }, (_, set) => {
    const around = new Int32Array(8)
    for (const [bit, i] of order.entries()) around[i] = (set >> bit) & 1
    return holdsTogether(around, 1) ? 1 : 0
  })
}

/**
 * Whether what the pixel touches besides its own leaf keeps touching that leaf without it, but for what belongs to `cell`,
 * where it goes. Superpixels of any size that hold its leaf, and not yet that cell, so stay whole.
 */
function staysLinked(around: Int32Array, own: number, cells: Uint32Array, cell: number): boolean {
  for (let i = 1; i < 8; i += 2) {
    const other = around[i]!
    if (other < 0 || other === own || cells[other] === cell) continue
    const before = around[i - 1]!
    const after = around[(i + 1) & 7]!
    const isLinked =
      (around[(i + 6) & 7] === own && (before === own || before === other)) ||
      (around[(i + 2) & 7] === own && (after === own || after === other))
    if (!isLinked) return false
  }
  return true
}

function energy(
  means: Float32Array,
  [l, a, b]: Planes,
  p: number,
  cell: number,
  cells: Uint32Array,
  around: Int32Array,
): number {
  const dl = round(l[p]! / PLANE_SCALE - means[3 * cell]!)
  const da = round(a[p]! / PLANE_SCALE - means[3 * cell + 1]!)
  const db = round(b[p]! / PLANE_SCALE - means[3 * cell + 2]!)
  const distance = round(Math.sqrt(round(round(round(dl * dl) + round(da * da)) + round(db * db))))
  let company = 0
  for (const neighbour of around) if (neighbour >= 0 && cells[neighbour] === cell) company++
  return round(distance - round(COMPANY * company))
}
