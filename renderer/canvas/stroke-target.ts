import { objectForStroke } from '../../shared/label/objects.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'
import { changesPixel, lockedIds, type PaintMode } from '../../shared/label/paint.ts'
import type { LabelSession } from '../stores/label-session.ts'

/** What a stroke works on: settled when the pointer goes down, whatever is chosen or opened before it comes up. */
export type StrokeTarget = {
  readonly session: LabelSession
  /** Null: there is no category yet, and the stroke makes the first. */
  readonly category: Category | null
  /** Null: nothing to remove from, or an object that comes with the stroke's first category. */
  readonly object: LabelObject | null
}

export type Choice = {
  readonly categories: readonly Category[]
  readonly categoryId: number | null
  readonly objectId: number | null
}

/** Where painting goes: the active object, the one region of a stuff category, or a new object. */
export function paintTarget(session: LabelSession, choice: Choice): StrokeTarget {
  const category = chosenCategory(choice)
  const object = category && objectForStroke(session.doc, category, choice.objectId)
  return { session, category, object }
}

/** What removing takes from: the active object, else the object whose pixel the stroke begins on. */
export function removeTarget(session: LabelSession, choice: Choice, pixel: number | null): StrokeTarget {
  const { doc } = session
  const active = choice.objectId === null ? undefined : doc.objects.get(choice.objectId)
  const under = pixel === null ? undefined : doc.objects.get(doc.map.ids[pixel]!)
  const object = active ?? under ?? null
  const category = choice.categories.find(({ id }) => id === object?.categoryId) ?? null
  return { session, category, object }
}

export function chosenCategory({ categories, categoryId }: Choice): Category | null {
  return categories.find(({ id }) => id === categoryId) ?? categories[0] ?? null
}

/** The id that painting writes; for an object yet to come, the one it will get. */
export function targetId({ object, session }: StrokeTarget): number {
  return object?.id ?? session.doc.nextObjectId
}

/** Which pixels a stroke would change, by the object each has now. */
export function changesOf({ session, object }: StrokeTarget, mode: PaintMode): (id: number) => boolean {
  const { doc } = session
  const objectId = mode === 'remove' ? (object?.id ?? -1) : (object?.id ?? doc.nextObjectId)
  return changesPixel(mode, objectId, lockedIds(doc.objects))
}
