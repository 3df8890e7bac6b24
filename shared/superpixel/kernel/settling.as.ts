import { NONE } from './cells.as'
import { COMPANY, constant, distances } from './cost.as'
import { highHalves, lowHalves, zipHigh, zipLow } from './lanes.as'

// `settling.ts` of the reference, on one tile.

const SWEEPS: i32 = 3
const PLANE_UNIT: f32 = 1.0 / 64.0

/** Of the eight neighbours of a pixel as bits and lanes: left, upper, right and lower, before the corners. */
const DIRECT: u32 = 15

/**
 * `settle` for the pixels in columns `left` to before `right` and rows `top` to before `bottom` of a tile `width` wide.
 *
 * - `label`: regions; `map`: cells, as `mapCells` makes them; `sums`: of the regions, as `sumRegions` makes them; all of
 *   them are changed.
 * - `marks`: a byte per pixel, `step / 2` bytes a row, all zero, with room for a row and 16 bytes before and after.
 * - `pixels`: as `gridRows` gives them. `means`: of the tile's cells. `holds`: as `linkTable`.
 * - `oddColumn`, `oddRow`: parity of the tile's first pixel in the image.
 */
export function settlePixels(
  label: usize,
  map: usize,
  step: usize,
  marks: usize,
  pixels: usize,
  sums: usize,
  means: usize,
  holds: usize,
  width: i32,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
  oddColumn: i32,
  oddRow: i32,
): void {
  // In the order of the quarters of all sweeps, seen from each pixel: even rows, odd ones when both rows beside them are
  // done, and a further sweep as soon as it can follow.
  for (let y = top + ((top + oddRow) & 1); y < bottom + 2 * SWEEPS; y += 2) {
    for (let i = 0; i < 2 * SWEEPS; i++) {
      const row = y - i
      if (row < top || row >= bottom) continue
      settleRow(
        label,
        map,
        step,
        marks,
        pixels,
        sums,
        means,
        holds,
        width,
        left,
        right,
        oddColumn,
        row,
        i >> 1,
      )
    }
  }
}

/** The even columns of a row, then the odd ones. */
function settleRow(
  label: usize,
  map: usize,
  step: usize,
  marks: usize,
  pixels: usize,
  sums: usize,
  means: usize,
  holds: usize,
  width: i32,
  left: i32,
  right: i32,
  oddColumn: i32,
  y: i32,
  sweep: i32,
): void {
  const row = <usize>y * step
  const first = <usize>y * width
  for (let parity = 0; parity < 2; parity++) {
    const shift = (left + oddColumn + parity) & 1
    const columns: i32 = shift === 0 ? 0x55 : 0xaa
    for (let x = left; x < right; x += 8) {
      const at = map + row + ((<usize>x) << 1)
      const mark = marks + (row >> 1) + <usize>x
      // Without a change around it since it was looked at, a pixel stays.
      const changed: u64 = sweep > 0 ? load<u64>(mark) : ~0
      if (changed === 0) continue
      let bits = borders(at, step) & columns
      if (sweep > 0) bits &= i8x16.bitmask(i8x16.ne(v128.load64_zero(mark), i8x16.splat(0)))
      if (right - x < 8) bits &= (1 << (right - x)) - 1
      if (bits === 0) continue
      // A single one is looked at alone.
      let found = 0xff00
      if ((bits & (bits - 1)) !== 0) {
        found = wanting(at, step, pixels + ((first + <usize>x) << 3), means, shift)
        bits &= found | (found >> 8)
      }
      while (bits !== 0) {
        const i = <usize>ctz(bits)
        bits &= bits - 1
        const p = first + <usize>x + i
        settlePixel(
          label + (p << 2),
          (<usize>width) << 2,
          at + (i << 1),
          step,
          mark + i,
          pixels + (p << 3),
          sums,
          means,
          holds,
          (found >> (8 + <i32>i)) & 1,
        )
      }
    }
  }
}

