import type { Rect } from '../../../shared/label/label-map.ts'
import type { ImagePoint } from '../camera.ts'
import type { Highlight } from '../canvas-view.ts'
import type { Context2d, View } from './view.ts'

/** Lines and handles of a shape under way, in image pixels; it lies above everything and is no part of a label. */
export type Sketch = {
  readonly lines: readonly SketchLine[]
  readonly handles: readonly SketchHandle[]
  /** What is said beside a point. */
  readonly note?: { readonly at: ImagePoint; readonly text: string }
  /** Pixels that the shape stands for now. */
  readonly mask?: Highlight | null
}

export type SketchLine = {
  readonly points: readonly ImagePoint[]
  /** Not set yet. */
  readonly dashed?: boolean
  readonly closed?: boolean
}

/** The four sides of a rectangle of pixels. */
export function boxLine({ x0, y0, x1, y1 }: Rect, dashed = false): SketchLine {
  const points = [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ]
  return { points, closed: true, dashed }
}

/** `ready`: a press there finishes the shape. */
export type SketchHandle = { readonly at: ImagePoint; readonly ready?: boolean }

/** Half of a handle's target in CSS pixels: 24 across is what a finger or a shaking hand meets. */
export const HANDLE_REACH = 12

const LIGHT = '#ffffff'
const DARK = 'rgb(0 0 0 / 80%)'
/** Radius and stroke in CSS pixels. */
const HANDLE = 4
const READY_HANDLE = 7
const LINE = 1.5

/** Every line twice, light on dark, so that it shows on any image; as wide at any zoom. `ratio`: device to CSS pixels. */
export function drawSketch(context: Context2d, view: View, sketch: Sketch, ratio: number): void {
  const { camera } = view
  const x = (at: ImagePoint) => at.x * camera.scale + camera.x
  const y = (at: ImagePoint) => at.y * camera.scale + camera.y
  const trace = ({ points, closed }: SketchLine) => {
    context.beginPath()
    points.forEach((at, i) => {
      if (i === 0) context.moveTo(x(at), y(at))
      else context.lineTo(x(at), y(at))
    })
    if (closed) context.closePath()
  }
  context.lineJoin = 'round'
  context.lineCap = 'round'
  for (const [color, width] of [
    [DARK, LINE + 2],
    [LIGHT, LINE],
  ] as const) {
    context.strokeStyle = color
    context.lineWidth = width * ratio
    for (const line of sketch.lines) {
      context.setLineDash(line.dashed && color === LIGHT ? [5 * ratio, 4 * ratio] : [])
      trace(line)
      context.stroke()
    }
  }
  context.setLineDash([])
  for (const { at, ready } of sketch.handles) {
    context.beginPath()
    context.arc(x(at), y(at), (ready ? READY_HANDLE : HANDLE) * ratio, 0, 2 * Math.PI)
    context.fillStyle = ready ? LIGHT : DARK
    context.fill()
    context.strokeStyle = ready ? DARK : LIGHT
    context.lineWidth = LINE * ratio
    context.stroke()
  }
  const { note } = sketch
  if (!note) return
  context.font = `${13 * ratio}px system-ui, sans-serif`
  context.textBaseline = 'middle'
  const [left, middle] = [x(note.at) + 14 * ratio, y(note.at) + 14 * ratio]
  const { width } = context.measureText(note.text)
  context.fillStyle = DARK
  context.fillRect(left - 5 * ratio, middle - 11 * ratio, width + 10 * ratio, 22 * ratio)
  context.fillStyle = LIGHT
  context.fillText(note.text, left, middle)
}
