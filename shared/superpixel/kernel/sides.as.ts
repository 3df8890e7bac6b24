import { distances, harmonicMeans, TIES, unlikeness } from './cost.as'
import { highHalves, lowHalves, zipHigh, zipLow } from './lanes.as'

const NONE: u32 = 0xffffffff

/**
 * Sides are 64 bits: the lower region (24), the higher one (24), the coarse gradient (8), the gradient (8), from the
 * highest bit on. `sidesOf` of the reference, for a tile whose first pixel is (left, top); returns how many there are.
 * `label` is followed by a row. `coarse`: of the whole image, in `columns` columns. `out`: room for two per pixel.
 */
export function listSides(
  label: usize,
  width: i32,
  rows: i32,
  right: usize,
  down: usize,
  coarse: usize,
  columns: i32,
  left: i32,
  top: i32,
  out: usize,
): i32 {
  const start = out
  const step = (<usize>width) << 2
  for (let y = 0; y < rows; y++) {
    const isLast = y + 1 === rows
    const blocks = coarse + <usize>((top + y) >> 3) * columns
    let here = load<u32>(label)
    for (let x = 1; x < width; x++) {
      const next = load<u32>(label, 4)
      const afar = coarseBits(blocks, left + x - 1)
      store<u64>(out, sideOf(here, next, afar | load<u8>(right)))
      out += (<usize>(here !== next)) << 3
      const below = isLast ? here : load<u32>(label + step)
      store<u64>(out, sideOf(here, below, afar | load<u8>(down)))
      out += (<usize>(here !== below)) << 3
      here = next
      label += 4
      right++
      down++
    }
    const below = isLast ? here : load<u32>(label + step)
    store<u64>(out, sideOf(here, below, coarseBits(blocks, left + width - 1) | load<u8>(down)))
    out += (<usize>(here !== below)) << 3
    label += 4
    right++
    down++
  }
  return <i32>((out - start) >> 3)
}

/** `evidence`: the lowest 16 bits. */
export function sideOf(u: u32, v: u32, evidence: u32): u64 {
  return ((<u64>min(u, v)) << 40) | ((<u64>max(u, v)) << 16) | evidence
}

/** The coarse gradient of the pixel in column `x` of the image where `sideOf` wants it. */
export function coarseBits(blocks: usize, x: i32): u32 {
  return (<u32>load<u8>(blocks + (x >> 3))) << 8
}

/**
 * The first half of `baseRound`: the cheapest choice of each of `count` regions, as a key of 64 bits: the bits of its
 * cost above, the region below. Costs are not negative, so keys order as costs do and then as regions do. A region
 * without a side has all ones. `ties`: as `sideTies`, and its first 16 again.
 */
export function touch(
  sides: usize,
  sideCount: i32,
  nodes: usize,
  count: i32,
  ties: usize,
  keys: usize,
): void {
  memory.fill(keys, 0xff, (<usize>count) << 3)
  if (sideCount === 0) return
  const last = sides + ((<usize>(sideCount - 1)) << 3)
  for (let i = 0; i < sideCount; i += 4) {
    const at = sides + ((<usize>i) << 3)
    const s0 = load<u64>(at)
    // Where there are too few, the last one again.
    const s1 = load<u64>(min(at + 8, last))
    const s2 = load<u64>(min(at + 16, last))
    const s3 = load<u64>(min(at + 24, last))
    const u0 = <usize>(s0 >> 40)
    const u1 = <usize>(s1 >> 40)
    const u2 = <usize>(s2 >> 40)
    const u3 = <usize>(s3 >> 40)
    const v0 = <usize>((s0 >> 16) & 0xffffff)
    const v1 = <usize>((s1 >> 16) & 0xffffff)
    const v2 = <usize>((s2 >> 16) & 0xffffff)
    const v3 = <usize>((s3 >> 16) & 0xffffff)
    const nu0 = v128.load(nodes + (u0 << 4))
    const nu1 = v128.load(nodes + (u1 << 4))
    const nu2 = v128.load(nodes + (u2 << 4))
    const nu3 = v128.load(nodes + (u3 << 4))
    const nv0 = v128.load(nodes + (v0 << 4))
    const nv1 = v128.load(nodes + (v1 << 4))
    const nv2 = v128.load(nodes + (v2 << 4))
    const nv3 = v128.load(nodes + (v3 << 4))
    const d0 = f32x4.sub(nu0, nv0)
    const d1 = f32x4.sub(nu1, nv1)
    const d2 = f32x4.sub(nu2, nv2)
    const d3 = f32x4.sub(nu3, nv3)
    const low01 = zipLow(d0, d1)
    const low23 = zipLow(d2, d3)
    const dl = lowHalves(low01, low23)
    const da = highHalves(low01, low23)
    const db = lowHalves(zipHigh(d0, d1), zipHigh(d2, d3))
    const areaU = highHalves(zipHigh(nu0, nu1), zipHigh(nu2, nu3))
    const areaV = highHalves(zipHigh(nv0, nv1), zipHigh(nv2, nv3))
    const gradient = f32x4.convert_i32x4_u(
      i32x4(<i32>(s0 & 255), <i32>(s1 & 255), <i32>(s2 & 255), <i32>(s3 & 255)),
    )
    const tie = v128.load(ties + ((<usize>(i & (TIES - 1))) << 2))
    const unlike = unlikeness(distances(dl, da, db), gradient)
    // What stands in for a missing side must not be cheaper than it.
    const real = i32x4.lt_s(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), i32x4.splat(sideCount))
    const exact = f32x4.mul(f32x4.mul(harmonicMeans(areaU, areaV), unlike), tie)
    const cost = v128.bitselect(exact, f32x4.splat(Infinity), real)
    const v = i32x4(<i32>v0, <i32>v1, <i32>v2, <i32>v3)
    const u = i32x4(<i32>u0, <i32>u1, <i32>u2, <i32>u3)
    const lowV = zipLow(v, cost)
    const highV = zipHigh(v, cost)
    keepLower(keys + (u0 << 3), i64x2.extract_lane(lowV, 0))
    keepLower(keys + (u1 << 3), i64x2.extract_lane(lowV, 1))
    keepLower(keys + (u2 << 3), i64x2.extract_lane(highV, 0))
    keepLower(keys + (u3 << 3), i64x2.extract_lane(highV, 1))
    const lowU = zipLow(u, cost)
    const highU = zipHigh(u, cost)
    keepLower(keys + (v0 << 3), i64x2.extract_lane(lowU, 0))
    keepLower(keys + (v1 << 3), i64x2.extract_lane(lowU, 1))
    keepLower(keys + (v2 << 3), i64x2.extract_lane(highU, 0))
    keepLower(keys + (v3 << 3), i64x2.extract_lane(highU, 1))
  }
}

