import { Layer } from 'konva/lib/Layer.js'
import { Shape } from 'konva/lib/Shape.js'
import { Stage } from 'konva/lib/Stage.js'
import { Circle } from 'konva/lib/shapes/Circle.js'
import type { Size } from './camera.ts'
import type { Context2d } from './layers/view.ts'

/** From the lowest to the highest: picture, objects, borders of cells, what goes with the pointer. */
export const layerNames = ['image', 'label', 'outline', 'cursor'] as const
export type LayerName = (typeof layerNames)[number]

/** The canvases of the stage, each as large as the window, and when they are drawn: what is stale, once a frame. */
export class LayerStack {
  readonly #stage: Stage
  readonly #layers: Record<LayerName, Layer>
  readonly #rings: readonly [Circle, Circle]
  readonly #stale = new Set<LayerName>()
  /** Asked for, and with something on them: one more canvas costs every frame, even an empty one. */
  readonly #wanted = new Set<LayerName>(layerNames)
  readonly #filled = new Set<LayerName>()
  #frame = 0

  readonly #begin: () => void

  /**
   * `draw` paints a layer in device pixels, onto an empty canvas, and answers whether there is anything on it. `begin` is
   * called before the layers of a frame are drawn.
   */
  constructor(
    container: HTMLDivElement,
    draw: Record<LayerName, (context: Context2d) => boolean>,
    begin: () => void,
  ) {
    this.#begin = begin
    this.#stage = new Stage({ container, width: 1, height: 1, listening: false })
    const layerOf = (name: LayerName) => {
      const layer = new Layer({ listening: false })
      layer.add(
        new Shape({
          listening: false,
          perfectDrawEnabled: false,
          sceneFunc: (context) => {
            // Rasters are placed in device pixels by our own camera.
            context.save()
            context.setTransform(1, 0, 0, 1, 0, 0)
            if (draw[name](context._context)) this.#filled.add(name)
            else this.#filled.delete(name)
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

  /** `size` in device pixels, `ratio` of them to a CSS pixel. */
  resize(size: Size, ratio: number): void {
    this.#stage.size({ width: size.width / ratio, height: size.height / ratio })
    for (const name of layerNames) this.#layers[name].getCanvas().setPixelRatio(ratio)
  }

  context(name: LayerName): CanvasRenderingContext2D {
    return this.#layers[name].getNativeCanvasElement().getContext('2d')!
  }

  /** Draws them with the next frame. */
  invalidate(...names: readonly LayerName[]): void {
    for (const name of names) this.#stale.add(name)
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      const stale = [...this.#stale]
      this.#stale.clear()
      this.#begin()
      for (const name of stale) {
        this.#layers[name].draw()
        this.#show(name)
      }
    })
  }

  setVisible(name: LayerName, visible: boolean): void {
    if (visible) this.#wanted.add(name)
    else this.#wanted.delete(name)
    this.#show(name)
  }

  /** A circle, dashed or not, in CSS pixels; null hides it. */
  showRing(
    ring: { readonly x: number; readonly y: number; readonly radius: number } | null,
    dashed: boolean,
  ): void {
    for (const circle of this.#rings) {
      circle.visible(ring !== null)
      if (!ring) continue
      circle.position({ x: ring.x, y: ring.y })
      circle.dash(dashed ? [5, 4] : [])
      circle.radius(ring.radius)
    }
    this.invalidate('cursor')
  }

  #show(name: LayerName): void {
    const isFilled = this.#filled.has(name) || (name === 'cursor' && this.#rings[0].visible())
    const visibility = this.#wanted.has(name) && isFilled ? 'visible' : 'hidden'
    const { style } = this.#layers[name].getNativeCanvasElement()
    if (style.visibility !== visibility) style.visibility = visibility
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame)
    this.#stage.destroy()
  }
}
