import type { Rect } from './label-map.ts'

/**
 * A set of pixels as [start, length] pairs of pixel indices: sorted, disjoint, never empty, each within one row, and
 * as long as they can be (two runs of one row never touch). Functions here take and give this form unless they say
 * otherwise. `width` is that of the image.
 */
export type Runs = Uint32Array

/** Any pairs (unsorted, overlapping, crossing row ends) as `Runs`. Empty pairs are dropped. */
export function normalizeRuns(pairs: Uint32Array, width: number): Runs {
  const builder = new RunsBuilder(width)
  for (const i of orderOfStarts(pairs)) builder.add(pairs[2 * i]!, pairs[2 * i + 1]!)
  return builder.finish()
}

export function unionRuns(a: Runs, b: Runs, width: number): Runs {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const builder = new RunsBuilder(width)
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (j >= b.length || (i < a.length && a[i]! <= b[j]!)) {
      builder.add(a[i]!, a[i + 1]!)
      i += 2
    } else {
      builder.add(b[j]!, b[j + 1]!)
      j += 2
    }
  }
  return builder.finish()
}

/** Pixels of `a` that are not in `b`. */
export function differenceRuns(a: Runs, b: Runs): Runs {
  const out: number[] = []
  for (let i = 0, j = 0; i < a.length; i += 2) {
    let start = a[i]!
    const end = start + a[i + 1]!
    while (j < b.length && b[j]! + b[j + 1]! <= start) j += 2
    // A run of b may reach into the next run of a, so j stays on the last one that is not yet passed.
    for (let k = j; k < b.length && b[k]! < end; k += 2) {
      if (b[k]! > start) out.push(start, b[k]! - start)
      start = Math.max(start, b[k]! + b[k + 1]!)
    }
    if (start < end) out.push(start, end - start)
  }
  return Uint32Array.from(out)
}

/** Pixels of `runs` inside `rect`, which may reach past the image. */
export function clipRuns(runs: Runs, rect: Rect, width: number): Runs {
  const out: number[] = []
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / width)
    if (y < rect.y0) continue
    if (y >= rect.y1) break
    const row = y * width
    const start = Math.max(runs[i]!, row + rect.x0)
    const end = Math.min(runs[i]! + runs[i + 1]!, row + rect.x1)
    if (start < end) out.push(start, end - start)
  }
  return Uint32Array.from(out)
}

/** The smallest rectangle around `runs`, which may be in any order; null when there are none. */
export function boundsOfRuns(runs: Uint32Array, width: number): Rect | null {
  if (runs.length === 0) return null
  let x0 = width
  let y0 = Number.POSITIVE_INFINITY
  let x1 = 0
  let y1 = 0
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / width)
    const x = runs[i]! - y * width
    x0 = Math.min(x0, x)
    x1 = Math.max(x1, x + runs[i + 1]!)
    y0 = Math.min(y0, y)
    y1 = Math.max(y1, y + 1)
  }
  return { x0, y0, x1, y1 }
}

export function pixelCountOfRuns(runs: Uint32Array): number {
  let count = 0
  for (let i = 1; i < runs.length; i += 2) count += runs[i]!
  return count
}

/** Collects pairs in order of their starts into `Runs`: joins what overlaps or touches, splits at row ends. */
export class RunsBuilder {
  readonly #width: number
  #pairs = new Uint32Array(64)
  #length = 0
  #end = 0
  #rowEnd = 0

  constructor(width: number) {
    this.#width = width
  }

  /** `start` must not be below that of an earlier call. */
  add(start: number, length: number): void {
    let from = Math.max(start, this.#end)
    const end = start + length
    while (from < end) {
      if (this.#length > 0 && from === this.#end && from < this.#rowEnd) {
        const to = Math.min(end, this.#rowEnd)
        this.#pairs[this.#length - 1]! += to - from
        from = to
      } else {
        this.#rowEnd = (Math.floor(from / this.#width) + 1) * this.#width
        const to = Math.min(end, this.#rowEnd)
        this.#push(from, to - from)
        from = to
      }
      this.#end = from
    }
  }

  finish(): Runs {
    return this.#pairs.slice(0, this.#length)
  }

  #push(start: number, length: number): void {
    if (this.#length === this.#pairs.length) {
      const larger = new Uint32Array(this.#pairs.length * 2)
      larger.set(this.#pairs)
      this.#pairs = larger
    }
    this.#pairs[this.#length++] = start
    this.#pairs[this.#length++] = length
  }
}

/** Indices of the pairs, ordered by start. */
function orderOfStarts(pairs: Uint32Array): Uint32Array {
  const order = new Uint32Array(pairs.length / 2)
  let sorted = true
  for (let i = 0; i < order.length; i++) {
    order[i] = i
    if (i > 0 && pairs[2 * i]! < pairs[2 * i - 2]!) sorted = false
  }
  return sorted ? order : order.sort((a, b) => pairs[2 * a]! - pairs[2 * b]!)
}
