import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import type { Hand } from './hand.ts'

/** A part of an image: its top left corner and its size. */
export type Part = {
  readonly x0: number
  readonly y0: number
  readonly width: number
  readonly height: number
}

const MARGIN = 16

/** What holds the segment, the label and some pixels around them. */
export function partOf({ segment: { mask, width, height }, ids }: Hand): Part {
  let [x0, y0, x1, y1] = [width, height, 0, 0]
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (!mask[p] && ids[p] === 0) continue
      if (x < x0) x0 = x
      if (y < y0) y0 = y
      if (x >= x1) x1 = x + 1
      if (y >= y1) y1 = y + 1
    }
  }
  x0 = Math.max(0, x0 - MARGIN)
  y0 = Math.max(0, y0 - MARGIN)
  return { x0, y0, width: Math.min(width, x1 + MARGIN) - x0, height: Math.min(height, y1 + MARGIN) - y0 }
}

/** A byte per pixel of the part: 1 where `values`, of the whole image, is not 0. */
export function cut(values: Uint8Array | Uint32Array, part: Part, width: number): Uint8Array {
  const out = new Uint8Array(part.width * part.height)
  for (let y = 0, p = 0; y < part.height; y++) {
    const row = (part.y0 + y) * width + part.x0
    for (let x = 0; x < part.width; x++, p++) out[p] = values[row + x] === 0 ? 0 : 1
  }
  return out
}

/** From the part's own places to the image's. */
export function inImage(path: readonly ImagePoint[], { x0, y0 }: Part): ImagePoint[] {
  return path.map(({ x, y }) => ({ x: x + x0, y: y + y0 }))
}
