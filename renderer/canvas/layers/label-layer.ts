import type { LabelMap, Rect } from '../../../shared/label/label-map.ts'
import { intersection, isEmptyRect, screenRect, visiblePixels } from '../camera.ts'
import type { FrameBudget } from './frame-budget.ts'
import {
  LabelTiles,
  type Palette,
  type PatternOf,
  plain,
  type StrokePreview,
  type TileSurface,
} from './label-tiles.ts'
import {
  bordersOf,
  LEVELS,
  levelForScale,
  levelRect,
  type TilePlace,
  tileRect,
  tilesTouching,
} from './tile-grid.ts'
import type { Context2d, View } from './view.ts'

/** A tile's own canvas. */
class CanvasSurface implements TileSurface {
  readonly canvas: OffscreenCanvas
  readonly #context: OffscreenCanvasRenderingContext2D

  constructor(width: number, height: number) {
    this.canvas = new OffscreenCanvas(width, height)
    this.#context = this.canvas.getContext('2d')!
  }

  put(colors: Uint32Array<ArrayBuffer>, x: number, y: number, width: number, height: number): void {
    const bytes = new Uint8ClampedArray(colors.buffer, colors.byteOffset, colors.byteLength)
    this.#context.putImageData(new ImageData(bytes, width, height), x, y)
  }
}

/** Draws the areas of one image's label onto a canvas as large as the window. */
export class LabelLayer {
  readonly tiles: LabelTiles<CanvasSurface>
  /** 0 … 1 */
  opacity = 1
  readonly #budget: FrameBudget
  /**
   * As large as the canvas: tiles are scaled onto it, and it is laid onto the canvas at the opacity. Without a graphics
   * card both at once take twice as long.
   */
  #sheet: OffscreenCanvas | null = null

  constructor(map: LabelMap, palette: Palette, budget: FrameBudget, patternOf: PatternOf = plain) {
    this.#budget = budget
    const create = (width: number, height: number) => new CanvasSurface(width, height)
    this.tiles = new LabelTiles({ map, palette, patternOf, create })
  }

  /**
   * Paints what fits into the frame; where that is not all, the smallest copy stands in. True when there is more to do:
   * draw again next frame.
   */
  draw(context: Context2d, view: View): boolean {
    const whole = { x0: 0, y0: 0, x1: view.size.width, y1: view.size.height }
    return this.#drawWithin(context, view, whole, this.#budget)
  }

  /**
   * The map has changed inside `dirty`: repaints and redraws only that, and `around` device pixels beside it. Returns the
   * part of the canvas that was cleared and drawn.
   */
  update(context: Context2d, view: View, dirty: Rect, around = 0): Rect {
    this.tiles.update(dirty)
    return this.#redraw(context, view, dirty, around)
  }

  showPreview(context: Context2d, view: View, preview: StrokePreview | null, dirty: Rect): Rect {
    this.tiles.showPreview(preview, dirty)
    return this.#redraw(context, view, dirty, 0)
  }

