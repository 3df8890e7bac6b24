import type { LabelMap, Rect } from '../../../shared/label/label-map.ts'
import {
  CONTOUR,
  type ContourLooks,
  type ContourWidths,
  contourColors,
  contourReach,
  sampleIds,
} from './contour-tiles.ts'
import type { FrameBudget } from './frame-budget.ts'
import { SCREEN_TILE, type ScreenTilePlace, ScreenTiles } from './screen-tiles.ts'
import type { Context2d, View } from './view.ts'

const CAPACITY = 120

/** Outlines of objects, painted on demand for what is in view. */
export class ContourLayer {
  #map: LabelMap | null = null
  #looks: ContourLooks | null = null
  #widths: ContourWidths = CONTOUR
  #scale = 1
  readonly #tiles: ScreenTiles<null>

  constructor(budget: FrameBudget) {
    this.#tiles = new ScreenTiles<null>({
      budget,
      capacity: CAPACITY,
      bridges: true,
      begin: () => null,
      paint: (context, place, part) => this.#paint(context, place, part),
    })
  }

  open(map: LabelMap | null): void {
    this.#map = map
    this.#tiles.clear()
  }

  /** `ratio`: device pixels per CSS pixel. */
  resize(ratio: number): void {
    if (this.#widths.line === CONTOUR.line * ratio) return
    this.#widths = { line: CONTOUR.line * ratio, halo: CONTOUR.halo * ratio }
    this.#tiles.clear()
  }

  /** Null: no object has an outline. `changed`: where looks are others now; left out: everywhere. */
  show(looks: ContourLooks | null, changed?: readonly Rect[]): void {
    this.#looks = looks
    if (!changed) this.#tiles.markAll()
    for (const rect of changed ?? []) this.update(rect)
  }

  /** The map has changed inside `dirty`. */
  update(dirty: Rect): void {
    this.#tiles.mark(dirty, contourReach(this.#widths))
  }

  /** How far from a change its outlines change, in device pixels. */
  get reach(): number {
    return this.#looks ? contourReach(this.#widths) : 0
  }

  /** Inside `part` of the canvas. True when there is more to do: draw again next frame. */
  draw(context: Context2d, view: View, part?: Rect): boolean {
    if (!this.#map || !this.#looks) return false
    this.#scale = view.camera.scale
    return this.#tiles.draw(context, view, part)
  }

  #paint(context: OffscreenCanvasRenderingContext2D, place: ScreenTilePlace, part: Rect): boolean {
    const { x0, y0, x1, y1 } = part
    context.clearRect(x0, y0, x1 - x0, y1 - y0)
    if (!this.#map || !this.#looks) return false
    const [left, top] = [place.column * SCREEN_TILE, place.row * SCREEN_TILE]
    const shown = { x0: left + x0, y0: top + y0, x1: left + x1, y1: top + y1 }
    const sampled = sampleIds(this.#map, this.#scale, shown, contourReach(this.#widths))
    const colors = contourColors(sampled, this.#looks, this.#widths)
    if (!colors) return false
    const bytes = new Uint8ClampedArray(colors.buffer)
    context.putImageData(new ImageData(bytes, x1 - x0, y1 - y0), x0, y0)
    return true
  }
}
