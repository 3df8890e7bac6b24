import { MAX_OBJECT_ID } from '../label/label-map.ts'
import type { LabelObject } from '../label/ontology.ts'
import type { LabelSide } from './label-side.ts'
import { countRuns, walkThree } from './map-runs.ts'
import { isSame } from './merge-fields.ts'

/**
 * Which object of their label is which of mine. Ids below the base's `nextObjectId` come from before the sides parted, so
 * the same id is the same object. Above it both sides gave ids out on their own: the same id is the same object only when
 * everything about it is the same, and else theirs gets one that nobody had. A category that is one region per image
 * (`oneRegion`) has its region on both sides, so their new one becomes mine.
 *
 * Returns the merged id of each of their objects that has another one there, and the next free id. Throws RangeError when
 * the ids of the label are used up.
 */
export function matchObjects(
  sides: { readonly base: LabelSide; readonly mine: LabelSide; readonly theirs: LabelSide },
  oneRegion: ReadonlySet<number>,
): { readonly renumbered: ReadonlyMap<number, number>; readonly nextObjectId: number } {
  const { base, mine, theirs } = sides
  const isNew = ({ id }: LabelObject) => id >= base.nextObjectId
  const myNew = new Map(mine.objects.filter(isNew).map((object) => [object.id, object]))
  const theirNew = theirs.objects.filter(isNew).toSorted((a, b) => a.id - b.id)
  const renumbered = new Map<number, number>()
  let nextObjectId = Math.max(base.nextObjectId, mine.nextObjectId, theirs.nextObjectId)
  if (theirNew.length === 0) return { renumbered, nextObjectId }

  const isSamePixels = comparePixels(sides)
  const myRegions = regionsOf([...myNew.values()], oneRegion)
  const theirRegions = regionsOf(theirNew, oneRegion)
  for (const object of theirNew) {
    const { id, categoryId } = object
    const region = theirRegions.get(categoryId) === id ? myRegions.get(categoryId) : undefined
    if (region !== undefined) {
      if (region !== id) renumbered.set(id, region)
      continue
    }
    // An id that I gave out, even to an object that is gone, must not come to mean another one.
    if (id >= mine.nextObjectId) continue
    const twin = myNew.get(id)
    if (twin && isSame(twin, object) && isSamePixels(id)) continue
    if (nextObjectId > MAX_OBJECT_ID) throw new RangeError('the label has used up its object ids')
    renumbered.set(id, nextObjectId++)
  }
  return { renumbered, nextObjectId }
}

/** The first new object of each category that is one region. */
function regionsOf(objects: readonly LabelObject[], oneRegion: ReadonlySet<number>): Map<number, number> {
  const regions = new Map<number, number>()
  for (const { id, categoryId } of objects) {
    if (oneRegion.has(categoryId)) regions.set(categoryId, Math.min(id, regions.get(categoryId) ?? id))
  }
  return regions
}

/** Whether an id has the same pixels on both sides. */
function comparePixels({ mine, theirs }: { mine: LabelSide; theirs: LabelSide }): (id: number) => boolean {
  const shared = new Map<number, number>()
  walkThree(mine.runs, theirs.runs, theirs.runs, (length, m, t) => {
    if (m === t) shared.set(m, (shared.get(m) ?? 0) + length)
  })
  const [ofMine, ofTheirs] = [countRuns(mine.runs), countRuns(theirs.runs)]
  return (id) => {
    const pixels = shared.get(id) ?? 0
    return pixels === (ofMine.get(id) ?? 0) && pixels === (ofTheirs.get(id) ?? 0)
  }
}
