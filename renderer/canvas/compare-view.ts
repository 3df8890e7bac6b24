import type { LabelMap, Rect } from '../../shared/label/label-map.ts'
import { type ImagePoint, type ScreenPoint, type Size, screenRect, toScreen, ZOOM_STEP } from './camera.ts'
import { paintChanges } from './layers/diff-paint.ts'
import { FrameBudget } from './layers/frame-budget.ts'
import { drawThumb } from './layers/image-layer.ts'
import type { KindPyramid } from './layers/kind-pyramid.ts'
import { LabelLayer } from './layers/label-layer.ts'
import type { Palette } from './layers/label-tiles.ts'
import { PhotoTiles } from './layers/photo-tiles.ts'
import type { View } from './layers/view.ts'
import { MovingView } from './moving-view.ts'
import type { Photo } from './photo.ts'

/** `blink` shows one side after the other; whoever owns the view says which. */
export type CompareMode = 'changes' | 'before' | 'after' | 'swipe'

const layerNames = ['image', 'before', 'after', 'changes'] as const
type LayerName = (typeof layerNames)[number]

/**
 * Two labels of one image over its photograph: each by itself, both with a line between them that can be moved, or what
 * changed. Draws with the camera and the tiles of the labeler, so that an image of any size moves alike.
 */
export class CompareView extends MovingView {
  readonly #surfaces: Record<LayerName, HTMLCanvasElement>
  readonly #budget = new FrameBudget()
  readonly #photo = new PhotoTiles(this.#budget)
  #thumb: ImageBitmap | null = null
  #hasPhoto = false
  #labels: { before: LabelLayer | null; after: LabelLayer | null } = { before: null, after: null }
  #pyramid: KindPyramid | null = null
  #hidden: ReadonlySet<number> = new Set()
  #frameAround: Rect | null = null
  #pointedAt: ImagePoint | null = null
  #mode: CompareMode = 'changes'
  /** Share of the view that is before, from the left. */
  #swipe = 0.5
  #frame = 0

