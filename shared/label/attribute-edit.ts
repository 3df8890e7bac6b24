import { type AttributeValue, type Shortcoming, shortcomings, withValue } from './attributes.ts'
import type { LabelDocument, LabelEdit } from './edit.ts'
import { nameOf } from './objects.ts'
import type { Category } from './ontology.ts'
import { statusAfterPainting } from './paint.ts'

/**
 * Says something of an object, or takes it back (`undefined`). Null when nothing is different, or there is no such object.
 * A lock keeps pixels, not what is said of them.
 */
export function setAttribute(
  doc: LabelDocument,
  objectId: number,
  name: string,
  value: AttributeValue | undefined,
  objectName: string,
): LabelEdit | null {
  const before = doc.objects.get(objectId)
  if (!before) return null
  const attributes = withValue(before.attributes, name, value)
  if (attributes === before.attributes) return null
  const after = { ...before, attributes: { ...attributes } }
  return {
    title: `${name} of ${objectName}`,
    pixels: null,
    objects: [{ id: objectId, before, after }],
    status: statusAfterPainting(doc.status),
  }
}

/** Of one object: what keeps its label from being marked as labeled. */
export type ObjectShortcoming = Shortcoming & { readonly objectId: number; readonly objectName: string }

/** All of them, in order of id. */
export function objectShortcomings(
  doc: Pick<LabelDocument, 'objects'>,
  categories: readonly Category[],
): ObjectShortcoming[] {
  const byId = new Map(categories.map((category) => [category.id, category]))
  return [...doc.objects.values()]
    .sort((a, b) => a.id - b.id)
    .flatMap((object) =>
      shortcomings(byId.get(object.categoryId)?.attributes, object.attributes).map((shortcoming) => ({
        ...shortcoming,
        objectId: object.id,
        objectName: nameOf(object, categories),
      })),
    )
}
