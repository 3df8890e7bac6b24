import { AppError } from '../base/app-error.ts'
import { defaultValues } from './attributes.ts'
import type { LabelDocument, LabelEdit, ObjectChange } from './edit.ts'
import { MAX_OBJECT_ID, UNLABELED } from './label-map.ts'
import { type ObjectIndex, runsOfObject } from './object-index.ts'
import type { Category, LabelObject } from './ontology.ts'
import { statusAfterPainting } from './paint.ts'
import type { MaskPatch } from './patch.ts'

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

/**
 * Gives an object another category. A stuff category has one region: if it has one already, the pixels join it and the
 * object goes. Null when nothing would change, or when pixels would that are locked. Throws AppError `NOT_FOUND`.
 */
export function changeCategory(
  doc: LabelDocument,
  index: ObjectIndex,
  objectId: number,
  category: Category,
): LabelEdit | null {
  const object = requireObject(doc, objectId)
  if (object.categoryId === category.id) return null
  const title = `Change to ${category.name}`
  const region = category.hasInstances ? undefined : stuffObject(doc, category.id)
  if (!region) {
    const after = { ...object, categoryId: category.id }
    return edit(doc, title, null, [{ id: objectId, before: object, after }])
  }
  if (object.locked || region.locked) return null
  const pixels = refill(doc, index, objectId, region.id)
  return edit(doc, title, pixels, [{ id: objectId, before: object, after: null }])
}

/** Removes an object and makes its pixels unlabeled; null when it is locked. Throws AppError `NOT_FOUND`. */
export function deleteObject(
  doc: LabelDocument,
  index: ObjectIndex,
  objectId: number,
  name: string,
): LabelEdit | null {
  const object = requireObject(doc, objectId)
  if (object.locked) return null
  const pixels = refill(doc, index, objectId, UNLABELED)
  return edit(doc, `Delete ${name}`, pixels, [{ id: objectId, before: object, after: null }])
}

/** Locks an object or unlocks it; how far the label has come is another matter. Throws AppError `NOT_FOUND`. */
export function toggleLock(doc: LabelDocument, objectId: number, name: string): LabelEdit {
  const before = requireObject(doc, objectId)
  const { locked, ...open } = before
  const after: LabelObject = locked ? open : { ...open, locked: true }
  const title = `${locked ? 'Unlock' : 'Lock'} ${name}`
  return { title, pixels: null, objects: [{ id: objectId, before, after }], status: null }
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

function refill(doc: LabelDocument, index: ObjectIndex, from: number, to: number): MaskPatch | null {
  const total = index.get(from)?.pixels ?? 0
  if (total === 0) return null
  return {
    runs: runsOfObject(doc.map, index, from),
    before: new Uint32Array(total).fill(from),
    after: new Uint32Array(total).fill(to),
  }
}

function edit(
  doc: LabelDocument,
  title: string,
  pixels: MaskPatch | null,
  objects: ObjectChange[],
): LabelEdit {
  return { title, pixels, objects, status: statusAfterPainting(doc.status) }
}
