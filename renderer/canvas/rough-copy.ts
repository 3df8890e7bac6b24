import type { RoughCopy } from '../workers/superpixel-message.ts'
import type { Photo } from './photo.ts'

/** Up to here the superpixels themselves take about a quarter of a second: nobody needs rough ones before. */
const MOST_WITHOUT = 3_000_000
/** A copy of this size is divided in less than a tenth of a second. */
const MOST_OF_COPY = 800_000

/** Which of a photo's levels rough superpixels are made of: the finest that is small enough. Null: of none. */
export function roughLevel(
  width: number,
  height: number,
  levels: readonly { readonly width: number; readonly height: number }[],
): number | null {
  if (width * height <= MOST_WITHOUT || levels.length < 2) return null
  const small = levels.findIndex((level) => level.width * level.height <= MOST_OF_COPY)
  return small > 0 ? small : levels.length - 1
}

/** A copy to be sent to a worker, which copies it once more: the photo keeps its own. */
export function roughCopyOf({ width, height, levels }: Photo): RoughCopy | null {
  const level = roughLevel(width, height, levels)
  return level === null ? null : { bitmap: levels[level]!, factor: 2 ** level }
}
