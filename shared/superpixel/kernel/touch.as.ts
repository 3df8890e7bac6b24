import { distances, harmonicMeans, TIES, unlikeness } from './cost.as'
import { highHalves, lowHalves, zipHigh, zipLow } from './lanes.as'

const NONE: u32 = 0xffffffff

/**
 * The first half of `gridRound`: the cheapest choice of each of `count` regions, as a key of 64 bits: the bits of its
 * cost above, the region below. Costs are not negative, so keys order as costs do and then as regions do. A region that
 * touches none has a key of at least that of an infinite cost.
 *
 * `left`: pixels of the image to the left of the tile. `rowsOf`: room for 9 rows of `width + 16` words. `label` is preceded by a row and followed by one. `ties`, `shifts` as
 * for `gridRows`.
 */
export function touch(
  label: usize,
  width: i32,
  rows: i32,
  left: i32,
  right: usize,
  down: usize,
  nodes: usize,
  count: i32,
  ties: usize,
  shifts: usize,
  rowsOf: usize,
  keys: usize,
): void {
  memory.fill(keys, 0xff, (<usize>count) << 3)
  const row = (<usize>width + 16) << 2
  // Four rows each: l, a, b and area of the region of each pixel.
  let here = rowsOf + 16
  let below = here + 4 * row
  const upCosts = below + 4 * row
  const step = (<usize>width) << 2
  spread(label, nodes, width, row, here)
  for (let x: usize = 0; x < step; x += 16) v128.store(upCosts + x, f32x4.splat(Infinity))
  for (let y = 0; y < rows; y++) {
    const isLast = y + 1 === rows
    if (!isLast) spread(label + step, nodes, width, row, below)
    const rightTies = left + <i32>load<u8>(shifts + ((<usize>y) << 1))
    const downTies = left + <i32>load<u8>(shifts + ((<usize>y) << 1), 1)
    let leftCosts = f32x4.splat(Infinity)
    for (let x = 0; x < width; x += 4) {
      const at = (<usize>x) << 2
      const region = v128.load(label + at)
      const regionRight = v128.load(label + at + 4)
      const regionBelow = v128.load(label + at + step)
      let rightCost = costs(
        here + at,
        here + at + 4,
        row,
        right + x,
        ties + ((<usize>((x + rightTies) & (TIES - 1))) << 2),
      )
      rightCost = v128.bitselect(f32x4.splat(Infinity), rightCost, i32x4.eq(region, regionRight))
      if (x + 4 >= width)
        rightCost = v128.bitselect(f32x4.splat(Infinity), rightCost, fromLane(width - 1 - x))
      let downCost = f32x4.splat(Infinity)
      if (!isLast) {
        downCost = costs(
          here + at,
          below + at,
          row,
          down + x,
          ties + ((<usize>((x + downTies) & (TIES - 1))) << 2),
        )
        downCost = v128.bitselect(f32x4.splat(Infinity), downCost, i32x4.eq(region, regionBelow))
      }
      const upCost = v128.load(upCosts + at)
      v128.store(upCosts + at, downCost)
      const leftCost = v128.shuffle<i32>(leftCosts, rightCost, 3, 4, 5, 6)
      leftCosts = rightCost
      let cost = upCost
      let choice = v128.load(label + at - step)
      const other = v128.load(label + at - 4)
      let isBetter = better(leftCost, cost, other, choice)
      cost = f32x4.pmin(cost, leftCost)
      choice = v128.bitselect(other, choice, isBetter)
      isBetter = better(rightCost, cost, regionRight, choice)
      cost = f32x4.pmin(cost, rightCost)
      choice = v128.bitselect(regionRight, choice, isBetter)
      isBetter = better(downCost, cost, regionBelow, choice)
      cost = f32x4.pmin(cost, downCost)
      choice = v128.bitselect(regionBelow, choice, isBetter)
      const low = zipLow(choice, cost)
      const high = zipHigh(choice, cost)
      consider(keys, i32x4.extract_lane(region, 0), i64x2.extract_lane(low, 0))
      if (x + 3 < width) {
        consider(keys, i32x4.extract_lane(region, 1), i64x2.extract_lane(low, 1))
        consider(keys, i32x4.extract_lane(region, 2), i64x2.extract_lane(high, 0))
        consider(keys, i32x4.extract_lane(region, 3), i64x2.extract_lane(high, 1))
      } else {
        if (x + 1 < width) consider(keys, i32x4.extract_lane(region, 1), i64x2.extract_lane(low, 1))
        if (x + 2 < width) consider(keys, i32x4.extract_lane(region, 2), i64x2.extract_lane(high, 0))
      }
    }
    const free = here
    here = below
    below = free
    label += step
    right += width
    down += width
  }
}

function better(a: v128, b: v128, nodeA: v128, nodeB: v128): v128 {
  return v128.or(f32x4.lt(a, b), v128.and(f32x4.eq(a, b), i32x4.lt_u(nodeA, nodeB)))
}

