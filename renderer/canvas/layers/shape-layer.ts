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
/** Device pixels between two corners that are drawn. */
const NEAR = 1.5
/** Of a tile's surroundings, so that what lies beside it casts its dark edge into it. */
const MARGIN = 8
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
  readonly #lines = scratch()
  readonly #halo = scratch()

  constructor(budget: FrameBudget) {
    this.#halo.fillStyle = HALO
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
    const lines = this.#lines
    const [width, height] = [x1 - x0 + 2 * MARGIN, y1 - y0 + 2 * MARGIN]
    lines.setTransform(1, 0, 0, 1, 0, 0)
    lines.clearRect(0, 0, width, height)
    drawShapes(lines, found, {
      scale,
      left: left + x0 - MARGIN,
      top: top + y0 - MARGIN,
      ratio: this.#ratio,
    })
    const halo = this.#halo
    halo.globalCompositeOperation = 'copy'
    halo.drawImage(lines.canvas, 0, 0)
    halo.globalCompositeOperation = 'source-in'
    halo.fillRect(0, 0, width, height)
    context.save()
    context.beginPath()
    context.rect(x0, y0, x1 - x0, y1 - y0)
    context.clip()
    // The same lines a little to every side, dark: one wide line around each costs many times as much.
    const around = AROUND * this.#ratio
    for (const [dx, dy] of sides) {
      context.drawImage(
        halo.canvas,
        x0 - MARGIN + Math.round(dx * around),
        y0 - MARGIN + Math.round(dy * around),
      )
    }
    context.drawImage(lines.canvas, x0 - MARGIN, y0 - MARGIN)
    context.restore()
    return true
  }
}

const sides = [-1, 0, 1].flatMap((dx) =>
  [-1, 0, 1].flatMap((dy) => (dx === 0 && dy === 0 ? [] : [[dx, dy] as const])),
)

const scratch = () =>
  new OffscreenCanvas(SCREEN_TILE + 2 * MARGIN, SCREEN_TILE + 2 * MARGIN).getContext('2d')!

type Place = {
  readonly scale: number
  readonly left: number
  readonly top: number
  readonly ratio: number
}

/** In their colours, as wide at any zoom. */
function drawShapes(context: Context2d, shapes: readonly DrawnShape[], place: Place): void {
  const { scale, left, top, ratio } = place
  context.lineJoin = 'bevel'
  context.lineWidth = LINE * ratio
  const paths = new Map<string, { readonly lines: Path2D; readonly areas: Path2D }>()
  for (const { shape, color } of shapes) {
    let path = paths.get(color)
    if (!path) {
      path = { lines: new Path2D(), areas: new Path2D() }
      paths.set(color, path)
    }
    const bounds = shapeBounds(shape)
    const [x0, y0] = [bounds.x0 * scale - left, bounds.y0 * scale - top]
    const [width, height] = [(bounds.x1 - bounds.x0) * scale, (bounds.y1 - bounds.y0) * scale]
    if (shape.type === 'point') {
      path.areas.moveTo(x0 + POINT * ratio, y0)
      path.areas.arc(x0, y0, POINT * ratio, 0, 2 * Math.PI)
    } else if (Math.max(width, height) < DOT * ratio) {
      const side = DOT * ratio
      path.areas.rect(x0 + (width - side) / 2, y0 + (height - side) / 2, side, side)
    } else if (shape.type === 'bbox') addSides(path.areas, x0, y0, width, height, LINE * ratio)
    else trace(path.lines, shape, place)
  }
  for (const [color, { lines, areas }] of paths) {
    context.strokeStyle = color
    context.fillStyle = color
    context.stroke(lines)
    context.fill(areas)
  }
}

/** The four sides of a box as areas: filling them is much faster than drawing lines. */
function addSides(path: Path2D, x0: number, y0: number, width: number, height: number, line: number): void {
  const half = line / 2
  path.rect(x0 - half, y0 - half, width + line, line)
  path.rect(x0 - half, y0 + height - half, width + line, line)
  path.rect(x0 - half, y0 + half, line, height - line)
  path.rect(x0 + width - half, y0 + half, line, height - line)
}

/** Corners that fall on the same device pixel as the one before add nothing that can be seen. */
function trace(path: Path2D, { type, points }: Shape, { scale, left, top }: Place): void {
  let [lastX, lastY] = [Number.NaN, Number.NaN]
  for (const [i, [px, py]] of points.entries()) {
    const [x, y] = [px * scale - left, py * scale - top]
    if (i === 0) path.moveTo(x, y)
    else if (i < points.length - 1 && Math.abs(x - lastX) < NEAR && Math.abs(y - lastY) < NEAR) continue
    else path.lineTo(x, y)
    ;[lastX, lastY] = [x, y]
  }
  if (type === 'polygon') path.closePath()
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
