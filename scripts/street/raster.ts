import { hash } from './noise.ts'

export type Colour = readonly [red: number, green: number, blue: number]
export type Point = readonly [x: number, y: number]
/** Colour at a point, in pixels of the finished picture; values 0 … 255, clamped at the end. */
export type Shade = (x: number, y: number) => Colour

export const mix = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
]
export const times = (a: Colour, factor: number): Colour => [a[0] * factor, a[1] * factor, a[2] * factor]

/** Samples per pixel and axis: edges are mixed as in a photograph. */
const SAMPLES = 2

/** A picture under construction, back to front, with the object that each pixel shows. */
export class Raster {
  readonly width: number
  readonly height: number
  readonly #columns: number
  readonly #rows: number
  readonly #pixels: Float32Array
  readonly #owners: Uint16Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.#columns = width * SAMPLES
    this.#rows = height * SAMPLES
    this.#pixels = new Float32Array(this.#columns * this.#rows * 3)
    this.#owners = new Uint16Array(this.#columns * this.#rows)
  }

  /** Fills a polygon (even-odd). `owner` 0 keeps whoever is there: shadows and reflections belong to the ground. */
  polygon(points: readonly Point[], shade: Shade, owner: number, opacity = 1): void {
    const ys = points.map(([, y]) => y * SAMPLES)
    const from = Math.max(0, Math.ceil(Math.min(...ys) - 0.5))
    const to = Math.min(this.#rows - 1, Math.floor(Math.max(...ys) - 0.5))
    for (let row = from; row <= to; row++) {
      const crossings: number[] = []
      for (let i = 0; i < points.length; i++) {
        const [x0, y0] = points[i]!
        const [x1, y1] = points[(i + 1) % points.length]!
        const [a, b, at] = [y0 * SAMPLES, y1 * SAMPLES, row + 0.5]
        if (a <= at !== b <= at) crossings.push((x0 + ((at - a) / (b - a)) * (x1 - x0)) * SAMPLES)
      }
      crossings.sort((a, b) => a - b)
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const first = Math.max(0, Math.ceil(crossings[i]! - 0.5))
        const last = Math.min(this.#columns - 1, Math.ceil(crossings[i + 1]! - 0.5) - 1)
        for (let column = first; column <= last; column++) this.#write(column, row, shade, owner, opacity)
      }
    }
  }

  ellipse(centre: Point, rx: number, ry: number, shade: Shade, owner: number, opacity = 1): void {
    const corners = Math.max(12, Math.min(64, Math.round(rx + ry)))
    const points = Array.from({ length: corners }, (_, i): Point => {
      const angle = (i / corners) * 2 * Math.PI
      return [centre[0] + rx * Math.cos(angle), centre[1] + ry * Math.sin(angle)]
    })
    this.polygon(points, shade, owner, opacity)
  }

  /** Darkens towards the middle of an ellipse, without an edge. */
  softShadow(centre: Point, rx: number, ry: number, strength: number): void {
    const black: Shade = () => [18, 20, 28]
    for (let ring = 20; ring >= 1; ring--) {
      this.ellipse(centre, (rx * ring) / 20, (ry * ring) / 20, black, 0, strength / 14)
    }
  }

  /** A straight limb or pole with round ends. */
  capsule(from: Point, to: Point, radius: number, shade: Shade, owner: number): void {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1
    const nx = (-(to[1] - from[1]) / length) * radius
    const ny = ((to[0] - from[0]) / length) * radius
    const side: Point[] = [
      [from[0] + nx, from[1] + ny],
      [to[0] + nx, to[1] + ny],
      [to[0] - nx, to[1] - ny],
      [from[0] - nx, from[1] - ny],
    ]
    this.polygon(side, shade, owner)
    this.ellipse(from, radius, radius, shade, owner)
    this.ellipse(to, radius, radius, shade, owner)
  }

  #write(column: number, row: number, shade: Shade, owner: number, opacity: number): void {
    const i = row * this.#columns + column
    const colour = shade((column + 0.5) / SAMPLES, (row + 0.5) / SAMPLES)
    for (let c = 0; c < 3; c++) {
      const before = this.#pixels[3 * i + c]!
      this.#pixels[3 * i + c] = before + (colour[c]! - before) * opacity
    }
    if (owner > 0) this.#owners[i] = owner
  }

  /** The owner of each pixel: the one of its first sample. Row-major. */
  owners(): Uint32Array {
    const ids = new Uint32Array(this.width * this.height)
    for (let y = 0, i = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++, i++) {
        ids[i] = this.#owners[y * SAMPLES * this.#columns + x * SAMPLES]!
      }
    }
    return ids
  }

  /** As a camera would give it: a slight blur, darker corners, noise of the sensor. RGB, 8 bits a channel. */
  photograph(seed: number, noise: number): Uint8Array {
    const { width, height } = this
    const small = new Float32Array(width * height * 3)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) {
          let sum = 0
          for (let s = 0; s < SAMPLES * SAMPLES; s++) {
            const row = y * SAMPLES + Math.floor(s / SAMPLES)
            sum += this.#pixels[3 * (row * this.#columns + x * SAMPLES + (s % SAMPLES)) + c]!
          }
          small[3 * (y * width + x) + c] = sum / (SAMPLES * SAMPLES)
        }
      }
    }
    const out = new Uint8Array(width * height * 3)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const r2 = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
        const corner = 1 - 0.16 * r2
        const grain = (gauss(x, y, seed) + 0.6 * gauss(x >> 1, y >> 1, seed + 9)) * noise
        for (let c = 0; c < 3; c++) {
          let blurred = 0
          for (let dy = -1; dy <= 1; dy++) {
            for (let dx = -1; dx <= 1; dx++) {
              const px = Math.min(width - 1, Math.max(0, x + dx))
              const py = Math.min(height - 1, Math.max(0, y + dy))
              const weight = dx === 0 && dy === 0 ? 0.48 : dx === 0 || dy === 0 ? 0.09 : 0.04
              blurred += weight * small[3 * (py * width + px) + c]!
            }
          }
          const value = blurred * corner + grain + gauss(x, y, seed + 31 * (c + 1)) * noise * 0.4
          out[3 * (y * width + x) + c] = Math.min(255, Math.max(0, Math.round(value)))
        }
      }
    }
    return out
  }
}

/** Roughly normal, mean 0, deviation 1. */
function gauss(x: number, y: number, seed: number): number {
  return (hash(x, y, seed) + hash(x, y, seed + 1) + hash(x, y, seed + 2) + hash(x, y, seed + 3) - 2) * 1.73
}
