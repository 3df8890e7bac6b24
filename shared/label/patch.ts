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

/** Writes `patch.after` into `map` in place. Applying `invertPatch(patch)` next restores every pixel. */
export function applyPatch(map: LabelMap, patch: MaskPatch): void {
  for (let i = 0, read = 0; i < patch.runs.length; i += 2) {
    const start = patch.runs[i]!
    const length = patch.runs[i + 1]!
    map.ids.set(patch.after.subarray(read, read + length), start)
    read += length
  }
}
