import { forEachPixelOnSegment } from '../../shared/tools/segment.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'

/** Finds ways over the pixels of a raster, in steps to one of four neighbours. */
export class Walker {
  readonly #width: number
  readonly #height: number
  readonly #stamp: Int32Array
  readonly #from: Int32Array
  readonly #queue: Int32Array
  #search = 0

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.#width = width
    this.#height = height
    this.#stamp = new Int32Array(width * height)
    this.#from = new Int32Array(width * height)
    this.#queue = new Int32Array(width * height)
  }

  /** The shortest way from `start` over `allowed` to a pixel that `isGoal`, both included; null when there is none. */
  toNearest(start: number, allowed: Uint8Array, isGoal: (pixel: number) => boolean): number[] | null {
    const search = ++this.#search
    const [stamp, from, queue, width] = [this.#stamp, this.#from, this.#queue, this.#width]
    let [head, tail] = [0, 0]
    queue[tail++] = start
    stamp[start] = search
    from[start] = -1
    while (head < tail) {
      const p = queue[head++]!
      if (isGoal(p)) {
        const way: number[] = []
        for (let at = p; at >= 0; at = from[at]!) way.push(at)
        return way.reverse()
      }
      const x = p % width
      for (const next of [
        x > 0 ? p - 1 : -1,
        x < width - 1 ? p + 1 : -1,
        p - width,
        p + width < stamp.length ? p + width : -1,
      ]) {
        if (next < 0 || stamp[next] === search || !allowed[next]) continue
        stamp[next] = search
        from[next] = p
        queue[tail++] = next
      }
    }
    return null
  }

  /** The corners of a way, as few as straight lines over `allowed` need; without the first. */
  corners(way: readonly number[], allowed: Uint8Array): ImagePoint[] {
    const out: ImagePoint[] = []
    for (let i = 0; i < way.length - 1; ) {
      let next = i + 1
      for (let step = 1; i + step < way.length; step *= 2) {
        const far = Math.min(way.length - 1, i + 2 * step)
        if (!this.isInside(allowed, this.centre(way[i]!), this.centre(way[far]!))) break
        next = far
      }
      out.push(this.centre(way[next]!))
      i = next
    }
    return out
  }

  centre(pixel: number): ImagePoint {
    return { x: (pixel % this.#width) + 0.5, y: Math.floor(pixel / this.#width) + 0.5 }
  }

  pixelAt({ x, y }: ImagePoint): number {
    return Math.floor(y) * this.#width + Math.floor(x)
  }

  /** Whether the straight way between two points stays among `allowed`. */
  isInside(allowed: Uint8Array, a: ImagePoint, b: ImagePoint): boolean {
    let stays = true
    forEachPixelOnSegment(a, b, this.#width, this.#height, (pixel) => {
      stays &&= allowed[pixel] === 1
    })
    return stays
  }
}
