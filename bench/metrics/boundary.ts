import type { LabelMap } from './components.ts'

/**
 * 1 for each boundary pixel, else 0: one with a 4-neighbour of another label. So a boundary is two pixels thick, one on
 * each side, and the image's border is none.
 */
export function boundaryPixels(label: LabelMap, width: number): Uint8Array {
  const isBoundary = new Uint8Array(label.length)
  for (let p = 0, x = 0; p < label.length; p++) {
    if (x + 1 < width && label[p + 1] !== label[p]) isBoundary[p] = isBoundary[p + 1] = 1
    if (p + width < label.length && label[p + width] !== label[p]) isBoundary[p] = isBoundary[p + width] = 1
    x = x + 1 === width ? 0 : x + 1
  }
  return isBoundary
}

/** Share of the pixels that are boundary pixels. Ragged outlines have many. */
export function contourDensity(isBoundary: Uint8Array): number {
  let count = 0
  for (const bit of isBoundary) count += bit
  return count / isBoundary.length
}

/** How far from a true boundary pixel one may be found, per axis: round(0.0025 · diagonal); 1 at 481x321. */
export function boundaryTolerance(width: number, height: number): number {
  return Math.round(0.0025 * Math.hypot(width, height))
}

/**
 * Share of the true boundary pixels around which, in the square of 2 · `tolerance` + 1, there is a boundary pixel of the
 * partition: TP / (TP + FN). `truth` and `found` as `boundaryPixels` makes them. 1 where there is nothing to find.
 */
export function boundaryRecall(
  truth: Uint8Array,
  found: Uint8Array,
  width: number,
  tolerance: number,
): number {
  const height = truth.length / width
  let hits = 0
  let all = 0
  for (let p = 0; p < truth.length; p++) {
    if (!truth[p]) continue
    all++
    const y = Math.floor(p / width)
    const x = p - y * width
    if (hasAny(found, width, height, x, y, tolerance)) hits++
  }
  return all === 0 ? 1 : hits / all
}

function hasAny(found: Uint8Array, width: number, height: number, x: number, y: number, r: number): boolean {
  const right = Math.min(width - 1, x + r)
  const lower = Math.min(height - 1, y + r)
  for (let row = Math.max(0, y - r); row <= lower; row++) {
    for (let column = Math.max(0, x - r); column <= right; column++) {
      if (found[row * width + column]) return true
    }
  }
  return false
}
