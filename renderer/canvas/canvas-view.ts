import { type Adjustments, isNeutral, neutral, toneOf } from '../../shared/image/adjustments.ts'
import type { DepthWindow } from '../../shared/image/deep-samples.ts'
import type { LabelMap, Rect } from '../../shared/label/label-map.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import type { Splits } from '../../shared/superpixel/refinement.ts'
import { type Camera, type ImagePoint, isEmptyRect, type Size, screenRect } from './camera.ts'
import { type DeepPhoto, throughWindow, valuesAt } from './deep-photo.ts'
import { type LayerName, LayerStack, layerNames } from './layer-stack.ts'
import { ContourLayer } from './layers/contour-layer.ts'
import type { ContourLooks } from './layers/contour-tiles.ts'
import { FrameBudget } from './layers/frame-budget.ts'
import { drawThumb } from './layers/image-layer.ts'
import { LabelLayer } from './layers/label-layer.ts'
import type { Palette, PatternOf, StrokePreview } from './layers/label-tiles.ts'
import { haloRect, putMask } from './layers/mask-painter.ts'
import { OutlineLayer } from './layers/outline-layer.ts'
import { PhotoTiles, type ReadPhoto } from './layers/photo-tiles.ts'
import { drawPixelGrid } from './layers/pixel-grid.ts'
import type { MaskLook, PixelSet } from './layers/pixel-mask.ts'
import { type DrawnShape, ShapeLayer } from './layers/shape-layer.ts'
import { drawSketch, type Sketch } from './layers/sketch.ts'
import type { Spot } from './layers/spot.ts'
import type { Context2d, View } from './layers/view.ts'
import { MovingView } from './moving-view.ts'
import type { Photo } from './photo.ts'

/** A set of pixels to show above the label. `bounds` holds all of them. */
export type Highlight = PixelSet & { readonly bounds: Rect; readonly look: MaskLook }

/** Superpixels at a level, with the cells of it that were split. */
export type Cells = { readonly hierarchy: Hierarchy; readonly count: number; readonly splits: Splits }

/** What of the canvas is to be seen. */
export type Parts = { readonly image: boolean; readonly labels: boolean; readonly outlines: boolean }

/**
 * The canvas: layers as large as the window, never as the image, and the camera over them. Draws what it is given and
 * knows neither tools nor documents.
 */
export class CanvasView extends MovingView {
  readonly #layers: LayerStack
  readonly #budget = new FrameBudget()
  readonly #contours = new ContourLayer(this.#budget)
  readonly #tiles = new PhotoTiles(this.#budget)
  readonly #outlines = new OutlineLayer(this.#budget)
  readonly #shapes = new ShapeLayer(this.#budget)
  #thumb: ImageBitmap | null = null
  #photo: Photo | null = null
  #label: LabelLayer | null = null
  #showsOutlines = true
  #showsGrid = true
  #smooth = false
  #opacity = 1
  #adjustments: Adjustments = neutral
  #deep: DeepPhoto | null = null
  #read: ReadPhoto | null = null
  #highlight: Highlight | null = null
  readonly #sketches = new Map<string, Sketch>()
  /** The highlight as it is seen, painted when the next frame needs it. */
  #overlay = new OffscreenCanvas(1, 1)
  #isOverlayStale = false

  constructor(container: HTMLDivElement, onCamera: (camera: Camera) => void) {
    super(onCamera)
    const draw = {
      image: (context: Context2d) => this.#drawImage(context),
      label: (context: Context2d) => this.#drawLabel(context),
      outline: (context: Context2d) => this.#drawOutlines(context),
      highlight: (spot: Spot) => this.#drawHighlight(spot),
      cursor: (context: Context2d) => this.#drawCursor(context),
    }
    this.#layers = new LayerStack(container, draw, () => this.#budget.start(this.isZooming))
  }

  /** `width` and `height` in CSS pixels. Keeps the middle of the view. */
  resize(width: number, height: number, ratio: number): void {
    const size = {
      width: Math.max(1, Math.round(width * ratio)),
      height: Math.max(1, Math.round(height * ratio)),
    }
    if (size.width === this.size.width && size.height === this.size.height && ratio === this.ratio) return
    this.#overlay = new OffscreenCanvas(size.width, size.height)
    this.#layers.resize(size, ratio)
    this.#contours.resize(ratio)
    this.#shapes.resize(ratio)
    this.resizeTo(size, ratio)
  }

  /**
   * Another image comes: takes everything of the old one off the canvas before anything of the new one is shown.
   * `keepsZoom`: as closely as the last one and at the same place.
   */
  clear(image: Size | null, keepsZoom = true): void {
    this.#photo = null
    this.#thumb = null
    this.#label = null
    this.#highlight = null
    this.#sketches.clear()
    this.#outlines.clear()
    this.#contours.open(null)
    this.#shapes.show([], null)
    this.#read = null
    this.#deep = null
    this.#tiles.open(null)
    this.lookUpon(image, keepsZoom)
    this.#isOverlayStale = true
    this.#invalidate(...layerNames)
  }

