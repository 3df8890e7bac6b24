import { startsOfCounts } from './graph.as'
import { coarseBits, sideOf } from './sides.as'

/**
 * Which node each region is that is still one of its own, as those at a seam are: `tree[i]` below `leafCount` says that
 * node i is that region. `inverse`: room for a word per region.
 */
export function invertTree(tree: usize, count: i32, leafCount: i32, inverse: usize): void {
  for (let i = 0; i < count; i++) {
    const region = load<u32>(tree + ((<usize>i) << 2))
    if (region < <u32>leafCount) store<u32>(inverse + ((<usize>region) << 2), i)
  }
}

/** The nodes of `count` pixels along a seam, whose labels are `step` bytes apart. */
export function nodesOfLine(label: usize, step: i32, count: i32, inverse: usize, out: usize): void {
  for (let i = 0; i < count; i++, label += step, out += 4) {
    store<u32>(out, load<u32>(inverse + ((<usize>load<u32>(label)) << 2)))
  }
}

/** `count` bytes that are `step` apart, one after another. */
export function bytesOfLine(from: usize, step: i32, count: i32, out: usize): void {
  for (let i = 0; i < count; i++, from += step, out++) store<u8>(out, load<u8>(from))
}

/** Tree nodes of one tile as those of the image: its regions begin at `leafStart`, its merges at `mergeStart`. */
export function renumber(
  from: usize,
  count: i32,
  leafCount: i32,
  leafStart: i32,
  mergeStart: i32,
  to: usize,
): void {
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 4) {
    const node = load<u32>(from + i)
    store<u32>(to + i, node + (node < <u32>leafCount ? leafStart : mergeStart - leafCount))
  }
}

/**
 * The sides of a seam of `count` pixels as `listSides` gives them, from the nodes of the lines at either side of it. The
 * pixels before it begin at (x, y) of the image and go down or to the right.
 */
export function listSeam(
  before: usize,
  beforeStart: i32,
  after: usize,
  afterStart: i32,
  gradients: usize,
  count: i32,
  coarse: usize,
  columns: i32,
  x: i32,
  y: i32,
  isDown: bool,
  out: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const u = load<u32>(before + (i << 2)) + beforeStart
    const v = load<u32>(after + (i << 2)) + afterStart
    const afar = coarseBits(coarse + <usize>(y >> 3) * columns, x)
    store<u64>(out + (i << 3), sideOf(u, v, afar | load<u8>(gradients + i)))
    if (isDown) y++
    else x++
  }
}

/** How many edges each node of a tile has. */
export function countEdges(first: usize, count: i32, counts: usize): void {
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 4) {
    store<u32>(counts + at, load<u32>(first + at, 4) - load<u32>(first + at))
  }
}

/**
 * Copies the edges of a tile's nodes, whose numbers begin at `nodeStart` now, to where `next` says, and moves that on.
 * `next`: of the tile's first node.
 */
export function copyEdges(
  first: usize,
  edges: usize,
  count: i32,
  nodeStart: i32,
  next: usize,
  out: usize,
): void {
  const shift = i32x4(nodeStart, 0, 0, 0)
  for (let u: usize = 0, end = (<usize>count) << 2; u < end; u += 4) {
    const start = load<u32>(first + u)
    const length = load<u32>(first + u, 4) - start
    const to = load<u32>(next + u)
    store<u32>(next + u, to + length)
    const from = edges + ((<usize>start) << 4)
    const at = out + ((<usize>to) << 4)
    for (let i: usize = 0, size = (<usize>length) << 4; i < size; i += 16) {
      v128.store(at + i, i32x4.add(v128.load(from + i), shift))
    }
  }
}

/** Indices 0 … `count` - 1 into `order`, by rising `heights`, equal ones as they stand. `spare`, `counts`: room for as many words, and for 2049. */
export function sortHeights(heights: usize, count: i32, order: usize, spare: usize, counts: usize): void {
  for (let i = 0; i < count; i++) store<u32>(spare + ((<usize>i) << 2), i)
  pass(heights, count, spare, order, 0, counts)
  pass(heights, count, order, spare, 11, counts)
  pass(heights, count, spare, order, 22, counts)
}

