import type { LabelMap } from '../../shared/label/label-map.ts'
import type { Truth } from './truth.ts'

export type Score = {
  /** Mean over the objects of the truth that have at least `leastPixels`. */
  readonly meanIou: number
  readonly objects: number
  /** Share of pixels that have the right object, 0 … 1. */
  readonly rightPixels: number
}

/** Smaller ones are a few pixels of a far car: one pixel of their border would decide. */
const leastPixels = 100

/** How well a label matches the truth. `drawn`: object of the label by object of the truth. */
export function scoreOf(truth: Truth, map: LabelMap, drawn: ReadonlyMap<number, number>): Score {
  const shared = new Map<number, number>()
  const area = new Map<number, number>()
  let right = 0
  for (let p = 0; p < map.ids.length; p++) {
    const [found, wanted] = [map.ids[p]!, truth.map.ids[p]!]
    area.set(found, (area.get(found) ?? 0) + 1)
    if (found !== (wanted === 0 ? 0 : drawn.get(wanted))) continue
    right++
    shared.set(wanted, (shared.get(wanted) ?? 0) + 1)
  }
  const ious = [...truth.index]
    .filter(([, { pixels }]) => pixels >= leastPixels)
    .map(([id, { pixels }]) => {
      const both = shared.get(id) ?? 0
      return both / (pixels + (area.get(drawn.get(id) ?? -1) ?? 0) - both)
    })
  return {
    meanIou: ious.reduce((sum, iou) => sum + iou, 0) / ious.length,
    objects: ious.length,
    rightPixels: right / map.ids.length,
  }
}
