// Planes here are int16, each row `stride` elements apart; row pointers point at the pixel x = 0. Before it there is room
// for 8 elements and behind the last pixel for at least 8: `repeatEdges` fills those next to the row.
import { constant, GAIN, SHRINK } from './cost.as'
import { highHalves, lowHalves, zipHigh, zipLow } from './lanes.as'

const LINE_END: f32 = 0.008856452070176601
const LINE_SLOPE: f32 = 7.787036895751953
const LINE_START: f32 = 0.13793103396892548
const CUBE_ROOT_GUESS: i32 = 709960000
const THIRD: f32 = 0.3333333432674408
const L_SCALE: f32 = 4454.39990234375
const L_OFFSET: f32 = 614.4000244140625
const A_SCALE: f32 = 500.0 * 64.0
const B_SCALE: f32 = 200.0 * 64.0

/**
 * `colourPlanes` of the reference, for `rows` rows of `width` pixels, `rgbaStep` bytes apart. May read 28 bytes past them.
 * `light`: `lightTable`.
 */
export function colourRows(
  rgba: usize,
  rgbaStep: i32,
  l: usize,
  a: usize,
  b: usize,
  width: i32,
  rows: i32,
  stride: i32,
  light: usize,
  spare: usize,
): void {
  const opaque = i32x4.splat(0xff000000)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x += 8) {
      let from = rgba + ((<usize>x) << 2)
      const first = v128.load(from)
      const second = v128.load(from, 16)
      if (!i32x4.all_true(i32x4.eq(v128.and(v128.and(first, second), opaque), opaque))) {
        overGrey(from, spare)
        from = spare
      }
      // Bytes of red, green and blue at 0, 1 and 2 of each pixel.
      const x0 = sumOfLight(from, light)
      const x1 = sumOfLight(from + 4, light)
      const x2 = sumOfLight(from + 8, light)
      const x3 = sumOfLight(from + 12, light)
      const x4 = sumOfLight(from + 16, light)
      const x5 = sumOfLight(from + 20, light)
      const x6 = sumOfLight(from + 24, light)
      const x7 = sumOfLight(from + 28, light)
      const low01 = zipLow(x0, x1)
      const low23 = zipLow(x2, x3)
      const low45 = zipLow(x4, x5)
      const low67 = zipLow(x6, x7)
      const fx0 = curve(lowHalves(low01, low23))
      const fy0 = curve(highHalves(low01, low23))
      const fz0 = curve(lowHalves(zipHigh(x0, x1), zipHigh(x2, x3)))
      const fx1 = curve(lowHalves(low45, low67))
      const fy1 = curve(highHalves(low45, low67))
      const fz1 = curve(lowHalves(zipHigh(x4, x5), zipHigh(x6, x7)))
      const at = (<usize>x) << 1
      v128.store(l + at, i16x8.narrow_i32x4_s(lightness(fy0), lightness(fy1)))
      v128.store(a + at, i16x8.narrow_i32x4_s(opponent(fx0, fy0, A_SCALE), opponent(fx1, fy1, A_SCALE)))
      v128.store(b + at, i16x8.narrow_i32x4_s(opponent(fy0, fz0, B_SCALE), opponent(fy1, fz1, B_SCALE)))
    }
    repeatEdges(l, width)
    repeatEdges(a, width)
    repeatEdges(b, width)
    rgba += rgbaStep
    l += (<usize>stride) << 1
    a += (<usize>stride) << 1
    b += (<usize>stride) << 1
  }
}

function sumOfLight(pixel: usize, light: usize): v128 {
  const red = v128.load(light + ((<usize>load<u8>(pixel)) << 4))
  const green = v128.load(light + ((<usize>load<u8>(pixel, 1)) << 4), 4096)
  const blue = v128.load(light + ((<usize>load<u8>(pixel, 2)) << 4), 8192)
  return f32x4.add(f32x4.add(red, green), blue)
}

function curve(t: v128): v128 {
  const third = i32x4.trunc_sat_f32x4_s(f32x4.mul(f32x4.convert_i32x4_s(t), f32x4.splat(THIRD)))
  const guess = i32x4.add(third, i32x4.splat(CUBE_ROOT_GUESS))
  const cube = f32x4.mul(f32x4.mul(guess, guess), guess)
  const ratio = f32x4.div(f32x4.add(cube, f32x4.add(t, t)), f32x4.add(f32x4.add(cube, cube), t))
  const line = f32x4.add(f32x4.mul(t, f32x4.splat(LINE_SLOPE)), f32x4.splat(LINE_START))
  return v128.bitselect(line, f32x4.mul(guess, ratio), f32x4.le(t, f32x4.splat(LINE_END)))
}

function lightness(fy: v128): v128 {
  return nearest(f32x4.sub(f32x4.mul(fy, f32x4.splat(L_SCALE)), f32x4.splat(L_OFFSET)))
}

function opponent(f: v128, g: v128, scale: f32): v128 {
  return nearest(f32x4.mul(f32x4.sub(f, g), f32x4.splat(scale)))
}