/** The bits of floats that are not negative order as the floats do. */
function pass(heights: usize, count: i32, from: usize, to: usize, shift: u32, counts: usize): void {
  memory.fill(counts, 0, 2049 << 2)
  const size = (<usize>count) << 2
  for (let i: usize = 0; i < size; i += 4) {
    const at = counts + ((<usize>((load<u32>(heights + i) >> shift) & 2047)) << 2)
    store<u32>(at, load<u32>(at) + 1)
  }
  startsOfCounts(counts, 2048)
  for (let i: usize = 0; i < size; i += 4) {
    const index = load<u32>(from + i)
    const at = counts + ((<usize>((load<u32>(heights + ((<usize>index) << 2)) >> shift) & 2047)) << 2)
    const next = load<u32>(at)
    store<u32>(at, next + 1)
    store<u32>(to + ((<usize>next) << 2), index)
  }
}

/**
 * `inOrder` and `numberLeaves` of the reference: merges `a`, `b` in the order of `order` become a tree. `parent`, `lo`,
 * `hi`: a word per node of the tree each; of `lo` and `hi` only what follows the leaves means something in the end. `number`: the new number of each leaf. `rank`: room for a word per merge.
 */
export function numberLeaves(
  leafCount: i32,
  a: usize,
  b: usize,
  order: usize,
  rank: usize,
  parent: usize,
  lo: usize,
  hi: usize,
  number: usize,
): void {
  const merges = leafCount - 1
  for (let r = 0; r < merges; r++) {
    store<u32>(rank + ((<usize>load<u32>(order + ((<usize>r) << 2))) << 2), r)
  }
  // Sizes go into `hi`, starts into `lo`, with leaves still numbered as they were.
  for (let i = 0; i < leafCount; i++) store<u32>(hi + ((<usize>i) << 2), 1)
  for (let r = 0; r < merges; r++) {
    const merge = (<usize>load<u32>(order + ((<usize>r) << 2))) << 2
    const left = ranked(load<u32>(a + merge), leafCount, rank)
    const right = ranked(load<u32>(b + merge), leafCount, rank)
    store<u32>(a + merge, left)
    store<u32>(b + merge, right)
    store<u32>(
      hi + ((<usize>(leafCount + r)) << 2),
      load<u32>(hi + ((<usize>left) << 2)) + load<u32>(hi + ((<usize>right) << 2)),
    )
  }
  store<u32>(lo + ((<usize>(leafCount + merges - 1)) << 2), 0)
  store<u32>(parent + ((<usize>(leafCount + merges - 1)) << 2), leafCount + merges - 1)
  for (let r = merges - 1; r >= 0; r--) {
    const merge = (<usize>load<u32>(order + ((<usize>r) << 2))) << 2
    const left = load<u32>(a + merge)
    const right = load<u32>(b + merge)
    const start = load<u32>(lo + ((<usize>(leafCount + r)) << 2))
    const middle = start + load<u32>(hi + ((<usize>left) << 2))
    store<u32>(lo + ((<usize>left) << 2), start)
    store<u32>(lo + ((<usize>right) << 2), middle)
    const above = leafCount + r
    store<u32>(parent + ((<usize>(left < <u32>leafCount ? start : left)) << 2), above)
    store<u32>(parent + ((<usize>(right < <u32>leafCount ? middle : right)) << 2), above)
  }
  memory.copy(number, lo, (<usize>leafCount) << 2)
  for (let i = leafCount; i < leafCount + merges; i++) {
    const at = (<usize>i) << 2
    store<u32>(hi + at, load<u32>(hi + at) + load<u32>(lo + at))
  }
}

function ranked(node: u32, leafCount: u32, rank: usize): u32 {
  return node < leafCount ? node : leafCount + load<u32>(rank + ((<usize>(node - leafCount)) << 2))
}
