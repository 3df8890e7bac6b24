import { Layer } from 'konva/lib/Layer.js'
import { Shape } from 'konva/lib/Shape.js'
import { Stage } from 'konva/lib/Stage.js'
import { Circle } from 'konva/lib/shapes/Circle.js'
import type { LabelMap, Rect } from '../../shared/label/label-map.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import type { Splits } from '../../shared/superpixel/refinement.ts'
import {
  bounded,
  type Camera,
  carriedOver,
  centred,
  fitted,
  type ImagePoint,
  panBy,
  type ScreenPoint,
  type Size,
  screenRect,
  toImage,
  zoomAt,
} from './camera.ts'
import { drawPhoto, drawThumb } from './layers/image-layer.ts'
import { LabelLayer } from './layers/label-layer.ts'
import type { Palette, StrokePreview } from './layers/label-tiles.ts'
import { putMask } from './layers/mask-painter.ts'
import { OutlineLayer } from './layers/outline-layer.ts'
import { drawPixelGrid } from './layers/pixel-grid.ts'
import type { MaskLook, PixelSet } from './layers/pixel-mask.ts'
import { drawSketch, type Sketch } from './layers/sketch.ts'
import type { Context2d, View } from './layers/view.ts'
import type { Photo } from './photo.ts'

/** A set of pixels to show above the label. `bounds` holds all of them. */
export type Highlight = PixelSet & { readonly bounds: Rect; readonly look: MaskLook }

/** Superpixels at a level, with the cells of it that were split. */
export type Cells = { readonly hierarchy: Hierarchy; readonly count: number; readonly splits: Splits }

type LayerName = 'image' | 'label' | 'outline' | 'cursor'
const layerNames: readonly LayerName[] = ['image', 'label', 'outline', 'cursor']

/**
 * The canvas: four layers as large as the window, never as the image, and the camera over them. Draws what it is given
 * and knows neither tools nor documents.
 */
export class CanvasView {
  readonly #stage: Stage
  readonly #layers: Record<LayerName, Layer>
  readonly #rings: readonly [Circle, Circle]
  readonly #stale = new Set<LayerName>()
  readonly #outlines = new OutlineLayer()
  readonly #onCamera: (camera: Camera) => void
  readonly #followers = new Set<() => void>()
  #size: Size = { width: 1, height: 1 }
  #ratio = 1
  #camera: Camera = { scale: 1, x: 0, y: 0 }
  /** The image point that the last step of zooming kept in place; good until something else moves the camera. */
  #zoomed: { readonly at: ScreenPoint; readonly under: ImagePoint; readonly camera: Camera } | null = null
  #image: Size | null = null
  /** The image of before, so that the next one keeps zoom and middle. */
  #lastImage: Size | null = null
  #thumb: ImageBitmap | null = null
  #photo: Photo | null = null
  #label: LabelLayer | null = null
  #showsOutlines = true
  #showsGrid = true
  #selected: readonly Highlight[] = []
  #highlight: Highlight | null = null
  readonly #sketches = new Map<string, Sketch>()
  #overlay = new OffscreenCanvas(1, 1)
  #frame = 0

