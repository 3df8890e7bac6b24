/**
 * Distances between pixel centres, squared, from every pixel to the nearest one that is 0 in `mask`; infinite without one.
 * What lies beside the image counts as 1.
 * `shift` moves the places that distances are taken from, right and down: 0.5 for the corners of pixels. After Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions",
 * 2012.
 */
export function squaredDistances(mask: Uint8Array, width: number, height: number, shift = 0): Float64Array {
  const out = new Float64Array(mask.length)
  for (let p = 0; p < mask.length; p++) out[p] = mask[p] ? Number.POSITIVE_INFINITY : 0
  const longest = Math.max(width, height)
  const scratch = {
    line: new Float64Array(longest),
    place: new Int32Array(longest),
    border: new Float64Array(longest + 1),
  }
  for (let x = 0; x < width; x++) lower(out, x, width, height, scratch, shift)
  for (let y = 0; y < height; y++) lower(out, y * width, 1, width, scratch, shift)
  return out
}

type Scratch = {
  readonly line: Float64Array
  /** Where the parabolas of the lower envelope stand, and where each begins. */
  readonly place: Int32Array
  readonly border: Float64Array
}

/** Replaces `count` values by the lower envelope of the parabolas that stand on them. */
function lower(
  values: Float64Array,
  from: number,
  step: number,
  count: number,
  scratch: Scratch,
  shift: number,
): void {
  const { line, place, border } = scratch
  let used = 0
  for (let i = 0; i < count; i++) {
    const value = values[from + i * step]!
    line[i] = value
    if (value === Number.POSITIVE_INFINITY) continue
    while (used > 0) {
      const j = place[used - 1]!
      const crossing = (value + i * i - line[j]! - j * j) / (2 * (i - j))
      if (crossing > border[used - 1]!) {
        border[used] = crossing
        break
      }
      used--
    }
    if (used === 0) border[0] = Number.NEGATIVE_INFINITY
    place[used++] = i
  }
  if (used === 0) return
  for (let i = 0, k = 0; i < count; i++) {
    while (k + 1 < used && border[k + 1]! < i + shift) k++
    const j = place[k]!
    values[from + i * step] = (i + shift - j) * (i + shift - j) + line[j]!
  }
}
