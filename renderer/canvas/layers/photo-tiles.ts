import { applyTone, luminanceHistogram, type Tone } from '../../../shared/image/adjustments.ts'
import type { Rect } from '../../../shared/label/label-map.ts'
import { intersection, isEmptyRect, visiblePixels } from '../camera.ts'
import type { Photo } from '../photo.ts'
import type { FrameBudget } from './frame-budget.ts'
import { drawPart, drawPhoto, photoLevel } from './image-layer.ts'
import { TILE, tilesTouching } from './tile-grid.ts'
import type { Context2d, View } from './view.ts'

/** Pixels of one level of a photo, RGBA; `rect` lies inside of it. */
export type ReadPhoto = (level: number, rect: Rect) => ImageData

/** A mebibyte each. More are kept only where more are in view. */
const CAPACITY = 64

/**
 * The photograph as adjusted for the eye. Its tiles are made when somebody looks at them, some in each frame; until they
 * are there, the smallest copy stands in for them, so that no pixel ever shows without its adjustments.
 */
export class PhotoTiles {
  readonly #budget: FrameBudget
  #photo: Photo | null = null
  #read: ReadPhoto | null = null
  #tone: Tone | null = null
  #base: OffscreenCanvas | null = null
  /** In order of use, the latest last. */
  readonly #tiles = new Map<string, OffscreenCanvas>()

  constructor(budget: FrameBudget) {
    this.#budget = budget
  }

  open(photo: Photo | null): void {
    this.#photo = photo
    this.#read = null
    this.#forget()
  }

  /** `read`: takes the place of the photo's own pixels; null: they do. A tone of null leaves pixels as they are. */
  show(tone: Tone | null, read: ReadPhoto | null): void {
    if (tone === this.#tone && read === this.#read) return
    this.#tone = tone
    this.#read = read
    this.#forget()
  }

  /** Of the smallest copy, unadjusted. */
  histogram(read: ReadPhoto | null = this.#read): Uint32Array | null {
    const photo = this.#photo
    return photo && luminanceHistogram(new Uint32Array(readLast(photo, read).data.buffer))
  }

  /** Some pixel of the smallest copy is transparent. */
  hasAlpha(): boolean {
    if (!this.#photo) return false
    const { data } = readLast(this.#photo, null)
    for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true
    return false
  }

  /** Small, whole, and as adjusted. */
  overview(): OffscreenCanvas | ImageBitmap | null {
    const photo = this.#photo
    if (!photo) return null
    return this.#isPlain ? photo.levels.at(-1)! : this.#baseOf(photo)
  }

  /** True when there is more to do: draw again next frame. */
  draw(context: Context2d, view: View, smooth: boolean): boolean {
    const photo = this.#photo
    if (!photo) return false
    if (this.#isPlain) {
      drawPhoto(context, photo, view, smooth, this.#budget.holds)
      return false
    }
    const { camera, size, image } = view
    const level = photoLevel(photo, camera.scale)
    const { width, height } = photo.levels[level]!
    context.imageSmoothingEnabled = camera.scale < 1 || smooth
    context.imageSmoothingQuality = 'medium'
    if (level === photo.levels.length - 1) {
      drawPart(context, this.#baseOf(photo), view)
      return false
    }
    const seen = visiblePixels(camera, size, image)
    const [perX, perY] = [width / image.width, height / image.height]
    const shown: Rect = {
      x0: Math.floor(seen.x0 * perX),
      y0: Math.floor(seen.y0 * perY),
      x1: Math.min(width, Math.ceil(seen.x1 * perX)),
      y1: Math.min(height, Math.ceil(seen.y1 * perY)),
    }
    const places = tilesTouching(shown, level)
    const most = Math.max(CAPACITY, places.length)
    const drawn: { canvas: OffscreenCanvas; rect: Rect }[] = []
    for (const { column, row } of places) {
      const key = `${level}:${column}:${row}`
      const rect = intersection(
        { x0: column * TILE, y0: row * TILE, x1: (column + 1) * TILE, y1: (row + 1) * TILE },
        { x0: 0, y0: 0, x1: width, y1: height },
      )
      let canvas = this.#tiles.get(key)
      if (canvas) this.#tiles.delete(key)
      else if (!this.#budget.isSpent) canvas = this.#adjusted(photo, level, rect)
      if (!canvas) continue
      this.#tiles.set(key, canvas)
      const oldest = this.#tiles.keys().next().value
      if (this.#tiles.size > most && oldest !== undefined) this.#tiles.delete(oldest)
      drawn.push({ canvas, rect })
    }
    const isWhole = drawn.length === places.length
    if (!isWhole) drawPart(context, this.#baseOf(photo), view)
    // Borders of tiles lie on whole device pixels, so that no seam shows between them.
    const screenX = (x: number) => Math.round(camera.x + (x / perX) * camera.scale)
    const screenY = (y: number) => Math.round(camera.y + (y / perY) * camera.scale)
    for (const { canvas, rect } of drawn) {
      const part = intersection(rect, shown)
      if (isEmptyRect(part)) continue
      const [x, y] = [screenX(part.x0), screenY(part.y0)]
      context.drawImage(
        canvas,
        part.x0 - rect.x0,
        part.y0 - rect.y0,
        part.x1 - part.x0,
        part.y1 - part.y0,
        x,
        y,
        screenX(part.x1) - x,
        screenY(part.y1) - y,
      )
    }
    return !isWhole
  }

  get #isPlain(): boolean {
    return this.#tone === null && this.#read === null
  }

  #forget(): void {
    this.#tiles.clear()
    this.#base = null
  }

  #baseOf(photo: Photo): OffscreenCanvas {
    const last = photo.levels.length - 1
    const { width, height } = photo.levels[last]!
    this.#base ??= this.#adjusted(photo, last, { x0: 0, y0: 0, x1: width, y1: height })
    return this.#base
  }

  #adjusted(photo: Photo, level: number, rect: Rect): OffscreenCanvas {
    const pixels = (this.#read ?? readerOf(photo))(level, rect)
    if (this.#tone) applyTone(this.#tone, new Uint32Array(pixels.data.buffer))
    const canvas = new OffscreenCanvas(pixels.width, pixels.height)
    canvas.getContext('2d')!.putImageData(pixels, 0, 0)
    return canvas
  }
}

/** The photo's own pixels, 8 bits a channel. */
const readerOf =
  (photo: Photo): ReadPhoto =>
  (level, { x0, y0, x1, y1 }) => {
    const context = new OffscreenCanvas(x1 - x0, y1 - y0).getContext('2d', { willReadFrequently: true })!
    context.drawImage(photo.levels[level]!, -x0, -y0)
    return context.getImageData(0, 0, x1 - x0, y1 - y0)
  }

function readLast(photo: Photo, read: ReadPhoto | null): ImageData {
  const last = photo.levels.length - 1
  const { width, height } = photo.levels[last]!
  return (read ?? readerOf(photo))(last, { x0: 0, y0: 0, x1: width, y1: height })
}
