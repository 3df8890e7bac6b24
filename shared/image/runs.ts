/**
 * A set of pixels as [start, length] pairs of pixel indices: sorted, disjoint, never empty, each within one row, and
 * as long as they can be (two runs of one row never touch). Functions here take and give this form unless they say
 * otherwise. `width` is that of the image.
 */
export type Runs = Uint32Array

/** Any pairs (unsorted, overlapping, crossing row ends) as `Runs`. Empty pairs are dropped. */
export function normalizeRuns(pairs: Uint32Array, width: number): Runs {
  const builder = new RunsBuilder(width)
  const order = orderOfStarts(pairs)
  for (let k = 0; k < order.length; k++) {
    const i = 2 * order[k]!
    builder.add(pairs[i]!, pairs[i + 1]!)
  }
  return builder.finish()
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
function orderOfStarts(pairs: Uint32Array): ArrayLike<number> {
  const count = pairs.length / 2
  // Start and index in one number: a plain numeric sort is many times faster than one with a comparison function.
  const keys = new Float64Array(count)
  let isSorted = true
  for (let i = 0; i < count; i++) {
    keys[i] = pairs[2 * i]! * count + i
    if (i > 0 && pairs[2 * i]! < pairs[2 * i - 2]!) isSorted = false
  }
  if (!isSorted) keys.sort()
  for (let i = 0; i < count; i++) keys[i] = keys[i]! % count
  return keys
}
