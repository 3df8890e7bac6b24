import { AppError } from '../base/app-error.ts'
import { partsOfRuns } from '../image/run-parts.ts'
import { pixelsOfRuns } from '../image/run-sets.ts'
import type { Runs } from '../image/runs.ts'
import { type Claim, patchOfClaims } from './claims.ts'
import type { LabelDocument, LabelEdit, ObjectChange } from './edit.ts'
import { MAX_OBJECT_ID, MAX_OBJECTS, UNLABELED } from './label-map.ts'
import { type ObjectIndex, runsOfObjects } from './object-index.ts'
import { nameOf, requireObject, stuffObject } from './objects.ts'
import type { Category, LabelObject } from './ontology.ts'
import { statusAfterPainting } from './paint.ts'
import type { MaskPatch } from './patch.ts'

/**
 * What is done to several objects at once, each as one edit. Locked objects among them stay as they are, and so does
 * what needs them; null when nothing would change. All throw AppError `NOT_FOUND` for an id that is not in the label.
 */

/** "car 4", or "3 objects". */
export function nameOfAll(objects: readonly LabelObject[], categories: readonly Category[]): string {
  return objects.length === 1 ? nameOf(objects[0]!, categories) : `${objects.length} objects`
}

/** Removes the objects and makes their pixels unlabeled. */
export function deleteObjects(
  doc: LabelDocument,
  index: ObjectIndex,
  ids: readonly number[],
  categories: readonly Category[],
): LabelEdit | null {
  const gone = openObjects(doc, ids)
  if (gone.length === 0) return null
  const pixels = refilled(doc, index, gone, UNLABELED)
  return editOf(doc, `Delete ${nameOfAll(gone, categories)}`, pixels, gone.map(removal))
}

/**
 * Makes one object of several: `into` keeps its id, category and attributes and gets the pixels of the others. Null
 * also when `into` is locked.
 */
export function mergeObjects(
  doc: LabelDocument,
  index: ObjectIndex,
  ids: readonly number[],
  into: number,
  categories: readonly Category[],
): LabelEdit | null {
  const target = requireObject(doc, into)
  const others = openObjects(doc, ids).filter(({ id }) => id !== into)
  if (target.locked || others.length === 0) return null
  const title = `Merge ${nameOfAll(others, categories)} into ${nameOf(target, categories)}`
  return editOf(doc, title, refilled(doc, index, others, into), others.map(removal))
}

/**
 * Gives the objects another category. A stuff category has one region: what is not locked joins it, and becomes it where
 * there is none yet. A locked object can have another category as long as no pixel changes for it.
 */
export function recategorizeObjects(
  doc: LabelDocument,
  index: ObjectIndex,
  ids: readonly number[],
  category: Category,
): LabelEdit | null {
  const others = ids
    .map((id) => requireObject(doc, id))
    .filter(({ categoryId }) => categoryId !== category.id)
  const renamed = (object: LabelObject): ObjectChange => ({
    id: object.id,
    before: object,
    after: { ...object, categoryId: category.id },
  })
  const title = (count: number) =>
    count === 1 ? `Change to ${category.name}` : `Change ${count} objects to ${category.name}`
  if (others.length === 0) return null
  if (category.hasInstances) return editOf(doc, title(others.length), null, others.map(renamed))
  const region = stuffObject(doc, category.id)
  const first = region ?? others.find(({ locked }) => !locked) ?? others[0]!
  const joining = first.locked ? [] : others.filter(({ id, locked }) => id !== first.id && !locked)
  const changes = [...(region ? [] : [renamed(first)]), ...joining.map(removal)]
  if (changes.length === 0) return null
  return editOf(doc, title(changes.length), refilled(doc, index, joining, first.id), changes)
}

/** Locks the objects, or unlocks them; how far the label has come is another matter. */
export function lockObjects(
  doc: LabelDocument,
  ids: readonly number[],
  locked: boolean,
  categories: readonly Category[],
): LabelEdit | null {
  const changed = ids.map((id) => requireObject(doc, id)).filter((object) => !!object.locked !== locked)
  if (changed.length === 0) return null
  const objects = changed.map((before): ObjectChange => {
    const { locked: _, ...open } = before
    return { id: before.id, before, after: locked ? { ...open, locked: true } : open }
  })
  const title = `${locked ? 'Lock' : 'Unlock'} ${nameOfAll(changed, categories)}`
  return { title, pixels: null, objects, status: null }
}