function fromLane(lane: i32): v128 {
  return i32x4.ge_s(i32x4(0, 1, 2, 3), i32x4.splat(lane))
}

function consider(keys: usize, region: u32, key: u64): void {
  const at = keys + ((<usize>region) << 3)
  const known = load<u64>(at)
  store<u64>(at, key < known ? key : known)
}

/** The nodes of one row's pixels, as four rows; past the end those of the last pixel. */
function spread(label: usize, nodes: usize, width: i32, row: usize, to: usize): void {
  const last = label + ((<usize>(width - 1)) << 2)
  for (let end = label + ((<usize>width) << 2); label < end; label += 16, to += 16) {
    const a = v128.load(nodes + ((<usize>load<u32>(label)) << 4))
    const b = v128.load(nodes + ((<usize>load<u32>(min(label + 4, last))) << 4))
    const c = v128.load(nodes + ((<usize>load<u32>(min(label + 8, last))) << 4))
    const d = v128.load(nodes + ((<usize>load<u32>(min(label + 12, last))) << 4))
    const lowAB = zipLow(a, b)
    const lowCD = zipLow(c, d)
    const highAB = zipHigh(a, b)
    const highCD = zipHigh(c, d)
    v128.store(to, lowHalves(lowAB, lowCD))
    v128.store(to + row, highHalves(lowAB, lowCD))
    v128.store(to + 2 * row, lowHalves(highAB, highCD))
    v128.store(to + 3 * row, highHalves(highAB, highCD))
  }
}

/** `touchCost` of four sides. */
function costs(u: usize, v: usize, row: usize, gradients: usize, ties: usize): v128 {
  const dl = f32x4.sub(v128.load(u), v128.load(v))
  const da = f32x4.sub(v128.load(u + row), v128.load(v + row))
  const db = f32x4.sub(v128.load(u + 2 * row), v128.load(v + 2 * row))
  const bytes = v128.load32_zero(gradients)
  const gradient = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)))
  const size = harmonicMeans(v128.load(u + 3 * row), v128.load(v + 3 * row))
  return f32x4.mul(f32x4.mul(size, unlikeness(distances(dl, da, db), gradient)), v128.load(ties))
}

/**
 * The second half: regions that join get one number, in the order of their first ones, into `number`, and their sums are
 * added up in place. Returns how many there are now. The keys are used up.
 */
export function joinChosen(keys: usize, count: i32, limit: f32, number: usize, sums: usize): i32 {
  const most = reinterpret<u32>(limit)
  const infinite = reinterpret<u32>(<f32>Infinity)
  for (let u: u32 = 0; u < <u32>count; u++) {
    const key = load<u64>(keys + ((<usize>u) << 3))
    const cost = <u32>(key >> 32)
    const v = cost >= infinite ? u : <u32>key
    // The end of a mutual choice that comes first is a root, and so is a region that chose nothing cheap.
    const isMutual = <u32>load<u64>(keys + ((<usize>v) << 3)) === u
    store<u32>(number + ((<usize>u) << 2), isMutual ? min(u, v) : cost < most ? v : u)
  }
  shorten(number, count)
  return numberTrees(number, keys, count, sums)
}

/** Makes every member of a forest lead to its root at once. Each sweep at least halves what is left of the ways. */
function shorten(target: usize, count: i32): void {
  let isChanged: u32 = 1
  while (isChanged) {
    isChanged = 0
    for (let at = target, end = target + ((<usize>count) << 2); at < end; at += 4) {
      const next = load<u32>(at)
      const after = load<u32>(target + ((<usize>next) << 2))
      store<u32>(at, after)
      isChanged |= next ^ after
    }
  }
}

/**
 * Numbers roots in the order of the first members that lead to them and adds up sums; `target` becomes the numbers.
 * `marks`: room for a u32 per member.
 */
function numberTrees(target: usize, marks: usize, count: i32, sums: usize): i32 {
  memory.fill(marks, 0xff, (<usize>count) << 2)
  let trees: u32 = 0
  for (let u: u32 = 0; u < <u32>count; u++) {
    const at = target + ((<usize>u) << 2)
    const mark = marks + ((<usize>load<u32>(at)) << 2)
    const known = load<u32>(mark)
    const isNew = known === NONE
    const number = isNew ? trees : known
    store<u32>(mark, number)
    store<u32>(at, number)
    trees += <u32>isNew
    // A number is not above the member that it is given to first, so what is added up has been read.
    const from = v128.load(sums + ((<usize>u) << 4))
    const to = sums + ((<usize>number) << 4)
    const before = v128.and(v128.load(to), i32x4.splat(isNew ? 0 : -1))
    v128.store(to, i32x4.add(before, from))
  }
  return trees
}

/** Replaces each label by its new number. `number` per old label. */
export function relabel(label: usize, count: i32, number: usize): void {
  for (let at = label, end = label + ((<usize>count) << 2); at < end; at += 4) {
    store<u32>(at, load<u32>(number + ((<usize>load<u32>(at)) << 2)))
  }
}
