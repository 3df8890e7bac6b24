import type { RgbaImage } from './hierarchy.ts'

/**
 * Three bands of one image, row-major: 0.6·L, a, b of CIELAB (D65), in units of 1/64. Lightness is damped because
 * shading changes it within one object more than it changes hue.
 */
export type Planes = readonly [Int16Array, Int16Array, Int16Array]

/** An image as planes: what is left of one that does not fit 8 bits a channel. See `samples.ts`. */
export type PlaneImage = { readonly width: number; readonly height: number; readonly planes: Planes }

/** What can be divided: pixels as a canvas gives them, or planes. */
export type DivisibleImage = RgbaImage | PlaneImage

/** Plane units per CIELAB unit: fine enough that rounding is far below noise, and every value fits 16 bits. */
export const PLANE_SCALE = 64

const LIGHTNESS_WEIGHT = 0.6
/** What shows through transparent pixels, in each channel. */
const MID_GREY = 128

/** Below this CIELAB's f is a straight line. */
export const LINE_END = Math.fround(216 / 24389)
export const LINE_SLOPE = Math.fround(24389 / 27 / 116)
export const LINE_START = Math.fround(16 / 116)
/** Adding this to a third of a float's bits gives its cube root within three percent. */
export const CUBE_ROOT_GUESS = 709_960_000
export const THIRD = Math.fround(1 / 3)
/** From f(Y), f(X) - f(Y) and f(Y) - f(Z) to plane units. */
export const L_SCALE = Math.fround(116 * LIGHTNESS_WEIGHT * PLANE_SCALE)
export const L_OFFSET = Math.fround(16 * LIGHTNESS_WEIGHT * PLANE_SCALE)
export const A_SCALE = Math.fround(500 * PLANE_SCALE)
export const B_SCALE = Math.fround(200 * PLANE_SCALE)

/** Linear sRGB to XYZ (IEC 61966-2-1), divided by the white point: what red, green and blue add to each. */
const COLUMNS = [
  [0.433949941, 0.2126729, 0.017756583],
  [0.37620977, 0.7151522, 0.109467961],
  [0.18984029, 0.072175, 0.872775456],
] as const

const round = Math.fround
const floats = new Float32Array(1)
const bits = new Int32Array(floats.buffer)

/**
 * Planes of `image`, transparent pixels over mid grey. Every step is rounded to 32 bits, as the kernel does. Those of a
 * `PlaneImage` are copied.
 */
export function colourPlanes(image: DivisibleImage): Planes {
  if ('planes' in image) {
    const [l, a, b] = image.planes
    return [l.slice(), a.slice(), b.slice()]
  }
  const { data } = image
  const pixelCount = image.width * image.height
  const l = new Int16Array(pixelCount)
  const a = new Int16Array(pixelCount)
  const b = new Int16Array(pixelCount)
  for (let p = 0, i = 0; p < pixelCount; p++, i += 4) {
    const alpha = data[i + 3]!
    const red = 4 * overGrey(data[i]!, alpha)
    const green = 1024 + 4 * overGrey(data[i + 1]!, alpha)
    const blue = 2048 + 4 * overGrey(data[i + 2]!, alpha)
    const x = round(round(light[red]! + light[green]!) + light[blue]!)
    const y = round(round(light[red + 1]! + light[green + 1]!) + light[blue + 1]!)
    const z = round(round(light[red + 2]! + light[green + 2]!) + light[blue + 2]!)
    const fy = curve(y)
    l[p] = lightness(fy)
    a[p] = opponent(curve(x), fy, A_SCALE)
    b[p] = opponent(fy, curve(z), B_SCALE)
  }
  return [l, a, b]
}

/** Plane values of linear light of red, green and blue, 0 … 1. */
export function planesOfLight(red: number, green: number, blue: number): [l: number, a: number, b: number] {
  const sum = (i: number) => round(COLUMNS[0][i]! * red + COLUMNS[1][i]! * green + COLUMNS[2][i]! * blue)
  const fy = curve(sum(1))
  return [lightness(fy), opponent(curve(sum(0)), fy, A_SCALE), opponent(fy, curve(sum(2)), B_SCALE)]
}

/** A channel's byte seen through `alpha` over mid grey; itself when opaque. */
export function overGrey(channel: number, alpha: number): number {
  return alpha === 255 ? channel : Math.floor((channel * alpha + MID_GREY * (255 - alpha) + 127) / 255)
}

function lightTable(): Float32Array {
  const table = new Float32Array(3 * 256 * 4)
  for (const [channel, column] of COLUMNS.entries()) {
    for (let byte = 0; byte < 256; byte++) {
      const linear = linearLight(byte / 255)
      for (let i = 0; i < 3; i++) table[4 * (256 * channel + byte) + i] = column[i]! * linear
    }
  }
  return table
}

/** Linear light of an sRGB value, both 0 … 1. */
export function linearLight(value: number): number {
  if (value <= 0.04045) return value / 12.92
  const base = (value + 0.055) / 1.055
  const fifth = fifthRoot(base)
  return base * base * fifth * fifth
}

/** CIELAB's f, within 1/40,000 of it. */
function curve(t: number): number {
  if (t <= LINE_END) return round(round(t * LINE_SLOPE) + LINE_START)
  floats[0] = t
  bits[0] = Math.trunc(round(round(bits[0]!) * THIRD)) + CUBE_ROOT_GUESS
  const guess = floats[0]!
  const cube = round(round(guess * guess) * guess)
  // One of Halley's steps.
  return round(guess * round(round(cube + round(t + t)) / round(round(cube + cube) + t)))
}

function lightness(fy: number): number {
  return nearest(round(round(fy * L_SCALE) - L_OFFSET))
}

function opponent(f: number, g: number, scale: number): number {
  return nearest(round(round(f - g) * scale))
}

function nearest(value: number): number {
  return Math.floor(round(value + 0.5))
}

/**
 * By Newton's method, for numbers in (0, 1]. Only + - * / are used, which every machine rounds alike; `Math.pow` differs
 * between engines in the last bit, and so would superpixels.
 */
function fifthRoot(value: number): number {
  let guess = 1
  for (let i = 0; i < 100; i++) {
    const square = guess * guess
    guess = (4 * guess + value / (square * square)) / 5
  }
  return guess
}

/**
 * What each byte of red (entries 0 … 255), green (256 … 511) and blue (512 … 767) adds to X, Y and Z, each divided by
 * the white point of D65; 4 numbers an entry, the last 0.
 */
export const light = lightTable()