  constructor(container: HTMLDivElement, onCamera: (camera: Camera) => void) {
    this.#onCamera = (camera) => {
      onCamera(camera)
      for (const listener of this.#followers) listener()
    }
    this.#stage = new Stage({ container, width: 1, height: 1, listening: false })
    const draw: Record<LayerName, (context: Context2d) => void> = {
      image: (context) => this.#drawImage(context),
      label: (context) => this.#drawLabel(context),
      outline: (context) => this.#drawOutlines(context),
      cursor: (context) => this.#drawCursor(context),
    }
    const layerOf = (name: LayerName) => {
      const layer = new Layer({ listening: false })
      layer.add(
        new Shape({
          listening: false,
          perfectDrawEnabled: false,
          sceneFunc(context) {
            // Rasters are placed in device pixels by our own camera.
            context.save()
            context.setTransform(1, 0, 0, 1, 0, 0)
            draw[name](context._context)
            context.restore()
          },
        }),
      )
      layer.getNativeCanvasElement().dataset.layer = name
      this.#stage.add(layer)
      return layer
    }
    this.#layers = {
      image: layerOf('image'),
      label: layerOf('label'),
      outline: layerOf('outline'),
      cursor: layerOf('cursor'),
    }
    const ring = (stroke: string, strokeWidth: number) =>
      new Circle({ stroke, strokeWidth, visible: false, listening: false, strokeScaleEnabled: false })
    this.#rings = [ring('rgba(0,0,0,0.75)', 3), ring('#ffffff', 1.25)]
    this.#layers.cursor.add(...this.#rings)
  }

  get camera(): Camera {
    return this.#camera
  }

  get size(): Size {
    return this.#size
  }

  /** Device pixels per CSS pixel. */
  get ratio(): number {
    return this.#ratio
  }

  /** `width` and `height` in CSS pixels. Keeps the middle of the view. */
  resize(width: number, height: number, ratio: number): void {
    const size = {
      width: Math.max(1, Math.round(width * ratio)),
      height: Math.max(1, Math.round(height * ratio)),
    }
    if (size.width === this.#size.width && size.height === this.#size.height && ratio === this.#ratio) return
    const before = this.#size
    this.#size = size
    this.#ratio = ratio
    this.#overlay = new OffscreenCanvas(size.width, size.height)
    this.#stage.size({ width: size.width / ratio, height: size.height / ratio })
    for (const name of layerNames) this.#layers[name].getCanvas().setPixelRatio(ratio)
    if (!this.#image) return
    const wasFitted = before.width <= 1 || isFitted(this.#camera, before, this.#image)
    this.#move(
      wasFitted
        ? fitted(size, this.#image)
        : panBy(this.#camera, (size.width - before.width) / 2, (size.height - before.height) / 2),
    )
  }

  /** Another image comes: takes everything of the old one off the canvas before anything of the new one is shown. */
  clear(image: Size | null): void {
    if (this.#image) this.#lastImage = this.#image
    this.#image = image
    this.#photo = null
    this.#thumb = null
    this.#label = null
    this.#selected = []
    this.#highlight = null
    this.#sketches.clear()
    this.#outlines.clear()
    if (image) {
      const last = this.#lastImage
      const keeps = last && !isFitted(this.#camera, this.#size, last)
      this.#camera = keeps ? carriedOver(this.#camera, this.#size, last, image) : fitted(this.#size, image)
      this.#onCamera(this.#camera)
    }
    this.#paintOverlay()
    this.#invalidate(...layerNames)
  }

  showThumb(thumb: ImageBitmap): void {
    this.#thumb = thumb
    this.#invalidate('image')
  }

  showPhoto(photo: Photo): void {
    this.#photo = photo
    this.#thumb = null
    this.#invalidate('image')
  }

  showLabel(map: LabelMap, palette: Palette): void {
    this.#label = new LabelLayer(map, palette)
    this.#invalidate('label')
  }

  recolorLabel(palette: Palette): void {
    this.#label?.tiles.recolor(palette)
    this.#invalidate('label')
  }

  /** Pixels of the map inside `dirty` have changed: repaints and redraws only those, at once. */
  updateLabel(dirty: Rect): void {
    const view = this.#view()
    if (view) this.#label?.update(this.#native('label'), view, dirty)
  }

  /** Shows a stroke in progress on the label itself; null takes it back. */
  previewStroke(preview: StrokePreview | null, dirty: Rect): void {
    const view = this.#view()
    if (view) this.#label?.showPreview(this.#native('label'), view, preview, dirty)
  }

  /** Null: there are none. */
  showCells(cells: Cells | null): void {
    if (cells) this.#outlines.show(cells.hierarchy, cells.count, cells.splits)
    else this.#outlines.clear()
    this.#invalidate('outline')
  }

  /** Outlines of the selected objects, the active one last. */
  showSelected(selected: readonly Highlight[]): void {
    this.#selected = selected
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
    if (highlight && grown && view) {
      const part = screenRect(view.camera, grown, view.size)
      const context = this.#overlay.getContext('2d')!
      // Borders between old and new cells change too, hence a device pixel more on each side.
      context.clearRect(part.x0 - 1, part.y0 - 1, part.x1 - part.x0 + 2, part.y1 - part.y0 + 2)
      putMask(context, view, grown, highlight, highlight.look)
    } else {
      this.#paintOverlay()
    }
    this.#invalidate('cursor')
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
    for (const ring of this.#rings) {
      ring.visible(at !== null)
      if (!at) continue
      const { scale, x, y } = this.#camera
      ring.position({ x: (at.x * scale + x) / this.#ratio, y: (at.y * scale + y) / this.#ratio })
      ring.dash(erases ? [5, 4] : [])
      ring.radius(Math.max(1.5, (diameter * scale) / 2 / this.#ratio))
    }
    this.#invalidate('cursor')
  }

  setLabelOpacity(opacity: number): void {
    this.#layers.label.getNativeCanvasElement().style.opacity = String(opacity)
  }

  setOutlines(cells: boolean, grid: boolean): void {
    this.#showsOutlines = cells
    this.#showsGrid = grid
    this.#invalidate('outline')
  }

  setVisible(parts: { image: boolean; labels: boolean; outlines: boolean }): void {
    const show = (name: LayerName, visible: boolean) => {
      this.#layers[name].getNativeCanvasElement().style.visibility = visible ? 'visible' : 'hidden'
    }
    show('image', parts.image)
    show('label', parts.labels)
    show('outline', parts.outlines)
    show('cursor', parts.outlines)
  }

  fit(): void {
    if (this.#image) this.#move(fitted(this.#size, this.#image))
  }

  /** Zooms to `scale` about the middle of the view. */
  zoomTo(scale: number): void {
    const middle = { x: this.#size.width / 2, y: this.#size.height / 2 }
    this.zoomBy(scale / this.#camera.scale, middle)
  }

  zoomBy(factor: number, at: ScreenPoint): void {
    if (!this.#image) return
    const last = this.#zoomed
    const goesOn = last?.camera === this.#camera && last.at.x === at.x && last.at.y === at.y
    const under = goesOn ? last.under : toImage(this.#camera, at)
    this.#move(zoomAt(this.#camera, at, factor, under))
    this.#zoomed = { at, under, camera: this.#camera }
  }

  pan(dx: number, dy: number): void {
    if (this.#image) this.#move(panBy(this.#camera, dx, dy))
  }

  /** Brings a rectangle of the image into view, if no part of it is. */
  reveal(rect: Rect): void {
    const shown = screenRect(this.#camera, rect, this.#size)
    if (!this.#image || (shown.x0 < shown.x1 && shown.y0 < shown.y1)) return
    const middle = { x: (rect.x0 + rect.x1) / 2, y: (rect.y0 + rect.y1) / 2 }
    this.#move(centred(this.#size, middle, this.#camera.scale))
  }

  /** Shows a point of the image in the middle, enlarged to `scale` device pixels per image pixel at least. */
  lookAt(middle: ImagePoint, scale: number): void {
    if (this.#image) this.#move(centred(this.#size, middle, Math.max(this.#camera.scale, scale)))
  }

  /** For what lies over the canvas and moves with the image. Returns the function that stops. */
  onMove(follower: () => void): () => void {
    this.#followers.add(follower)
    return () => void this.#followers.delete(follower)
  }

  toImage(at: ScreenPoint): ImagePoint {
    return toImage(this.#camera, at)
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame)
    this.#stage.destroy()
  }

  #move(camera: Camera): void {
    this.#camera = this.#image ? bounded(camera, this.#size, this.#image) : camera
    this.#onCamera(this.#camera)
    this.#paintOverlay()
    this.#invalidate(...layerNames)
  }

  #view(): View | null {
    return this.#image && { camera: this.#camera, size: this.#size, image: this.#image }
  }

  #native(name: LayerName): CanvasRenderingContext2D {
    return this.#layers[name].getNativeCanvasElement().getContext('2d')!
  }

  #invalidate(...names: LayerName[]): void {
    for (const name of names) this.#stale.add(name)
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0
        const stale = [...this.#stale]
        this.#stale.clear()
        for (const name of stale) this.#layers[name].draw()
      })
    }
  }

  #drawImage(context: Context2d): void {
    const view = this.#view()
    if (!view) return
    if (this.#photo) drawPhoto(context, this.#photo, view)
    else if (this.#thumb) drawThumb(context, this.#thumb, view)
  }

  /** A label is never shown over anything but its own photograph. */
  #drawLabel(context: Context2d): void {
    const view = this.#view()
    if (view && this.#photo) this.#label?.draw(context, view)
  }

  #drawOutlines(context: Context2d): void {
    const view = this.#view()
    if (!view || !this.#photo) return
    if (this.#showsOutlines && this.#outlines.draw(context, view)) this.#invalidate('outline')
    if (this.#showsGrid) drawPixelGrid(context, view)
    for (const selected of this.#selected) putMask(context, view, selected.bounds, selected, selected.look)
    for (const { mask } of this.#sketches.values())
      if (mask) putMask(context, view, mask.bounds, mask, mask.look)
  }

  #drawCursor(context: Context2d): void {
    context.drawImage(this.#overlay, 0, 0)
    const view = this.#view()
    if (!view || !this.#photo) return
    for (const sketch of this.#sketches.values()) drawSketch(context, view, sketch, this.#ratio)
  }

  #paintOverlay(): void {
    const context = this.#overlay.getContext('2d')!
    context.clearRect(0, 0, this.#overlay.width, this.#overlay.height)
    const view = this.#view()
    const shown = this.#highlight
    if (view && shown) putMask(context, view, shown.bounds, shown, shown.look)
    this.#invalidate('cursor')
  }
}

function isFitted(camera: Camera, view: Size, image: Size): boolean {
  return Math.abs(camera.scale / fitted(view, image).scale - 1) < 1e-6
}