  showThumb(thumb: ImageBitmap): void {
    this.#thumb = thumb
    this.#invalidate('image')
  }

  showPhoto(photo: Photo): void {
    this.#photo = photo
    this.#thumb = null
    this.#tiles.open(photo)
    this.#tone()
  }

  /** For the eye only. */
  adjust(adjustments: Adjustments): void {
    this.#adjustments = adjustments
    this.#tone()
  }

  /** Shows values of 16 bits in place of the photo's own pixels, those of `window` from black to white. */
  showDeep(deep: DeepPhoto, window: DepthWindow): void {
    this.#deep = deep
    this.setWindow(window)
  }

  setWindow(window: DepthWindow): void {
    if (!this.#deep) return
    this.#read = throughWindow(this.#deep, window)
    this.#tone()
  }

  /** The values of one pixel as they are in a file of 16 bits; null: it has no more than 8. */
  deepValues(x: number, y: number): readonly number[] | null {
    return this.#deep && valuesAt(this.#deep, x, y)
  }

  /** The photo has transparent pixels. */
  get hasAlpha(): boolean {
    return this.#tiles.hasAlpha()
  }

  /** The whole photo, small and as it is shown. */
  get overview(): OffscreenCanvas | ImageBitmap | null {
    return this.#tiles.overview()
  }

  showLabel(map: LabelMap, palette: Palette, patternOf: PatternOf): void {
    this.#label = new LabelLayer(map, palette, this.#budget, patternOf)
    this.#label.opacity = this.#opacity
    this.#contours.open(map)
    this.#invalidate('label')
  }

  /** Outlines of objects; null: none has one. `changed`: where they are others now; left out: everywhere. */
  showContours(looks: ContourLooks | null, changed?: readonly Rect[]): void {
    this.#contours.show(looks, changed)
    this.#invalidate('label')
  }

  /** Shapes of another program, over the objects; none: an empty list. */
  showShapes(shapes: readonly DrawnShape[]): void {
    this.#shapes.show(shapes, this.image)
    this.#invalidate('label')
  }

  recolorLabel(palette: Palette, patternOf: PatternOf): void {
    this.#label?.tiles.recolor(palette, patternOf)
    this.#invalidate('label')
  }

  /** Pixels of the map inside `dirty` have changed: repaints and redraws only those, at once. */
  updateLabel(dirty: Rect): void {
    const view = this.#view()
    this.#contours.update(dirty)
    if (!view || !this.#label) return
    const context = this.#layers.context('label')
    this.#contoursWithin(context, view, this.#label.update(context, view, dirty, this.#contours.reach))
  }

  /** Shows a stroke in progress on the label itself; null takes it back. */
  previewStroke(preview: StrokePreview | null, dirty: Rect): void {
    const view = this.#view()
    if (!view || !this.#label) return
    const context = this.#layers.context('label')
    this.#contoursWithin(context, view, this.#label.showPreview(context, view, preview, dirty))
  }

  /** Null: there are none. */
  showCells(cells: Cells | null): void {
    if (cells) this.#outlines.show(cells.hierarchy, cells.count, cells.splits)
    else this.#outlines.clear()
    this.#invalidate('outline')
  }

  /**
   * What a click would change. `grown`: the highlight of before with only the pixels inside this rectangle added, so
   * that a long drag costs its newest cells.
   */
  showHighlight(highlight: Highlight | null, grown?: Rect): void {
    if (!highlight && !this.#highlight) return
    this.#highlight = highlight
    const view = this.#view()
    if (highlight && grown && view && !this.#isOverlayStale) {
      const part = screenRect(view.camera, grown, view.size)
      const context = this.#overlay.getContext('2d')!
      // Borders between old and new cells change too, hence a device pixel more on each side.
      context.clearRect(part.x0 - 1, part.y0 - 1, part.x1 - part.x0 + 2, part.y1 - part.y0 + 2)
      putMask(context, view, grown, highlight, highlight.look)
    } else {
      this.#isOverlayStale = true
    }
    this.#invalidate('highlight')
  }

  /** A shape under way, by the name of its tool; null takes it off. */
  showSketch(name: string, sketch: Sketch | null): void {
    const mask = this.#sketches.get(name)?.mask ?? null
    if (sketch) this.#sketches.set(name, sketch)
    else if (!this.#sketches.delete(name)) return
    this.#invalidate('cursor')
    if (mask !== (sketch?.mask ?? null)) this.#invalidate('outline')
  }

  /** The brush at its true size, dashed while it erases; null hides it. `diameter` in image pixels. */
  showRing(at: ImagePoint | null, diameter: number, erases: boolean): void {
    const { scale, x, y } = this.camera
    const ring = at && {
      x: (at.x * scale + x) / this.ratio,
      y: (at.y * scale + y) / this.ratio,
      radius: Math.max(1.5, (diameter * scale) / 2 / this.ratio),
    }
    this.#layers.showRing(ring, erases)
  }

  setLabelOpacity(opacity: number): void {
    this.#opacity = opacity
    if (this.#label) this.#label.opacity = opacity
    this.#invalidate('label')
  }

  setOutlines(cells: boolean, grid: boolean): void {
    this.#showsOutlines = cells
    this.#showsGrid = grid
    this.#invalidate('outline')
  }

  /** The picture is drawn with soft pixels when it is enlarged. */
  setSmooth(smooth: boolean): void {
    this.#smooth = smooth
    this.#invalidate('image')
  }

  setVisible({ image, labels, outlines }: Parts): void {
    this.#layers.setVisible('image', image)
    this.#layers.setVisible('label', labels)
    this.#layers.setVisible('outline', outlines)
    this.#layers.setVisible('highlight', outlines)
    this.#layers.setVisible('cursor', outlines)
  }

  destroy(): void {
    this.stop()
    this.#layers.destroy()
  }

  protected override moved(): void {
    this.#isOverlayStale = true
    this.#invalidate(...layerNames)
  }

  #view(): View | null {
    return this.image && { camera: this.camera, size: this.size, image: this.image }
  }

  #invalidate(...names: LayerName[]): void {
    this.#layers.invalidate(...names)
  }

  #tone(): void {
    const histogram = this.#adjustments.equalise ? this.#tiles.histogram(this.#read) : null
    const tone = isNeutral(this.#adjustments) ? null : toneOf(this.#adjustments, histogram)
    this.#tiles.show(tone, this.#read)
    this.#invalidate('image')
  }

  #drawImage(context: Context2d): boolean {
    const view = this.#view()
    if (!view) return false
    if (this.#photo) {
      if (this.#tiles.draw(context, view, this.#smooth)) this.#invalidate('image')
    } else if (this.#thumb) drawThumb(context, this.#thumb, view)
    return true
  }

  /** A label is never shown over anything but its own photograph. */
  #drawLabel(context: Context2d): boolean {
    const view = this.#view()
    if (!view || !this.#photo) return false
    const isLabelLate = this.#label?.draw(context, view)
    const areContoursLate = this.#contours.draw(context, view)
    const areShapesLate = this.#shapes.draw(context, view)
    if (isLabelLate || areContoursLate || areShapesLate) this.#invalidate('label')
    return true
  }

  /** Outlines of objects and shapes in a part of the label that was just drawn without them. */
  #contoursWithin(context: Context2d, view: View, part: Rect): void {
    if (isEmptyRect(part)) return
    this.#budget.start()
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.beginPath()
    context.rect(part.x0, part.y0, part.x1 - part.x0, part.y1 - part.y0)
    context.clip()
    const areContoursLate = this.#contours.draw(context, view, part)
    if (this.#shapes.draw(context, view, part) || areContoursLate) this.#invalidate('label')
    context.restore()
  }

  #drawOutlines(context: Context2d): boolean {
    const view = this.#view()
    if (!view || !this.#photo) return false
    let isDrawn = this.#showsOutlines
    if (isDrawn && this.#outlines.draw(context, view)) this.#invalidate('outline')
    if (this.#showsGrid && drawPixelGrid(context, view)) isDrawn = true
    for (const { mask } of this.#sketches.values()) {
      if (!mask) continue
      putMask(context, view, mask.bounds, mask, mask.look)
      isDrawn = true
    }
    return isDrawn
  }

  #drawHighlight(spot: Spot): void {
    const view = this.#view()
    const shown = this.#highlight
    if (!view || !shown || this.isZooming) {
      spot.hide()
      return
    }
    if (this.#isOverlayStale) this.#paintOverlay()
    spot.show(this.#overlay, haloRect(view, shown.bounds))
  }

  #drawCursor(context: Context2d): boolean {
    const view = this.#view()
    if (!view || !this.#photo) return false
    for (const sketch of this.#sketches.values()) drawSketch(context, view, sketch, this.ratio)
    return this.#sketches.size > 0
  }

  #paintOverlay(): void {
    this.#isOverlayStale = false
    const context = this.#overlay.getContext('2d')!
    context.clearRect(0, 0, this.#overlay.width, this.#overlay.height)
    const view = this.#view()
    const shown = this.#highlight
    if (view && shown) putMask(context, view, shown.bounds, shown, shown.look)
  }
}
