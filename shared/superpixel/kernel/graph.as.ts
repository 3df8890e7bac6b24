/**
 * Joins sides between the same two regions to edges of 16 bytes: (higher region, sum of gradients, length, sum of coarse
 * gradients), those of one lower region after another. Returns how many there are. `ends`: room for `count + 1` words,
 * gets where those of each lower region end; `sorted`: for 8 bytes per side, `place` for a word per region. `edges` may
 * be where `sides` are.
 */
export function joinSides(
  sides: usize,
  sideCount: i32,
  count: i32,
  ends: usize,
  sorted: usize,
  place: usize,
  edges: usize,
): i32 {
  memory.fill(ends, 0, (<usize>count + 1) << 2)
  const sidesEnd = sides + ((<usize>sideCount) << 3)
  for (let at = sides; at < sidesEnd; at += 8) {
    const counter = ends + ((<usize>(load<u64>(at) >> 40)) << 2)
    store<u32>(counter, load<u32>(counter) + 1)
  }
  startsOfCounts(ends, count)
  for (let at = sides; at < sidesEnd; at += 8) {
    const side = load<u64>(at)
    const counter = ends + ((<usize>(side >> 40)) << 2)
    const index = load<u32>(counter)
    store<u32>(counter, index + 1)
    store<u64>(sorted + ((<usize>index) << 3), side)
  }
  memory.fill(place, 0, (<usize>count) << 2)
  let end: u32 = 0
  let at = sorted
  for (let u: u32 = 0; u < <u32>count; u++) {
    // Each counter has moved on to where the next region's sides begin.
    const last = sorted + ((<usize>load<u32>(ends + ((<usize>u) << 2))) << 3)
    const start = end
    for (; at < last; at += 8) {
      const side = load<u64>(at)
      const v = <u32>(side >> 16) & 0xffffff
      const known = place + ((<usize>v) << 2)
      const index = load<u32>(known)
      const isNew = index <= start
      const place_ = isNew ? end : index - 1
      const edge = edges + ((<usize>place_) << 4)
      const before = v128.and(v128.load(edge), i32x4.splat(isNew ? 0 : -1))
      const evidence = i32x4(0, <i32>side & 255, 1, (<i32>side >> 8) & 255)
      v128.store(edge, i32x4.replace_lane(i32x4.add(before, evidence), 0, v))
      store<u32>(known, place_ + 1)
      end += <u32>isNew
    }
    store<u32>(ends + ((<usize>u) << 2), end)
  }
  return end
}

/** Counts to where each one's entries start, in place; entry `count` becomes their sum. */
export function startsOfCounts(counts: usize, count: i32): void {
  let sum: u32 = 0
  for (let i = 0; i <= count; i++) {
    const at = counts + ((<usize>i) << 2)
    const entries = load<u32>(at)
    store<u32>(at, sum)
    sum += entries
  }
}

/** Edges of `joinSides` as `RegionGraph.first` and `.edges`: each at both of its ends. `next`: room for `count` words. */
export function listEdges(
  pairs: usize,
  ends: usize,
  count: i32,
  first: usize,
  next: usize,
  edges: usize,
): void {
  memory.fill(first, 0, (<usize>count + 1) << 2)
  countEnds(pairs, ends, count, first)
  startsOfCounts(first, count)
  memory.copy(next, first, (<usize>count) << 2)
  addEnds(pairs, ends, count, next, edges)
}

/** Adds to `counts` how many edges of `joinSides` end at each node. */
export function countEnds(pairs: usize, ends: usize, count: i32, counts: usize): void {
  let at = pairs
  for (let u: usize = 0, last = (<usize>count) << 2; u < last; u += 4) {
    const end = pairs + ((<usize>load<u32>(ends + u)) << 4)
    store<u32>(counts + u, load<u32>(counts + u) + <u32>((end - at) >> 4))
    for (; at < end; at += 16) {
      const v = counts + ((<usize>load<u32>(at)) << 2)
      store<u32>(v, load<u32>(v) + 1)
    }
  }
}

/** Writes edges of `joinSides` at both ends. `next`: where each node's next edge goes; moved on. */
export function addEnds(pairs: usize, ends: usize, count: i32, next: usize, edges: usize): void {
  let at = pairs
  for (let u: u32 = 0; u < <u32>count; u++) {
    const end = pairs + ((<usize>load<u32>(ends + ((<usize>u) << 2))) << 4)
    for (; at < end; at += 16) {
      const edge = v128.load(at)
      append(next, u, edge, edges)
      append(next, i32x4.extract_lane(edge, 0), i32x4.replace_lane(edge, 0, u), edges)
    }
  }
}

function append(next: usize, node: u32, edge: v128, edges: usize): void {
  const counter = next + ((<usize>node) << 2)
  const index = load<u32>(counter)
  store<u32>(counter, index + 1)
  v128.store(edges + ((<usize>index) << 4), edge)
}
