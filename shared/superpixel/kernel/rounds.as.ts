import { pairCosts } from './cost.as'
import { highHalves, lowHalves, zipHigh, zipLow } from './lanes.as'

/** `cheapestEdges` of the reference, as keys: see `touch`. */
export function choose(count: i32, nodes: usize, first: usize, edges: usize, keys: usize): void {
  let start = edges
  for (let u: u32 = 0; u < <u32>count; u++) {
    const end = edges + ((<usize>load<u32>(first + ((<usize>u) << 2), 4)) << 4)
    store<u64>(keys + ((<usize>u) << 3), cheapest(u, nodes, start, end))
    start = end
  }
}

/**
 * `mergeRound` of the reference, together with the choices of the next round; returns how many nodes are left. What goes
 * in ends with A, what comes out with B. `merges`: `mergeCount` words of a, b and height so far, `mergeRoom` words
 * apart. `target`, `place`: room for a word per node; `parts`: for two.
 */
export function mergeRound(
  count: i32,
  nodesA: usize,
  firstA: usize,
  edgesA: usize,
  keysA: usize,
  treeA: usize,
  frozenA: usize,
  nodesB: usize,
  firstB: usize,
  edgesB: usize,
  keysB: usize,
  treeB: usize,
  frozenB: usize,
  target: usize,
  place: usize,
  parts: usize,
  merges: usize,
  mergeRoom: i32,
  mergeCount: i32,
  leafCount: i32,
): i32 {
  const mergesB = merges + ((<usize>mergeRoom) << 2)
  const heights = mergesB + ((<usize>mergeRoom) << 2)
  let i: u32 = 0
  for (let u: u32 = 0; u < <u32>count; u++) {
    const key = load<u64>(keysA + ((<usize>u) << 3))
    const v = <u32>key
    const isFrozen = load<u8>(frozenA + u)
    const merge = <u32>load<u64>(keysA + ((<usize>v) << 3)) === u && (isFrozen | load<u8>(frozenA + v)) === 0
    if (merge && v < u) {
      store<u32>(target + ((<usize>u) << 2), load<u32>(target + ((<usize>v) << 2)))
      continue
    }
    store<u32>(target + ((<usize>u) << 2), i)
    store<u64>(parts + ((<usize>i) << 3), ((<u64>(merge ? v : u)) << 32) | u)
    store<u8>(frozenB + i, isFrozen)
    const nodeU = v128.load(nodesA + ((<usize>u) << 4))
    const treeU = load<u32>(treeA + ((<usize>u) << 2))
    if (merge) {
      const treeV = load<u32>(treeA + ((<usize>v) << 2))
      const at = (<usize>mergeCount) << 2
      store<u32>(merges + at, treeU)
      store<u32>(mergesB + at, treeV)
      let height = reinterpret<f32>(<u32>(key >> 32))
      if (treeU >= <u32>leafCount)
        height = max(height, load<f32>(heights + ((<usize>(treeU - leafCount)) << 2)))
      if (treeV >= <u32>leafCount)
        height = max(height, load<f32>(heights + ((<usize>(treeV - leafCount)) << 2)))
      store<f32>(heights + at, height)
      store<u32>(treeB + ((<usize>i) << 2), leafCount + mergeCount)
      mergeCount++
      v128.store(nodesB + ((<usize>i) << 4), joined(nodeU, v128.load(nodesA + ((<usize>v) << 4))))
    } else {
      store<u32>(treeB + ((<usize>i) << 2), treeU)
      v128.store(nodesB + ((<usize>i) << 4), nodeU)
    }
    i++
  }
  memory.fill(place, 0, (<usize>i) << 2)
  let end: u32 = 0
  for (let node: u32 = 0; node < i; node++) {
    const start = end
    store<u32>(firstB + ((<usize>node) << 2), start)
    const both = load<u64>(parts + ((<usize>node) << 3))
    const u = <u32>both
    const v = <u32>(both >> 32)
    end = addEdges(u, node, start, end, firstA, edgesA, target, place, edgesB)
    if (v !== u) end = addEdges(v, node, start, end, firstA, edgesA, target, place, edgesB)
    store<u64>(
      keysB + ((<usize>node) << 3),
      cheapest(node, nodesB, edgesB + ((<usize>start) << 4), edgesB + ((<usize>end) << 4)),
    )
  }
  store<u32>(firstB + ((<usize>i) << 2), end)
  return i
}

