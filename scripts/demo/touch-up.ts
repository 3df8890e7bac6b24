import type { LabelMap } from '../../shared/label/label-map.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import type { Truth } from './truth.ts'

/** A stroke of the brush that covers one patch of missed pixels. */
export type Stroke = { readonly path: readonly ImagePoint[]; readonly size: number }

/** Smaller patches are left: nobody zooms in for them. */
const leastPixels = 20
const widestBrush = 24

/**
 * Strokes over the pixels of object `id` that the label does not give to `object`: one per connected patch, along its
 * longer side, as wide as the patch mostly is.
 */
export function missedStrokes(truth: Truth, id: number, map: LabelMap, object: number | undefined): Stroke[] {
  const extent = truth.index.get(id)
  if (!extent) return []
  const { bounds } = extent
  const { width } = map
  const isMissed = (p: number) => truth.map.ids[p] === id && map.ids[p] !== object
  const seen = new Set<number>()
  const strokes: Stroke[] = []
  for (let y = bounds.y0; y < bounds.y1; y++) {
    for (let x = bounds.x0; x < bounds.x1; x++) {
      const start = y * width + x
      if (!isMissed(start) || seen.has(start)) continue
      const patch = connected(start, width, (p) => isMissed(p) && !seen.has(p))
      for (const pixel of patch) seen.add(pixel)
      if (patch.length >= leastPixels) strokes.push(strokeOver(patch, width))
    }
  }
  return strokes
}

/** Pixels that hang together with `start`; two rows never join over the image's edge, because bounds end before it. */
function connected(start: number, width: number, holds: (pixel: number) => boolean): number[] {
  const found = new Set([start])
  const stack = [start]
  for (let p = stack.pop(); p !== undefined; p = stack.pop()) {
    const x = p % width
    for (const next of [x > 0 ? p - 1 : -1, x + 1 < width ? p + 1 : -1, p - width, p + width]) {
      if (next < 0 || found.has(next) || !holds(next)) continue
      found.add(next)
      stack.push(next)
    }
  }
  return [...found]
}

function strokeOver(patch: readonly number[], width: number): Stroke {
  const points = patch.map((p) => ({ x: p % width, y: Math.floor(p / width) }))
  const spread = (of: (point: ImagePoint) => number) => {
    const values = points.map(of)
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b))
  }
  const isTall = spread(({ y }) => y) >= spread(({ x }) => x)
  // Pixels of each line across the patch, and where the middle of them is.
  const lines = new Map<number, { sum: number; count: number }>()
  for (const { x, y } of points) {
    const [along, across] = isTall ? [y, x] : [x, y]
    const line = lines.get(along) ?? { sum: 0, count: 0 }
    lines.set(along, { sum: line.sum + across + 0.5, count: line.count + 1 })
  }
  const sorted = [...lines].sort(([a], [b]) => a - b)
  const widths = sorted.map(([, { count }]) => count).sort((a, b) => a - b)
  const size = Math.min(widestBrush, widths[widths.length >> 1]!)
  const path = sorted.map(([along, { sum, count }]) => {
    const across = sum / count
    return isTall ? { x: across, y: along + 0.5 } : { x: along + 0.5, y: across }
  })
  return { path, size }
}
