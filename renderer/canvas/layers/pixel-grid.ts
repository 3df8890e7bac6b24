import { visiblePixels } from '../camera.ts'
import type { Context2d, View } from './view.ts'

/** Device pixels per image pixel from which single pixels are told apart by lines. */
const GRID_SCALE = 8
const LIGHT = 'rgb(255 255 255 / 22%)'
const DARK = 'rgb(0 0 0 / 28%)'

/** Lines of one device pixel between image pixels, light beside dark, so that they show on any image. False: too small for them. */
export function drawPixelGrid(context: Context2d, { camera, size, image }: View): boolean {
  const { scale } = camera
  if (scale < GRID_SCALE) return false
  const { x0, y0, x1, y1 } = visiblePixels(camera, size, image)
  const screenX = (x: number) => Math.round(camera.x + x * scale)
  const screenY = (y: number) => Math.round(camera.y + y * scale)
  const width = screenX(x1) - screenX(x0)
  const height = screenY(y1) - screenY(y0)
  for (const [color, shift] of [
    [LIGHT, -1],
    [DARK, 0],
  ] as const) {
    context.fillStyle = color
    for (let x = x0 + 1; x < x1; x++) context.fillRect(screenX(x) + shift, screenY(y0), 1, height)
    for (let y = y0 + 1; y < y1; y++) context.fillRect(screenX(x0), screenY(y) + shift, width, 1)
  }
  return true
}
