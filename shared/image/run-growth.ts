import { pixelsOfRuns, runsAround, withoutRuns } from './run-sets.ts'
import { type Runs, RunsBuilder } from './runs.ts'

/** Integer pixels, exclusive at the right and below. */
type Box = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

/**
 * Every pixel of the image whose centre is at most `radius` (above 0) away from that of a pixel of `runs`.
 * `bounds` holds all of `runs`. Costs what the grown bounds have.
 */
export function grownRuns(runs: Runs, bounds: Box, radius: number, width: number, height: number): Runs {
  const far = Math.floor(radius)
  const box = grownBox(bounds, far, width, height)
  const columns = box.x1 - box.x0
  const firstOfRow = rowStarts(runs, bounds, width)
  // How far a run reaches to the side, that many rows off.
  const sides = Array.from({ length: far + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)))
  // One more where a run begins, one less where it ends.
  const steps = new Int32Array(columns + 1)
  const builder = new RunsBuilder(width)
  for (let y = box.y0; y < box.y1; y++) {
    const row = y * width
    let isEmpty = true
    for (let from = Math.max(bounds.y0, y - far); from < Math.min(bounds.y1, y + far + 1); from++) {
      const side = sides[Math.abs(from - y)]!
      const shift = from * width + box.x0
      for (let i = firstOfRow[from - bounds.y0]!; i < firstOfRow[from - bounds.y0 + 1]!; i += 2) {
        const start = runs[i]! - shift
        steps[Math.max(0, start - side)]!++
        steps[Math.min(columns, start + runs[i + 1]! + side)]!--
        isEmpty = false
      }
    }
    if (isEmpty) continue
    let depth = 0
    let start = 0
    for (let x = 0; x <= columns; x++) {
      const step = steps[x]!
      if (step === 0) continue
      steps[x] = 0
      if (depth === 0) start = x
      depth += step
      if (depth === 0) builder.add(row + box.x0 + start, x - start)
    }
  }
  return builder.finish()
}

/**
 * The pixels of `runs` that are more than `radius` away from every other pixel of the image. Where the image ends there
 * is no edge: nobody knows what goes on beyond it.
 */
export function shrunkRuns(runs: Runs, bounds: Box, radius: number, width: number, height: number): Runs {
  const box = grownBox(bounds, Math.floor(radius), width, height)
  const around = runsAround(runs, box, width)
  if (pixelsOfRuns(around) === 0) return runs
  return withoutRuns(runs, grownRuns(around, box, radius, width, height), width)
}

function grownBox({ x0, y0, x1, y1 }: Box, by: number, width: number, height: number): Box {
  return {
    x0: Math.max(0, x0 - by),
    y0: Math.max(0, y0 - by),
    x1: Math.min(width, x1 + by),
    y1: Math.min(height, y1 + by),
  }
}

/** For each row of `bounds` the index of its first pair, and the length of `runs` at the end. */
function rowStarts(runs: Runs, bounds: Box, width: number): Uint32Array {
  const starts = new Uint32Array(bounds.y1 - bounds.y0 + 1)
  let i = 0
  for (let y = bounds.y0; y < bounds.y1; y++) {
    starts[y - bounds.y0] = i
    while (i < runs.length && runs[i]! < (y + 1) * width) i += 2
  }
  starts[bounds.y1 - bounds.y0] = i
  return starts
}
