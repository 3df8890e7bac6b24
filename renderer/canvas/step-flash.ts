import type { Rect } from '../../shared/label/label-map.ts'
import { screenRect } from './camera.ts'
import type { CanvasView } from './canvas-view.ts'

const FLASH_MS = 900
/** CSS pixels around what changed, so that the frame hides nothing of it. */
const MARGIN = 3

/** A frame around what a step of undo changed, once and for a moment. It stays with the picture: the camera takes it away. */
export class StepFlash {
  readonly #frame: HTMLDivElement
  readonly #view: CanvasView
  #fade: Animation | null = null

  /** `beside`: an element over the canvas, as large as it. */
  constructor(beside: HTMLElement, view: CanvasView) {
    this.#view = view
    this.#frame = document.createElement('div')
    this.#frame.hidden = true
    this.#frame.ariaHidden = 'true'
    this.#frame.dataset.flash = ''
    Object.assign(this.#frame.style, {
      position: 'absolute',
      boxSizing: 'border-box',
      border: '2px solid #ffffff',
      outline: '1px solid #101214',
      borderRadius: '2px',
      pointerEvents: 'none',
    })
    beside.after(this.#frame)
  }

  show(bounds: Rect): void {
    const { camera, size, ratio } = this.#view
    const { x0, y0, x1, y1 } = screenRect(camera, bounds, size)
    this.hide()
    if (x0 >= x1 || y0 >= y1) return
    Object.assign(this.#frame.style, {
      left: `${x0 / ratio - MARGIN}px`,
      top: `${y0 / ratio - MARGIN}px`,
      width: `${(x1 - x0) / ratio + 2 * MARGIN}px`,
      height: `${(y1 - y0) / ratio + 2 * MARGIN}px`,
    })
    this.#frame.hidden = false
    // Where less motion is wanted it does not fade: it is there, and then it is not.
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
    this.#fade = this.#frame.animate([{ opacity: 1 }, { opacity: isStill ? 1 : 0 }], {
      duration: FLASH_MS,
      easing: 'ease-in',
    })
    this.#fade.onfinish = () => this.hide()
  }

  hide(): void {
    this.#fade?.cancel()
    this.#fade = null
    this.#frame.hidden = true
  }

  destroy(): void {
    this.hide()
    this.#frame.remove()
  }
}
