import type { Runs } from '../image/runs.ts'
import type { LabelMap } from './label-map.ts'
import type { MaskPatch } from './patch.ts'

/** Pixels that are to have the id `to`; 0 makes them unlabeled. */
export type Claim = { readonly runs: Runs; readonly to: number }

/** Whether a pixel that has one id may be given another. */
export type MayChange = (from: number, to: number) => boolean

/**
 * One patch of many claims: each pixel goes to the first claim that wants it and may have it. Null when no pixel would
 * change. Costs what the claims have.
 */
export function patchOfClaims(map: LabelMap, claims: readonly Claim[], may: MayChange): MaskPatch | null {
  const wanted = sorted(claims)
  const writer = new PatchWriter(map)
  const count = wanted.length / 3
  for (let i = 0; i < count; ) {
    const from = wanted[3 * i]!
    let end = from + wanted[3 * i + 1]!
    let next = i + 1
    while (next < count && wanted[3 * next]! < end) {
      end = Math.max(end, wanted[3 * next]! + wanted[3 * next + 1]!)
      next++
    }
    if (next === i + 1) {
      const { to } = claims[wanted[3 * i + 2]!]!
      for (let p = from; p < end; p++) if (map.ids[p] !== to && may(map.ids[p]!, to)) writer.add(p, to)
    } else {
      const rivals = Array.from({ length: next - i }, (_, k) => 3 * (i + k)).sort(
        (a, b) => wanted[a + 2]! - wanted[b + 2]!,
      )
      for (let p = from; p < end; p++) {
        const id = map.ids[p]!
        for (const at of rivals) {
          if (p < wanted[at]! || p >= wanted[at]! + wanted[at + 1]!) continue
          const { to } = claims[wanted[at + 2]!]!
          if (id !== to && !may(id, to)) continue
          // Who has it already and wants it keeps it.
          if (id !== to) writer.add(p, to)
          break
        }
      }
    }
    i = next
  }
  return writer.finish()
}

/** Start, length and number of the claim, for every run of every claim, by starts. */
function sorted(claims: readonly Claim[]): Float64Array {
  const count = claims.reduce((sum, { runs }) => sum + runs.length / 2, 0)
  const all = new Uint32Array(count * 3)
  // Start and place in one number: a plain numeric sort is many times faster than one with a comparison function.
  const keys = new Float64Array(count)
  let isSorted = true
  let at = 0
  claims.forEach(({ runs }, claim) => {
    for (let i = 0; i < runs.length; i += 2, at++) {
      all[3 * at] = runs[i]!
      all[3 * at + 1] = runs[i + 1]!
      all[3 * at + 2] = claim
      keys[at] = runs[i]! * count + at
      if (at > 0 && all[3 * at - 3]! > runs[i]!) isSorted = false
    }
  })
  if (!isSorted) keys.sort()
  const result = new Float64Array(count * 3)
  for (let k = 0; k < count; k++) {
    const place = 3 * (keys[k]! % count)
    for (let part = 0; part < 3; part++) result[3 * k + part] = all[place + part]!
  }
  return result
}

/** Takes single pixels in order and joins them to runs within rows. */
class PatchWriter {
  readonly #map: LabelMap
  readonly #runs: number[] = []
  #ids = new Uint32Array(2048)
  #length = 0
  #rowEnd = 0
  #next = -1

  constructor(map: LabelMap) {
    this.#map = map
  }

  add(pixel: number, to: number): void {
    if (pixel === this.#next && pixel < this.#rowEnd) {
      this.#runs[this.#runs.length - 1]!++
    } else {
      this.#runs.push(pixel, 1)
      this.#rowEnd = (Math.floor(pixel / this.#map.width) + 1) * this.#map.width
    }
    this.#next = pixel + 1
    if (2 * this.#length === this.#ids.length) {
      const larger = new Uint32Array(this.#ids.length * 2)
      larger.set(this.#ids)
      this.#ids = larger
    }
    this.#ids[2 * this.#length] = this.#map.ids[pixel]!
    this.#ids[2 * this.#length + 1] = to
    this.#length++
  }

  finish(): MaskPatch | null {
    if (this.#length === 0) return null
    const before = new Uint32Array(this.#length)
    const after = new Uint32Array(this.#length)
    for (let i = 0; i < this.#length; i++) {
      before[i] = this.#ids[2 * i]!
      after[i] = this.#ids[2 * i + 1]!
    }
    return { runs: Uint32Array.from(this.#runs), before, after }
  }
}
