import type { Rect } from '../../../shared/label/label-map.ts'
import type { View } from './view.ts'

/** How a set of pixels is shown: colours as little-endian RGBA, 0 for none. */
export type MaskLook = { readonly fill: number; readonly line: number; readonly halo: number }

/**
 * A set of image pixels as colours of device pixels inside `part` of the canvas: filled, with a border inside the set and
 * a halo outside of it, each one device pixel wide. Costs what `part` has, whatever the set's size.
 */
export function maskColors(
  view: View,
  part: Rect,
  holds: (pixel: number) => boolean,
  look: MaskLook,
): Uint32Array<ArrayBuffer> {
  const { camera, image } = view
  const columns = part.x1 - part.x0
  const rows = part.y1 - part.y0
  const span = columns + 2
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
        value = x >= 0 && x < image.width && holds(y * image.width + x) ? 1 : 0
      }
      inside[j * span + i] = value
    }
  }
  const colors = new Uint32Array(columns * rows)
  for (let j = 0, out = 0; j < rows; j++) {
    for (let i = 0, at = (j + 1) * span + 1; i < columns; i++, at++, out++) {
      const around = inside[at - 1]! + inside[at + 1]! + inside[at - span]! + inside[at + span]!
      if (inside[at]) colors[out] = around < 4 ? look.line : look.fill
      else if (around > 0) colors[out] = look.halo
    }
  }
  return colors
}
