import { normalizeRuns, type Runs } from './runs.ts'

export type Flood = {
  readonly width: number
  readonly height: number
  /** Index of the pixel it begins at. */
  readonly start: number
  readonly accepts: (pixel: number) => boolean
  /** Goes on over corners too: 8 neighbours, not 4. */
  readonly diagonal: boolean
  /** What touches the border of the image is not wanted: the answer is null as soon as it does. */
  readonly enclosed?: boolean
}

/** The pixels that are accepted and hang together with the first one; none when that is not accepted. */
export function floodRuns({ width, height, start, accepts, diagonal, enclosed }: Flood): Runs | null {
  if (!accepts(start)) return new Uint32Array(0)
  const seen = new Uint8Array(width * height)
  const pairs: number[] = []
  const seeds = [start]
  const reach = diagonal ? 1 : 0
  for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
    if (seen[seed]) continue
    const y = Math.floor(seed / width)
    const row = y * width
    let x0 = seed
    while (x0 > row && !seen[x0 - 1] && accepts(x0 - 1)) x0--
    let x1 = seed + 1
    while (x1 < row + width && !seen[x1] && accepts(x1)) x1++
    seen.fill(1, x0, x1)
    pairs.push(x0, x1 - x0)
    if (enclosed && (y === 0 || y === height - 1 || x0 === row || x1 === row + width)) return null
    const left = Math.max(row, x0 - reach)
    const right = Math.min(row + width, x1 + reach)
    for (const shift of [-width, width]) {
      if ((shift < 0 && y === 0) || (shift > 0 && y === height - 1)) continue
      // One seed for each stretch of the row beside this one.
      let inStretch = false
      for (let p = left + shift; p < right + shift; p++) {
        const isOpen = !seen[p] && accepts(p)
        if (isOpen && !inStretch) seeds.push(p)
        inStretch = isOpen
      }
    }
  }
  return normalizeRuns(Uint32Array.from(pairs), width)
}
