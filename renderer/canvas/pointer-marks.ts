import { pixelAt } from '../../shared/tools/segment.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { LabelingStore } from '../stores/labeling.ts'
import type { ScreenPoint } from './camera.ts'
import type { CanvasView } from './canvas-view.ts'
import { levelText } from './level-text.ts'
import { type Photo, PixelProbe } from './photo.ts'
import type { PointerInterpreter } from './pointer.ts'

type Parts = {
  readonly container: HTMLElement
  readonly badge: HTMLElement
  readonly view: CanvasView
  readonly input: PointerInterpreter
  readonly labeling: LabelingStore
  mayEdit(): boolean
}

/** Milliseconds that the size just chosen is shown. */
const BADGE_MS = 1100

/** What goes with the pointer: its shape, the ring of a brush, the size just chosen, and the facts of the status bar. */
export class PointerMarks {
  readonly #parts: Parts
  readonly #probe = new PixelProbe()
  #badgeTimer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  destroy(): void {
    clearTimeout(this.#badgeTimer)
  }

  showRing(pointer: ScreenPoint | null): void {
    const { labeling, view, input, mayEdit } = this.#parts
    const { tool, brushSize, ready } = labeling.getState()
    const shows = ready && pointer && mayEdit() && (tool === 'brush' || tool === 'eraser') && !input.isPanning
    view.showRing(shows ? view.toImage(pointer) : null, brushSize, tool === 'eraser' || input.eraseHeld)
  }

  showCursor(): void {
    const { container } = this.#parts
    const cursor = this.#cursor()
    if (container.style.cursor !== cursor) container.style.cursor = cursor
  }

  #cursor(): string {
    const { input, labeling, mayEdit } = this.#parts
    const { tool, ready, pointer } = labeling.getState()
    if (input.isPanning) return input.isBusy ? 'grabbing' : 'grab'
    if (!ready) return 'progress'
    // Where nothing may be drawn, every tool but the ruler chooses.
    if (tool === 'select' || (tool !== 'ruler' && !mayEdit())) return 'default'
    return pointer?.locked && tool !== 'ruler' ? 'not-allowed' : 'crosshair'
  }

  /** Position, colour and object under the pointer, into the store. */
  showFacts(pointer: ScreenPoint | null, session: LabelSession | null, photo: Photo | null): void {
    const { labeling, view } = this.#parts
    const map = session?.doc.map
    const pixel = map && pointer ? pixelAt(view.toImage(pointer), map.width, map.height) : null
    const before = labeling.getState().pointer
    if (pixel === null || !map) {
      if (before) labeling.setState({ pointer: null })
      return
    }
    const x = pixel % map.width
    const y = Math.floor(pixel / map.width)
    const objectId = map.ids[pixel]!
    const locked = session?.doc.objects.get(objectId)?.locked === true
    const deep = view.deepValues(x, y)
    const isSame =
      before?.deep?.join() === deep?.join() &&
      before?.x === x &&
      before.y === y &&
      before.objectId === objectId &&
      before.locked === locked
    if (isSame) return
    labeling.setState({
      pointer: { x, y, rgb: photo && this.#probe.read(photo, x, y), deep, objectId, locked },
    })
  }

  /** The size just chosen, beside the pointer for a moment. */
  showSize(at: ScreenPoint): void {
    const { badge, view } = this.#parts
    badge.textContent = this.#sizeText()
    badge.style.transform = `translate(${at.x / view.ratio + 18}px, ${at.y / view.ratio + 18}px)`
    badge.dataset.shown = 'true'
    clearTimeout(this.#badgeTimer)
    this.#badgeTimer = setTimeout(() => {
      delete badge.dataset.shown
    }, BADGE_MS)
  }

  #sizeText(): string {
    const { tool, brushSize, fillTolerance, cellCount, build, splits } = this.#parts.labeling.getState()
    if (tool === 'fill') return `± ${fillTolerance}`
    if (tool !== 'superpixel') return `${brushSize} px`
    if (build.kind !== 'ready' || cellCount === null) return 'Preparing cells …'
    return levelText(build.hierarchy, cellCount, splits)
  }
}
