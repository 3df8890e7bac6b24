import { AppError } from '../base/app-error.ts'

/** Samples of 16 bits: rows from the top, channels of a pixel side by side. The last of two or four is alpha. */
export type DeepLevel = {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly data: Uint16Array
}

/** The values that become black and white; what lies between is spread evenly. */
export type DepthWindow = { readonly low: number; readonly high: number }

export const DEEPEST = 65_535
export const fullRange: DepthWindow = { low: 0, high: DEEPEST }
/** Samples of one picture that are handed over whole: 24 megapixels with four channels fit. */
export const mostDeepBytes = 256 * 1024 * 1024
/** Shares of the values that become black and white by themselves: what a sensor leaves unused must not flatten the rest. */
const DARKEST = 0.005
const BRIGHTEST = 0.995

/**
 * Checks samples that came over a line. `bytes`: little-endian. Throws AppError `IN_SIZE_MISMATCH` when they are not
 * those of a picture of that size.
 */
export function deepLevel(
  about: { readonly width: number; readonly height: number; readonly channels: number },
  bytes: Uint8Array,
): DeepLevel {
  const { width, height, channels } = about
  const known = ([1, 2, 3, 4] as const).find((count) => count === channels)
  if (!known || bytes.length !== 2 * width * height * known) {
    throw new AppError(
      'IN_SIZE_MISMATCH',
      `${bytes.length} bytes are no picture of ${width} × ${height} pixels with ${channels} channels of 16 bits.`,
      { remedy: 'Open the image again. It is shown with 8 bits.' },
    )
  }
  // A copy only where a view of two bytes each may not begin.
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice()
  const data = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2)
  return { width, height, channels: known, data }
}

export const hasAlphaChannel = ({ channels }: Pick<DeepLevel, 'channels'>): boolean => channels % 2 === 0

/** How often each value occurs, of all channels but alpha together. */
export function depthHistogram(level: DeepLevel): Uint32Array {
  const { channels, data } = level
  const counts = new Uint32Array(DEEPEST + 1)
  const colours = hasAlphaChannel(level) ? channels - 1 : channels
  for (let i = 0; i < data.length; i += channels)
    for (let channel = 0; channel < colours; channel++) counts[data[i + channel]!]!++
  return counts
}

/** From the darkest to the brightest value that occurs. */
export function occurring(histogram: Uint32Array): DepthWindow {
  return between(histogram, 0, 1)
}

/** Without the half percent of the values at either end. */
export function autoWindow(histogram: Uint32Array): DepthWindow {
  return between(histogram, DARKEST, BRIGHTEST)
}

/** Where one value is all there is, nothing can be spread: the full range. */
function between(histogram: Uint32Array, from: number, to: number): DepthWindow {
  let total = 0
  for (const count of histogram) total += count
  const at = (share: number) => {
    const wanted = Math.min(total - 1, Math.floor(share * total))
    for (let value = 0, sum = 0; value < histogram.length; value++) {
      sum += histogram[value]!
      if (sum > wanted) return value
    }
    return DEEPEST
  }
  const [low, high] = [at(from), at(to)]
  return high > low ? { low, high } : fullRange
}

/** What each value of 16 bits becomes on a screen of 8. */
export function windowTable({ low, high }: DepthWindow): Uint8Array {
  const span = Math.max(1, high - low)
  return Uint8Array.from({ length: DEEPEST + 1 }, (_, value) =>
    Math.round(255 * Math.min(1, Math.max(0, (value - low) / span))),
  )
}

/** Half as large each way, rounded up; each sample is the mean of those it stands for. */
export function halved({ width, height, channels, data }: DeepLevel): DeepLevel {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const out = new Uint16Array(columns * rows * channels)
  for (let y = 0, to = 0; y < rows; y++) {
    const above = 2 * y * width * channels
    const below = Math.min(2 * y + 1, height - 1) * width * channels
    for (let x = 0; x < columns; x++) {
      const left = 2 * x * channels
      const right = Math.min(2 * x + 1, width - 1) * channels
      for (let channel = 0; channel < channels; channel++, to++) {
        const sum =
          data[above + left + channel]! +
          data[above + right + channel]! +
          data[below + left + channel]! +
          data[below + right + channel]!
        out[to] = (sum + 2) >> 2
      }
    }
  }
  return { width: columns, height: rows, channels, data: out }
}

type Rect = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

/** The pixels of `rect`, which lies inside, as RGBA of 8 bits: little-endian, a u32 each. */
export function shownPixels(level: DeepLevel, rect: Rect, table: Uint8Array): Uint32Array<ArrayBuffer> {
  const { width, channels, data } = level
  const pixels = new Uint32Array((rect.x1 - rect.x0) * (rect.y1 - rect.y0))
  const [green, blue] = channels > 2 ? [1, 2] : [0, 0]
  const alphaAt = hasAlphaChannel(level) ? channels - 1 : -1
  for (let y = rect.y0, out = 0; y < rect.y1; y++) {
    for (let x = rect.x0, at = (y * width + rect.x0) * channels; x < rect.x1; x++, at += channels, out++) {
      const alpha = alphaAt < 0 ? 255 : data[at + alphaAt]! >>> 8
      pixels[out] =
        ((alpha << 24) |
          (table[data[at + blue]!]! << 16) |
          (table[data[at + green]!]! << 8) |
          table[data[at]!]!) >>>
        0
    }
  }
  return pixels
}

/** Bits a channel of a PNG, and whether it is grey; null for anything else. */
export function pngDepth(head: Uint8Array): { readonly bits: number; readonly isGrey: boolean } | null {
  const signature = [0x89, 0x50, 0x4e, 0x47]
  if (head.length < 26 || signature.some((byte, i) => head[i] !== byte)) return null
  return { bits: head[24]!, isGrey: head[25] === 0 || head[25] === 4 }
}
