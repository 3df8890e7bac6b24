import type { LabelObject } from '../../shared/label/ontology.ts'

/** What of a label is not shown. Nothing of it is part of the label. */
export type Hidden = {
  /** Of the image on the canvas; forgotten with it. */
  readonly objects: ReadonlySet<number>
  /** Stay from image to image. */
  readonly categories: ReadonlySet<number>
  /** Only this is shown; objects are forgotten with their image. */
  readonly solo:
    | { readonly kind: 'objects'; readonly ids: ReadonlySet<number> }
    | { readonly kind: 'category'; readonly id: number }
    | null
}

export const nothingHidden: Hidden = { objects: new Set(), categories: new Set(), solo: null }

/** Whether an object is not shown. The one that is worked on always is, or strokes would go where nobody sees them. */
export function hides(
  { objects, categories, solo }: Hidden,
  object: Pick<LabelObject, 'id' | 'categoryId'>,
  activeId: number | null,
): boolean {
  if (object.id === activeId) return false
  if (solo) return solo.kind === 'objects' ? !solo.ids.has(object.id) : object.categoryId !== solo.id
  return objects.has(object.id) || categories.has(object.categoryId)
}

export const hidesAnything = ({ objects, categories, solo }: Hidden): boolean =>
  objects.size > 0 || categories.size > 0 || solo !== null

/** With one more hidden, or one less. */
export function toggled(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}

/** What stays hidden on another image. */
export function forNextImage({ categories, solo }: Hidden): Hidden {
  return { objects: nothingHidden.objects, categories, solo: solo?.kind === 'category' ? solo : null }
}
