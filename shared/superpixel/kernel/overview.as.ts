import { overGreyPixel } from './planes.as'

// `overview.ts` of the reference. Blocks are 8 × 8 pixels, or what the right and the lower border leave of them.

const BLOCK: i32 = 8
const GRADIENT_MOST: i32 = 255
const FINENESS: f32 = 1.0 / 256.0

/**
 * The mean of each block as an opaque pixel of `small`, and how far its pixels deviate from it, in units of 1 / `scale`
 * grey levels, as half words. `spare`: 32 bytes.
 */
export function blockPixels(
  rgba: usize,
  width: i32,
  height: i32,
  scale: f64,
  small: usize,
  deviations: usize,
  spare: usize,
): void {
  const step = (<usize>width) << 2
  for (let top = 0; top < height; top += BLOCK) {
    const rows = min(BLOCK, height - top)
    for (let left = 0; left < width; left += BLOCK) {
      const columns = min(BLOCK, width - left)
      let row = rgba + <usize>top * step + ((<usize>left) << 2)
      let sums = i32x4.splat(0)
      let squares = i32x4.splat(0)
      for (let y = 0; y < rows; y++, row += step) {
        const seen = isPlain(row, columns) ? row : seenRow(row, columns, spare)
        const colour = i32x4.splat(0x00ffffff)
        const first = v128.and(v128.load(seen), colour)
        const second = v128.and(v128.load(seen, 16), colour)
        sums = i32x4.add(sums, i32x4.add(channelSums(first), channelSums(second)))
        squares = i32x4.add(squares, i32x4.add(squareSums(first), squareSums(second)))
      }
      const count = columns * rows
      const red = i32x4.extract_lane(sums, 0)
      const green = i32x4.extract_lane(sums, 1)
      const blue = i32x4.extract_lane(sums, 2)
      store<u8>(small, mean(red, count))
      store<u8>(small, mean(green, count), 1)
      store<u8>(small, mean(blue, count), 2)
      store<u8>(small, 255, 3)
      const square =
        i32x4.extract_lane(squares, 0) +
        i32x4.extract_lane(squares, 1) +
        i32x4.extract_lane(squares, 2) +
        i32x4.extract_lane(squares, 3)
      const variance = count * square - red * red - green * green - blue * blue
      store<u16>(deviations, deviation(<f32>variance, scale, count))
      small += 4
      deviations += 2
    }
  }
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

/** The squares of all channels of four pixels, in four sums. */
function squareSums(pixels: v128): v128 {
  const low = i16x8.extend_low_i8x16_u(pixels)
  const high = i16x8.extend_high_i8x16_u(pixels)
  return i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high))
}

function mean(sum: i32, count: i32): i32 {
  return <i32>floor<f64>(<f64>sum / <f64>count + 0.5)
}

function deviation(variance: f32, scale: f64, count: i32): i32 {
  return <i32>(sqrt<f32>(variance) * <f32>(scale / <f64>count) + <f32>0.5)
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
  deviations: usize,
): void {
  const plane = <usize>width * height * 2
  for (let top = 0, row = 0; top < height; top += BLOCK, row++) {
    const rows = min(BLOCK, height - top)
    for (let left = 0, column = 0; left < width; left += BLOCK, column++) {
      const columns = min(BLOCK, width - left)
      const count = columns * rows
      let variance: f64 = 0
      for (let band: usize = 0; band < 3; band++) {
        let sum: i32 = 0
        let square: i64 = 0
        for (let y = 0; y < rows; y++) {
          let from = planes + band * plane + ((<usize>(top + y) * width + left) << 1)
          for (const end = from + ((<usize>columns) << 1); from < end; from += 2) {
            const value = <i32>load<i16>(from)
            sum += value
            square += <i64>(value * value)
          }
        }
        variance += <f64>count * <f64>square - <f64>sum * <f64>sum
        const to = small + band * smallPlane + ((<usize>row * smallStride + column) << 1)
        store<i16>(to, <i16>mean(sum, count))
      }
      store<u16>(deviations, deviation(<f32>variance, scale, count))
      deviations += 2
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

/** `coarseGradients`: `planes` as `colourRows` makes them. */
export function coarseGradients(
  planes: usize,
  plane: usize,
  stride: i32,
  columns: i32,
  rows: i32,
  out: usize,
): void {
  const step = (<usize>stride) << 1
  for (let y = 0; y < rows; y++) {
    const here = planes + <usize>y * step
    const above = y > 0 ? here - step : here
    const below = y + 1 < rows ? here + step : here
    for (let x = 0; x < columns; x++, out++) {
      const left = (<usize>max(x - 1, 0)) << 1
      const right = (<usize>min(x + 1, columns - 1)) << 1
      const at = (<usize>x) << 1
      const square = difference(here + left, here + right, plane) + difference(above + at, below + at, plane)
      const norm = sqrt<f32>(<f32>square * FINENESS)
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

/** `smoothed`: half words. */
export function smoothBlocks(from: usize, columns: i32, rows: i32, out: usize): void {
  const step = (<usize>columns) << 1
  for (let y = 0; y < rows; y++) {
    const here = from + <usize>y * step
    const above = y > 0 ? here - step : here
    const below = y + 1 < rows ? here + step : here
    for (let x = 0; x < columns; x++, out += 2) {
      const sum =
        threeBlocks(above, x, columns) + 2 * threeBlocks(here, x, columns) + threeBlocks(below, x, columns)
      store<u16>(out, (sum + 8) >> 4)
    }
  }
}

function threeBlocks(row: usize, x: i32, columns: i32): i32 {
  const left = <i32>load<u16>(row + ((<usize>max(x - 1, 0)) << 1))
  const right = <i32>load<u16>(row + ((<usize>min(x + 1, columns - 1)) << 1))
  return left + 2 * <i32>load<u16>(row + ((<usize>x) << 1)) + right
}
