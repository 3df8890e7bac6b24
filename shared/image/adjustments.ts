/** How a picture is looked at. It changes no pixel that is stored, exported or divided into superpixels. */
export const channelViews = ['rgb', 'red', 'green', 'blue', 'luminance', 'alpha'] as const
export type ChannelView = (typeof channelViews)[number]
export type Adjustments = {
  /** -100 … 100: percent of the whole range that is added. */
  readonly brightness: number
  /** -100 … 100: 0 leaves it, -100 is all grey, 100 is four times as steep around the middle. */
  readonly contrast: number
  /** 0.2 … 5; above 1 lightens what is dark. */
  readonly gamma: number
  /** -100 (grey) … 100 (twice as far from grey). */
  readonly saturation: number
  readonly channel: ChannelView
  /** Spreads the brightnesses of the picture evenly over the whole range first. */
  readonly equalise: boolean
}

export const neutral: Adjustments = {
  brightness: 0,
  contrast: 0,
  gamma: 1,
  saturation: 0,
  channel: 'rgb',
  equalise: false,
}

export const adjustmentRanges = {
  brightness: { least: -100, most: 100, step: 5 },
  contrast: { least: -100, most: 100, step: 5 },
  gamma: { least: 0.2, most: 5, step: 0.1 },
  saturation: { least: -100, most: 100, step: 5 },
} as const
export type AdjustmentName = keyof typeof adjustmentRanges

export function isNeutral(adjustments: Adjustments): boolean {
  return (Object.keys(neutral) as (keyof Adjustments)[]).every((key) => adjustments[key] === neutral[key])
}

/** Whatever was kept of them, with everything that is missing or out of range neutral. */
export function readAdjustments(value: unknown): Adjustments {
  if (typeof value !== 'object' || value === null) return neutral
  const found = value as Readonly<Record<string, unknown>>
  const number = (name: AdjustmentName) => {
    const { least, most } = adjustmentRanges[name]
    const given = found[name]
    return typeof given === 'number' && given >= least && given <= most ? given : neutral[name]
  }
  return {
    brightness: number('brightness'),
    contrast: number('contrast'),
    gamma: number('gamma'),
    saturation: number('saturation'),
    channel: channelViews.find((each) => each === found.channel) ?? 'rgb',
    equalise: found.equalise === true,
  }
}

/** One step up or down, within the range and without the dust of binary fractions. */
export function stepped(name: AdjustmentName, value: number, steps: number): number {
  const { least, most, step } = adjustmentRanges[name]
  const moved = Math.round((value + steps * step) * 100) / 100
  return Math.min(most, Math.max(least, moved))
}

/** Adjustments made ready to be applied to many pixels. `table`: what each of the 256 values of a channel becomes. */
export type Tone = {
  readonly table: Uint8Array
  /** Distance from grey is multiplied by this; 1 leaves it. */
  readonly saturation: number
  readonly channel: ChannelView
}

/** `histogram`: how many pixels have each luminance, 256 counts; needed only to equalise. */
export function toneOf(adjustments: Adjustments, histogram: ArrayLike<number> | null): Tone {
  const { brightness, contrast, gamma, saturation, channel, equalise } = adjustments
  const first = equalise && histogram ? equalising(histogram) : null
  const slope = contrast < 0 ? 1 + contrast / 100 : 1 + (3 * contrast) / 100
  const table = Uint8Array.from({ length: 256 }, (_, value) => {
    const spread = (first ? first[value]! : value) / 255
    const lit = (spread - 0.5) * slope + 0.5 + brightness / 100
    return Math.round(255 * clamp01(lit) ** (1 / gamma))
  })
  return { table, saturation: 1 + saturation / 100, channel }
}

/** The curve after which every brightness is as frequent as the others; the darkest that occurs becomes black. */
function equalising(histogram: ArrayLike<number>): Uint8Array {
  const table = new Uint8Array(256)
  let total = 0
  let darkest = 0
  for (let value = 0; value < 256; value++) {
    if (total === 0) darkest = histogram[value]!
    total += histogram[value]!
  }
  // Of one brightness only: there is nothing to spread.
  if (total === darkest) return table.map((_, value) => value)
  for (let value = 0, sum = 0; value < 256; value++) {
    sum += histogram[value]!
    table[value] = Math.round((255 * Math.max(0, sum - darkest)) / (total - darkest))
  }
  return table
}

/** Applies `tone` to pixels in place: RGBA bytes, as a little-endian u32 each. Alpha stays, but is opaque where it is shown. */
export function applyTone({ table, saturation, channel }: Tone, pixels: Uint32Array): void {
  const count = pixels.length
  if (channel !== 'rgb') {
    const shift = { red: 0, green: 8, blue: 16, alpha: 24, luminance: -1 }[channel]
    for (let i = 0; i < count; i++) {
      const pixel = pixels[i]!
      const grey = table[shift < 0 ? luminanceOf(pixel) : (pixel >>> shift) & 255]!
      const alpha = channel === 'alpha' ? 0xff000000 : pixel & 0xff000000
      pixels[i] = (alpha | (grey << 16) | (grey << 8) | grey) >>> 0
    }
    return
  }
  if (saturation === 1) {
    for (let i = 0; i < count; i++) {
      const pixel = pixels[i]!
      pixels[i] =
        ((pixel & 0xff000000) |
          (table[(pixel >>> 16) & 255]! << 16) |
          (table[(pixel >>> 8) & 255]! << 8) |
          table[pixel & 255]!) >>>
        0
    }
    return
  }
  // In 1/256, so that the loop stays with whole numbers.
  const factor = Math.round(saturation * 256)
  for (let i = 0; i < count; i++) {
    const pixel = pixels[i]!
    const r = table[pixel & 255]!
    const g = table[(pixel >>> 8) & 255]!
    const b = table[(pixel >>> 16) & 255]!
    const grey = (54 * r + 183 * g + 19 * b) >> 8
    const red = clampByte(grey + (((r - grey) * factor) >> 8))
    const green = clampByte(grey + (((g - grey) * factor) >> 8))
    const blue = clampByte(grey + (((b - grey) * factor) >> 8))
    pixels[i] = ((pixel & 0xff000000) | (blue << 16) | (green << 8) | red) >>> 0
  }
}

/** Of RGBA bytes as a little-endian u32: 0 … 255, with the weights of Rec. 709. */
export function luminanceOf(pixel: number): number {
  return (54 * (pixel & 255) + 183 * ((pixel >>> 8) & 255) + 19 * ((pixel >>> 16) & 255)) >> 8
}

/** How many pixels have each luminance. */
export function luminanceHistogram(pixels: Uint32Array): Uint32Array {
  const counts = new Uint32Array(256)
  for (const pixel of pixels) counts[luminanceOf(pixel)]!++
  return counts
}

const clamp01 = (value: number) => Math.min(1, Math.max(0, value))
const clampByte = (value: number) => Math.min(255, Math.max(0, value))
