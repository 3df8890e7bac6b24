import { type Runs, RunsBuilder } from '../image/runs.ts'
import type { LabelMap, Rect } from './label-map.ts'

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

/** How much of `runs`, in any order, one object has. Stops at the first pixel that settles it. */
export function coverageOfRuns(map: LabelMap, runs: Uint32Array, objectId: number): 'none' | 'some' | 'all' {
  let hasIn = false
  let hasOut = false
  for (let i = 0; i < runs.length; i += 2) {
    const end = runs[i]! + runs[i + 1]!
    for (let p = runs[i]!; p < end; p++) {
      if (map.ids[p] === objectId) hasIn = true
      else hasOut = true
      if (hasIn && hasOut) return 'some'
    }
  }
  return hasIn ? 'all' : 'none'
}
