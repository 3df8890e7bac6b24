import { COARSE_ROUGHNESS } from './cost.as'
import { overGreyPixel } from './planes.as'

// `overview.ts` of the reference. Blocks are 8 × 8 pixels, or what the right and the lower border leave of them.

const BLOCK: i32 = 8
const GRADIENT_MOST: i32 = 255
const ROUGHNESS_MOST: i32 = 16383
const FINENESS: f32 = 1.0 / 256.0

/**
 * The mean of each block as an opaque pixel of `small`, and its roughness, right and down, in units of 1 / `scale` grey
 * levels: two half words a block in `roughness`. `spare`: 32 bytes.
 */
export function blockPixels(
  rgba: usize,
  width: i32,
  height: i32,
  scale: f64,
  small: usize,
  roughness: usize,
  spare: usize,
): void {
  const step = (<usize>width) << 2
  const colour = i32x4.splat(0x00ffffff)
  for (let top = 0; top < height; top += BLOCK) {
    const rows = min(BLOCK, height - top)
    for (let left = 0; left < width; left += BLOCK) {
      const columns = min(BLOCK, width - left)
      // Pixels that have a neighbour to their right in the block.
      const most = i32x4.splat(columns - 1)
      const firstPairs = i32x4.lt_s(i32x4(0, 1, 2, 3), most)
      const secondPairs = i32x4.lt_s(i32x4(4, 5, 6, 7), most)
      let row = rgba + <usize>top * step + ((<usize>left) << 2)
      let sums = i32x4.splat(0)
      let right = i16x8.splat(0)
      let down = i16x8.splat(0)
      let firstAbove = sums
      let secondAbove = sums
      for (let y = 0; y < rows; y++, row += step) {
        const seen = isPlain(row, columns) ? row : seenRow(row, columns, spare)
        const first = v128.and(v128.load(seen), colour)
        const second = v128.and(v128.load(seen, 16), colour)
        sums = i32x4.add(sums, i32x4.add(channelSums(first), channelSums(second)))
        const firstNext = v128.shuffle<i32>(first, second, 1, 2, 3, 4)
        const secondNext = v128.shuffle<i32>(second, second, 1, 2, 3, 3)
        right = i16x8.add(right, differences(first, firstNext, firstPairs))
        right = i16x8.add(right, differences(second, secondNext, secondPairs))
        if (y > 0) {
          down = i16x8.add(down, differences(first, firstAbove, colour))
          down = i16x8.add(down, differences(second, secondAbove, colour))
        }
        firstAbove = first
        secondAbove = second
      }
      const count = columns * rows
      store<u8>(small, mean(i32x4.extract_lane(sums, 0), count))
      store<u8>(small, mean(i32x4.extract_lane(sums, 1), count), 1)
      store<u8>(small, mean(i32x4.extract_lane(sums, 2), count), 2)
      store<u8>(small, 255, 3)
      store<u16>(roughness, rough(total(right), scale, (columns - 1) * rows))
      store<u16>(roughness, rough(total(down), scale, columns * (rows - 1)), 2)
      small += 4
      roughness += 4
    }
  }
}

/** Differences of bytes that are in `pairs`, in eight sums. */
function differences(a: v128, b: v128, pairs: v128): v128 {
  const difference = v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a))
  return i16x8.extadd_pairwise_i8x16_u(v128.and(difference, pairs))
}

function total(sums: v128): i32 {
  const four = i32x4.extadd_pairwise_i16x8_u(sums)
  return (
    i32x4.extract_lane(four, 0) +
    i32x4.extract_lane(four, 1) +
    i32x4.extract_lane(four, 2) +
    i32x4.extract_lane(four, 3)
  )
}

/** Whether eight pixels can be read as they are: all there, all opaque. */
function isPlain(row: usize, columns: i32): bool {
  const opaque = i32x4.splat(0xff000000)
  const both = v128.and(v128.load(row), v128.load(row, 16))
  return columns === BLOCK && i32x4.all_true(i32x4.eq(v128.and(both, opaque), opaque))
}

/** Pixels over mid grey, and zeros behind their end. */
function seenRow(row: usize, columns: i32, spare: usize): usize {
  memory.fill(spare, 0, 32)
  for (let x: usize = 0, end = (<usize>columns) << 2; x < end; x += 4) overGreyPixel(row + x, spare + x)
  return spare
}

/** Sums of red, green and blue of four pixels. */
function channelSums(pixels: v128): v128 {
  const grouped = v128.shuffle<i8>(pixels, pixels, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(grouped))
}

function mean(sum: i32, count: i32): i32 {
  return <i32>floor<f64>(<f64>sum / <f64>count + 0.5)
}

function rough(sum: i32, scale: f64, pairs: i32): i32 {
  if (pairs === 0) return 0
  const mean: f32 = <f32>sum * <f32>(scale / <f64>pairs)
  return min(ROUGHNESS_MOST, <i32>(mean + <f32>0.5))
}

