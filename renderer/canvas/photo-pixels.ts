import type { Rect } from '../../shared/label/label-map.ts'
import type { ColourWindow } from '../../shared/superpixel/proposal.ts'
import { isEmptyRect } from './camera.ts'
import type { Photo } from './photo.ts'

/** Reads parts of the photograph on the canvas, for tools that go by its colours. */
export class PhotoPixels {
  #photo: Photo | null = null

  open(photo: Photo | null): void {
    this.#photo = photo
  }

  /**
   * The colours inside `rect`, which must lie in the image: of the photograph itself, or of the largest of its smaller
   * copies that has no more than `most` samples there. Null when there is no photograph.
   */
  read(rect: Rect, most: number): ColourWindow | null {
    const photo = this.#photo
    if (!photo || isEmptyRect(rect)) return null
    for (const [level, bitmap] of photo.levels.entries()) {
      const step = 2 ** level
      const x0 = Math.floor(rect.x0 / step)
      const y0 = Math.floor(rect.y0 / step)
      const width = Math.min(bitmap.width, Math.ceil(rect.x1 / step)) - x0
      const height = Math.min(bitmap.height, Math.ceil(rect.y1 / step)) - y0
      if (width * height > most && level + 1 < photo.levels.length) continue
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
      context.drawImage(bitmap, -x0, -y0)
      const { data } = context.getImageData(0, 0, width, height)
      return { x0: x0 * step, y0: y0 * step, step, image: { width, height, data } }
    }
    return null
  }
}