function nearest(value: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(value, f32x4.splat(0.5))))
}

/** Eight pixels seen over mid grey. */
function overGrey(from: usize, to: usize): void {
  for (let i: usize = 0; i < 32; i += 4) overGreyPixel(from + i, to + i)
}

export function overGreyPixel(from: usize, to: usize): void {
  const alpha = <u32>load<u8>(from, 3)
  const grey = 128 * (255 - alpha) + 127
  for (let band: usize = 0; band < 3; band++) {
    store<u8>(to + band, (<u32>load<u8>(from + band) * alpha + grey) / 255)
  }
}

/** `adapt` of the reference, in place: two planes as `colourRows` makes them. */
export function adaptRows(
  a: usize,
  b: usize,
  width: i32,
  rows: i32,
  stride: i32,
  greyA: i32,
  greyB: i32,
): void {
  const gain = constant(GAIN)
  const shrink = constant(SHRINK)
  const step = (<usize>stride) << 1
  const centreA = i32x4.splat(greyA)
  const centreB = i32x4.splat(greyB)
  for (let y = 0; y < rows; y++) {
    for (let x: usize = 0, end = (<usize>width) << 1; x < end; x += 16) {
      const planeA = v128.load(a + x)
      const planeB = v128.load(b + x)
      const a0 = i32x4.sub(i32x4.extend_low_i16x8_s(planeA), centreA)
      const a1 = i32x4.sub(i32x4.extend_high_i16x8_s(planeA), centreA)
      const b0 = i32x4.sub(i32x4.extend_low_i16x8_s(planeB), centreB)
      const b1 = i32x4.sub(i32x4.extend_high_i16x8_s(planeB), centreB)
      const f0 = compression(a0, b0, gain, shrink)
      const f1 = compression(a1, b1, gain, shrink)
      v128.store(a + x, i16x8.narrow_i32x4_s(compressed(a0, f0), compressed(a1, f1)))
      v128.store(b + x, i16x8.narrow_i32x4_s(compressed(b0, f0), compressed(b1, f1)))
    }
    repeatEdges(a, width)
    repeatEdges(b, width)
    a += step
    b += step
  }
}

function compression(a: v128, b: v128, gain: v128, shrink: v128): v128 {
  const square = i32x4.add(i32x4.mul(a, a), i32x4.mul(b, b))
  const chroma = f32x4.sqrt(f32x4.convert_i32x4_s(square))
  return f32x4.div(gain, f32x4.add(f32x4.splat(1), f32x4.mul(chroma, shrink)))
}

function compressed(value: v128, factor: v128): v128 {
  return nearest(f32x4.mul(f32x4.convert_i32x4_s(value), factor))
}

/** Repeats the first and the last pixel of a row where its neighbours would be. */
export function repeatEdges(row: usize, width: i32): void {
  store<i16>(row - 2, load<i16>(row))
  const last = row + ((<usize>(width - 1)) << 1)
  const value = load<i16>(last)
  store<i16>(last, value, 2)
  store<i16>(last, value, 4)
}

/**
 * `blur` of the reference, from `from` to `to`, which may be the same. `spare`: room for four rows of `stride` elements.
 * Rows past the first and the last are taken to be as those are.
 */
export function blurRows(
  from: usize,
  to: usize,
  width: i32,
  rows: i32,
  stride: i32,
  softness: i32,
  spare: usize,
): void {
  const step = (<usize>stride) << 1
  const factor = i16x8.splat(<i16>softness)
  let above = spare
  let here = spare + step
  let below = spare + 2 * step
  blurRow(from, here, width, factor)
  memory.copy(above, here, step)
  for (let y = 0; y < rows; y++) {
    from += step
    if (y + 1 < rows) blurRow(from, below, width, factor)
    else memory.copy(below, here, step)
    for (let x: usize = 0, end = (<usize>width) << 1; x < end; x += 16) {
      v128.store(to + x, soft(v128.load(here + x), v128.load(above + x), v128.load(below + x), factor))
    }
    repeatEdges(to, width)
    to += step
    const free = above
    above = here
    here = below
    below = free
  }
}

function blurRow(from: usize, to: usize, width: i32, factor: v128): void {
  for (let x: usize = 0, end = (<usize>width) << 1; x < end; x += 16) {
    v128.store(to + x, soft(v128.load(from + x), v128.load(from + x - 2), v128.load(from + x + 2), factor))
  }
}

function soft(here: v128, before: v128, after: v128, factor: v128): v128 {
  const difference = i16x8.sub(i16x8.add(before, after), i16x8.add(here, here))
  return i16x8.add(here, i16x8.q15mulr_sat_s(difference, factor))
}

/** Rows of a plane, `fromStep` bytes apart, to where `colourRows` would put them. */
export function spreadRows(from: usize, fromStep: i32, to: usize, width: i32, rows: i32, stride: i32): void {
  const size = (<usize>width) << 1
  for (let y = 0; y < rows; y++) {
    memory.copy(to, from, size)
    repeatEdges(to, width)
    from += fromStep
    to += (<usize>stride) << 1
  }
}
