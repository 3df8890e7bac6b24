import type { RgbaImage } from './hierarchy.ts'

/**
 * Three bands of one image, row-major: 0.6·L, a, b of CIELAB (D65), in units of 1/64. Lightness is damped because
 * shading changes it within one object more than it changes hue.
 */
export type Planes = readonly [Int16Array, Int16Array, Int16Array]

/** Plane units per CIELAB unit: fine enough that rounding is far below noise, and every value fits 16 bits. */
export const PLANE_SCALE = 64

const LIGHTNESS_WEIGHT = 0.6
/** What shows through transparent pixels, in each channel. */
const MID_GREY = 128
const CURVE_STEPS = 4096

const linear = linearTable()
const curve = lightnessCurve()

/** Planes of `image`, transparent pixels over mid grey. */
export function colourPlanes(image: RgbaImage): Planes {
  const { data } = image
  const pixelCount = image.width * image.height
  const l = new Int16Array(pixelCount)
  const a = new Int16Array(pixelCount)
  const b = new Int16Array(pixelCount)
  for (let p = 0, i = 0; p < pixelCount; p++, i += 4) {
    const alpha = data[i + 3]!
    let red = data[i]!
    let green = data[i + 1]!
    let blue = data[i + 2]!
    if (alpha < 255) {
      red = overGrey(red, alpha)
      green = overGrey(green, alpha)
      blue = overGrey(blue, alpha)
    }
    const r = linear[red]!
    const g = linear[green]!
    const u = linear[blue]!
    // sRGB to XYZ (IEC 61966-2-1), each row divided by the white point of D65.
    const x = curveAt(0.433949941 * r + 0.37620977 * g + 0.18984029 * u)
    const y = curveAt(0.2126729 * r + 0.7151522 * g + 0.072175 * u)
    const z = curveAt(0.017756583 * r + 0.109467961 * g + 0.872775456 * u)
    l[p] = Math.floor((116 * y - 16) * (LIGHTNESS_WEIGHT * PLANE_SCALE) + 0.5)
    a[p] = Math.floor((x - y) * (500 * PLANE_SCALE) + 0.5)
    b[p] = Math.floor((y - z) * (200 * PLANE_SCALE) + 0.5)
  }
  return [l, a, b]
}

/** A channel's byte seen through `alpha` over mid grey; itself when opaque. */
export function overGrey(channel: number, alpha: number): number {
  return Math.floor((channel * alpha + MID_GREY * (255 - alpha) + 127) / 255)
}

function curveAt(t: number): number {
  const at = t * CURVE_STEPS
  const step = at | 0
  const low = curve[step]!
  return low + (curve[step + 1]! - low) * (at - step)
}

/** Linear light, 0 … 1, of an sRGB byte. */
function linearTable(): Float64Array {
  return Float64Array.from({ length: 256 }, (_, byte) => {
    const value = byte / 255
    if (value <= 0.04045) return value / 12.92
    const base = (value + 0.055) / 1.055
    const fifth = root(base, 5)
    return base * base * fifth * fifth
  })
}

/** CIELAB's f over 0 … 1 in equal steps; one more entry than needed, since white may round to just above 1. */
function lightnessCurve(): Float64Array {
  return Float64Array.from({ length: CURVE_STEPS + 3 }, (_, step) => {
    const t = step / CURVE_STEPS
    return t > 216 / 24389 ? root(t, 3) : (24389 / 27 / 116) * t + 16 / 116
  })
}

/**
 * The `degree`-th root of a number in (0, 1.001) by Newton's method. Only + - * / are used, which every machine rounds
 * alike; `Math.pow` and `Math.cbrt` differ between engines in the last bit, and so would superpixels.
 */
function root(value: number, degree: number): number {
  let guess = 1
  for (let i = 0; i < 100; i++) {
    let power = 1
    for (let k = 1; k < degree; k++) power *= guess
    guess = ((degree - 1) * guess + value / power) / degree
  }
  return guess
}
