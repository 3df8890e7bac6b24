import { pairCosts } from './cost.as'
import { evenLanes, highHalves, lowHalves, oddLanes, zipHigh, zipLow } from './lanes.as'
import { keepLower } from './sides.as'

/** How many edges wait before they are costed. */
const BATCH: usize = 512

/**
 * `cheapestEdges` of the reference, as keys: see `touch`. An edge is costed once, at its lower end, and both ends hear of
 * it. `waiting`: room for `BATCH` and as many more edges as a node has, 8 bytes each.
 */
export function choose(
  count: i32,
  nodes: usize,
  roughness: usize,
  first: usize,
  edges: usize,
  keys: usize,
  waiting: usize,
): void {
  memory.fill(keys, 0xff, (<usize>count) << 3)
  let edge = edges
  let next = waiting
  for (let u: u32 = 0; u < <u32>count; u++) {
    const end = edges + ((<usize>load<u32>(first + ((<usize>u) << 2), 4)) << 4)
    next = queueHigher(u, edge, end, next)
    edge = end
    if (next - waiting >= BATCH << 3) next = costWaiting(waiting, next, nodes, roughness, keys)
  }
  costLast(waiting, next, nodes, roughness, keys)
}

/**
 * `mergeRound` of the reference, together with the choices of the next round; returns how many nodes are left. What goes
 * in ends with A, what comes out with B. `merges`: `mergeCount` words of a, b and height so far, `mergeRoom` words
 * apart. `target`, `place`: room for a word per node; `parts`: for two. `waiting` as for
 * `choose`.
 */
export function mergeRound(
  count: i32,
  nodesA: usize,
  roughnessA: usize,
  firstA: usize,
  edgesA: usize,
  keysA: usize,
  treeA: usize,
  frozenA: usize,
  nodesB: usize,
  roughnessB: usize,
  firstB: usize,
  edgesB: usize,
  keysB: usize,
  treeB: usize,
  frozenB: usize,
  target: usize,
  place: usize,
  parts: usize,
  waiting: usize,
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
    const roughU = v128.load64_zero(roughnessA + ((<usize>u) << 3))
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
      const nodeV = v128.load(nodesA + ((<usize>v) << 4))
      const areaV = f32x4.extract_lane(nodeV, 3)
      const area: f32 = f32x4.extract_lane(nodeU, 3) + areaV
      const part: f32 = areaV / area
      const mean = f32x4.add(nodeU, f32x4.mul(f32x4.sub(nodeV, nodeU), f32x4.splat(part)))
      v128.store(nodesB + ((<usize>i) << 4), f32x4.replace_lane(mean, 3, area))
      const roughV = v128.load64_zero(roughnessA + ((<usize>v) << 3))
      const rough = f32x4.add(roughU, f32x4.mul(f32x4.sub(roughV, roughU), f32x4.splat(part)))
      v128.store64_lane(roughnessB + ((<usize>i) << 3), rough, 0)
    } else {
      store<u32>(treeB + ((<usize>i) << 2), treeU)
      v128.store(nodesB + ((<usize>i) << 4), nodeU)
      v128.store64_lane(roughnessB + ((<usize>i) << 3), roughU, 0)
    }
    i++
  }
  memory.fill(place, 0, (<usize>i) << 2)
  memory.fill(keysB, 0xff, (<usize>i) << 3)
  let end: u32 = 0
  let next = waiting
  for (let node: u32 = 0; node < i; node++) {
    const start = end
    store<u32>(firstB + ((<usize>node) << 2), start)
    const both = load<u64>(parts + ((<usize>node) << 3))
    const u = <u32>both
    const v = <u32>(both >> 32)
    end = addEdges(u, node, start, end, firstA, edgesA, target, place, edgesB)
    if (v !== u) end = addEdges(v, node, start, end, firstA, edgesA, target, place, edgesB)
    next = queueHigher(node, edgesB + ((<usize>start) << 4), edgesB + ((<usize>end) << 4), next)
    if (next - waiting >= BATCH << 3) next = costWaiting(waiting, next, nodesB, roughnessB, keysB)
  }
  store<u32>(firstB + ((<usize>i) << 2), end)
  costLast(waiting, next, nodesB, roughnessB, keysB)
  return i
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

/** Queues the edges from `edge` to before `end` that lead from `u` to higher nodes: address below, u above. */
function queueHigher(u: u32, edge: usize, end: usize, next: usize): usize {
  const from = (<u64>u) << 32
  for (; edge < end; edge += 16) {
    store<u64>(next, from | <u64>edge)
    next += (<usize>(load<u32>(edge) > u)) << 3
  }
  return next
}

