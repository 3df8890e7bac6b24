import { MAX_OBJECT_ID } from '../label/label-map.ts'
import type { LabelObject } from '../label/ontology.ts'
import type { LabelSide } from './label-side.ts'
import { countRuns, walkThree } from './map-runs.ts'
import { isSame } from './merge-fields.ts'

type Sides = { readonly base: LabelSide; readonly mine: LabelSide; readonly theirs: LabelSide }

/** Ids of the base and of theirs that are others in the merged label, and the next free one. */
export type MatchedObjects = {
  readonly ofBase: ReadonlyMap<number, number>
  readonly ofTheirs: ReadonlyMap<number, number>
  readonly nextObjectId: number
}

/**
 * Which object of their label is which of mine. Ids below the base's `nextObjectId` come from before the sides parted, so
 * the same id is the same object. Above it both sides gave ids out on their own, unless they had one counter, as states of
 * one library have (`isOneCounter`): the same id is the same object only when everything about it is the same, and else
 * theirs gets one that nobody had. A category that is one region per image (`oneRegion`) has its region wherever it has
 * one, so one that a side made is that of the others. Throws RangeError when the ids of the label are used up.
 */
export function matchObjects(
  sides: Sides,
  options: { readonly oneRegion: ReadonlySet<number>; readonly isOneCounter: boolean },
): MatchedObjects {
  const { base, mine, theirs } = sides
  const { ofBase, ofTheirs } = matchRegions(sides, options)
  let nextObjectId = Math.max(base.nextObjectId, mine.nextObjectId, theirs.nextObjectId)
  const isNew = ({ id }: LabelObject) => id >= base.nextObjectId
  const theirNew = theirs.objects.filter((object) => isNew(object) && !ofTheirs.has(object.id))
  if (options.isOneCounter || theirNew.length === 0) return { ofBase, ofTheirs, nextObjectId }

  const isSamePixels = comparePixels(sides)
  const myNew = new Map(mine.objects.filter(isNew).map((object) => [object.id, object]))
  for (const object of theirNew.toSorted((a, b) => a.id - b.id)) {
    const { id } = object
    // An id that I gave out, even to an object that is gone, must not come to mean another one.
    if (id >= mine.nextObjectId) continue
    const twin = myNew.get(id)
    if (twin && isSame(twin, object) && isSamePixels(id)) continue
    // The region of a category: what is the same is not its number and not its pixels.
    if (twin && options.oneRegion.has(twin.categoryId) && twin.categoryId === object.categoryId) continue
    if (nextObjectId > MAX_OBJECT_ID) throw new RangeError('the label has used up its object ids')
    ofTheirs.set(id, nextObjectId++)
  }
  return { ofBase, ofTheirs, nextObjectId }
}

/** The region of a category gets my number for it on every side that has it under a number which I do not use. */
function matchRegions(
  { base, mine, theirs }: Sides,
  { oneRegion, isOneCounter }: { oneRegion: ReadonlySet<number>; isOneCounter: boolean },
) {
  const [ofBase, ofTheirs] = [new Map<number, number>(), new Map<number, number>()]
  const [before, here, there] = [base, mine, theirs].map(
    ({ objects }) => new Map(objects.map(({ id, categoryId }) => [id, categoryId])),
  ) as [Map<number, number>, Map<number, number>, Map<number, number>]
  for (const category of oneRegion) {
    const [old, own, other] = [before, here, there].map((ids) => regionOf(ids, category))
    if (own === undefined || other === undefined) continue
    // An object that became this region by its category is still that object.
    if (own < base.nextObjectId && own !== old) continue
    // An own new object under that number gets another one below.
    const isFree = !there.has(own) || (own >= base.nextObjectId && !isOneCounter)
    // What they made of the base's region tells which one it is.
    if (
      old !== undefined &&
      !here.has(old) &&
      !before.has(own) &&
      isFree &&
      (old === other || (other >= base.nextObjectId && !there.has(old)))
    ) {
      ofBase.set(old, own)
    }
    const isNew = other >= base.nextObjectId
    const mayMove = isNew ? !isOneCounter || !here.has(other) : ofBase.has(other)
    if (other !== own && isFree && mayMove) ofTheirs.set(other, own)
  }
  return { ofBase, ofTheirs }
}

function regionOf(ids: ReadonlyMap<number, number>, category: number): number | undefined {
  let first: number | undefined
  for (const [id, categoryId] of ids) {
    if (categoryId === category && (first === undefined || id < first)) first = id
  }
  return first
}

/** Whether an id has the same pixels on both sides. */
function comparePixels({ mine, theirs }: Sides): (id: number) => boolean {
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