  #redraw(context: Context2d, view: View, dirty: Rect, around: number): Rect {
    // A pixel of a smaller level stands for several of the image: redraw all that it covers.
    const level = levelForScale(view.camera.scale)
    const step = 2 ** level
    const rect = bordersOf(levelRect(dirty, level, view.image.width, view.image.height))
    const whole = { x0: rect.x0 * step, y0: rect.y0 * step, x1: rect.x1 * step, y1: rect.y1 * step }
    const shown = screenRect(view.camera, whole, view.size)
    const part = {
      x0: Math.max(0, shown.x0 - around),
      y0: Math.max(0, shown.y0 - around),
      x1: Math.min(view.size.width, shown.x1 + around),
      y1: Math.min(view.size.height, shown.y1 + around),
    }
    this.#drawWithin(context, view, part)
    return part
  }

  /** Without a budget, all of it. */
  #drawWithin(context: Context2d, view: View, part: Rect, budget: FrameBudget | null = null): boolean {
    if (isEmptyRect(part)) return false
    const { x0, y0 } = part
    const [width, height] = [part.x1 - x0, part.y1 - y0]
    context.save()
    // Device pixels, also where the canvas belongs to somebody who scales it by the display's ratio.
    context.setTransform(1, 0, 0, 1, 0, 0)
    let isLate: boolean
    if (this.opacity === 1) {
      isLate = this.#drawOpaque(context, view, part, budget)
    } else {
      const sheet = this.#sheetOf(view)
      isLate = this.#drawOpaque(sheet.getContext('2d')!, view, part, budget)
      context.clearRect(x0, y0, width, height)
      context.globalAlpha = this.opacity
      context.drawImage(sheet, x0, y0, width, height, x0, y0, width, height)
    }
    context.restore()
    return isLate
  }

  #sheetOf({ size: { width, height } }: View): OffscreenCanvas {
    const isFitting = this.#sheet?.width === width && this.#sheet.height === height
    if (!this.#sheet || !isFitting) this.#sheet = new OffscreenCanvas(width, height)
    return this.#sheet
  }

  #drawOpaque(context: Context2d, view: View, part: Rect, budget: FrameBudget | null): boolean {
    const { camera, size, image } = view
    const level = levelForScale(camera.scale)
    context.save()
    // Before the clip: clearing all of a canvas then costs nothing.
    context.clearRect(part.x0, part.y0, part.x1 - part.x0, part.y1 - part.y0)
    context.beginPath()
    context.rect(part.x0, part.y0, part.x1 - part.x0, part.y1 - part.y0)
    context.clip()
    context.imageSmoothingEnabled = false
    const shown = intersection(visiblePixels(camera, size, image), {
      x0: Math.floor((part.x0 - camera.x) / camera.scale),
      y0: Math.floor((part.y0 - camera.y) / camera.scale),
      x1: Math.ceil((part.x1 - camera.x) / camera.scale),
      y1: Math.ceil((part.y1 - camera.y) / camera.scale),
    })
    const seen = levelRect(shown, level, image.width, image.height)
    const missing: TilePlace[] = []
    const ready = tilesTouching(seen, level).filter((place) => {
      const isLate = level < LEVELS - 1 && budget?.isSpent === true && !this.tiles.isReady(place)
      if (isLate) missing.push(place)
      else this.tiles.surface(place)
      return !isLate
    })
    if (missing.length > 0) this.#standIn(context, view, missing)
    this.#put(context, view, level, ready)
    context.restore()
    return missing.length > 0
  }

  /** The smallest copy, in the places of tiles that are not there yet. */
  #standIn(context: Context2d, view: View, missing: readonly TilePlace[]): void {
    const { image } = view
    for (const place of missing) {
      const { x0, y0, x1, y1 } = tileRect(place, image.width, image.height)
      const step = 2 ** place.level
      const rect = { x0: x0 * step, y0: y0 * step, x1: x1 * step, y1: y1 * step }
      const shown = screenRect(view.camera, rect, view.size)
      if (isEmptyRect(shown)) continue
      context.save()
      context.beginPath()
      context.rect(shown.x0, shown.y0, shown.x1 - shown.x0, shown.y1 - shown.y0)
      context.clip()
      const last = LEVELS - 1
      this.#put(context, view, last, tilesTouching(levelRect(rect, last, image.width, image.height), last))
      context.restore()
    }
  }

  #put(context: Context2d, view: View, level: number, places: readonly TilePlace[]): void {
    const { camera, image } = view
    const step = 2 ** level
    // Tile borders lie on whole device pixels, the same for both neighbours, so no seam shows between them.
    const screenX = (x: number) => Math.round(camera.x + Math.min(x * step, image.width) * camera.scale)
    const screenY = (y: number) => Math.round(camera.y + Math.min(y * step, image.height) * camera.scale)
    const inView = levelRectInView(view, level)
    for (const place of places) {
      const surface = this.tiles.surface(place)
      if (!surface) continue
      const tile = tileRect(place, image.width, image.height)
      const source = intersection(tile, inView)
      if (isEmptyRect(source)) continue
      const x = screenX(source.x0)
      const y = screenY(source.y0)
      context.drawImage(
        surface.canvas,
        source.x0 - tile.x0,
        source.y0 - tile.y0,
        source.x1 - source.x0,
        source.y1 - source.y0,
        x,
        y,
        screenX(source.x1) - x,
        screenY(source.y1) - y,
      )
    }
  }
}

/** Always the whole view's part, so that a clipped redraw puts every pixel where the full one does. */
function levelRectInView({ camera, size, image }: View, level: number): Rect {
  return levelRect(visiblePixels(camera, size, image), level, image.width, image.height)
}
