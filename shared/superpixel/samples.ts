import { AppError } from '../base/app-error.ts'
import {
  type DivisibleImage,
  L_OFFSET,
  L_SCALE,
  linearLight,
  type PlaneImage,
  planesOfLight,
} from './colour.ts'

/**
 * Pixels as a decoder gives them, upright, row-major, channels of a pixel side by side. Three or four channels are sRGB
 * (and alpha), one or two are a single band (and alpha). Integers span their whole type, floats are 0 … 1 in colour and
 * of any scale in a single band, where NaN means no data.
 */
export type Samples = {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly data: Uint8Array | Uint16Array | Float32Array
}

/** Shares of a single band's values that become black and white: what a sensor leaves unused must not flatten the rest. */
const DARKEST = 0.005
const BRIGHTEST = 0.995
/** What shows through transparent pixels. */
const MID_GREY = 128 / 255
/** Lightness of pixels without data: darker than black, so that they stay among themselves. */
const NO_DATA = -40
const LINEAR_STEPS = 65_535

/**
 * What the engine divides instead of `samples`. 8-bit images stay what a canvas shows. Others become planes without
 * going through 8 bits: colours by the sRGB curve, a single band stretched between its percentiles.
 * Throws AppError `BAD_REQUEST` for data of another length.
 */
export function imageOfSamples(samples: Samples): DivisibleImage {
  const { width, height, channels, data } = samples
  const pixelCount = width * height
  if (data.length !== pixelCount * channels) {
    throw new AppError('BAD_REQUEST', `${data.length} samples are no image of ${width} × ${height} pixels.`, {
      remedy: 'Check that the image is whole.',
    })
  }
  if (data instanceof Uint8Array) return { width, height, data: rgbaOf(data, channels, pixelCount) }
  return channels < 3 ? bandImage(samples) : colourImage(samples)
}

function rgbaOf(data: Uint8Array, channels: number, pixelCount: number): Uint8Array {
  if (channels === 4) return data
  const rgba = new Uint8Array(4 * pixelCount)
  const isColour = channels === 3
  for (let p = 0, i = 0, o = 0; p < pixelCount; p++, i += channels, o += 4) {
    rgba[o] = data[i]!
    rgba[o + 1] = data[isColour ? i + 1 : i]!
    rgba[o + 2] = data[isColour ? i + 2 : i]!
    rgba[o + 3] = channels === 2 ? data[i + 1]! : 255
  }
  return rgba
}

function emptyPlanes({ width, height }: Samples): PlaneImage {
  const pixelCount = width * height
  const planes = [0, 1, 2].map(() => new Int16Array(pixelCount)) as [Int16Array, Int16Array, Int16Array]
  return { width, height, planes }
}

function colourImage(samples: Samples): PlaneImage {
  const { channels, data } = samples
  const image = emptyPlanes(samples)
  const [l, a, b] = image.planes
  const most = data instanceof Float32Array ? 1 : LINEAR_STEPS
  const light = linearTable()
  for (let p = 0, i = 0; p < l.length; p++, i += channels) {
    const alpha = channels === 4 ? unit(data[i + 3]! / most) : 1
    const seen = (value: number) => {
      const over = unit(value / most) * alpha + MID_GREY * (1 - alpha)
      return light[Math.round(over * LINEAR_STEPS)]!
    }
    const [lightness, green, blue] = planesOfLight(seen(data[i]!), seen(data[i + 1]!), seen(data[i + 2]!))
    l[p] = lightness
    a[p] = green
    b[p] = blue
  }
  return image
}

/** One band is lightness alone. */
function bandImage(samples: Samples): PlaneImage {
  const { channels, data } = samples
  const image = emptyPlanes(samples)
  const [l] = image.planes
  const band = Float32Array.from({ length: l.length }, (_, p) => data[p * channels]!)
  const most = data instanceof Float32Array ? 1 : LINEAR_STEPS
  const [black, white] = percentiles(band)
  for (let p = 0; p < l.length; p++) {
    const value = band[p]!
    const alpha = channels === 2 ? unit(data[2 * p + 1]! / most) : 1
    const share = white > black ? unit((value - black) / (white - black)) : MID_GREY
    const seen = share * alpha + MID_GREY * (1 - alpha)
    // Lightness 0 … 100 in plane units, as it is for colours.
    const lightness = Number.isNaN(value) ? NO_DATA : 100 * seen
    l[p] = Math.round((lightness * (L_SCALE - L_OFFSET)) / 100)
  }
  return image
}

/** Values at the two shares, those without data left out. */
function percentiles(band: Float32Array): [number, number] {
  const known = band.filter((value) => Number.isFinite(value)).sort()
  const at = (share: number) => known[Math.round(share * (known.length - 1))] ?? 0
  return [at(DARKEST), at(BRIGHTEST)]
}

function unit(value: number): number {
  return value > 0 ? Math.min(value, 1) : 0
}

let linear: Float64Array | null = null

/** Linear light of sRGB values in steps of 1/65,535. */
function linearTable(): Float64Array {
  linear ??= Float64Array.from({ length: LINEAR_STEPS + 1 }, (_, i) => linearLight(i / LINEAR_STEPS))
  return linear
}
