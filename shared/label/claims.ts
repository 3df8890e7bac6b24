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
  const write = (from: number, end: number, rivals: readonly number[]) => {
    for (let start = from; start < end; ) {
      const id = map.ids[start]!
      let stop = start + 1
      while (stop < end && map.ids[stop] === id) stop++
      // Who has it already and wants it keeps it.
      const to = rivals.find((each) => each === id || may(id, each))
      if (to !== undefined && to !== id) writer.add(start, stop - start, to)
      start = stop
    }
  }
  const count = wanted.length / 3
  for (let i = 0; i < count; ) {
    const from = wanted[3 * i]!
    let end = from + wanted[3 * i + 1]!
    let next = i + 1
    while (next < count && wanted[3 * next]! < end) {
      end = Math.max(end, wanted[3 * next]! + wanted[3 * next + 1]!)
      next++
    }
    if (next === i + 1) write(from, end, [claims[wanted[3 * i + 2]!]!.to])
    else writeRivals(wanted.subarray(3 * i, 3 * next), claims, write)
    i = next
  }
  return writer.finish()
}

/** How many pixels of the claims are such, by the id each has and the one it is to have. */
export function pixelsOfClaims(map: LabelMap, claims: readonly Claim[], is: MayChange): number {
  let count = 0
  for (const { runs, to } of claims) {
    for (let i = 0; i < runs.length; i += 2) {
      const end = runs[i]! + runs[i + 1]!
      for (let p = runs[i]!; p < end; p++) if (is(map.ids[p]!, to)) count++
    }
  }
  return count
}

/** Claims that overlap, cut where one of them begins or ends. */
function writeRivals(
  wanted: Float64Array,
  claims: readonly Claim[],
  write: (from: number, end: number, rivals: readonly number[]) => void,
): void {
  const rivals = Array.from({ length: wanted.length / 3 }, (_, i) => ({
    from: wanted[3 * i]!,
    end: wanted[3 * i]! + wanted[3 * i + 1]!,
    claim: wanted[3 * i + 2]!,
  })).sort((a, b) => a.claim - b.claim)
  const cuts = [...new Set(rivals.flatMap(({ from, end }) => [from, end]))].sort((a, b) => a - b)
  for (let i = 1; i < cuts.length; i++) {
    const [from, end] = [cuts[i - 1]!, cuts[i]!]
    const here = rivals.filter((rival) => rival.from < end && rival.end > from)
    write(
      from,
      end,
      here.map(({ claim }) => claims[claim]!.to),
    )
  }
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

/** Takes stretches of pixels in order, none across the end of a row, and joins those that touch. */
class PatchWriter {
  readonly #map: LabelMap
  readonly #runs: number[] = []
  #before = new Uint32Array(1024)
  #after = new Uint32Array(1024)
  #length = 0
  #rowEnd = 0
  #next = -1

  constructor(map: LabelMap) {
    this.#map = map
  }

  add(start: number, length: number, to: number): void {
    if (start === this.#next && start < this.#rowEnd) {
      this.#runs[this.#runs.length - 1]! += length
    } else {
      this.#runs.push(start, length)
      this.#rowEnd = (Math.floor(start / this.#map.width) + 1) * this.#map.width
    }
    this.#next = start + length
    const end = this.#length + length
    if (end > this.#before.length) {
      this.#before = grownTo(this.#before, Math.max(end, 2 * this.#before.length))
      this.#after = grownTo(this.#after, this.#before.length)
    }
    this.#before.set(this.#map.ids.subarray(start, start + length), this.#length)
    this.#after.fill(to, this.#length, end)
    this.#length = end
  }

  finish(): MaskPatch | null {
    if (this.#length === 0) return null
    return {
      runs: Uint32Array.from(this.#runs),
      before: this.#before.slice(0, this.#length),
      after: this.#after.slice(0, this.#length),
    }
  }
}

function grownTo(ids: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length)
  larger.set(ids)
  return larger
}