  constructor(container: HTMLElement, onCamera: () => void = () => {}) {
    super(onCamera)
    const surface = (name: LayerName) => {
      const canvas = document.createElement('canvas')
      canvas.dataset.layer = name
      container.append(canvas)
      return canvas
    }
    this.#surfaces = {
      image: surface('image'),
      before: surface('before'),
      after: surface('after'),
      changes: surface('changes'),
    }
  }

  /** `width` and `height` in CSS pixels. */
  resize(width: number, height: number, ratio: number): void {
    const size = {
      width: Math.max(1, Math.round(width * ratio)),
      height: Math.max(1, Math.round(height * ratio)),
    }
    for (const name of layerNames) {
      const canvas = this.#surfaces[name]
      canvas.width = size.width
      canvas.height = size.height
      canvas.style.width = `${size.width / ratio}px`
      canvas.style.height = `${size.height / ratio}px`
    }
    this.resizeTo(size, ratio)
    this.moved()
  }

  /** Another image comes, or none: nothing of the one before stays. Zoom and place stay where they can. */
  open(image: Size | null): void {
    this.#thumb = null
    this.#hasPhoto = false
    this.#photo.open(null)
    this.#labels = { before: null, after: null }
    this.#pyramid = null
    this.#frameAround = null
    this.lookUpon(image, true)
    this.moved()
  }

  showThumb(thumb: ImageBitmap): void {
    this.#thumb = thumb
    this.moved()
  }

  showPhoto(photo: Photo): void {
    this.#photo.open(photo)
    this.#hasPhoto = true
    this.moved()
  }

  showLabel(side: 'before' | 'after', map: LabelMap, palette: Palette): void {
    this.#labels[side] = new LabelLayer(map, palette, this.#budget)
    this.moved()
  }

  showChanges(pyramid: KindPyramid, hidden: ReadonlySet<number>): void {
    this.#pyramid = pyramid
    this.#hidden = hidden
    this.moved()
  }

  /** A frame around the change that is being looked at. */
  frame(around: Rect | null): void {
    this.#frameAround = around
    this.moved()
  }

  /** A cross where the pointer is over another view of the image. */
  point(at: ImagePoint | null): void {
    if (at === null && this.#pointedAt === null) return
    this.#pointedAt = at
    this.moved()
  }

  show(mode: CompareMode, swipe: number): void {
    this.#mode = mode
    this.#swipe = swipe
    this.moved()
  }

  /** One notch of the wheel, or the fingers of a trackpad: towards what is under the pointer. */
  wheel(at: ScreenPoint, delta: number, isPinch: boolean): void {
    this.zoomBy(ZOOM_STEP ** (-delta / (isPinch ? 12 : 100)), at)
  }

  destroy(): void {
    this.stop()
    cancelAnimationFrame(this.#frame)
    for (const name of layerNames) this.#surfaces[name].remove()
  }

  protected override moved(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#draw()
    })
  }

  #draw(): void {
    this.#budget.start(this.isZooming)
    const { image, before, after, changes } = this.#surfaces
    const view: View | null = this.image && { camera: this.camera, size: this.size, image: this.image }
    const contextOf = (canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d')!
      context.clearRect(0, 0, canvas.width, canvas.height)
      return context
    }
    let isLate = false
    const picture = contextOf(image)
    if (view && this.#hasPhoto) isLate = this.#photo.draw(picture, view, false)
    else if (view && this.#thumb) drawThumb(picture, this.#thumb, view)

    const mode = this.#mode
    const shows = {
      before: mode === 'before' || mode === 'swipe',
      after: mode === 'after' || mode === 'swipe',
    }
    const line = Math.round(this.#swipe * this.size.width)
    for (const side of ['before', 'after'] as const) {
      const canvas = side === 'before' ? before : after
      canvas.style.visibility = shows[side] ? 'visible' : 'hidden'
      const share = (100 * line) / this.size.width
      const inset = side === 'before' ? `0 ${100 - share}% 0 0` : `0 0 0 ${share}%`
      canvas.style.clipPath = mode === 'swipe' ? `inset(${inset})` : ''
      if (!shows[side]) continue
      const context = contextOf(canvas)
      if (view && this.#labels[side]?.draw(context, view)) isLate = true
    }
    const top = contextOf(changes)
    if (view && mode === 'changes' && this.#pyramid) {
      const { width, height } = this.size
      const colors = paintChanges(this.#pyramid, this.camera, this.size, this.ratio, this.#hidden)
      top.putImageData(new ImageData(new Uint8ClampedArray(colors.buffer), width, height), 0, 0)
    }
    if (mode === 'swipe') this.#drawLine(top, line)
    if (view && this.#frameAround) this.#drawFrame(top, this.#frameAround)
    if (view && this.#pointedAt) this.#drawCross(top, toScreen(this.camera, this.#pointedAt))
    if (isLate) this.moved()
  }

  /** Two tones, so that it shows on any picture. */
  #drawLine(context: CanvasRenderingContext2D, x: number): void {
    const wide = Math.max(1, Math.round(this.ratio))
    context.fillStyle = '#000000'
    context.fillRect(x - 2 * wide, 0, 4 * wide, this.size.height)
    context.fillStyle = '#ffffff'
    context.fillRect(x - wide, 0, 2 * wide, this.size.height)
  }

  #drawCross(context: CanvasRenderingContext2D, { x, y }: ScreenPoint): void {
    const [arm, wide] = [Math.round(9 * this.ratio), Math.max(1, Math.round(this.ratio))]
    for (const [color, more] of [
      ['#000000', wide],
      ['#ffffff', 0],
    ] as const) {
      context.fillStyle = color
      context.fillRect(x - arm - more, y - wide / 2 - more, 2 * (arm + more), wide + 2 * more)
      context.fillRect(x - wide / 2 - more, y - arm - more, wide + 2 * more, 2 * (arm + more))
    }
  }

  #drawFrame(context: CanvasRenderingContext2D, around: Rect): void {
    const { x0, y0, x1, y1 } = screenRect(this.camera, around, this.size)
    const gap = 4 * this.ratio
    const box = [x0 - gap, y0 - gap, x1 - x0 + 2 * gap, y1 - y0 + 2 * gap] as const
    context.lineWidth = 3 * this.ratio
    context.strokeStyle = '#000000'
    context.strokeRect(...box)
    context.lineWidth = 1.25 * this.ratio
    context.strokeStyle = '#ffffff'
    context.strokeRect(...box)
  }
}

/** The pointer and the wheel on `target`: drag pans, or moves the line while it is there. Returns what stops it. */
export function listenToCompare(
  target: HTMLElement,
  view: CompareView,
  ports: {
    isSwiping(): boolean
    swipe(share: number): void
    /** Where on the image the pointer is; null: nowhere. */
    point(at: ImagePoint | null): void
  },
): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const at = (event: MouseEvent): ScreenPoint => {
    const box = target.getBoundingClientRect()
    return { x: (event.clientX - box.left) * view.ratio, y: (event.clientY - box.top) * view.ratio }
  }
  let from: ScreenPoint | null = null
  let moves: 'view' | 'line' = 'view'
  target.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button > 1) return
      from = at(event)
      moves = ports.isSwiping() && event.button === 0 && !event.ctrlKey && !event.metaKey ? 'line' : 'view'
      if (moves === 'line') ports.swipe(from.x / view.size.width)
      target.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  target.addEventListener(
    'pointermove',
    (event) => {
      const to = at(event)
      ports.point(view.image && view.toImage(to))
      if (!from) return
      if (moves === 'line') ports.swipe(to.x / view.size.width)
      else view.pan(to.x - from.x, to.y - from.y)
      from = to
    },
    { signal },
  )
  target.addEventListener('pointerleave', () => ports.point(null), { signal })
  for (const end of ['pointerup', 'pointercancel'] as const) {
    target.addEventListener(
      end,
      () => {
        from = null
      },
      { signal },
    )
  }
  target.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const isPinch = event.ctrlKey || event.metaKey
      // Two fingers that move aside pan; a wheel and a pinch zoom.
      if (!isPinch && event.deltaX !== 0) view.pan(-event.deltaX * view.ratio, -event.deltaY * view.ratio)
      else view.wheel(at(event), event.deltaMode === 1 ? event.deltaY * 33 : event.deltaY, isPinch)
    },
    { signal, passive: false },
  )
  return () => stop.abort()
}
