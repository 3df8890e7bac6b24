import { UNLABELED } from './label-map.ts'
import type { Category, LabelObject } from './ontology.ts'

/** What one label becomes when the objects of a category get another. */
export type CategoryMove = {
  readonly objects: readonly LabelObject[]
  /** What becomes of the pixels of an object that goes; the others keep their id. */
  readonly ids: ReadonlyMap<number, number>
  /** How many objects were changed. */
  readonly moved: number
  /** How many stay because their pixels are locked, or those that they would join. */
  readonly locked: number
}

/**
 * Gives the objects of the category `from` the category `to`. Things keep their pixels; stuff has one region, so they
 * join the one that is there or become it. `to` null: they go, and their pixels are unlabeled. Values of attributes stay
 * with their object, and go with one that joins another. `to` as the task of the dataset has it.
 */
export function moveCategory(
  objects: readonly LabelObject[],
  from: number,
  to: Category | null,
): CategoryMove {
  const own = objects.filter(({ categoryId }) => categoryId === from)
  const open = own.filter(({ locked }) => !locked)
  const nothing = { objects, ids: new Map<number, number>(), moved: 0, locked: own.length }
  if (open.length === 0 || to?.id === from) return nothing
  const going = new Set(open.map(({ id }) => id))
  const locked = own.length - open.length
  if (to === null) {
    return {
      objects: objects.filter(({ id }) => !going.has(id)),
      ids: new Map(open.map(({ id }) => [id, UNLABELED])),
      moved: open.length,
      locked,
    }
  }
  const renamed = (object: LabelObject): LabelObject => ({ ...object, categoryId: to.id })
  if (to.hasInstances) {
    return {
      objects: objects.map((object) => (going.has(object.id) ? renamed(object) : object)),
      ids: new Map(),
      moved: open.length,
      locked,
    }
  }
  const regions = objects.filter(({ categoryId }) => categoryId === to.id)
  const region = lowest(regions)
  // A locked region takes no pixels, and a second one would break the rule of stuff.
  if (region?.locked) return nothing
  const stays = region ?? renamed(lowest(open)!)
  return {
    objects: objects.flatMap((object) =>
      object.id === stays.id ? [stays] : going.has(object.id) ? [] : [object],
    ),
    ids: new Map(open.flatMap(({ id }) => (id === stays.id ? [] : [[id, stays.id] as const]))),
    moved: open.length,
    locked,
  }
}

function lowest(objects: readonly LabelObject[]): LabelObject | undefined {
  return objects.reduce<LabelObject | undefined>(
    (found, object) => (found && found.id < object.id ? found : object),
    undefined,
  )
}
