import { MAX_OBJECT_ID } from '../label/label-map.ts'
import { VarintReader, VarintWriter } from '../label/varint.ts'

/**
 * A label map as stretches of one id, row-major, over all pixels: stretch `i` ends before pixel `ends[i]`. Two neighbours
 * never have the same id. What works on this costs by stretches, not by pixels.
 */
export type MapRuns = { readonly ends: Uint32Array; readonly ids: Uint32Array }

/** Collects stretches, joining neighbours of one id. */
export class MapRunsBuilder {
  #ends = new Uint32Array(64)
  #ids = new Uint32Array(64)
  #count = 0
  #end = 0

  add(id: number, length: number): void {
    if (length === 0) return
    this.#end += length
    if (this.#count > 0 && this.#ids[this.#count - 1] === id) {
      this.#ends[this.#count - 1] = this.#end
      return
    }
    if (this.#count === this.#ends.length) {
      this.#ends = grown(this.#ends)
      this.#ids = grown(this.#ids)
    }
    this.#ends[this.#count] = this.#end
    this.#ids[this.#count++] = id
  }

  finish(): MapRuns {
    return { ends: this.#ends.slice(0, this.#count), ids: this.#ids.slice(0, this.#count) }
  }
}

function grown(before: Uint32Array): Uint32Array<ArrayBuffer> {
  const after = new Uint32Array(before.length * 2)
  after.set(before)
  return after
}

/** Nothing labeled. */
export function emptyRuns(pixelCount: number): MapRuns {
  const builder = new MapRunsBuilder()
  builder.add(0, pixelCount)
  return builder.finish()
}

export function runsOfIds(ids: ArrayLike<number>): MapRuns {
  const builder = new MapRunsBuilder()
  for (let start = 0; start < ids.length; ) {
    let end = start + 1
    while (end < ids.length && ids[end] === ids[start]) end++
    builder.add(ids[start]!, end - start)
    start = end
  }
  return builder.finish()
}

/** Reads what `encodeIds` wrote. Throws RangeError when it is not a map of `pixelCount` pixels. */
export function decodeRuns(bytes: Uint8Array, pixelCount: number): MapRuns {
  const reader = new VarintReader(bytes)
  const builder = new MapRunsBuilder()
  for (let left = pixelCount; left > 0; ) {
    const id = reader.read()
    const length = reader.read()
    if (id > MAX_OBJECT_ID) throw new RangeError(`object id ${id} does not fit 24 bits`)
    if (length === 0 || length > left) throw new RangeError('run is empty or past the last pixel')
    builder.add(id, length)
    left -= length
  }
  reader.expectEnd()
  return builder.finish()
}

/** As `encodeIds` writes the same pixels. */
export function encodeRuns({ ends, ids }: MapRuns): Uint8Array<ArrayBuffer> {
  const writer = new VarintWriter()
  for (let i = 0, start = 0; i < ends.length; start = ends[i]!, i++) {
    writer.write(ids[i]!)
    writer.write(ends[i]! - start)
  }
  return writer.finish()
}

/** Pixels of each object; unlabeled ones are not counted. */
export function countRuns({ ends, ids }: MapRuns): Map<number, number> {
  const pixels = new Map<number, number>()
  for (let i = 0, start = 0; i < ends.length; start = ends[i]!, i++) {
    const id = ids[i]!
    if (id !== 0) pixels.set(id, (pixels.get(id) ?? 0) + ends[i]! - start)
  }
  return pixels
}

/** Calls `visit` for each longest stretch over which none of three maps of the same size changes its id. */
export function walkThree(
  a: MapRuns,
  b: MapRuns,
  c: MapRuns,
  visit: (length: number, a: number, b: number, c: number) => void,
): void {
  for (let i = 0, j = 0, k = 0, start = 0; i < a.ends.length && j < b.ends.length && k < c.ends.length; ) {
    const end = Math.min(a.ends[i]!, b.ends[j]!, c.ends[k]!)
    visit(end - start, a.ids[i]!, b.ids[j]!, c.ids[k]!)
    if (a.ends[i] === end) i++
    if (b.ends[j] === end) j++
    if (c.ends[k] === end) k++
    start = end
  }
}
