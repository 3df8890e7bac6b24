import type { Rect } from '../../../shared/label/label-map.ts'
import type { View } from './view.ts'

/** How a set of pixels is shown: colours as little-endian RGBA, 0 for none. */
export type MaskLook = {
  readonly fill: number
  readonly line: number
  readonly halo: number
  /** Stripes over what belongs to the set and is left as it is: a light one with a dark one beside it. */
  readonly stripe?: number
  readonly shade?: number
}

/**
 * Which pixels of the image belong to a set, by index. `keeps` are those of its pixels that are left as they are: only
 * asked where `holds` says no.
 */
export type PixelSet = {
  readonly holds: (pixel: number) => boolean
  readonly keeps?: (pixel: number) => boolean
}

/** Device pixels from one stripe to the next. */
const STRIPES = 8
const HELD = 1
const KEPT = 2

/**
 * A set of image pixels as colours of device pixels inside `part` of the canvas: filled, with a border inside the set and
 * a halo outside of it, each one device pixel wide. What is kept has stripes, which stay with the image, instead of the
 * fill. Costs what `part` has, whatever the set's size.
 */
export function maskColors(
  view: View,
  part: Rect,
  { holds, keeps }: PixelSet,
  look: MaskLook,
): Uint32Array<ArrayBuffer> {
  const { camera, image } = view
  const columns = part.x1 - part.x0
  const rows = part.y1 - part.y0
  const span = columns + 2
  const kindOf = (pixel: number) => (holds(pixel) ? HELD : keeps?.(pixel) ? KEPT : 0)
  // The set sampled at each device pixel, with one more on every side.
  const inside = new Uint8Array(span * (rows + 2))
  const xs = new Int32Array(span)
  for (let i = 0; i < span; i++) xs[i] = Math.floor((part.x0 - 1 + i + 0.5 - camera.x) / camera.scale)
  let lastY = -1
  for (let j = 0; j < rows + 2; j++) {
    const y = Math.floor((part.y0 - 1 + j + 0.5 - camera.y) / camera.scale)
    if (y < 0 || y >= image.height) continue
    if (y === lastY) {
      inside.copyWithin(j * span, (j - 1) * span, j * span)
      continue
    }
    lastY = y
    let lastX = -1
    let value = 0
    for (let i = 0; i < span; i++) {
      const x = xs[i]!
      if (x !== lastX) {
        lastX = x
        value = x >= 0 && x < image.width ? kindOf(y * image.width + x) : 0
      }
      inside[j * span + i] = value
    }
  }
  const { fill, line, halo, stripe = 0, shade = 0 } = look
  const colors = new Uint32Array(columns * rows)
  const firstStripe = part.x0 + part.y0 - Math.floor(camera.x) - Math.floor(camera.y)
  for (let j = 0, out = 0; j < rows; j++) {
    for (let i = 0, at = (j + 1) * span + 1; i < columns; i++, at++, out++) {
      const [left, right, above, below] = [
        inside[at - 1]!,
        inside[at + 1]!,
        inside[at - span]!,
        inside[at + span]!,
      ]
      if (!inside[at]) {
        if (left || right || above || below) colors[out] = halo
      } else if (!(left && right && above && below)) {
        colors[out] = line
      } else if (inside[at] === HELD) {
        colors[out] = fill
      } else {
        const phase = (((firstStripe + i + j) % STRIPES) + STRIPES) % STRIPES
        colors[out] = phase < 2 ? stripe : phase < 4 ? shade : 0
      }
    }
  }
  return colors
}
