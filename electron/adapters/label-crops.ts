import type { LabelMap } from '../../shared/label/label-map.ts'
import { forEachStretch, indexObjects } from '../../shared/label/object-index.ts'

/** One object with its mask as a small picture of bits. */
export type ObjectCrop = {
  readonly id: number
  readonly pixels: number
  /** x0, y0, x1, y1 in image pixels; the last two exclusive. */
  readonly bounds: readonly [number, number, number, number]
  /** Size of the mask, and its bits row by row from the top left, most significant first, in base64. */
  readonly mask: { readonly width: number; readonly height: number; readonly bits: string }
}

/**
 * The objects of `wanted` that have pixels, by id; no side of a mask is longer than `side`. A small pixel is set where
 * any pixel under it belongs to the object, so that thin parts stay.
 */
export function cropObjects(map: LabelMap, wanted: ReadonlySet<number>, side: number): ObjectCrop[] {
  const index = indexObjects(map)
  return [...wanted]
    .sort((a, b) => a - b)
    .flatMap((id) => {
      const extent = index.get(id)
      if (!extent) return []
      // Bounds are exact here: nothing was taken away since they were made.
      const { x0, y0, x1, y1 } = extent.bounds
      const scale = Math.min(1, side / Math.max(x1 - x0, y1 - y0))
      const width = Math.max(1, Math.ceil((x1 - x0) * scale))
      const height = Math.max(1, Math.ceil((y1 - y0) * scale))
      const bits = new Uint8Array(Math.ceil((width * height) / 8))
      for (let y = y0; y < y1; y++) {
        const row = Math.min(height - 1, Math.floor((y - y0) * scale)) * width
        forEachStretch(map.ids, y * map.width + x0, y * map.width + x1, (found, start, end) => {
          if (found !== id) return
          const from = Math.floor((start - y * map.width - x0) * scale)
          const to = Math.min(width - 1, Math.floor((end - 1 - y * map.width - x0) * scale))
          for (let x = from; x <= to; x++) bits[(row + x) >> 3]! |= 0x80 >> ((row + x) & 7)
        })
      }
      const mask = { width, height, bits: Buffer.from(bits).toString('base64') }
      return [{ id, pixels: extent.pixels, bounds: [x0, y0, x1, y1] as const, mask }]
    })
}
