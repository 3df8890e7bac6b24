import type { Rect } from '../../../shared/label/label-map.ts'
import { isEmptyRect } from '../camera.ts'

/** Device pixels: sizes are multiples of this, so that most places of the pointer need no other canvas. */
const STEP = 128

/**
 * A canvas no larger than what is on it. Where it changes, the browser puts only that part of the window together
 * anew; for a canvas as large as the window it would be all of it.
 */
export class Spot {
  readonly canvas = document.createElement('canvas')
  readonly #context = this.canvas.getContext('2d')!
  #ratio = 1

  constructor(name: string) {
    this.canvas.dataset.layer = name
    this.canvas.width = STEP
    this.canvas.height = STEP
    Object.assign(this.canvas.style, { position: 'absolute', top: '0', left: '0', transformOrigin: '0 0' })
    this.hide()
  }

  /** Device pixels per CSS pixel. */
  resize(ratio: number): void {
    this.#ratio = ratio
    this.#layOut()
  }

  /** Shows `part` of `source`, a picture of the whole view, in its place. Both in device pixels. */
  show(source: OffscreenCanvas, part: Rect): void {
    if (isEmptyRect(part)) {
      this.hide()
      return
    }
    const [width, height] = [part.x1 - part.x0, part.y1 - part.y0]
    const { canvas } = this
    const [across, down] = [stepped(width), stepped(height)]
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across
      canvas.height = down
      this.#layOut()
    } else {
      this.#context.clearRect(0, 0, across, down)
    }
    this.#context.drawImage(source, part.x0, part.y0, width, height, 0, 0, width, height)
    canvas.style.transform = `translate(${part.x0 / this.#ratio}px, ${part.y0 / this.#ratio}px)`
    canvas.style.visibility = 'visible'
  }

  hide(): void {
    const { canvas } = this
    if (canvas.style.visibility === 'hidden') return
    this.#context.clearRect(0, 0, canvas.width, canvas.height)
    canvas.style.visibility = 'hidden'
  }

  #layOut(): void {
    const { canvas } = this
    canvas.style.width = `${canvas.width / this.#ratio}px`
    canvas.style.height = `${canvas.height / this.#ratio}px`
  }
}

function stepped(size: number): number {
  return Math.ceil(size / STEP) * STEP
}
