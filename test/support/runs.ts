/** Pixels in all of `runs`, which may be in any order. */
export function pixelCountOfRuns(runs: Uint32Array): number {
  let count = 0
  for (let i = 1; i < runs.length; i += 2) count += runs[i]!
  return count
}
