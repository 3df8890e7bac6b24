import { AppError } from '../base/app-error.ts'
import { defaultValues } from './attributes.ts'
import type { LabelDocument } from './edit.ts'
import { MAX_OBJECT_ID } from './label-map.ts'
import type { Category, LabelObject } from './ontology.ts'

/**
 * The object that the next stroke in `category` paints. Stuff: the one region of that category, if there is one. Thing:
 * the active object, if it is of that category. Otherwise a new object, which is not yet in `doc`.
 * Throws AppError `IN_TOO_BIG` when the label has used up its ids.
 */
export function objectForStroke(
  doc: LabelDocument,
  category: Category,
  activeId: number | null,
): LabelObject {
  if (!category.hasInstances) return stuffObject(doc, category.id) ?? newObject(doc, category)
  const active = activeId === null ? undefined : doc.objects.get(activeId)
  return active?.categoryId === category.id ? active : newObject(doc, category)
}

/** What a person calls an object: "sky" for the one region of stuff, "car 12" for a thing. */
export function objectName(object: LabelObject, category: Category): string {
  return category.hasInstances ? `${category.name} ${object.id}` : category.name
}

/** The same, also when its category is not known any more. */
export function nameOf(object: LabelObject, categories: readonly Category[]): string {
  const category = categories.find(({ id }) => id === object.categoryId)
  return category ? objectName(object, category) : `object ${object.id}`
}

/** The name of a stroke's step in the undo menu: "Superpixels on car 12", "Brush off sky". */
export function strokeTitle(tool: string, object: LabelObject, category: Category, removes: boolean): string {
  return `${tool} ${removes ? 'off' : 'on'} ${objectName(object, category)}`
}

/** The one region of a stuff category; of several from elsewhere the first. */
export function stuffObject(doc: LabelDocument, categoryId: number): LabelObject | undefined {
  let found: LabelObject | undefined
  for (const object of doc.objects.values()) {
    if (object.categoryId === categoryId && (!found || object.id < found.id)) found = object
  }
  return found
}

function newObject(doc: LabelDocument, category: Category): LabelObject {
  if (doc.nextObjectId > MAX_OBJECT_ID) {
    throw new AppError('IN_TOO_BIG', `This label has used all ${MAX_OBJECT_ID} object ids.`, {
      remedy: 'Paint into an object that is there already.',
    })
  }
  return { id: doc.nextObjectId, categoryId: category.id, attributes: defaultValues(category.attributes) }
}

/** Throws AppError `NOT_FOUND`. */
export function requireObject(doc: LabelDocument, id: number): LabelObject {
  const object = doc.objects.get(id)
  if (object) return object
  throw new AppError('NOT_FOUND', `Object ${id} is not in this label.`, {
    remedy: 'Choose an object from the list.',
  })
}