/** Costs waiting edges, four at a time; returns the end of what is left of them, which is at the start then. */
function costWaiting(waiting: usize, end: usize, nodes: usize, roughness: usize, keys: usize): usize {
  let at = waiting
  for (; at + 32 <= end; at += 32) costFour(at, nodes, roughness, keys)
  memory.copy(waiting, at, end - at)
  return waiting + (end - at)
}

/** Costs all of them: where there are less than four, the last one again. */
function costLast(waiting: usize, end: usize, nodes: usize, roughness: usize, keys: usize): void {
  const left = costWaiting(waiting, end, nodes, roughness, keys)
  if (left === waiting) return
  const last = load<u64>(left - 8)
  for (let at = left; at < waiting + 32; at += 8) store<u64>(at, last)
  costFour(waiting, nodes, roughness, keys)
}

/** Costs four edges and keeps what is cheapest for either end. */
function costFour(at: usize, nodes: usize, roughness: usize, keys: usize): void {
  const e0 = v128.load(<usize>load<u32>(at))
  const e1 = v128.load(<usize>load<u32>(at, 8))
  const e2 = v128.load(<usize>load<u32>(at, 16))
  const e3 = v128.load(<usize>load<u32>(at, 24))
  const u0 = <usize>load<u32>(at, 4)
  const u1 = <usize>load<u32>(at, 12)
  const u2 = <usize>load<u32>(at, 20)
  const u3 = <usize>load<u32>(at, 28)
  const v0 = <usize>(<u32>i32x4.extract_lane(e0, 0))
  const v1 = <usize>(<u32>i32x4.extract_lane(e1, 0))
  const v2 = <usize>(<u32>i32x4.extract_lane(e2, 0))
  const v3 = <usize>(<u32>i32x4.extract_lane(e3, 0))
  const nu0 = v128.load(nodes + (u0 << 4))
  const nu1 = v128.load(nodes + (u1 << 4))
  const nu2 = v128.load(nodes + (u2 << 4))
  const nu3 = v128.load(nodes + (u3 << 4))
  const nv0 = v128.load(nodes + (v0 << 4))
  const nv1 = v128.load(nodes + (v1 << 4))
  const nv2 = v128.load(nodes + (v2 << 4))
  const nv3 = v128.load(nodes + (v3 << 4))
  const low01 = zipLow(f32x4.sub(nu0, nv0), f32x4.sub(nu1, nv1))
  const low23 = zipLow(f32x4.sub(nu2, nv2), f32x4.sub(nu3, nv3))
  const high01 = zipHigh(f32x4.sub(nu0, nv0), f32x4.sub(nu1, nv1))
  const high23 = zipHigh(f32x4.sub(nu2, nv2), f32x4.sub(nu3, nv3))
  const dl = lowHalves(low01, low23)
  const da = highHalves(low01, low23)
  const db = lowHalves(high01, high23)
  const areaU = highHalves(zipHigh(nu0, nu1), zipHigh(nu2, nu3))
  const areaV = highHalves(zipHigh(nv0, nv1), zipHigh(nv2, nv3))
  const lowE01 = zipLow(e0, e1)
  const lowE23 = zipLow(e2, e3)
  const v = lowHalves(lowE01, lowE23)
  const gradient = f32x4.convert_i32x4_u(highHalves(lowE01, lowE23))
  const highE01 = zipHigh(e0, e1)
  const highE23 = zipHigh(e2, e3)
  const length = f32x4.convert_i32x4_u(lowHalves(highE01, highE23))
  const coarse = f32x4.convert_i32x4_u(highHalves(highE01, highE23))
  const u01 = bothRoughnesses(roughness, u0, u1)
  const u23 = bothRoughnesses(roughness, u2, u3)
  const v01 = bothRoughnesses(roughness, v0, v1)
  const v23 = bothRoughnesses(roughness, v2, v3)
  const u = v128.shuffle<i32>(v128.load(at), v128.load(at, 16), 1, 3, 5, 7)
  const cost = pairCosts(
    dl,
    da,
    db,
    areaU,
    areaV,
    evenLanes(u01, u23),
    oddLanes(u01, u23),
    evenLanes(v01, v23),
    oddLanes(v01, v23),
    gradient,
    length,
    coarse,
    u,
    v,
  )
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

/** (right, down) of one node, then of another. */
function bothRoughnesses(roughness: usize, i: usize, j: usize): v128 {
  return v128.load_lane<u64>(roughness + (j << 3), v128.load64_zero(roughness + (i << 3)), 1)
}
