import type { LabelDocument } from '../../shared/label/edit.ts'
import type { Rect } from '../../shared/label/label-map.ts'
import type { ObjectIndex } from '../../shared/label/object-index.ts'
import type { LabelingState, LabelingStore } from './labeling.ts'

type Selection = Pick<LabelingState, 'objectId' | 'selected'>

/** `ids` as the selection, the last of them or `active` the active one; ids that the label does not have are left out. */
export function selectObjects(
  labeling: LabelingStore,
  doc: LabelDocument,
  ids: readonly number[],
  active: number | null = ids.at(-1) ?? null,
): void {
  const selected = ids.filter((id) => doc.objects.has(id))
  const kept = active !== null && selected.includes(active) ? active : (selected.at(-1) ?? null)
  const object = kept === null ? undefined : doc.objects.get(kept)
  labeling.setState({ objectId: kept, selected, ...(object && { categoryId: object.categoryId }) })
}

/** Takes an object into the selection, where it becomes the active one, or out of it. */
export function toggled({ objectId, selected }: Selection, id: number): Selection {
  if (!selected.includes(id)) return { objectId: id, selected: [...selected, id] }
  const rest = selected.filter((each) => each !== id)
  return { objectId: objectId === id ? (rest.at(-1) ?? null) : objectId, selected: rest }
}

/** The stretch of a list from the active object to another; the active one stays it. */
export function ranged(order: readonly number[], { objectId }: Selection, id: number): Selection {
  const from = objectId === null ? -1 : order.indexOf(objectId)
  const to = order.indexOf(id)
  if (from < 0 || to < 0) return { objectId: id, selected: [id] }
  return { objectId, selected: order.slice(Math.min(from, to), Math.max(from, to) + 1) }
}

/** The objects all of whose pixels lie inside of a rectangle, by id. See `tightenBounds`. */
export function objectsInside(index: ObjectIndex, box: Rect): number[] {
  return [...index]
    .filter(
      ([, { bounds }]) =>
        bounds.x0 >= box.x0 && bounds.y0 >= box.y0 && bounds.x1 <= box.x1 && bounds.y1 <= box.y1,
    )
    .map(([id]) => id)
    .sort((a, b) => a - b)
}
