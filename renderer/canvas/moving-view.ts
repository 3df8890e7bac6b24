import type { Rect } from '../../shared/label/label-map.ts'
import {
  bounded,
  type Camera,
  carriedOver,
  centred,
  clampScale,
  fitted,
  type ImagePoint,
  panBy,
  type ScreenPoint,
  type Size,
  screenRect,
  toImage,
  zoomAt,
} from './camera.ts'

/** Share of the view that an object takes which was zoomed to. */
const CLOSE_UP = 0.8
/** Milliseconds within which another step of zooming goes on with the one before. */
const ZOOM_PAUSE = 200

/** A camera over one image after another, and everything that moves it. Knows nothing of what is drawn. */
export abstract class MovingView {
  readonly #onCamera: (camera: Camera) => void
  readonly #followers = new Set<() => void>()
  #size: Size = { width: 1, height: 1 }
  #ratio = 1
  #camera: Camera = { scale: 1, x: 0, y: 0 }
  /** The image point that the last step of zooming kept in place; good until something else moves the camera. */
  #zoomed: { readonly at: ScreenPoint; readonly under: ImagePoint; readonly camera: Camera } | null = null
  /** The image point between two fingers, and the zoom when they took hold of it. */
  #grip: { readonly under: ImagePoint; readonly scale: number } | null = null
  #lastZoom = Number.NEGATIVE_INFINITY
  #restsAfter: ReturnType<typeof setTimeout> | null = null
  #image: Size | null = null
  #isResizing = false
  /** The image of before, so that the next one keeps zoom and middle. */
  #lastImage: Size | null = null

  constructor(onCamera: (camera: Camera) => void) {
    this.#onCamera = onCamera
  }

  get camera(): Camera {
    return this.#camera
  }

  /** Device pixels. */
  get size(): Size {
    return this.#size
  }

  /** Device pixels per CSS pixel. */
  get ratio(): number {
    return this.#ratio
  }

  get image(): Size | null {
    return this.#image
  }

  /** The camera moves because the view has another size, and not because somebody looks elsewhere. */
  get isResizing(): boolean {
    return this.#isResizing
  }

  /** One step of zooming follows another: what is painted for this one is shown for a frame or two. */
  protected get isZooming(): boolean {
    return this.#restsAfter !== null
  }

  /** The camera is another one, or it has come to rest: draw. */
  protected abstract moved(): void

  /** Another image, or none. With `keepsZoom` it is looked at as closely as the last one and at the same place, unless that was fitted. */
  protected lookUpon(image: Size | null, keepsZoom: boolean): void {
    if (this.#image) this.#lastImage = this.#image
    this.#image = image
    this.#grip = null
    if (!image) return
    const last = this.#lastImage
    const keeps = keepsZoom && last && !isFitted(this.#camera, this.#size, last)
    this.#camera = keeps ? carriedOver(this.#camera, this.#size, last, image) : fitted(this.#size, image)
    this.#tell()
  }

  /** Keeps the middle of the view, or goes on showing all of the image. */
  protected resizeTo(size: Size, ratio: number): void {
    const before = this.#size
    this.#size = size
    this.#ratio = ratio
    if (!this.#image) return
    const wasFitted = before.width <= 1 || isFitted(this.#camera, before, this.#image)
    this.#isResizing = true
    this.#move(
      wasFitted
        ? fitted(size, this.#image)
        : panBy(this.#camera, (size.width - before.width) / 2, (size.height - before.height) / 2),
    )
    this.#isResizing = false
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
    this.#noteZoom()
    this.#move(zoomAt(this.#camera, at, factor, under))
    this.#zoomed = { at, under, camera: this.#camera }
  }

  /** Two fingers take hold of the image, with this place between them. */
  grip(at: ScreenPoint): void {
    this.#grip = { under: toImage(this.#camera, at), scale: this.#camera.scale }
  }

  /** The place between them is there now, and they are `spread` times as far apart: what they hold stays under them. */
  pinch(at: ScreenPoint, spread: number): void {
    if (!this.#image || !this.#grip) return
    const { under, scale } = this.#grip
    const camera = zoomAt({ ...this.#camera, scale }, at, spread, under)
    if (camera.scale !== this.#camera.scale) this.#noteZoom()
    this.#move(camera)
  }

  /** Looks where another view of the same image looks. */
  follow(camera: Camera): void {
    if (this.#image) this.#move(camera)
  }

  pan(dx: number, dy: number): void {
    if (this.#image) this.#move(panBy(this.#camera, dx, dy))
  }

  /** Brings a rectangle of the image into view, if no part of it is. */
  reveal(rect: Rect): void {
    const shown = screenRect(this.#camera, rect, this.#size)
    if (shown.x0 < shown.x1 && shown.y0 < shown.y1) return
    this.centre(middleOf(rect))
  }

  /** Brings a point of the image into the middle of the view, at the same zoom. */
  centre(middle: ImagePoint): void {
    if (this.#image) this.#move(centred(this.#size, middle, this.#camera.scale))
  }

  /** Shows a point of the image in the middle, enlarged to `scale` device pixels per image pixel at least. */
  lookAt(middle: ImagePoint, scale: number): void {
    if (this.#image) this.#move(centred(this.#size, middle, Math.max(this.#camera.scale, scale)))
  }

  /** Shows all of a rectangle of the image, as large as it fits with some room around it. */
  zoomToRect(rect: Rect): void {
    if (!this.#image) return
    const { scale } = fitted(this.#size, { width: rect.x1 - rect.x0, height: rect.y1 - rect.y0 })
    this.#move(centred(this.#size, middleOf(rect), clampScale(scale * CLOSE_UP)))
  }

  /** For what lies over the canvas and moves with the image. Returns the function that stops. */
  onMove(follower: () => void): () => void {
    this.#followers.add(follower)
    return () => void this.#followers.delete(follower)
  }

  toImage(at: ScreenPoint): ImagePoint {
    return toImage(this.#camera, at)
  }

  protected stop(): void {
    if (this.#restsAfter !== null) clearTimeout(this.#restsAfter)
    this.#restsAfter = null
  }

  #noteZoom(): void {
    const now = performance.now()
    const goesOn = now - this.#lastZoom < ZOOM_PAUSE
    this.#lastZoom = now
    this.stop()
    if (!goesOn) return
    this.#restsAfter = setTimeout(() => {
      this.#restsAfter = null
      this.moved()
    }, ZOOM_PAUSE)
  }

  #move(camera: Camera): void {
    this.#camera = this.#image ? bounded(camera, this.#size, this.#image) : camera
    this.#tell()
    this.moved()
  }

  #tell(): void {
    this.#onCamera(this.#camera)
    for (const follower of this.#followers) follower()
  }
}

function middleOf({ x0, y0, x1, y1 }: Rect): ImagePoint {
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }
}

/** To within two device pixels: views that share a row differ by one, and follow each other. */
function isFitted(camera: Camera, view: Size, image: Size): boolean {
  return Math.abs(camera.scale - fitted(view, image).scale) * Math.max(image.width, image.height) < 2
}
