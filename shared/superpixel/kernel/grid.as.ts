import { sideCosts, TIES } from './cost.as'
import { zipHigh, zipLow } from './lanes.as'

const FINENESS: f32 = 1.0 / 256.0
const ROOT_SCALE: f32 = 16.0
const GRADIENT_MOST: i32 = 255

const LEFT: i32 = 1
const RIGHT: i32 = 2
const DOWN: i32 = 3

/**
 * Gradients, costs and choices of a tile (`gridGradients` and `gridLinks` of the reference without its roots), and its
 * pixels as (l, a, b, 1), which sums are made of.
 *
 * `c`, `s`: the planes at the tile's first pixel, the planes of an image `plane` bytes apart, rows `step` bytes apart; s
 * is c blurred once more. `left`, `above`, `right_`, `below`: how many pixels of the image there are on either side of the
 * tile. Where one is needed it must be there: one to the left and above, two to the right and below, as far as the image
 * has them; past the image's left and right border what `repeatEdges` puts there.
 * `ties`: as `sideTies`, and its first 16 again. `shifts`: `tieShift` of the two kinds of sides of each row.
 * `costs`: room for three rows of `width + 16` floats. `right`, `down`, `links` and `pixels` may be written up to 16
 * pixels past their ends.
 */
export function gridRows(
  c: usize,
  s: usize,
  plane: usize,
  step: usize,
  width: i32,
  rows: i32,
  left: i32,
  above: i32,
  right_: i32,
  below: i32,
  ties: usize,
  shifts: usize,
  costs: usize,
  right: usize,
  down: usize,
  links: usize,
  pixels: usize,
): void {
  const row = (<usize>width + 16) << 2
  let upCosts = costs + 16
  let downCosts = upCosts + row
  const rightCosts = downCosts + row
  infinite(upCosts, width)
  store<f32>(rightCosts - 4, Infinity)
  for (let y = 0; y < rows; y++) {
    const rightShift = left + <i32>load<u8>(shifts + ((<usize>y) << 1))
    const downShift = left + <i32>load<u8>(shifts + ((<usize>y) << 1), 1)
    const isLast = y + 1 === rows
    const hasBelow = !isLast || below > 0
    // Past the image's border a row is as the one on it.
    const before = y + above > 0 ? s - step : s
    const after = y + 2 < rows + below ? s + 2 * step : hasBelow ? s + step : s
    const next = hasBelow ? c + step : c
    for (let x: usize = 0, end = <usize>width; x < end; x += 8) {
      const at = x << 1
      const r0 = rightCosts + (x << 2)
      sides(
        c + at,
        c + at + 2,
        s + at - 2,
        s + at + 4,
        plane,
        ties + ((<usize>((<i32>x + rightShift) & (TIES - 1))) << 2),
        r0,
        right + x,
      )
      const d0 = downCosts + (x << 2)
      sides(
        c + at,
        next + at,
        before + at,
        after + at,
        plane,
        ties + ((<usize>((<i32>x + downShift) & (TIES - 1))) << 2),
        d0,
        down + x,
      )
      interleave(c + at, plane, pixels + (x << 3))
    }
    store<f32>(rightCosts + ((<usize>(width - 1)) << 2), Infinity)
    if (right_ === 0) store<u8>(right + width - 1, 0)
    if (isLast) infinite(downCosts, width)
    for (let x: usize = 0, end = <usize>width; x < end; x += 16) {
      const at = x << 2
      const first = i16x8.narrow_i32x4_u(
        choices(upCosts + at, rightCosts + at, downCosts + at),
        choices(upCosts + at + 16, rightCosts + at + 16, downCosts + at + 16),
      )
      const second = i16x8.narrow_i32x4_u(
        choices(upCosts + at + 32, rightCosts + at + 32, downCosts + at + 32),
        choices(upCosts + at + 48, rightCosts + at + 48, downCosts + at + 48),
      )
      v128.store(links + x, i8x16.narrow_i16x8_u(first, second))
    }
    const free = upCosts
    upCosts = downCosts
    downCosts = free
    c += step
    s += step
    right += width
    down += width
    links += width
    pixels += (<usize>width) << 3
  }
  if (below === 0) memory.fill(down - width, 0, width)
}

