import type { Light } from './palette.ts'
import type { Shape } from './shape.ts'

/** Writes the light that a surface sends from a point, in pixels, into `out`. */
export type Surfacing = (x: number, y: number, out: Float32Array) => void

/** Where people find something to draw: all pixels of one part, as if nothing lay before it. */
export type Mark = {
  readonly part: number
  readonly object: number
  /** What the object belongs to when somebody does not look closely. */
  readonly group: number
  readonly pixels: Uint32Array
}
export type Names = { readonly part: number; readonly object: number; readonly group: number }

/** Samples per pixel and axis: pixels on borders are mixed. */
const SAMPLES = 3

/** A picture under construction, from far to near, in linear light. */
export class Painting {
  readonly width: number
  readonly height: number
  readonly light: Float32Array
  readonly marks: Mark[] = []

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.light = new Float32Array(3 * width * height)
  }

  /** `blur`: deviation of the defocus, in pixels. Without `names` it is a pattern that nobody draws. */
  paint(shape: Shape, surface: Surfacing, blur: number, names: Names | null): void {
    const patch = this.#patch(shape, blur)
    if (patch === null) return
    const { left, top, columns, rows } = patch
    const alpha = coverage(shape, left, top, columns, rows)
    const planes = [0, 1, 2].map(() => new Float32Array(columns * rows))
    const out = new Float32Array(3)
    for (let y = 0, i = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++, i++) {
        const share = alpha[i]!
        if (share === 0) continue
        surface(left + x + 0.5, top + y + 0.5, out)
        for (let c = 0; c < 3; c++) planes[c]![i] = share * out[c]!
      }
    }
    if (names !== null) this.#mark(shape, alpha, patch, names)
    for (const plane of [alpha, ...planes]) gaussian(plane, columns, rows, blur)
    for (let y = 0, i = 0; y < rows; y++) {
      let at = 3 * ((top + y) * this.width + left)
      for (let x = 0; x < columns; x++, i++) {
        const rest = 1 - alpha[i]!
        for (let c = 0; c < 3; c++, at++) this.light[at] = this.light[at]! * rest + planes[c]![i]!
      }
    }
  }

  /** Multiplies what is there by `factor`, with a border `softness` pixels soft: shadows (below 1) and light (above). */
  shine(shape: Shape, factor: Light, softness: number): void {
    const patch = this.#patch(shape, softness)
    if (patch === null) return
    const { left, top, columns, rows } = patch
    const alpha = coverage(shape, left, top, columns, rows)
    gaussian(alpha, columns, rows, softness)
    for (let y = 0, i = 0; y < rows; y++) {
      let at = 3 * ((top + y) * this.width + left)
      for (let x = 0; x < columns; x++, i++) {
        for (let c = 0; c < 3; c++, at++) this.light[at]! *= 1 + (factor[c]! - 1) * alpha[i]!
      }
    }
  }

  /** Mean light in a square around a point. */
  around(x: number, y: number, radius: number): Light {
    const sum = [0, 0, 0]
    let count = 0
    const step = Math.max(1, radius / 4)
    for (let dy = -radius; dy <= radius; dy += step) {
      for (let dx = -radius; dx <= radius; dx += step) {
        const px = Math.min(this.width - 1, Math.max(0, Math.round(x + dx)))
        const py = Math.min(this.height - 1, Math.max(0, Math.round(y + dy)))
        for (let c = 0; c < 3; c++) sum[c]! += this.light[3 * (py * this.width + px) + c]!
        count++
      }
    }
    return [sum[0]! / count, sum[1]! / count, sum[2]! / count]
  }

  #patch({ box }: Shape, blur: number) {
    const margin = Math.ceil(3 * blur) + 1
    const left = Math.max(0, Math.floor(box.left) - margin)
    const top = Math.max(0, Math.floor(box.top) - margin)
    const columns = Math.min(this.width, Math.ceil(box.right) + margin) - left
    const rows = Math.min(this.height, Math.ceil(box.bottom) + margin) - top
    return columns > 0 && rows > 0 ? { left, top, columns, rows } : null
  }

  #mark(
    shape: Shape,
    alpha: Float32Array,
    { left, top, columns, rows }: { left: number; top: number; columns: number; rows: number },
    names: Names,
  ): void {
    const drawn = shape.drawn
      ? coverage({ ...shape, contains: shape.drawn }, left, top, columns, rows)
      : alpha
    const pixels: number[] = []
    for (let y = 0, i = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++, i++) {
        if (drawn[i]! >= 0.5) pixels.push((top + y) * this.width + left + x)
      }
    }
    this.marks.push({ ...names, pixels: Uint32Array.from(pixels) })
  }
}

/** The share of each pixel that lies in `shape`. */
function coverage(
  { contains, box }: Shape,
  left: number,
  top: number,
  columns: number,
  rows: number,
): Float32Array {
  const alpha = new Float32Array(columns * rows)
  for (let y = 0, i = 0; y < rows; y++) {
    if (top + y + 1 < box.top || top + y > box.bottom) {
      i += columns
      continue
    }
    for (let x = 0; x < columns; x++, i++) {
      if (left + x + 1 < box.left || left + x > box.right) continue
      let hits = 0
      for (let s = 0; s < SAMPLES * SAMPLES; s++) {
        const sx = left + x + ((s % SAMPLES) + 0.5) / SAMPLES
        const sy = top + y + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES
        if (contains(sx, sy)) hits++
      }
      alpha[i] = hits / (SAMPLES * SAMPLES)
    }
  }
  return alpha
}

/** Blurs in place, pixels past the border repeating those on it. */
export function gaussian(plane: Float32Array, columns: number, rows: number, deviation: number): void {
  if (deviation < 0.15) return
  const reach = Math.ceil(2.8 * deviation)
  const kernel = Float32Array.from({ length: reach + 1 }, (_, i) => Math.exp((-i * i) / (2 * deviation ** 2)))
  let total = kernel[0]!
  for (let i = 1; i <= reach; i++) total += 2 * kernel[i]!
  const line = new Float32Array(Math.max(columns, rows))
  const along = (start: number, step: number, count: number) => {
    for (let i = 0; i < count; i++) line[i] = plane[start + i * step]!
    for (let i = 0; i < count; i++) {
      let sum = kernel[0]! * line[i]!
      for (let d = 1; d <= reach; d++) {
        sum += kernel[d]! * (line[Math.max(0, i - d)]! + line[Math.min(count - 1, i + d)]!)
      }
      plane[start + i * step] = sum / total
    }
  }
  for (let y = 0; y < rows; y++) along(y * columns, 1, columns)
  for (let x = 0; x < columns; x++) along(x, columns, rows)
}
