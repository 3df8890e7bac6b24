import { visiblePixels } from '../camera.ts'
import type { Photo } from '../photo.ts'
import type { Context2d, View } from './view.ts'

/**
 * The photograph: smooth below 100 %, every pixel a sharp square from 100 % on unless `smooth` asks for soft ones.
 * `quick`: it is shown for a frame or two.
 */
export function drawPhoto(context: Context2d, photo: Photo, view: View, smooth = false, quick = false): void {
  const { scale } = view.camera
  context.imageSmoothingEnabled = scale < 1 || smooth
  context.imageSmoothingQuality = quick ? 'low' : 'medium'
  drawPart(context, photo.levels[photoLevel(photo, scale)]!, view)
}

/** The smallest copy that is at least as fine as the screen shows. */
export function photoLevel(photo: Photo, scale: number): number {
  const wanted = Math.floor(Math.log2(1 / scale) + 1e-9)
  return Math.min(photo.levels.length - 1, Math.max(0, wanted))
}

/** The small picture that stands for the photograph until it is decoded. */
export function drawThumb(context: Context2d, thumb: ImageBitmap, view: View): void {
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'medium'
  drawPart(context, thumb, view)
}

/** Draws what the view shows of a bitmap that holds the whole image at whatever size. */
export function drawPart(
  context: Context2d,
  bitmap: ImageBitmap | OffscreenCanvas,
  { camera, size, image }: View,
): void {
  const seen = visiblePixels(camera, size, image)
  if (seen.x0 >= seen.x1 || seen.y0 >= seen.y1) return
  const perX = bitmap.width / image.width
  const perY = bitmap.height / image.height
  // Whole pixels of the bitmap, and one more around: smoothing looks at neighbours.
  const x0 = Math.max(0, Math.floor(seen.x0 * perX) - 1)
  const y0 = Math.max(0, Math.floor(seen.y0 * perY) - 1)
  const x1 = Math.min(bitmap.width, Math.ceil(seen.x1 * perX) + 1)
  const y1 = Math.min(bitmap.height, Math.ceil(seen.y1 * perY) + 1)
  const toScreenX = camera.scale / perX
  const toScreenY = camera.scale / perY
  context.drawImage(
    bitmap,
    x0,
    y0,
    x1 - x0,
    y1 - y0,
    camera.x + x0 * toScreenX,
    camera.y + y0 * toScreenY,
    (x1 - x0) * toScreenX,
    (y1 - y0) * toScreenY,
  )
}
