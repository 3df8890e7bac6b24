import { MAX_OBJECT_ID, UNLABELED } from './label-map.ts'
import type { MaskPatch } from './patch.ts'
import { VarintReader, VarintWriter } from './varint.ts'

/**
 * How ids and patches travel between face and host and lie in the journal. All numbers are varints (`varint.ts`).
 *
 * - Ids: (id, length) pairs over the whole map, row-major; a run may cross row ends.
 * - Patch: the number of runs, then per run its distance from the end of the run before and its length, then the
 *   `after` ids as (id, length) pairs over all runs together.
 */

/** `ids` is row-major and whole; an empty map gives no bytes. */
export function encodeIds(ids: Uint32Array): Uint8Array<ArrayBuffer> {
  const writer = new VarintWriter()
  writeIds(writer, ids)
  return writer.finish()
}

/**
 * Ids of `pixelCount` pixels. Throws RangeError when the bytes are cut, go past `pixelCount`, end before it, hold an
 * empty run or an id above `MAX_OBJECT_ID`; the caller names the request or file they came from.
 */
export function decodeIds(bytes: Uint8Array, pixelCount: number): Uint32Array<ArrayBuffer> {
  const reader = new VarintReader(bytes)
  const ids = readIds(reader, pixelCount)
  reader.expectEnd()
  return ids
}

/** `before` is left out: whoever replays a patch holds the map it was made on. */
export function encodePatch(patch: MaskPatch): Uint8Array<ArrayBuffer> {
  const writer = new VarintWriter()
  writer.write(patch.runs.length / 2)
  let end = 0
  for (let i = 0; i < patch.runs.length; i += 2) {
    const start = patch.runs[i]!
    writer.write(start - end)
    writer.write(patch.runs[i + 1]!)
    end = start + patch.runs[i + 1]!
  }
  writeIds(writer, patch.after)
  return writer.finish()
}

/** Runs lie within `pixelCount`, sorted and disjoint; `after` is as long as they are together. Throws as `decodeIds`. */
export function decodePatch(
  bytes: Uint8Array,
  pixelCount: number,
): { runs: Uint32Array<ArrayBuffer>; after: Uint32Array<ArrayBuffer> } {
  const reader = new VarintReader(bytes)
  const runCount = reader.read()
  // A run takes two bytes at least: a count that the bytes cannot hold must not make us allocate for it.
  if (runCount * 2 > bytes.length) throw new RangeError('more runs than bytes')
  const runs = new Uint32Array(runCount * 2)
  let end = 0
  let total = 0
  for (let i = 0; i < runs.length; i += 2) {
    const start = end + reader.read()
    const length = reader.read()
    if (length === 0) throw new RangeError('empty run')
    end = start + length
    if (end > pixelCount) throw new RangeError('run past the last pixel')
    runs[i] = start
    runs[i + 1] = length
    total += length
  }
  const after = readIds(reader, total)
  reader.expectEnd()
  return { runs, after }
}

/**
 * The bytes of a map with some ids replaced, by the run and without the map itself. `bytes` as `encodeIds` writes them;
 * throws RangeError when they are cut.
 */
export function replaceIds(
  bytes: Uint8Array,
  replaced: ReadonlyMap<number, number>,
): Uint8Array<ArrayBuffer> {
  const reader = new VarintReader(bytes)
  const writer = new VarintWriter()
  let last = 0
  let length = 0
  while (!reader.isAtEnd) {
    const read = reader.read()
    const id = replaced.get(read) ?? read
    const more = reader.read()
    // Runs that have become one object are one run, as if the map had been encoded anew.
    if (length > 0 && id !== last) {
      writer.write(last)
      writer.write(length)
      length = 0
    }
    last = id
    length += more
  }
  if (length > 0) {
    writer.write(last)
    writer.write(length)
  }
  return writer.finish()
}

function writeIds(writer: VarintWriter, ids: Uint32Array): void {
  for (let start = 0; start < ids.length; ) {
    const id = ids[start]!
    let end = start + 1
    while (end < ids.length && ids[end] === id) end++
    writer.write(id)
    writer.write(end - start)
    start = end
  }
}

/** A loop writes so many ids faster than `fill` is called. */
const FEW = 64

function readIds(reader: VarintReader, count: number): Uint32Array<ArrayBuffer> {
  const ids = new Uint32Array(count)
  for (let start = 0; start < count; ) {
    const id = reader.read()
    const length = reader.read()
    if (id > MAX_OBJECT_ID) throw new RangeError(`object id ${id} does not fit 24 bits`)
    if (length === 0) throw new RangeError('empty run')
    if (length > count - start) throw new RangeError('run past the last pixel')
    const end = start + length
    // New ids are 0: what is not labeled is not touched, and so takes no memory before somebody writes there.
    if (length > FEW && id !== UNLABELED) ids.fill(id, start, end)
    else if (id !== UNLABELED) for (let i = start; i < end; i++) ids[i] = id
    start = end
  }
  return ids
}
