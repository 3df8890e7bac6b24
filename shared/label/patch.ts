import type { LabelMap } from './label-map.ts'

/**
 * One edit of pixels. `runs` holds [start, length] pairs of pixel indices, sorted and disjoint, each within one row;
 * `before` and `after` hold the ids in run order, so both are as long as the runs together.
 */
export type MaskPatch = {
  readonly runs: Uint32Array
  readonly before: Uint32Array
  readonly after: Uint32Array
}

export function invertPatch(patch: MaskPatch): MaskPatch {
  return { runs: patch.runs, before: patch.after, after: patch.before }
}

/**
 * What the pixels of `runs` are in `map`, and what they are with `over` on top of it. `runs` as in a patch, holding every
 * run of `over`.
 */
export function patchOver(map: LabelMap, runs: Uint32Array, over: MaskPatch | null): MaskPatch {
  let total = 0
  for (let i = 1; i < runs.length; i += 2) total += runs[i]!
  const before = new Uint32Array(total)
  for (let i = 0, written = 0; i < runs.length; i += 2) {
    before.set(map.ids.subarray(runs[i]!, runs[i]! + runs[i + 1]!), written)
    written += runs[i + 1]!
  }
  if (!over) return { runs, before, after: before }
  const after = before.slice()
  for (let i = 0, read = 0, within = 0, at = 0; i < over.runs.length; i += 2) {
    const start = over.runs[i]!
    const length = over.runs[i + 1]!
    while (runs[within]! + runs[within + 1]! <= start) {
      at += runs[within + 1]!
      within += 2
    }
    after.set(over.after.subarray(read, read + length), at + start - runs[within]!)
    read += length
  }
  return { runs, before, after }
}

/** Writes `patch.after` into `map` in place. Applying `invertPatch(patch)` next restores every pixel. */
export function applyPatch(map: LabelMap, patch: MaskPatch): void {
  for (let i = 0, read = 0; i < patch.runs.length; i += 2) {
    const start = patch.runs[i]!
    const length = patch.runs[i + 1]!
    map.ids.set(patch.after.subarray(read, read + length), start)
    read += length
  }
}
