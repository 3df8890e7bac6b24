import type { LabelObject } from '../label/ontology.ts'
import type { LabelConflict, LabelSide } from './label-side.ts'
import { countRuns, MapRunsBuilder, walkThree } from './map-runs.ts'
import { mergeObjects, mergeStatus } from './merge-objects.ts'
import { type MatchedObjects, matchObjects } from './object-ids.ts'

export type LabelMerge = LabelSide & {
  /** Nothing: the label is what both sides made of it. Else it holds my side wherever they are. */
  readonly conflicts: readonly LabelConflict[]
  /** Their ids that are others here. */
  readonly renumbered: ReadonlyMap<number, number>
  /** Both judged it, and differently; the later word counts, and `rejected` before any other. */
  readonly isStatusContested: boolean
}

/**
 * `later`: whose state is the newer one. `oneRegion`: categories that are one region per image. `isOneCounter`: both
 * sides got the ids of new objects from one place.
 */
export type MergeOptions = {
  readonly later?: 'mine' | 'theirs'
  readonly oneRegion?: ReadonlySet<number>
  readonly isOneCounter?: boolean
}

/**
 * Merges what two sides made of one label. Pixels are merged where only one side changed them; pixels that both changed,
 * and differently, are a conflict of the objects concerned, as are pixels of an object that one side has locked since
 * and the other one changed. Objects are merged field by field. Costs by stretches of the three maps, not by pixels.
 * Throws RangeError when the ids of the label are used up.
 */
export function mergeLabel(
  base: LabelSide,
  mine: LabelSide,
  theirs: LabelSide,
  options: MergeOptions = {},
): LabelMerge {
  const { later = 'mine', oneRegion = new Set(), isOneCounter = false } = options
  const matched = matchObjects({ base, mine, theirs }, { oneRegion, isOneCounter })
  const { ofBase, ofTheirs, nextObjectId } = matched
  const here = (id: number) => ofTheirs.get(id) ?? id
  const [baseObjects, theirObjects] = [renumbered(base.objects, ofBase), renumbered(theirs.objects, ofTheirs)]
  const pixels = mergePixels(
    {
      base: { ...base, objects: baseObjects },
      mine,
      theirs: { ...theirs, objects: theirObjects },
    },
    matched,
  )
  const theirPixels = new Map([...countRuns(theirs.runs)].map(([id, count]) => [here(id), count]))
  const merged = mergeObjects({
    base: baseObjects,
    mine: mine.objects,
    theirs: theirObjects,
    changedByMe: pixels.changedByMe,
    changedByThem: pixels.changedByThem,
    myPixels: countRuns(mine.runs),
    theirPixels,
    present: countRuns(pixels.runs),
  })
  const { status, isContested } = mergeStatus(base.status, mine.status, theirs.status, later)
  return {
    runs: pixels.runs,
    objects: merged.objects,
    nextObjectId,
    status,
    conflicts: [...pixels.conflicts, ...merged.conflicts],
    renumbered: ofTheirs,
    isStatusContested: isContested,
  }
}

const renumbered = (objects: readonly LabelObject[], ids: ReadonlyMap<number, number>) =>
  objects.map((object) => ({ ...object, id: ids.get(object.id) ?? object.id }))

type Sides = { readonly base: LabelSide; readonly mine: LabelSide; readonly theirs: LabelSide }

function mergePixels({ base, mine, theirs }: Sides, { ofBase, ofTheirs }: MatchedObjects) {
  const builder = new MapRunsBuilder()
  const [changedByMe, changedByThem] = [new Set<number>(), new Set<number>()]
  const [lockedByMe, lockedByThem] = [lockedSince(base, mine), lockedSince(base, theirs)]
  const contested = new Map<string, LabelConflict & { pixels: number }>()
  const contest = (conflict: LabelConflict & { readonly pixels: number }, length: number) => {
    const { pixels: _, ...about } = conflict
    const key = JSON.stringify(about)
    contested.set(key, { ...conflict, pixels: (contested.get(key)?.pixels ?? 0) + length })
  }
  walkThree(base.runs, mine.runs, theirs.runs, (length, baseId, m, theirId) => {
    const [b, t] = [ofBase.get(baseId) ?? baseId, ofTheirs.get(theirId) ?? theirId]
    if (b !== m) changedByMe.add(b).add(m)
    if (b !== t) changedByThem.add(b).add(t)
    if (m === t || b === t) {
      const held = m === t ? undefined : [b, m].find((id) => lockedByThem.has(id))
      if (held !== undefined) contest({ kind: 'locked', object: held, by: 'theirs', pixels: 0 }, length)
      builder.add(m, length)
      return
    }
    if (b === m) {
      const held = [b, t].find((id) => lockedByMe.has(id))
      if (held === undefined) return void builder.add(t, length)
      contest({ kind: 'locked', object: held, by: 'mine', pixels: 0 }, length)
    } else contest({ kind: 'pixels', base: b, mine: m, theirs: t, pixels: 0 }, length)
    builder.add(m, length)
  })
  return { runs: builder.finish(), changedByMe, changedByThem, conflicts: [...contested.values()] }
}

/** Objects that a side has locked since the base: it decided that their pixels stay as they are. */
function lockedSince(base: LabelSide, side: LabelSide): ReadonlySet<number> {
  const before = new Set(base.objects.filter(isLocked).map(({ id }) => id))
  return new Set(
    side.objects.filter((object) => isLocked(object) && !before.has(object.id)).map(({ id }) => id),
  )
}

const isLocked = ({ locked }: LabelObject) => locked === true