/** An object with the parts that it would be split into: the largest first, the others by their first pixels. */
export type Split = { readonly object: LabelObject; readonly parts: readonly Runs[] }

/** The objects of `ids` that have more than one part, where a side and not a corner joins pixels; no locked ones. */
export function splitsOf(doc: LabelDocument, index: ObjectIndex, ids: readonly number[]): Split[] {
  const open = openObjects(doc, ids)
  const runs = runsOfObjects(
    doc.map,
    index,
    open.map(({ id }) => id),
  )
  return open.flatMap((object) => {
    const parts = partsOfRuns(runs.get(object.id) ?? new Uint32Array(0), doc.map.width, false)
    return parts.length > 1 ? [{ object, parts: largestFirst(parts) }] : []
  })
}

/**
 * Makes an object of every part: the largest keeps its id, and all keep the attributes. `into`: the category of things
 * that the parts of stuff get, which has one region per image; with null, stuff stays whole. Throws AppError
 * `IN_TOO_BIG` when the label cannot hold that many.
 */
export function splitObjects(
  doc: LabelDocument,
  found: readonly Split[],
  into: Category | null,
  categories: readonly Category[],
): LabelEdit | null {
  const stuff = new Set(categories.filter(({ hasInstances }) => !hasInstances).map(({ id }) => id))
  const splits = found.filter(({ object }) => into || !stuff.has(object.categoryId))
  if (splits.length === 0) return null
  const added = splits.reduce((sum, { parts }) => sum + parts.length - 1, 0)
  requireRoom(doc, added)
  const claims: Claim[] = []
  const changes: ObjectChange[] = []
  let next = doc.nextObjectId
  for (const { object, parts } of splits) {
    const categoryId = into && stuff.has(object.categoryId) ? into.id : object.categoryId
    if (categoryId !== object.categoryId)
      changes.push({ id: object.id, before: object, after: { ...object, categoryId } })
    for (const runs of parts.slice(1)) {
      changes.push({ id: next, before: null, after: { ...object, id: next, categoryId } })
      claims.push({ runs, to: next })
      next++
    }
  }
  const names = nameOfAll(
    splits.map(({ object }) => object),
    categories,
  )
  const title = `Split ${names} into ${added + splits.length}`
  return editOf(
    doc,
    title,
    patchOfClaims(doc.map, claims, () => true),
    changes,
  )
}

/** Throws AppError `IN_TOO_BIG` when the label cannot have `count` more objects. */
export function requireRoom(doc: LabelDocument, count: number): void {
  if (doc.nextObjectId + count - 1 > MAX_OBJECT_ID) {
    throw new AppError('IN_TOO_BIG', `This label has not enough of its ${MAX_OBJECT_ID} object ids left.`, {
      remedy: 'Work on fewer objects at a time.',
    })
  }
  if (doc.objects.size + count > MAX_OBJECTS) {
    throw new AppError('IN_TOO_BIG', `This image would have more than ${MAX_OBJECTS} objects.`, {
      remedy: 'Remove specks first, or work on fewer objects at a time.',
    })
  }
}

/** Those of `ids` that are not locked, each once. */
export function openObjects(doc: LabelDocument, ids: Iterable<number>): LabelObject[] {
  return [...new Set(ids)].map((id) => requireObject(doc, id)).filter(({ locked }) => !locked)
}

function largestFirst(parts: readonly Runs[]): Runs[] {
  const sizes = parts.map(pixelsOfRuns)
  const largest = sizes.indexOf(sizes.reduce((a, b) => Math.max(a, b), 0))
  return [parts[largest]!, ...parts.filter((_, i) => i !== largest)]
}

const removal = (before: LabelObject): ObjectChange => ({ id: before.id, before, after: null })

function refilled(
  doc: LabelDocument,
  index: ObjectIndex,
  objects: readonly LabelObject[],
  to: number,
): MaskPatch | null {
  const runs = runsOfObjects(
    doc.map,
    index,
    objects.map(({ id }) => id),
  )
  return patchOfClaims(
    doc.map,
    [...runs.values()].map((each) => ({ runs: each, to })),
    () => true,
  )
}

function editOf(
  doc: LabelDocument,
  title: string,
  pixels: MaskPatch | null,
  objects: readonly ObjectChange[],
): LabelEdit {
  return { title, pixels, objects, status: statusAfterPainting(doc.status) }
}