export function keepLower(at: usize, key: u64): void {
  const known = load<u64>(at)
  store<u64>(at, key < known ? key : known)
}

/**
 * The second half: regions that join get one number, in the order of their first ones, into `number`, and their sums are
 * added up in place. Returns how many there are now. The keys are used up.
 */
export function joinChosen(keys: usize, count: i32, limit: f32, number: usize, sums: usize): i32 {
  const most = reinterpret<u32>(limit)
  for (let u: u32 = 0; u < <u32>count; u++) {
    const key = load<u64>(keys + ((<usize>u) << 3))
    const cost = <u32>(key >> 32)
    const v = cost === NONE ? u : <u32>key
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

/** `sidesAfter` of the reference, in place; returns how many are left. */
export function renumberSides(sides: usize, sideCount: i32, number: usize): i32 {
  let out = sides
  for (let at = sides, end = sides + ((<usize>sideCount) << 3); at < end; at += 8) {
    const side = load<u64>(at)
    const u = load<u32>(number + ((<usize>(side >> 40)) << 2))
    const v = load<u32>(number + ((<usize>((side >> 16) & 0xffffff)) << 2))
    store<u64>(out, ((<u64>min(u, v)) << 40) | ((<u64>max(u, v)) << 16) | (side & 0xffff))
    out += (<usize>(u !== v)) << 3
  }
  return <i32>((out - sides) >> 3)
}

/**
 * Replaces each label of a tile whose first pixel is (left, top) by its new number and gives each region the roughness
 * of the block of its first pixel: `roughnessOf` of the reference. `blocks`: two half words each, of the whole image.
 * `roughness`: two floats each.
 */
export function labelLeaves(
  label: usize,
  width: i32,
  rows: i32,
  number: usize,
  blocks: usize,
  columns: i32,
  left: i32,
  top: i32,
  roughness: usize,
): void {
  let seen: u32 = 0
  for (let y = 0; y < rows; y++) {
    const row = blocks + ((<usize>((top + y) >> 3) * columns) << 2)
    for (let x = 0; x < width; x++, label += 4) {
      const leaf = load<u32>(number + ((<usize>load<u32>(label)) << 2))
      store<u32>(label, leaf)
      // Leaves are numbered by their first pixels.
      if (leaf !== seen) continue
      const block = row + ((<usize>((left + x) >> 3)) << 2)
      const at = roughness + ((<usize>seen) << 3)
      store<f32>(at, <f32>(<i32>load<u16>(block)))
      store<f32>(at, <f32>(<i32>load<u16>(block, 2)), 4)
      seen++
    }
  }
}

/** Replaces each label by its new number. `number` per old label. */
export function relabel(label: usize, count: i32, number: usize): void {
  for (let at = label, end = label + ((<usize>count) << 2); at < end; at += 4) {
    store<u32>(at, load<u32>(number + ((<usize>load<u32>(at)) << 2)))
  }
}
