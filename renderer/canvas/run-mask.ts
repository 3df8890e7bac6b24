import type { Runs } from '../../shared/image/runs.ts'
import type { Rect } from '../../shared/label/label-map.ts'
import { boundsOfRuns } from '../../shared/label/region.ts'

/** Runs as a set that can be asked about single pixels; costs a byte for each pixel of the rectangle around them. */
export type RunMask = { readonly bounds: Rect; readonly holds: (pixel: number) => boolean }

/** Null when there are no pixels. `width`: of the image. */
export function maskOfRuns(runs: Runs, width: number): RunMask | null {
  const bounds = boundsOfRuns(runs, width)
  if (!bounds) return null
  const columns = bounds.x1 - bounds.x0
  const marks = new Uint8Array(columns * (bounds.y1 - bounds.y0))
  const placeOf = (pixel: number) => {
    const y = Math.floor(pixel / width)
    return (y - bounds.y0) * columns + pixel - y * width - bounds.x0
  }
  for (let i = 0; i < runs.length; i += 2) {
    const from = placeOf(runs[i]!)
    marks.fill(1, from, from + runs[i + 1]!)
  }
  return {
    bounds,
    holds(pixel) {
      const x = pixel % width
      return x >= bounds.x0 && x < bounds.x1 && marks[placeOf(pixel)] === 1
    },
  }
}
