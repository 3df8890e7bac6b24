import type { LabelDiff } from '../../../shared/label/diff.ts'

/** One more than the index of a kind, 0 where nothing changed, row-major. */
export type KindLevel = { readonly width: number; readonly height: number; readonly kinds: Uint8Array }

/**
 * Changed pixels at full size and at each half of it, down to one that fits a window at any zoom. A small pixel is changed when one
 * of its four is, so that a change of a single pixel is never lost from far away.
 */
export type KindPyramid = readonly KindLevel[]

const smallestSide = 64
const rowsPerStep = 64

/** A generator, as `diffLabels` is. */
export function* kindPyramid(
  { runs, kinds }: Pick<LabelDiff, 'runs' | 'kinds'>,
  width: number,
  height: number,
): Generator<number, KindPyramid> {
  const full = new Uint8Array(width * height)
  for (let i = 0; i < kinds.length; i++) {
    full.fill(kinds[i]! + 1, runs[2 * i]!, runs[2 * i]! + runs[2 * i + 1]!)
    if (i % 65_536 === 0) yield 1
  }
  const levels: KindLevel[] = [{ width, height, kinds: full }]
  for (let last = levels[0]!; Math.max(last.width, last.height) > smallestSide; last = levels.at(-1)!) {
    levels.push(yield* halved(last))
  }
  return levels
}

function* halved({ width, height, kinds }: KindLevel): Generator<number, KindLevel> {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  const out = new Uint8Array(half.width * half.height)
  for (let y = 0; y < half.height; y++) {
    const upper = 2 * y * width
    const lower = Math.min(2 * y + 1, height - 1) * width
    for (let x = 0; x < half.width; x++) {
      const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)]
      out[y * half.width + x] =
        kinds[upper + left]! || kinds[upper + right]! || kinds[lower + left]! || kinds[lower + right]!
    }
    if (y % rowsPerStep === 0) yield 1
  }
  return { ...half, kinds: out }
}
