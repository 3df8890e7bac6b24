import { movedRuns, pixelsOfRuns } from '../image/run-sets.ts'
import type { Runs } from '../image/runs.ts'
import { type Claim, type MayChange, patchOfClaims, pixelsOfClaims } from './claims.ts'
import type { LabelDocument, LabelEdit, ObjectChange } from './edit.ts'
import { type LabelMap, UNLABELED } from './label-map.ts'
import { nameOfAll, requireRoom } from './many-objects.ts'
import { forEachStretch, type ObjectIndex, runsOfObjects } from './object-index.ts'
import { stuffObject } from './objects.ts'
import type { Category, LabelObject } from './ontology.ts'
import { lockedIds, statusAfterPainting, vanishedObjects } from './paint.ts'

/** Objects that were copied, with their pixels as they lay in their image. */
export type ObjectClip = {
  readonly width: number
  readonly height: number
  readonly sampleId: string
  /** Of the image, to be called by. */
  readonly name: string
  readonly objects: readonly { readonly object: LabelObject; readonly runs: Runs }[]
}

/** The objects of `ids` that have pixels; null when none has. Keeps no pixel of the map. */
export function copyObjects(
  label: { readonly map: LabelMap; readonly objects: ReadonlyMap<number, LabelObject> },
  index: ObjectIndex,
  ids: readonly number[],
  from: { readonly id: string; readonly name: string },
): ObjectClip | null {
  const { width, height } = label.map
  const runs = runsOfObjects(label.map, index, ids)
  const objects = ids.flatMap((id) => {
    const object = label.objects.get(id)
    const own = runs.get(id)
    return object && own ? [{ object, runs: own }] : []
  })
  return objects.length === 0 ? null : { width, height, sampleId: from.id, name: from.name, objects }
}

export type Pasted = {
  readonly edit: LabelEdit
  /** The objects that are there now, those that were there before and got more pixels included. */
  readonly ids: readonly number[]
  /** Pixels that other objects kept, locked or protected, and pixels that lay outside of the image. */
  readonly kept: number
  readonly outside: number
}

/**
 * Puts copied objects into a label, at the same pixels; in an image of another size, with the middles one above the
 * other. Each gets a new id and keeps category and attributes, but no lock; stuff joins the one region of its category.
 * Pixels are claimed as a stroke claims them, but none from the very object that was copied. Objects that get no pixel,
 * or whose category is gone, are left out; null when nothing is left. Throws AppError `IN_TOO_BIG`.
 */
export function pasteObjects(
  doc: LabelDocument,
  index: ObjectIndex,
  clip: ObjectClip,
  options: {
    readonly sampleId: string
    readonly categories: readonly Category[]
    readonly protects: boolean
  },
): Pasted | null {
  const { categories, protects, sampleId } = options
  const known = new Map(categories.map((category) => [category.id, category] as const))
  const regions = new Map<number, LabelObject>()
  let next = doc.nextObjectId
  let outside = 0
  const { width, height } = doc.map
  const isSameSize = clip.width === width && clip.height === height
  const by = { x: Math.floor((width - clip.width) / 2), y: Math.floor((height - clip.height) / 2) }
  const isOwn = sampleId === clip.sampleId
  const pasted = clip.objects.flatMap(({ object, runs }) => {
    const category = known.get(object.categoryId)
    if (!category) return []
    const moved = isSameSize ? runs : movedRuns(runs, clip, doc.map, by)
    outside += pixelsOfRuns(runs) - pixelsOfRuns(moved)
    if (moved.length === 0) return []
    const region = category.hasInstances
      ? undefined
      : (regions.get(category.id) ?? stuffObject(doc, category.id))
    const { locked: _, ...open } = object
    const target = region ?? { ...open, id: next++ }
    if (!category.hasInstances) regions.set(category.id, target)
    return [{ target, runs: moved, source: isOwn ? object.id : null }]
  })
  if (pasted.length === 0) return null
  requireRoom(doc, next - doc.nextObjectId)

  const locked = lockedIds(doc.objects)
  const sources = new Map(pasted.map(({ target, source }) => [target.id, source]))
  const isKept: MayChange = (from, to) =>
    locked.has(from) || locked.has(to) || (protects && from !== UNLABELED)
  const claims = pasted.map(({ target, runs }): Claim => ({ runs, to: target.id }))
  const isSource: MayChange = (from, to) => from === to || from === sources.get(to)
  const pixels = patchOfClaims(doc.map, claims, (from, to) => !isSource(from, to) && !isKept(from, to))
  if (!pixels) return null
  const given = new Set<number>()
  forEachStretch(pixels.after, 0, pixels.after.length, (id) => given.add(id))
  const there = [...new Map(pasted.map(({ target }) => [target.id, target])).values()].filter(({ id }) =>
    given.has(id),
  )
  const gone = vanishedObjects(doc, index, pixels)
  const added = there.filter(({ id }) => id >= doc.nextObjectId)
  const objects: ObjectChange[] = [...gone, ...added.map((after) => ({ id: after.id, before: null, after }))]
  const title = `Paste ${nameOfAll(there, categories)}${isOwn ? '' : ` from ${clip.name}`}`
  return {
    edit: { title, pixels, objects, status: statusAfterPainting(doc.status) },
    ids: there.map(({ id }) => id),
    kept: pixelsOfClaims(doc.map, claims, (from, to) => !isSource(from, to) && isKept(from, to)),
    outside,
  }
}
