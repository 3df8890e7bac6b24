/**
 * Joins sides between the same two regions to edges of 16 bytes: (higher region, sum of gradients, length, lower region),
 * those of one lower region after another. Returns how many there are. `starts`: room for `count + 1` words, `sorted`
 * for a word per side, `place` for a word per region. `edges` may be where `sides` are.
 */
export function joinSides(
  sides: usize,
  sideCount: i32,
  count: i32,
  starts: usize,
  sorted: usize,
  place: usize,
  edges: usize,
): i32 {
  memory.fill(starts, 0, (<usize>count + 1) << 2)
  const sidesEnd = sides + ((<usize>sideCount) << 3)
  for (let at = sides; at < sidesEnd; at += 8) {
    const counter = starts + ((<usize>(load<u64>(at) >> 40)) << 2)
    store<u32>(counter, load<u32>(counter) + 1)
  }
  startsOfCounts(starts, count)
  for (let at = sides; at < sidesEnd; at += 8) {
    const counter = starts + ((<usize>(load<u64>(at) >> 40)) << 2)
    const index = load<u32>(counter)
    store<u32>(counter, index + 1)
    const side = load<u64>(at)
    store<u32>(sorted + ((<usize>index) << 2), <u32>((side >> 8) & 0xffffff00) | <u32>(side & 255))
  }
  memory.fill(place, 0, (<usize>count) << 2)
  let end: u32 = 0
  let at = sorted
  for (let u: u32 = 0; u < <u32>count; u++) {
    // Each counter has moved on to where the next region's sides begin.
    const last = sorted + ((<usize>load<u32>(starts + ((<usize>u) << 2))) << 2)
    const start = end
    for (; at < last; at += 4) {
      const value = load<u32>(at)
      const v = value >> 8
      const known = place + ((<usize>v) << 2)
      const index = load<u32>(known)
      const isNew = index <= start
      const place_ = isNew ? end : index - 1
      const edge = edges + ((<usize>place_) << 4)
      const before = v128.and(v128.load(edge), i32x4.splat(isNew ? 0 : -1))
      const more = i32x4.add(before, i32x4(0, value & 255, 1, 0))
      v128.store(edge, i32x4.replace_lane(i32x4.replace_lane(more, 0, v), 3, u))
      store<u32>(known, place_ + 1)
      end += <u32>isNew
    }
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
  pairCount: i32,
  count: i32,
  first: usize,
  next: usize,
  edges: usize,
): void {
  memory.fill(first, 0, (<usize>count + 1) << 2)
  countEnds(pairs, pairCount, first)
  startsOfCounts(first, count)
  memory.copy(next, first, (<usize>count) << 2)
  addEnds(pairs, pairCount, next, edges)
}

/** Adds to `counts` how many edges of `joinSides` end at each node. */
export function countEnds(pairs: usize, pairCount: i32, counts: usize): void {
  const end = pairs + ((<usize>pairCount) << 4)
  for (let at = pairs; at < end; at += 16) {
    const v = counts + ((<usize>load<u32>(at)) << 2)
    store<u32>(v, load<u32>(v) + 1)
    const u = counts + ((<usize>load<u32>(at, 12)) << 2)
    store<u32>(u, load<u32>(u) + 1)
  }
}

/** Writes edges of `joinSides` at both ends. `next`: where each node's next edge goes; moved on. */
export function addEnds(pairs: usize, pairCount: i32, next: usize, edges: usize): void {
  const end = pairs + ((<usize>pairCount) << 4)
  for (let at = pairs; at < end; at += 16) {
    const edge = v128.load(at)
    const v = i32x4.extract_lane(edge, 0)
    const u = i32x4.extract_lane(edge, 3)
    const plain = i32x4.replace_lane(edge, 3, 0)
    append(next, u, plain, edges)
    append(next, v, i32x4.replace_lane(plain, 0, u), edges)
  }
}

function append(next: usize, node: u32, edge: v128, edges: usize): void {
  const counter = next + ((<usize>node) << 2)
  const index = load<u32>(counter)
  store<u32>(counter, index + 1)
  v128.store(edges + ((<usize>index) << 4), edge)
}