function infinite(costs: usize, width: i32): void {
  for (let x: usize = 0, end = (<usize>width) << 2; x < end; x += 16)
    v128.store(costs + x, f32x4.splat(Infinity))
}

/** Costs and gradients of eight sides, with pixels `p` and `q` at either side and `before` and `after` one further. */
function sides(
  p: usize,
  q: usize,
  before: usize,
  after: usize,
  plane: usize,
  ties: usize,
  costs: usize,
  gradients: usize,
): void {
  const gl = i16x8.sub(v128.load(before), v128.load(after))
  const ga = i16x8.sub(v128.load(before + plane), v128.load(after + plane))
  const gb = i16x8.sub(v128.load(before + 2 * plane), v128.load(after + 2 * plane))
  const low = gradient(squaresLow(gl, ga, gb))
  const high = gradient(squaresHigh(gl, ga, gb))
  const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(low, high), i16x8.splat(0))
  v128.store64_lane(gradients, bytes, 0)
  const dl = i16x8.sub(v128.load(p), v128.load(q))
  const da = i16x8.sub(v128.load(p + plane), v128.load(q + plane))
  const db = i16x8.sub(v128.load(p + 2 * plane), v128.load(q + 2 * plane))
  v128.store(costs, sideCosts(squaresLow(dl, da, db), low, v128.load(ties)))
  v128.store(costs + 16, sideCosts(squaresHigh(dl, da, db), high, v128.load(ties, 16)))
}

function squaresLow(l: v128, a: v128, b: v128): v128 {
  const la = v128.shuffle<i16>(l, a, 0, 8, 1, 9, 2, 10, 3, 11)
  return i32x4.add(i32x4.dot_i16x8_s(la, la), i32x4.extmul_low_i16x8_s(b, b))
}

function squaresHigh(l: v128, a: v128, b: v128): v128 {
  const la = v128.shuffle<i16>(l, a, 4, 12, 5, 13, 6, 14, 7, 15)
  return i32x4.add(i32x4.dot_i16x8_s(la, la), i32x4.extmul_high_i16x8_s(b, b))
}

function gradient(squares: v128): v128 {
  const norm = f32x4.sqrt(f32x4.mul(f32x4.convert_i32x4_s(squares), f32x4.splat(FINENESS)))
  const root = f32x4.mul(f32x4.sqrt(norm), f32x4.splat(ROOT_SCALE))
  const nearest = i32x4.trunc_sat_f32x4_s(f32x4.add(root, f32x4.splat(0.5)))
  return i32x4.min_s(nearest, i32x4.splat(GRADIENT_MOST))
}

function interleave(c: usize, plane: usize, pixels: usize): void {
  const l = v128.load(c)
  const a = v128.load(c + plane)
  const b = v128.load(c + 2 * plane)
  const one = i16x8.splat(1)
  const laLow = v128.shuffle<i16>(l, a, 0, 8, 1, 9, 2, 10, 3, 11)
  const laHigh = v128.shuffle<i16>(l, a, 4, 12, 5, 13, 6, 14, 7, 15)
  const bLow = v128.shuffle<i16>(b, one, 0, 8, 1, 9, 2, 10, 3, 11)
  const bHigh = v128.shuffle<i16>(b, one, 4, 12, 5, 13, 6, 14, 7, 15)
  v128.store(pixels, zipLow(laLow, bLow))
  v128.store(pixels, zipHigh(laLow, bLow), 16)
  v128.store(pixels, zipLow(laHigh, bHigh), 32)
  v128.store(pixels, zipHigh(laHigh, bHigh), 48)
}

function choices(up: usize, right: usize, down: usize): v128 {
  let cost = v128.load(up)
  let choice = i32x4.splat(0)
  const left = v128.load(right - 4)
  choice = v128.bitselect(i32x4.splat(LEFT), choice, f32x4.lt(left, cost))
  cost = f32x4.pmin(cost, left)
  const rightCost = v128.load(right)
  choice = v128.bitselect(i32x4.splat(RIGHT), choice, f32x4.lt(rightCost, cost))
  cost = f32x4.pmin(cost, rightCost)
  return v128.bitselect(i32x4.splat(DOWN), choice, f32x4.lt(v128.load(down), cost))
}
