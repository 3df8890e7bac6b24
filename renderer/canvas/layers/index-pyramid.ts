import type { LabelMap, Rect } from '../../../shared/label/label-map.ts'
import { LEVELS, levelRect, levelSize, samplePosition } from './tile-grid.ts'

/** Object ids at 1, 1/2, 1/4 and 1/8 of the image's size, each pixel taken from the middle of what it stands for. */
export type IndexPyramid = {
  readonly map: LabelMap
  /** Ids of level `i + 1`, row-major, `levelSize` pixels each way. Level 0 is the map itself. */
  readonly reduced: readonly Uint32Array[]
}

/** One pass over a quarter of the map. */
export function buildPyramid(map: LabelMap): IndexPyramid {
  const reduced = Array.from({ length: LEVELS - 1 }, (_, i) => {
    return new Uint32Array(levelSize(map.width, i + 1) * levelSize(map.height, i + 1))
  })
  const pyramid = { map, reduced }
  updatePyramid(pyramid, { x0: 0, y0: 0, x1: map.width, y1: map.height })
  return pyramid
}

/** Brings the reduced levels up to date with the map inside `dirty`. Returns how many ids it wrote. */
export function updatePyramid({ map, reduced }: IndexPyramid, dirty: Rect): number {
  let written = 0
  for (let level = 1; level < LEVELS; level++) {
    const ids = reduced[level - 1]!
    const width = levelSize(map.width, level)
    const rect = levelRect(dirty, level, map.width, map.height)
    if (rect.x0 >= rect.x1) continue
    const { ids: all } = map
    const step = 1 << level
    // Only the last column's sample may have been moved inwards: the others are a step apart.
    const last = rect.x1 - 1
    for (let y = rect.y0; y < rect.y1; y++) {
      const from = samplePosition(y, level, map.height) * map.width
      const to = y * width
      let at = from + samplePosition(rect.x0, level, map.width)
      for (let x = rect.x0; x < last; x++, at += step) ids[to + x] = all[at]!
      ids[to + last] = all[from + samplePosition(last, level, map.width)]!
      written += rect.x1 - rect.x0
    }
  }
  return written
}

export function levelIds(pyramid: IndexPyramid, level: number): Uint32Array {
  return level === 0 ? pyramid.map.ids : pyramid.reduced[level - 1]!
}