/** The same for three planes of 16 bits, each row-major without room; `small`: planes as `colourRows` makes them. */
export function blockPlanes(
  planes: usize,
  width: i32,
  height: i32,
  scale: f64,
  small: usize,
  smallPlane: usize,
  smallStride: i32,
  roughness: usize,
): void {
  const plane = <usize>width * height * 2
  for (let top = 0, row = 0; top < height; top += BLOCK, row++) {
    const rows = min(BLOCK, height - top)
    for (let left = 0, column = 0; left < width; left += BLOCK, column++) {
      const columns = min(BLOCK, width - left)
      let right: i32 = 0
      let down: i32 = 0
      for (let band: usize = 0; band < 3; band++) {
        let sum: i32 = 0
        for (let y = 0; y < rows; y++) {
          let from = planes + band * plane + ((<usize>(top + y) * width + left) << 1)
          for (let x = 0; x < columns; x++, from += 2) {
            const value = <i32>load<i16>(from)
            sum += value
            if (x + 1 < columns) right += abs(value - <i32>load<i16>(from, 2))
            if (y + 1 < rows) down += abs(value - <i32>load<i16>(from + ((<usize>width) << 1)))
          }
        }
        const to = small + band * smallPlane + ((<usize>row * smallStride + column) << 1)
        store<i16>(to, <i16>mean(sum, columns * rows))
      }
      store<u16>(roughness, rough(right, scale, (columns - 1) * rows))
      store<u16>(roughness, rough(down, scale, columns * (rows - 1)), 2)
      roughness += 4
    }
  }
}

/** Sum of a plane's elements. */
export function sumRows(rows: usize, width: i32, height: i32, stride: i32): f64 {
  let sum: i64 = 0
  for (let y = 0; y < height; y++) {
    let at = rows + ((<usize>y * stride) << 1)
    for (const end = at + ((<usize>width) << 1); at < end; at += 2) sum += <i64>load<i16>(at)
  }
  return <f64>sum
}

/** `coarseGradients`: `planes` as `colourRows` makes them, `roughness` as `smoothBlocks` does. */
export function coarseGradients(
  planes: usize,
  plane: usize,
  stride: i32,
  roughness: usize,
  columns: i32,
  rows: i32,
  out: usize,
): void {
  const step = (<usize>stride) << 1
  const roughStep = (<usize>columns) << 2
  const weight = load<f32>(COARSE_ROUGHNESS)
  for (let y = 0; y < rows; y++) {
    const here = planes + <usize>y * step
    const above = y > 0 ? here - step : here
    const below = y + 1 < rows ? here + step : here
    const roughHere = roughness + <usize>y * roughStep
    const roughAbove = y > 0 ? roughHere - roughStep : roughHere
    const roughBelow = y + 1 < rows ? roughHere + roughStep : roughHere
    for (let x = 0; x < columns; x++, out++) {
      const left = (<usize>max(x - 1, 0)) << 1
      const right = (<usize>min(x + 1, columns - 1)) << 1
      const at = (<usize>x) << 1
      const square = difference(here + left, here + right, plane) + difference(above + at, below + at, plane)
      const texture =
        roughDifference(roughHere + (left << 1), roughHere + (right << 1)) +
        roughDifference(roughAbove + (at << 1), roughBelow + (at << 1))
      const norm = sqrt<f32>(<f32>square * FINENESS + <f32>texture * weight)
      store<u8>(out, min(GRADIENT_MOST, <i32>(norm + <f32>0.5)))
    }
  }
}

function difference(p: usize, q: usize, plane: usize): i32 {
  const l = <i32>load<i16>(p) - <i32>load<i16>(q)
  const a = <i32>load<i16>(p + plane) - <i32>load<i16>(q + plane)
  const b = <i32>load<i16>(p + 2 * plane) - <i32>load<i16>(q + 2 * plane)
  return l * l + a * a + b * b
}

function roughDifference(p: usize, q: usize): i32 {
  const right = <i32>load<u16>(p) - <i32>load<u16>(q)
  const down = <i32>load<u16>(p, 2) - <i32>load<u16>(q, 2)
  return right * right + down * down
}

/** `smoothed`: two half words a block. */
export function smoothBlocks(from: usize, columns: i32, rows: i32, out: usize): void {
  const step = (<usize>columns) << 2
  for (let y = 0; y < rows; y++) {
    const here = from + <usize>y * step
    const above = y > 0 ? here - step : here
    const below = y + 1 < rows ? here + step : here
    for (let x = 0; x < columns; x++) {
      for (let i: usize = 0; i < 4; i += 2, out += 2) {
        const sum =
          threeBlocks(above + i, x, columns) +
          2 * threeBlocks(here + i, x, columns) +
          threeBlocks(below + i, x, columns)
        store<u16>(out, (sum + 8) >> 4)
      }
    }
  }
}

function threeBlocks(row: usize, x: i32, columns: i32): i32 {
  const left = <i32>load<u16>(row + ((<usize>max(x - 1, 0)) << 2))
  const right = <i32>load<u16>(row + ((<usize>min(x + 1, columns - 1)) << 2))
  return left + 2 * <i32>load<u16>(row + ((<usize>x) << 2)) + right
}
