// What settling knows of cells: numbers and means, over the image and within a tile.

/** The cell of what is outside of the image. */
export const NONE: u32 = 0xffff

/** `cellNumbers` of the reference for the partition in which nodes below `end` exist. `cells`: a word per leaf. */
export function numberCells(leafCount: i32, parent: usize, lo: usize, end: u32, cells: usize): u32 {
  memory.fill(cells, 0, (<usize>leafCount) << 2)
  for (let node: u32 = 0; node < end; node++) {
    if (load<u32>(parent + ((<usize>node) << 2)) < end) continue
    const first = node < <u32>leafCount ? node : load<u32>(lo + ((<usize>node) << 2))
    store<u32>(cells + ((<usize>first) << 2), 1)
  }
  // What begins at leaf 0 is cell 0, also when it is all there is.
  let cell: u32 = 0
  for (let leaf: usize = 0; leaf < <usize>leafCount; leaf++) {
    const at = cells + (leaf << 2)
    cell += leaf === 0 ? 0 : load<u32>(at)
    store<u32>(at, cell)
  }
  return cell + 1
}

/** Adds the sums of a tile's regions to those of their cells, four doubles each. `number`: leaf per region. */
export function addToCells(sums: usize, number: usize, count: i32, cells: usize, totals: usize): void {
  for (let u: usize = 0; u < <usize>count; u++) {
    const leaf = load<u32>(number + (u << 2))
    const at = totals + ((<usize>load<u32>(cells + ((<usize>leaf) << 2))) << 5)
    const sum = v128.load(sums + (u << 4))
    v128.store(at, f64x2.add(v128.load(at), f64x2.convert_low_i32x4_s(sum)))
    const high = f64x2.convert_low_i32x4_s(v128.shuffle<i64>(sum, sum, 1, 0))
    v128.store(at, f64x2.add(v128.load(at, 16), high), 16)
  }
}

/** Sums to means in CIELAB units, four floats each, of which the last means nothing. */
export function meansOfCells(totals: usize, count: i32, means: usize): void {
  for (const end = means + ((<usize>count) << 4); means < end; means += 16, totals += 32) {
    const scale = load<f64>(totals, 24) * 64.0
    for (let band: usize = 0; band < 3; band++) {
      store<f32>(means + (band << 2), <f32>(load<f64>(totals + (band << 3)) / scale))
    }
  }
}

/**
 * Gives each region of a tile the number that its cell has within the tile, as a half word in `own`, and each cell its
 * mean in `tileMeans`. Returns how many cells there are. `place`: a word per cell of the image, `known`: per region.
 */
export function cellsOfTile(
  number: usize,
  count: i32,
  cells: usize,
  means: usize,
  place: usize,
  known: usize,
  own: usize,
  tileMeans: usize,
): u32 {
  let found: u32 = 0
  for (let u: usize = 0; u < <usize>count; u++) {
    const leaf = load<u32>(number + (u << 2))
    const cell = load<u32>(cells + ((<usize>leaf) << 2))
    const at = place + ((<usize>cell) << 2)
    // Whatever was in `place` before, it is right only if that number is this cell's.
    let here = load<u32>(at)
    if (here >= found || load<u32>(known + ((<usize>here) << 2)) !== cell) {
      here = found++
      store<u32>(at, here)
      store<u32>(known + ((<usize>here) << 2), cell)
      v128.store(tileMeans + ((<usize>here) << 4), v128.load(means + ((<usize>cell) << 4)))
    }
    store<u16>(own + (u << 1), here)
  }
  return found
}

/** The cell of each pixel: half words, `step` bytes a row, the first one at `map`; `NONE` all around. */
export function mapCells(label: usize, width: i32, rows: i32, own: usize, map: usize, step: usize): void {
  memory.fill(map - step - 2, 0xff, step * <usize>(rows + 2) + 32)
  for (let y = 0; y < rows; y++, map += step) {
    let out = map
    for (const end = label + ((<usize>width) << 2); label < end; label += 4, out += 2) {
      store<u16>(out, load<u16>(own + ((<usize>load<u32>(label)) << 1)))
    }
  }
}
