import type { Rect } from '../../../shared/label/label-map.ts'
import { type Shape, shapeBounds } from '../../../shared/label/shape.ts'
import type { Size } from '../camera.ts'
import type { FrameBudget } from './frame-budget.ts'
import { SCREEN_TILE, type ScreenTilePlace, ScreenTiles } from './screen-tiles.ts'
import type { Context2d, View } from './view.ts'

/** A shape as it is drawn. `color`: as CSS has it. */
export type DrawnShape = { readonly shape: Shape; readonly color: string }

const CAPACITY = 120
const HALO = 'rgb(0 0 0 / 70%)'
/** In CSS pixels. */
const LINE = 1.75
const AROUND = 1.25
const POINT = 4
/** Shapes smaller than this on the screen, in device pixels, are a dot: their lines would only cover it. */
const DOT = 3
/** Cells each way in which shapes are found again. */
const CELLS = 32
/** A shape in more cells than this is looked at for every tile. */
const WIDE = 64

/** Boxes, polygons, lines and points over the label, painted on demand for what is in view. */
export class ShapeLayer {
  #finder: ShapeFinder | null = null
  #ratio = 1
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

  /** `ratio`: device pixels per CSS pixel. */
  resize(ratio: number): void {
    if (this.#ratio === ratio) return
    this.#ratio = ratio
    this.#tiles.clear()
  }

  /** `image`: what they lie on. The same shapes in other colours keep their place until they are painted anew. */
  show(shapes: readonly DrawnShape[], image: Size | null): void {
    this.#finder = shapes.length > 0 && image ? new ShapeFinder(shapes, image) : null
    if (this.#finder) this.#tiles.markAll()
    else this.#tiles.clear()
  }

  /** Inside `part` of the canvas. True when there is more to do: draw again next frame. */
  draw(context: Context2d, view: View, part?: Rect): boolean {
    if (!this.#finder) return false
    this.#scale = view.camera.scale
    return this.#tiles.draw(context, view, part)
  }

  #paint(context: OffscreenCanvasRenderingContext2D, place: ScreenTilePlace, part: Rect): boolean {
    const { x0, y0, x1, y1 } = part
    context.clearRect(x0, y0, x1 - x0, y1 - y0)
    const [left, top] = [place.column * SCREEN_TILE, place.row * SCREEN_TILE]
    const reach = (Math.max(LINE, POINT) + AROUND + 1) * this.#ratio
    const scale = this.#scale
    const found = this.#finder?.within({
      x0: (left + x0 - reach) / scale,
      y0: (top + y0 - reach) / scale,
      x1: (left + x1 + reach) / scale,
      y1: (top + y1 + reach) / scale,
    })
    if (!found || found.length === 0) return false
    context.save()
    context.beginPath()
    context.rect(x0, y0, x1 - x0, y1 - y0)
    context.clip()
    drawShapes(context, found, { scale, left, top, ratio: this.#ratio })
    context.restore()
    return true
  }
}

type Place = {
  readonly scale: number
  readonly left: number
  readonly top: number
  readonly ratio: number
}

/** Every line twice, its colour on dark, so that it shows on any picture; as wide at any zoom. */
function drawShapes(context: Context2d, shapes: readonly DrawnShape[], place: Place): void {
  const { scale, left, top, ratio } = place
  context.lineJoin = 'round'
  context.lineCap = 'round'
  const lines = new Map<string, Path2D>()
  const all = new Path2D()
  const dots = new Map<string, { x: number; y: number }[]>()
  for (const { shape, color } of shapes) {
    const { x0, y0, x1, y1 } = shapeBounds(shape)
    const isDot = shape.type === 'point' || Math.max(x1 - x0, y1 - y0) * scale < DOT * ratio
    if (isDot) {
      const list = dots.get(color) ?? []
      dots.set(color, list)
      list.push({ x: ((x0 + x1) / 2) * scale - left, y: ((y0 + y1) / 2) * scale - top })
      continue
    }
    let path = lines.get(color)
    if (!path) {
      path = new Path2D()
      lines.set(color, path)
    }
    for (const into of [all, path]) trace(into, shape, place)
  }
  context.strokeStyle = HALO
  context.lineWidth = (LINE + 2 * AROUND) * ratio
  context.stroke(all)
  context.lineWidth = LINE * ratio
  for (const [color, path] of lines) {
    context.strokeStyle = color
    context.stroke(path)
  }
  for (const [color, list] of dots) {
    for (const [fill, radius] of [
      [HALO, POINT + AROUND],
      [color, POINT],
    ] as const) {
      context.fillStyle = fill
      context.beginPath()
      for (const { x, y } of list) {
        context.moveTo(x + radius * ratio, y)
        context.arc(x, y, radius * ratio, 0, 2 * Math.PI)
      }
      context.fill()
    }
  }
}

function trace(path: Path2D, shape: Shape, { scale, left, top }: Place): void {
  if (shape.type === 'bbox') {
    const { x0, y0, x1, y1 } = shapeBounds(shape)
    path.rect(x0 * scale - left, y0 * scale - top, (x1 - x0) * scale, (y1 - y0) * scale)
    return
  }
  shape.points.forEach(([x, y], i) => {
    if (i === 0) path.moveTo(x * scale - left, y * scale - top)
    else path.lineTo(x * scale - left, y * scale - top)
  })
  if (shape.type === 'polygon') path.closePath()
}

/** Which shapes may lie in a part of the image, in their own order. */
export class ShapeFinder {
  readonly #shapes: readonly DrawnShape[]
  readonly #bounds: readonly Rect[]
  readonly #cells = new Map<number, number[]>()
  readonly #wide: number[] = []
  readonly #side: number

  constructor(shapes: readonly DrawnShape[], image: Size) {
    this.#shapes = shapes
    this.#side = Math.max(1, Math.max(image.width, image.height) / CELLS)
    this.#bounds = shapes.map(({ shape }) => shapeBounds(shape))
    for (const [i, bounds] of this.#bounds.entries()) {
      const { first, last } = this.#cellsOf(bounds)
      if ((last.x - first.x + 1) * (last.y - first.y + 1) > WIDE) this.#wide.push(i)
      else {
        for (const key of keysOf(first, last)) {
          const list = this.#cells.get(key)
          if (list) list.push(i)
          else this.#cells.set(key, [i])
        }
      }
    }
  }

  within(part: Rect): DrawnShape[] {
    const found = new Set(this.#wide)
    const { first, last } = this.#cellsOf(part)
    for (const key of keysOf(first, last)) for (const i of this.#cells.get(key) ?? []) found.add(i)
    const isIn = ({ x0, y0, x1, y1 }: Rect) =>
      x0 <= part.x1 && x1 >= part.x0 && y0 <= part.y1 && y1 >= part.y0
    return [...found]
      .filter((i) => isIn(this.#bounds[i]!))
      .sort((a, b) => a - b)
      .map((i) => this.#shapes[i]!)
  }

  /** Places beside the image are in the cells at its edge. */
  #cellsOf({ x0, y0, x1, y1 }: Rect): { first: Cell; last: Cell } {
    const at = (value: number) => Math.min(CELLS, Math.max(-1, Math.floor(value / this.#side)))
    return { first: { x: at(x0), y: at(y0) }, last: { x: at(x1), y: at(y1) } }
  }
}

type Cell = { readonly x: number; readonly y: number }

function* keysOf(first: Cell, last: Cell): Generator<number> {
  for (let y = first.y; y <= last.y; y++) for (let x = first.x; x <= last.x; x++) yield y * 4 * CELLS + x
}
