import type { LabelObject } from '../../shared/label/ontology.ts'

/** Largest step towards white or black that tells objects of one category apart. */
const VARIATION = 0.22
const GOLDEN = 0.618033988749895

/** Colour of what is painted before the first category exists. */
export const FIRST_COLOR = '#e69f00'

/** `#rrggbb` as red, green and blue. */
export function channels(color: string): readonly [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16)
  return [value >> 16, (value >> 8) & 0xff, value & 0xff]
}

/** Little-endian RGBA for an `ImageData`; `alpha` 0 … 255. */
export function packed([r, g, b]: readonly [number, number, number], alpha = 255): number {
  return ((alpha << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0
}

/** Least brightness, 0 … 255, of a line that is to be seen on a dark halo and a dark picture. */
const LEAST_BRIGHT = 110

/** The same colour, lightened as far as a thin line needs to be seen on black. */
export function visibleOnDark(color: readonly [number, number, number]): readonly [number, number, number] {
  const [r, g, b] = color
  const bright = 0.2126 * r + 0.7152 * g + 0.0722 * b
  if (bright >= LEAST_BRIGHT) return color
  const share = (LEAST_BRIGHT - bright) / (255 - bright)
  const lighter = (channel: number) => channel + (255 - channel) * share
  return [lighter(r), lighter(g), lighter(b)]
}

/** The hue of its category, lighter or darker by its id: the same after every opening. */
export function objectChannels(
  object: LabelObject,
  color: string,
  hasInstances: boolean,
): readonly [number, number, number] {
  const base = channels(color)
  if (!hasInstances) return base
  const position = (object.id * GOLDEN) % 1
  const shift = (position * 2 - 1) * VARIATION
  const towards = shift > 0 ? 255 : 0
  const mixed = base.map((channel) => channel + (towards - channel) * Math.abs(shift))
  return [mixed[0]!, mixed[1]!, mixed[2]!]
}
