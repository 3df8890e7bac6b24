import type { ImagePoint } from './tool-event.ts'

/** Whole pixels, at least one; `x1` and `y1` are exclusive. May reach beyond the image. */
export type PixelBox = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

/** The pixels that the rectangle between two points touches. */
export function boxBetween(from: ImagePoint, to: ImagePoint): PixelBox {
  const x0 = Math.floor(Math.min(from.x, to.x))
  const y0 = Math.floor(Math.min(from.y, to.y))
  return {
    x0,
    y0,
    x1: Math.max(x0 + 1, Math.ceil(Math.max(from.x, to.x))),
    y1: Math.max(y0 + 1, Math.ceil(Math.max(from.y, to.y))),
  }
}
