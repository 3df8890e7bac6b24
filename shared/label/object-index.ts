import { type LabelMap, type Rect, UNLABELED } from './label-map.ts'
import type { MaskPatch } from './patch.ts'
import { boundsOfRuns } from './region.ts'

/** Where one object's pixels are. `bounds` holds all of them and may be larger after pixels were taken away. */
export type ObjectExtent = { readonly pixels: number; readonly bounds: Rect }

/**
 * Extent by object id, for every id with pixels. Built once per opened label and kept in step with each patch, so that
 * an edit knows which objects lose their last pixel without looking at the whole map.
 */
export type ObjectIndex = Map<number, ObjectExtent>

/** One pass over the map. */
export function indexObjects(map: LabelMap): ObjectIndex {
  const index: ObjectIndex = new Map()
  for (let y = 0; y < map.height; y++) {
    addRow(index, map.ids, y * map.width, map.width, 0, y)
  }
  return index
}

/** Call after `applyPatch`, also for the patch of an undo. Costs what the patch costs. */
export function updateIndex(index: ObjectIndex, patch: MaskPatch, width: number): void {
  let read = 0
  for (let i = 0; i < patch.runs.length; i += 2) {
    const start = patch.runs[i]!
    const length = patch.runs[i + 1]!
    const y = Math.floor(start / width)
    addRow(index, patch.after, read, length, start - y * width, y)
    read += length
  }
  forEachStretch(patch.before, 0, patch.before.length, (id, start, end) => {
    const extent = index.get(id)
    if (!extent) return
    const pixels = extent.pixels - (end - start)
    if (pixels > 0) index.set(id, { ...extent, pixels })
    else index.delete(id)
  })
}

/** [start, length] runs of one object's pixels, as in `region.ts`. Looks only inside the object's bounds. */
export function runsOfObject(map: LabelMap, index: ObjectIndex, id: number): Uint32Array {
  const extent = index.get(id)
  if (!extent) return new Uint32Array(0)
  const runs: number[] = []
  const { x0, y0, x1, y1 } = extent.bounds
  for (let y = y0; y < y1; y++) {
    const end = y * map.width + x1
    for (let start = y * map.width + x0; start < end; start++) {
      if (map.ids[start] !== id) continue
      let stop = start + 1
      while (stop < end && map.ids[stop] === id) stop++
      runs.push(start, stop - start)
      start = stop
    }
  }
  return Uint32Array.from(runs)
}

/**
 * The same for many objects. Looks inside the bounds of each, or once over all of their bounds together where that is
 * less. Objects without pixels are left out.
 */
export function runsOfObjects(
  map: LabelMap,
  index: ObjectIndex,
  ids: Iterable<number>,
): ReadonlyMap<number, Uint32Array> {
  const found = new Map<number, number[]>()
  let around: Rect | null = null
  let apart = 0
  for (const id of ids) {
    const bounds = index.get(id)?.bounds
    if (!bounds) continue
    found.set(id, [])
    apart += areaOf(bounds)
    around = around ? rectAround(around, bounds) : bounds
  }
  if (!around) return new Map()
  if (apart <= areaOf(around))
    return new Map([...found.keys()].map((id) => [id, runsOfObject(map, index, id)] as const))
  for (let y = around.y0; y < around.y1; y++) {
    const row = y * map.width
    forEachStretch(map.ids, row + around.x0, row + around.x1, (id, start, end) => {
      found.get(id)?.push(start, end - start)
    })
  }
  return new Map([...found].map(([id, runs]) => [id, Uint32Array.from(runs)] as const))
}

/**
 * Makes the bounds of those objects exact that may lie inside of `box` whole: after pixels were taken away they may be
 * too large. Looks inside the bounds of the ones in question.
 */
export function tightenBounds(map: LabelMap, index: ObjectIndex, box: Rect): void {
  for (const [id, { pixels, bounds }] of [...index]) {
    const isInside = bounds.x0 >= box.x0 && bounds.y0 >= box.y0 && bounds.x1 <= box.x1 && bounds.y1 <= box.y1
    const isApart = bounds.x0 >= box.x1 || bounds.y0 >= box.y1 || bounds.x1 <= box.x0 || bounds.y1 <= box.y0
    if (isInside || isApart || pixels > areaOf(box)) continue
    const exact = boundsOfRuns(runsOfObject(map, index, id), map.width)
    if (exact) index.set(id, { pixels, bounds: exact })
  }
}

/** The smallest rectangle around two. */
export function rectAround(a: Rect, b: Rect): Rect {
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  }
}

const areaOf = ({ x0, y0, x1, y1 }: Rect) => (x1 - x0) * (y1 - y0)

/** Calls `visit` for each stretch of one id in `ids[from … to)`, but not for unlabeled ones. */
export function forEachStretch(
  ids: Uint32Array,
  from: number,
  to: number,
  visit: (id: number, start: number, end: number) => void,
): void {
  for (let start = from; start < to; ) {
    const id = ids[start]!
    let end = start + 1
    while (end < to && ids[end] === id) end++
    if (id !== UNLABELED) visit(id, start, end)
    start = end
  }
}

/** Adds `length` ids from `ids[from]` that lie in row `y` from column `x` on. */
function addRow(
  index: ObjectIndex,
  ids: Uint32Array,
  from: number,
  length: number,
  x: number,
  y: number,
): void {
  forEachStretch(ids, from, from + length, (id, start, end) => {
    const x0 = x + start - from
    const x1 = x + end - from
    const extent = index.get(id)
    if (!extent) {
      index.set(id, { pixels: end - start, bounds: { x0, y0: y, x1, y1: y + 1 } })
      return
    }
    const { bounds } = extent
    index.set(id, {
      pixels: extent.pixels + end - start,
      bounds: {
        x0: Math.min(bounds.x0, x0),
        y0: Math.min(bounds.y0, y),
        x1: Math.max(bounds.x1, x1),
        y1: Math.max(bounds.y1, y + 1),
      },
    })
  })
}
