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

/** Pixels of `a` that are not in `b`. */
export function differenceRuns(a: Runs, b: Runs): Runs {
  const out: number[] = []
  for (let i = 0, j = 0; i < a.length; i += 2) {
    let start = a[i]!
    const end = start + a[i + 1]!
    while (j < b.length && b[j]! + b[j + 1]! <= start) j += 2
    // A run of b may reach into the next run of a, so j stays on the last one that is not yet passed.
    for (let k = j; k < b.length && b[k]! < end; k += 2) {
      if (b[k]! > start) out.push(start, b[k]! - start)
      start = Math.max(start, b[k]! + b[k + 1]!)
    }
    if (start < end) out.push(start, end - start)
  }
  return Uint32Array.from(out)
}

/** Pixels of `runs` inside `rect`, which may reach past the image. */
export function clipRuns(runs: Runs, rect: Rect, width: number): Runs {
  const out: number[] = []
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / width)
    if (y < rect.y0) continue
    if (y >= rect.y1) break
    const row = y * width
    const start = Math.max(runs[i]!, row + rect.x0)
    const end = Math.min(runs[i]! + runs[i + 1]!, row + rect.x1)
    if (start < end) out.push(start, end - start)
  }
  return Uint32Array.from(out)
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

export function pixelCountOfRuns(runs: Uint32Array): number {
  let count = 0
  for (let i = 1; i < runs.length; i += 2) count += runs[i]!
  return count
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
