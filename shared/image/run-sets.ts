import { type Runs, RunsBuilder } from './runs.ts'

/** Integer pixels, exclusive at the right and below. */
type Box = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

/** How many pixels `runs` are. */
export function pixelsOfRuns(runs: Runs): number {
  let total = 0
  for (let i = 1; i < runs.length; i += 2) total += runs[i]!
  return total
}

/** The pixels of `box` that are not in `runs`. `runs` may reach out of the box. */
export function runsAround(runs: Runs, box: Box, width: number): Runs {
  const builder = new RunsBuilder(width)
  let i = firstEndingAfter(runs, box.y0 * width + box.x0)
  for (let y = box.y0; y < box.y1; y++) {
    let at = y * width + box.x0
    const end = y * width + box.x1
    for (; i < runs.length && runs[i]! < end; i += 2) {
      if (runs[i]! > at) builder.add(at, runs[i]! - at)
      at = Math.max(at, runs[i]! + runs[i + 1]!)
    }
    if (at < end) builder.add(at, end - at)
  }
  return builder.finish()
}

/** The pixels of `a` that are not in `b`. */
export function withoutRuns(a: Runs, b: Runs, width: number): Runs {
  const builder = new RunsBuilder(width)
  let j = 0
  for (let i = 0; i < a.length; i += 2) {
    let at = a[i]!
    const end = at + a[i + 1]!
    while (j < b.length && b[j]! + b[j + 1]! <= at) j += 2
    for (let k = j; k < b.length && b[k]! < end; k += 2) {
      if (b[k]! > at) builder.add(at, b[k]! - at)
      at = Math.max(at, b[k]! + b[k + 1]!)
    }
    if (at < end) builder.add(at, end - at)
  }
  return builder.finish()
}

type Size = { readonly width: number; readonly height: number }

/** The same pixels in an image of another size, `by` farther right and down, as far as they lie inside of it. */
export function movedRuns(
  runs: Runs,
  from: Size,
  to: Size,
  by: { readonly x: number; readonly y: number },
): Runs {
  const builder = new RunsBuilder(to.width)
  for (let i = 0; i < runs.length; i += 2) {
    const row = Math.floor(runs[i]! / from.width)
    const x = runs[i]! - row * from.width + by.x
    const y = row + by.y
    const x0 = Math.max(0, x)
    const x1 = Math.min(to.width, x + runs[i + 1]!)
    if (y >= 0 && y < to.height && x0 < x1) builder.add(y * to.width + x0, x1 - x0)
  }
  return builder.finish()
}

/** Whether a pixel is in `runs`. */
export function holdsPixel(runs: Runs, pixel: number): boolean {
  const i = firstEndingAfter(runs, pixel)
  return i < runs.length && runs[i]! <= pixel
}

/** Index of the first pair that reaches past `pixel`; the length when none does. */
function firstEndingAfter(runs: Runs, pixel: number): number {
  let low = 0
  let high = runs.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (runs[2 * middle]! + runs[2 * middle + 1]! <= pixel) low = middle + 1
    else high = middle
  }
  return 2 * low
}
