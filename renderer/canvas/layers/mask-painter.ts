import type { Rect } from '../../../shared/label/label-map.ts'
import { isEmptyRect, screenRect } from '../camera.ts'
import { type MaskLook, maskColors, type PixelSet } from './pixel-mask.ts'
import type { Context2d, View } from './view.ts'

/** The device pixels of the view that pixels inside `bounds` of the image show in, with their halo one device pixel outside. */
export function haloRect({ camera, size }: View, bounds: Rect): Rect {
  const shown = screenRect(camera, bounds, size)
  return {
    x0: Math.max(0, shown.x0 - 1),
    y0: Math.max(0, shown.y0 - 1),
    x1: Math.min(size.width, shown.x1 + 1),
    y1: Math.min(size.height, shown.y1 + 1),
  }
}

/** Paints the part of a pixel set inside `bounds` of the image that the view shows, over what is there. */
export function putMask(context: Context2d, view: View, bounds: Rect, set: PixelSet, look: MaskLook): void {
  const part = haloRect(view, bounds)
  if (isEmptyRect(part)) return
  const colors = maskColors(view, part, set, look)
  const bytes = new Uint8ClampedArray(colors.buffer)
  const canvas = new OffscreenCanvas(part.x1 - part.x0, part.y1 - part.y0)
  canvas.getContext('2d')!.putImageData(new ImageData(bytes, canvas.width, canvas.height), 0, 0)
  context.drawImage(canvas, part.x0, part.y0)
}