/** Which of eight pixels have one of another cell to their left or right, above or below. */
function borders(at: usize, step: usize): i32 {
  const here = v128.load(at)
  const same = v128.and(
    v128.and(i16x8.eq(here, v128.load(at - 2)), i16x8.eq(here, v128.load(at + 2))),
    v128.and(i16x8.eq(here, v128.load(at - step)), i16x8.eq(here, v128.load(at + step))),
  )
  return i16x8.bitmask(same) ^ 0xff
}

/**
 * Which of every second of eight pixels, from the first (`shift` 0) or the second one (1) on, would go over to the first
 * other cell beside them if they may (bits 0 … 7), and which have more than one beside them (bits 8 … 15).
 */
function wanting(at: usize, step: usize, pixel: usize, means: usize, shift: i32): i32 {
  const none = i16x8.splat(<i16>NONE)
  const here = v128.load(at)
  const left = v128.load(at - 2)
  const up = v128.load(at - step)
  const right = v128.load(at + 2)
  const down = v128.load(at + step)
  const upLeft = v128.load(at - step - 2)
  const upRight = v128.load(at - step + 2)
  const downLeft = v128.load(at + step - 2)
  const downRight = v128.load(at + step + 2)
  const noLeft = v128.or(i16x8.eq(left, here), i16x8.eq(left, none))
  const noUp = v128.or(i16x8.eq(up, here), i16x8.eq(up, none))
  const noRight = v128.or(i16x8.eq(right, here), i16x8.eq(right, none))
  const noDown = v128.or(i16x8.eq(down, here), i16x8.eq(down, none))
  // The first other cell, in the order in which they are tried.
  let other = v128.bitselect(here, down, noDown)
  other = v128.bitselect(other, right, noRight)
  other = v128.bitselect(other, up, noUp)
  other = v128.bitselect(other, left, noLeft)
  const isOne = v128.and(
    v128.and(v128.or(noLeft, i16x8.eq(left, other)), v128.or(noUp, i16x8.eq(up, other))),
    v128.and(v128.or(noRight, i16x8.eq(right, other)), v128.or(noDown, i16x8.eq(down, other))),
  )
  const company = count(here, left, up, right, down, upLeft, upRight, downLeft, downRight)
  const others = count(other, left, up, right, down, upLeft, upRight, downLeft, downRight)
  // Past the image there are no means.
  const own = everySecond(v128.andnot(here, i16x8.eq(here, none)), shift)
  const there = everySecond(v128.andnot(other, i16x8.eq(other, none)), shift)
  pixel += (<usize>shift) << 3
  const c0 = colourOf(pixel)
  const c1 = colourOf(pixel + 16)
  const c2 = colourOf(pixel + 32)
  const c3 = colourOf(pixel + 48)
  const least = energies(c0, c1, c2, c3, means, own, everySecond(company, shift))
  const most = energies(c0, c1, c2, c3, means, there, everySecond(others, shift))
  const wants = i32x4.bitmask(f32x4.lt(most, least))
  const unclear = i32x4.bitmask(i32x4.eq(everySecond(isOne, shift), i32x4.splat(0)))
  return (spaced(wants) | (spaced(unclear) << 8)) << shift
}

/** Four bits as every second of eight. */
function spaced(four: i32): i32 {
  return (four & 1) | ((four & 2) << 1) | ((four & 4) << 2) | ((four & 8) << 3)
}

/** How many of the neighbours are `cell`, of each. */
function count(cell: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): v128 {
  const ab = i16x8.add(i16x8.eq(a, cell), i16x8.eq(b, cell))
  const cd = i16x8.add(i16x8.eq(c, cell), i16x8.eq(d, cell))
  const ef = i16x8.add(i16x8.eq(e, cell), i16x8.eq(f, cell))
  const gh = i16x8.add(i16x8.eq(g, cell), i16x8.eq(h, cell))
  return i16x8.neg(i16x8.add(i16x8.add(ab, cd), i16x8.add(ef, gh)))
}

