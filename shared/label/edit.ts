import { canonicalJson } from '../base/canonical-json.ts'
import type { LabelMap } from './label-map.ts'
import type { LabelObject } from './ontology.ts'
import { applyPatch, invertPatch, type MaskPatch } from './patch.ts'
import type { LabelStatus } from './status.ts'

/** The whole label of one sample while it is open. `nextObjectId` only grows, so an id never comes to mean another object. */
export type LabelDocument = {
  readonly map: LabelMap
  readonly objects: Map<number, LabelObject>
  status: LabelStatus
  nextObjectId: number
}

/** `before` null: the object appears. `after` null: it goes. */
export type ObjectChange = {
  readonly id: number
  readonly before: LabelObject | null
  readonly after: LabelObject | null
}

/** One intention of the person (a stroke, a category change): one step of undo, one record of the journal. */
export type LabelEdit = {
  /** What the step did, for the undo menu: "Brush on car 12". */
  readonly title: string
  readonly pixels: MaskPatch | null
  readonly objects: readonly ObjectChange[]
  readonly status: { readonly before: LabelStatus; readonly after: LabelStatus } | null
}

export function invertEdit(edit: LabelEdit): LabelEdit {
  return {
    title: edit.title,
    pixels: edit.pixels && invertPatch(edit.pixels),
    objects: edit.objects.map(({ id, before, after }) => ({ id, before: after, after: before })),
    status: edit.status && { before: edit.status.after, after: edit.status.before },
  }
}

/** Changes `doc` in place. Applying `invertEdit(edit)` next restores everything but `nextObjectId`. */
export function applyEdit(doc: LabelDocument, edit: LabelEdit): void {
  if (edit.pixels) applyPatch(doc.map, edit.pixels)
  for (const { id, after } of edit.objects) {
    if (after) doc.objects.set(id, after)
    else doc.objects.delete(id)
    doc.nextObjectId = Math.max(doc.nextObjectId, id + 1)
  }
  if (edit.status) doc.status = edit.status.after
}

/** Whether `doc` is in every pixel, object and status that `edit` touches what the edit was made on. */
export function editFits(doc: LabelDocument, { pixels, objects, status }: Omit<LabelEdit, 'title'>): boolean {
  if (status && status.before !== doc.status) return false
  if (pixels) {
    const { runs, before } = pixels
    for (let i = 0, read = 0; i < runs.length; i += 2) {
      const end = runs[i]! + runs[i + 1]!
      if (end > doc.map.ids.length) return false
      for (let p = runs[i]!; p < end; p++, read++) if (doc.map.ids[p] !== before[read]) return false
    }
  }
  return objects.every(
    ({ id, before }) => canonicalJson(before) === canonicalJson(doc.objects.get(id) ?? null),
  )
}
