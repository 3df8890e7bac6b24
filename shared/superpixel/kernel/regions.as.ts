const LEFT: i32 = 1
const RIGHT: i32 = 2
const DOWN: i32 = 3

/**
 * Turns choices into bits, in place: 1 for a pixel that is one region with the pixel to its left, 2 with the one above.
 * `links`: choices as `gridRows` writes them, preceded by a row of zeros and one byte, followed by 16 bytes. Goes from
 * the last pixel to the first, so that what it still needs is there.
 */
export function findBonds(links: usize, width: i32, count: i32): void {
  const left = i8x16.splat(<i8>LEFT)
  const right = i8x16.splat(<i8>RIGHT)
  const down = i8x16.splat(<i8>DOWN)
  for (let p = (<isize>count - 1) & -16; p >= 0; p -= 16) {
    const at = links + p
    const here = v128.load(at)
    const isLeft = v128.or(i8x16.eq(here, left), i8x16.eq(v128.load(at - 1), right))
    const isUp = v128.or(i8x16.eq(here, i8x16.splat(0)), i8x16.eq(v128.load(at - width), down))
    v128.store(at, v128.or(v128.and(isLeft, i8x16.splat(1)), v128.and(isUp, i8x16.splat(2))))
  }
}

/**
 * Numbers pixels so that those with bonds share a number or `parent` leads from one to the other: `parent[i] <= i`, and
 * of one region the lowest number is that of its first pixel. Returns how many numbers were used. `label` is preceded by
 * a row. `parent`: room for as many as there are pixels, and one.
 */
export function followBonds(bonds: usize, width: i32, rows: i32, label: usize, parent: usize): u32 {
  let next: u32 = 0
  let mask: u32 = 1
  const above = (<usize>width) << 2
  for (let y = 0; y < rows; y++) {
    let left: u32 = 0
    for (const end = bonds + width; bonds < end; bonds++, label += 4) {
      const bond = <u32>load<u8>(bonds) & mask
      const up = load<u32>(label - above)
      store<u32>(parent + ((<usize>next) << 2), next)
      left = bond & 1 ? left : bond ? up : next
      next += <u32>(bond === 0)
      if (bond === 3) link(parent, left, up)
      store<u32>(label, left)
    }
    mask = 3
  }
  return next
}

function link(parent: usize, a: u32, b: u32): void {
  a = root(parent, a)
  b = root(parent, b)
  store<u32>(parent + ((<usize>max(a, b)) << 2), min(a, b))
}

function root(parent: usize, node: u32): u32 {
  while (true) {
    const above = load<u32>(parent + ((<usize>node) << 2))
    if (above === node) return node
    const next = load<u32>(parent + ((<usize>above) << 2))
    store<u32>(parent + ((<usize>node) << 2), next)
    node = next
  }
}

/** Replaces parents by region numbers 0, 1, … in the order of the roots; returns how many regions there are. */
export function numberRoots(parent: usize, count: i32): u32 {
  let regions: u32 = 0
  for (let i: u32 = 0; i < <u32>count; i++) {
    const at = parent + ((<usize>i) << 2)
    const above = load<u32>(at)
    const isRoot = above === i
    const number = load<u32>(parent + ((<usize>above) << 2))
    store<u32>(at, isRoot ? regions : number)
    regions += <u32>isRoot
  }
  return regions
}

/** Gives pixels their region's number and adds up each region's pixels. `sums` must be zero. */
export function sumRegions(label: usize, count: i32, number: usize, pixels: usize, sums: usize): void {
  for (const end = label + ((<usize>count) << 2); label < end; label += 4, pixels += 8) {
    const region = load<u32>(number + ((<usize>load<u32>(label)) << 2))
    store<u32>(label, region)
    const at = sums + ((<usize>region) << 4)
    v128.store(at, i32x4.add(v128.load(at), v128.load16x4_s(pixels)))
  }
}

/** `nodesOf` of the reference. */
export function nodesOf(sums: usize, nodes: usize, count: i32): void {
  for (let at: usize = 0, end = (<usize>count) << 4; at < end; at += 16) {
    const sum = f32x4.convert_i32x4_s(v128.load(sums + at))
    const area = f32x4.extract_lane(sum, 3)
    const scale: f32 = <f32>1.0 / (area * <f32>64.0)
    v128.store(nodes + at, f32x4.replace_lane(f32x4.mul(sum, f32x4.splat(scale)), 3, area))
  }
}
