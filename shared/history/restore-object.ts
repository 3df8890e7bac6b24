import { pairedObjects } from '../label/diff.ts'
import { type LabelMap, UNLABELED } from '../label/label-map.ts'
import type { LabelObject } from '../label/ontology.ts'
import { isSame } from './merge-fields.ts'

/** A label with all that is said of its objects. */
export type WholeLabel = { readonly map: LabelMap; readonly objects: ReadonlyMap<number, LabelObject> }
export type RestoredObject = {
  readonly ids: Uint32Array
  /** By id. */
  readonly objects: readonly LabelObject[]
  readonly nextObjectId: number
  /** Pixels that are another object's now, or nobody's. */
  readonly pixels: number
}

/**
 * Gives one object of `now` what it had in `before`: pixels, category and attributes. All else stays, except that what it
 * takes is taken from somebody, and what it gives back goes to whose it was or to nobody. `object`: its id in each of two
 * states that were compared; one that was not in `before` goes. Locked objects neither lose nor win pixels; one that loses
 * all goes. `oneRegion`: categories with one object in a label. Answers `null` when it is that already and `locked` when a
 * lock says that it is not to change. Throws RangeError when the labels are not equally large.
 */
export function restoreObject(
  {
    before,
    after,
    now,
  }: { readonly before: WholeLabel; readonly after: WholeLabel; readonly now: WholeLabel },
  object: { readonly before: number | null; readonly after: number | null },
  { nextObjectId, oneRegion }: { readonly nextObjectId: number; readonly oneRegion: ReadonlySet<number> },
): RestoredObject | 'locked' | null {
  if (before.map.ids.length !== now.map.ids.length) throw new RangeError('labels of different sizes')
  const kept = pairedObjects(before, now)
  const wanted = object.before
  const old = wanted === null ? undefined : before.objects.get(wanted)
  const known =
    wanted !== null
      ? kept.get(wanted)
      : object.after === null
        ? undefined
        : pairedObjects(after, now).get(object.after)
  if (known === undefined && !old) return null
  // Such a category has one region in a label: what comes back becomes a part of it.
  const region = old && oneRegion.has(old.categoryId) ? regionOf(now, old.categoryId, known) : undefined
  const isFree = wanted !== null && wanted < nextObjectId && !now.objects.has(wanted)
  const target = region ?? known ?? (isFree ? wanted : nextObjectId)
  const isLocked = (id: number | undefined) => id !== undefined && now.objects.get(id)?.locked === true
  if (isLocked(known) || isLocked(region)) return 'locked'
  const ownerOf = (id: number) => {
    const owner = kept.get(id)
    return owner === undefined || owner === known || isLocked(owner) ? UNLABELED : owner
  }

  const ids = now.map.ids.slice()
  const was = before.map.ids
  let pixels = 0
  for (let i = 0; i < ids.length; i++) {
    const is = ids[i]!
    let next = is
    if (old && was[i] === wanted) next = isLocked(is) ? is : target
    else if (is === known) next = ownerOf(was[i]!)
    if (next === is) continue
    ids[i] = next
    pixels++
  }
  const objects = new Map(now.objects)
  if (old && region === undefined) {
    // A lock of then is not brought back: it says what is not to change from now on.
    const { locked: _, ...rest } = old
    objects.set(target, { ...rest, id: target })
  }
  if (pixels === 0 && isSame([...objects.values()], [...now.objects.values()])) return null
  const [had, has] = [new Set(now.map.ids), new Set(ids)]
  return {
    ids,
    // One without pixels stays only where it had none before.
    objects: [...objects.values()]
      .filter(
        ({ id }) => has.has(id) || (old !== undefined && id === target) || (id !== known && !had.has(id)),
      )
      .sort((a, b) => a.id - b.id),
    nextObjectId: Math.max(nextObjectId, target + 1),
    pixels,
  }
}

/** The one region of a category, if it is another object than `known`. */
function regionOf(now: WholeLabel, categoryId: number, known: number | undefined): number | undefined {
  for (const { id, categoryId: each } of now.objects.values())
    if (each === categoryId && id !== known) return id
  return undefined
}