/** Weighted mean of the colours, sum of the areas. */
function joined(u: v128, v: v128): v128 {
  const areaV = f32x4.extract_lane(v, 3)
  const area: f32 = f32x4.extract_lane(u, 3) + areaV
  const mean = f32x4.add(u, f32x4.mul(f32x4.sub(v, u), f32x4.splat(areaV / area)))
  return f32x4.replace_lane(mean, 3, area)
}

/** Adds the edges of part `u` to the list of `node` that begins at `start` and goes on at `end`; returns its new end. */
function addEdges(
  u: u32,
  node: u32,
  start: u32,
  end: u32,
  first: usize,
  edges: usize,
  target: usize,
  place: usize,
  out: usize,
): u32 {
  const last = edges + ((<usize>load<u32>(first + ((<usize>u) << 2), 4)) << 4)
  for (let at = edges + ((<usize>load<u32>(first + ((<usize>u) << 2))) << 4); at < last; at += 16) {
    const to = load<u32>(target + ((<usize>load<u32>(at)) << 2))
    if (to === node) continue
    const known = place + ((<usize>to) << 2)
    const index = load<u32>(known)
    const isNew = index <= start
    const next = isNew ? end : index - 1
    const edge = out + ((<usize>next) << 4)
    const before = v128.and(v128.load(edge), i32x4.splat(isNew ? 0 : -1))
    v128.store(edge, i32x4.replace_lane(i32x4.add(before, v128.load(at)), 0, to))
    store<u32>(known, next + 1)
    end += <u32>isNew
  }
  return end
}

/** Key of the cheapest of a node's edges, four at a time; the last one is looked at again where there are too few. */
function cheapest(u: u32, nodes: usize, edge: usize, end: usize): u64 {
  const nodeU = v128.load(nodes + ((<usize>u) << 4))
  const area = f32x4.splat(f32x4.extract_lane(nodeU, 3))
  // Without the area: what is subtracted from it is then minus the other's.
  const colour = f32x4.replace_lane(nodeU, 3, 0)
  const id = i32x4.splat(u)
  let bestCost = f32x4.splat(Infinity)
  let bestNode = i32x4.splat(-1)
  const last = end - 16
  for (; edge < end; edge += 64) {
    const e0 = v128.load(edge)
    const e1 = v128.load(min(edge + 16, last))
    const e2 = v128.load(min(edge + 32, last))
    const e3 = v128.load(min(edge + 48, last))
    const d0 = f32x4.sub(colour, v128.load(nodes + ((<usize>(<u32>i32x4.extract_lane(e0, 0))) << 4)))
    const d1 = f32x4.sub(colour, v128.load(nodes + ((<usize>(<u32>i32x4.extract_lane(e1, 0))) << 4)))
    const d2 = f32x4.sub(colour, v128.load(nodes + ((<usize>(<u32>i32x4.extract_lane(e2, 0))) << 4)))
    const d3 = f32x4.sub(colour, v128.load(nodes + ((<usize>(<u32>i32x4.extract_lane(e3, 0))) << 4)))
    const lowE01 = zipLow(e0, e1)
    const lowE23 = zipLow(e2, e3)
    const node = lowHalves(lowE01, lowE23)
    const gradient = f32x4.convert_i32x4_u(highHalves(lowE01, lowE23))
    const length = f32x4.convert_i32x4_u(lowHalves(zipHigh(e0, e1), zipHigh(e2, e3)))
    const low01 = zipLow(d0, d1)
    const low23 = zipLow(d2, d3)
    const high01 = zipHigh(d0, d1)
    const high23 = zipHigh(d2, d3)
    const dl = lowHalves(low01, low23)
    const da = highHalves(low01, low23)
    const db = lowHalves(high01, high23)
    const otherArea = f32x4.neg(highHalves(high01, high23))
    const cost = pairCosts(dl, da, db, area, otherArea, gradient, length, id, node)
    const isBetter = v128.or(
      f32x4.lt(cost, bestCost),
      v128.and(f32x4.eq(cost, bestCost), i32x4.lt_u(node, bestNode)),
    )
    bestCost = f32x4.pmin(bestCost, cost)
    bestNode = v128.bitselect(node, bestNode, isBetter)
  }
  const low = zipLow(bestNode, bestCost)
  const high = zipHigh(bestNode, bestCost)
  return min(
    min<u64>(i64x2.extract_lane(low, 0), i64x2.extract_lane(low, 1)),
    min<u64>(i64x2.extract_lane(high, 0), i64x2.extract_lane(high, 1)),
  )
}
