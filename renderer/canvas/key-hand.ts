import type { LabelMap } from '../../shared/label/label-map.ts'
import type { Direction } from '../../shared/superpixel/neighbour.ts'
import type { ImagePoint, ToolEvent } from '../../shared/tools/tool-event.ts'
import type { LabelingStore } from '../stores/labeling.ts'
import { type Camera, type ScreenPoint, toScreen } from './camera.ts'
import type { CanvasView } from './canvas-view.ts'
import { type KeyStride, pixelMiddle, strideFrom } from './key-pointer.ts'

type Parts = {
  readonly view: CanvasView
  readonly labeling: LabelingStore
  /** The label that is open. */
  map(): LabelMap | undefined
  eraseHeld(): boolean
  /** A press of the mouse is under way. */
  isBusy(): boolean
  send(event: ToolEvent): void
  /** The pointer of the keys is here now. */
  moved(at: ScreenPoint): void
  /** There is none any more. */
  gone(): void
}

/** Labeling by keys alone: a pointer that goes from cell to cell, and the key that presses it. */
export class KeyHand {
  readonly #parts: Parts
  /** Where it lies on the image; null while the real pointer counts. */
  #at: ImagePoint | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Gives the keys a pointer where the real one is, or in the middle of what is shown; or takes it away. */
  set(on: boolean, pointer: ScreenPoint | null): void {
    const { view, labeling } = this.#parts
    const map = this.#parts.map()
    if (on && !map) return
    this.#at = null
    labeling.setState({ keyPointer: on })
    if (!on || !map) {
      this.#parts.gone()
      return
    }
    const middle = { x: view.size.width / 2, y: view.size.height / 2 }
    this.#put(pixelMiddle(view.toImage(pointer ?? middle), map))
  }

  /** To the next cell that way; with a brush by half its size, with nothing to size by a few screen pixels. */
  move(direction: Direction): void {
    const map = this.#parts.map()
    if (this.#at && map) this.#put(strideFrom(this.#at, direction, this.#stride(), map))
  }

  /** A click of the active tool. */
  press(): void {
    const at = this.#at
    if (!at || this.#parts.isBusy()) return
    const modifiers = { shift: false, alt: this.#parts.eraseHeld() }
    this.#parts.send({ kind: 'down', at, button: 'primary', modifiers })
    this.#parts.send({ kind: 'up', at })
  }

  /** The hand is back on the mouse. */
  leave(): void {
    if (!this.#at) return
    this.#at = null
    this.#parts.labeling.setState({ keyPointer: false })
  }

  /** Another sample comes. */
  forget(): void {
    this.#at = null
  }

  /** It lies on the image, not on the window; null while the real pointer counts. */
  onScreen(camera: Camera): ScreenPoint | null {
    return this.#at && toScreen(camera, this.#at)
  }

  #put(at: ImagePoint): void {
    const { view } = this.#parts
    this.#at = at
    view.reveal({ x0: at.x, y0: at.y, x1: at.x + 1, y1: at.y + 1 })
    this.#parts.moved(toScreen(view.camera, at))
  }

  #stride(): KeyStride {
    const { tool, build, cellCount, splits, brushSize } = this.#parts.labeling.getState()
    if (tool === 'superpixel' && build.kind === 'ready' && cellCount !== null)
      return { kind: 'cells', hierarchy: build.hierarchy, count: cellCount, splits }
    const isBrush = tool === 'brush' || tool === 'eraser'
    const pixels = isBrush ? brushSize / 2 : 16 / this.#parts.view.camera.scale
    return { kind: 'pixels', pixels: Math.max(1, Math.round(pixels)) }
  }
}