/** The even half words of eight, or the odd ones. */
function everySecond(eight: v128, shift: i32): v128 {
  return v128.and(i32x4.shr_u(eight, shift << 4), i32x4.splat(0xffff))
}

function colourOf(pixel: usize): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(v128.load16x4_s(pixel)), f32x4.splat(PLANE_UNIT))
}

/** `energy` of four pixels. */
function energies(c0: v128, c1: v128, c2: v128, c3: v128, means: usize, cells: v128, company: v128): v128 {
  const d0 = f32x4.sub(c0, v128.load(means + ((<usize>i32x4.extract_lane(cells, 0)) << 4)))
  const d1 = f32x4.sub(c1, v128.load(means + ((<usize>i32x4.extract_lane(cells, 1)) << 4)))
  const d2 = f32x4.sub(c2, v128.load(means + ((<usize>i32x4.extract_lane(cells, 2)) << 4)))
  const d3 = f32x4.sub(c3, v128.load(means + ((<usize>i32x4.extract_lane(cells, 3)) << 4)))
  const low01 = zipLow(d0, d1)
  const low23 = zipLow(d2, d3)
  const high = lowHalves(zipHigh(d0, d1), zipHigh(d2, d3))
  const square = distances(lowHalves(low01, low23), highHalves(low01, low23), high)
  const bonus = f32x4.mul(constant(COMPANY), f32x4.convert_i32x4_s(company))
  return f32x4.sub(f32x4.sqrt(square), bonus)
}

function settlePixel(
  label: usize,
  labelStep: usize,
  map: usize,
  step: usize,
  mark: usize,
  pixel: usize,
  sums: usize,
  means: usize,
  holds: usize,
  isUnclear: i32,
): void {
  const up = v128.load64_zero(map - step - 2)
  const middle = v128.load64_zero(map - 2)
  const down = v128.load64_zero(map + step - 2)
  const upper = v128.shuffle<i16>(up, middle, 8, 1, 10, 0, 0, 2, 0, 0)
  const around = v128.shuffle<i16>(upper, down, 0, 1, 2, 9, 4, 5, 8, 10)
  const ownCell = <u32>load<u16>(map)
  const company = sameCell(around, ownCell)
  const outside = sameCell(around, NONE)
  let others = ~(company | outside) & DIRECT
  if (others === 0) return
  const addend = v128.load16x4_s(pixel)
  const colour = colourOf(pixel)
  const bonus = load<f32>(COMPANY)
  let least: f32 = isUnclear ? energy(colour, means, ownCell, company, bonus) : 0
  let best = ownCell
  let to: usize = 0
  /** The links that going over would cut; all bits when that is not known yet. */
  let loose: u32 = 0xffffffff
  while (others !== 0) {
    // Left, upper, right, lower; most pixels have only one other cell around them.
    const first = <usize>ctz(others)
    const cell = <u32>load<u16>(beside(map, first, 2, step))
    const same = sameCell(around, cell)
    others &= ~same
    const other: f32 = isUnclear ? energy(colour, means, cell, same, bonus) : -1
    if (other >= least) continue
    if (loose === 0xffffffff) {
      const mine = sameLeaf(label, labelStep, company)
      if (load<u8>(holds + mine) === 0) return
      loose = unlinked(label, labelStep, mine, outside)
    }
    if ((loose & ~same) !== 0) continue
    least = other
    best = cell
    to = first
  }
  if (best === ownCell) return
  const from = sums + ((<usize>load<u32>(label)) << 4)
  v128.store(from, i32x4.sub(v128.load(from), addend))
  const leaf = load<u32>(beside(label, to, 4, labelStep))
  store<u32>(label, leaf)
  const into = sums + ((<usize>leaf) << 4)
  v128.store(into, i32x4.add(v128.load(into), addend))
  store<u16>(map, best)
  const markStep = step >> 1
  markThree(mark - markStep)
  markThree(mark)
  markThree(mark + markStep)
}

/** Where the left, upper, right or lower neighbour (0 … 3) is, in a row-major map of `size` bytes an entry. */
function beside(at: usize, direction: usize, size: usize, step: usize): usize {
  const way = direction & 1 ? step : size
  return direction & 2 ? at + way : at - way
}

function markThree(mark: usize): void {
  store<u16>(mark - 1, 0x0101)
  store<u8>(mark, 1, 1)
}

function sameCell(around: v128, cell: u32): u32 {
  return i16x8.bitmask(i16x8.eq(around, i16x8.splat(<i16>cell)))
}

/** Outside of the image labels are others' and cells are none: `company` are those of the same cell. */
function sameLeaf(label: usize, labelStep: usize, company: u32): u32 {
  const own = i32x4.splat(load<u32>(label))
  const a: u32 = i32x4.bitmask(i32x4.eq(v128.load(label - labelStep - 4), own))
  const b: u32 = i32x4.bitmask(i32x4.eq(v128.load(label - 4), own))
  const c: u32 = i32x4.bitmask(i32x4.eq(v128.load(label + labelStep - 4), own))
  const direct = (b & 5) | (a & 2) | ((c & 2) << 2)
  const corners = ((a & 1) << 4) | ((a & 4) << 3) | ((c & 1) << 6) | ((c & 4) << 5)
  return (direct | corners) & company
}

function energy(colour: v128, means: usize, cell: u32, company: u32, bonus: f32): f32 {
  const difference = f32x4.sub(colour, v128.load(means + ((<usize>cell) << 4)))
  const square = f32x4.mul(difference, difference)
  const sum: f32 =
    f32x4.extract_lane(square, 0) + f32x4.extract_lane(square, 1) + f32x4.extract_lane(square, 2)
  return sqrt<f32>(sum) - bonus * <f32>(<i32>popcnt(company))
}

/** The direct neighbours of other leaves that touch what is left of the pixel's own leaf nowhere around it. */
function unlinked(label: usize, labelStep: usize, mine: u32, outside: u32): u32 {
  const others = ~(mine | outside) & DIRECT
  if (others === 0) return 0
  const upLeft = load<u32>(label - labelStep - 4)
  const up = load<u32>(label - labelStep)
  const upRight = load<u32>(label - labelStep + 4)
  const left = load<u32>(label - 4)
  const right = load<u32>(label + 4)
  const downLeft = load<u32>(label + labelStep - 4)
  const down = load<u32>(label + labelStep)
  const downRight = load<u32>(label + labelStep + 4)
  const inside = ~outside
  // Corners that belong to the leaf, or else to the one beside them, and lie within the image.
  const linkedLeft =
    ((mine >> 3) & ((mine >> 6) | ((inside >> 6) & <u32>(downLeft === left)))) |
    ((mine >> 1) & ((mine >> 4) | ((inside >> 4) & <u32>(upLeft === left))))
  const linkedUp =
    (mine & ((mine >> 4) | ((inside >> 4) & <u32>(upLeft === up)))) |
    ((mine >> 2) & ((mine >> 5) | ((inside >> 5) & <u32>(upRight === up))))
  const linkedRight =
    ((mine >> 1) & ((mine >> 5) | ((inside >> 5) & <u32>(upRight === right)))) |
    ((mine >> 3) & ((mine >> 7) | ((inside >> 7) & <u32>(downRight === right))))
  const linkedDown =
    ((mine >> 2) & ((mine >> 7) | ((inside >> 7) & <u32>(downRight === down)))) |
    (mine & ((mine >> 6) | ((inside >> 6) & <u32>(downLeft === down))))
  return (
    others & ~((linkedLeft & 1) | ((linkedUp & 1) << 1) | ((linkedRight & 1) << 2) | ((linkedDown & 1) << 3))
  )
}
