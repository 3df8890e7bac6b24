import type { LabelObject } from '../label/ontology.ts'
import type { LabelConflict, LabelSide } from './label-side.ts'
import { countRuns, MapRunsBuilder, walkThree } from './map-runs.ts'
import { type MergeOptions, mergeLabel } from './merge-label.ts'
import { matchObjects } from './object-ids.ts'

/**
 * What a person says of a conflict. `both`: what each side drew stays, mine on top where both drew; what only one side
 * erased stays drawn.
 */
export type Choice = 'mine' | 'theirs' | 'both'

/** Objects whose conflicts hang together and are answered as one. */
export type ConflictGroup = {
  /** The lowest of its ids: what answers are found by. */
  readonly key: number
  /** Ids of the merged label, in order. */
  readonly objects: readonly number[]
  readonly conflicts: readonly LabelConflict[]
  /** `both` only where there is something to be had of both. */
  readonly choices: readonly Choice[]
}

/**
 * Conflicts by the objects that they are about: two objects that claim the same pixels are one question. Pixels that one
 * side erased are a matter of the object of the other side. In order of their keys.
 */
export function groupConflicts(conflicts: readonly LabelConflict[]): ConflictGroup[] {
  const leaders = new Map<number, number>()
  const leaderOf = (id: number): number => {
    let leader = id
    while ((leaders.get(leader) ?? leader) !== leader) leader = leaders.get(leader)!
    leaders.set(id, leader)
    return leader
  }
  const objectsOf = (conflict: LabelConflict) =>
    conflict.kind === 'pixels' ? [conflict.mine, conflict.theirs].filter((id) => id !== 0) : [conflict.object]
  for (const conflict of conflicts) {
    const [first, second] = objectsOf(conflict).map(leaderOf)
    if (second !== undefined) leaders.set(Math.max(first!, second), Math.min(first!, second))
  }
  const groups = new Map<number, { objects: Set<number>; conflicts: LabelConflict[] }>()
  for (const conflict of conflicts) {
    const objects = objectsOf(conflict)
    const key = leaderOf(objects[0]!)
    const group = groups.get(key) ?? { objects: new Set(), conflicts: [] }
    for (const id of objects) group.objects.add(id)
    group.conflicts.push(conflict)
    groups.set(key, group)
  }
  return [...groups]
    .map(([key, group]) => {
      const isShared = group.conflicts.some(({ kind }) => kind === 'pixels' || kind === 'deleted')
      const choices: Choice[] = isShared ? ['mine', 'theirs', 'both'] : ['mine', 'theirs']
      return { key, objects: [...group.objects].sort((a, b) => a - b), conflicts: group.conflicts, choices }
    })
    .sort((a, b) => a.key - b.key)
}

/** A label of two sides with answers; what is not answered is as in the merge, where mine stands. */
export type ResolvedLabel = LabelSide & {
  readonly groups: readonly ConflictGroup[]
  /** Their ids that are others here. */
  readonly renumbered: ReadonlyMap<number, number>
}

/**
 * Merges two sides and does with each group of conflicts what `answers` says, by its key. A group that is mine or theirs
 * is that with all its pixels, also those that the other side alone had changed. Throws RangeError like `mergeLabel`.
 */
export function resolveLabel(
  base: LabelSide,
  mine: LabelSide,
  theirs: LabelSide,
  options: MergeOptions & { readonly answers: ReadonlyMap<number, Choice> },
): ResolvedLabel {
  const { answers, oneRegion = new Set<number>(), isOneCounter = false } = options
  const merged = mergeLabel(base, mine, theirs, options)
  const { ofBase, ofTheirs } = matchObjects({ base, mine, theirs }, { oneRegion, isOneCounter })
  const groups = groupConflicts(merged.conflicts)
  const answerOf = new Map<number, Choice>()
  for (const { key, objects } of groups) {
    const answer = answers.get(key)
    if (answer) for (const id of objects) answerOf.set(id, answer)
  }

  const builder = new MapRunsBuilder()
  // The merge itself is walked along with the sides: what nobody answered is as it says.
  const open = alongside(merged.runs)
  walkThree(base.runs, mine.runs, theirs.runs, (length, baseId, m, theirId) => {
    const [b, t] = [ofBase.get(baseId) ?? baseId, ofTheirs.get(theirId) ?? theirId]
    // Who drew here last says whose question it is; where one erased, it is that of what was there.
    const [drawn, other] = b === m ? [t, m] : b === t ? [m, t] : [m || t, t || m]
    const answer = answerOf.get(drawn) ?? answerOf.get(other)
    open(length, (part, id) => {
      if (m === t || answer === undefined) return builder.add(id, part)
      if (answer === 'mine') return builder.add(m, part)
      if (answer === 'theirs') return builder.add(t, part)
      builder.add(id === 0 || (b !== m && b !== t) ? m || t : id, part)
    })
  })
  const runs = builder.finish()
  const objects = resolvedObjects({ mine, theirs, merged, ofTheirs, answerOf, present: countRuns(runs) })
  const { nextObjectId, status } = merged
  return { runs, objects, nextObjectId, status, groups, renumbered: ofTheirs }
}

/** Objects of the chosen side. One that had pixels there and has none left goes; one that never had any stays. */
function resolvedObjects(parts: {
  readonly mine: LabelSide
  readonly theirs: LabelSide
  readonly merged: LabelSide
  readonly ofTheirs: ReadonlyMap<number, number>
  readonly answerOf: ReadonlyMap<number, Choice>
  readonly present: ReadonlyMap<number, number>
}): LabelObject[] {
  const { mine, theirs, merged, ofTheirs, answerOf, present } = parts
  const here = (id: number) => ofTheirs.get(id) ?? id
  const byId = (objects: readonly LabelObject[]) => new Map(objects.map((object) => [object.id, object]))
  const [own, other, both] = [
    byId(mine.objects),
    byId(theirs.objects.map((object) => ({ ...object, id: here(object.id) }))),
    byId(merged.objects),
  ]
  const pixelsOf = {
    mine: countRuns(mine.runs),
    theirs: new Map([...countRuns(theirs.runs)].map(([id, count]) => [here(id), count])),
  }
  const ids = [...new Set([...own.keys(), ...other.keys()])].sort((a, b) => a - b)
  return ids.flatMap((id) => {
    const answer = answerOf.get(id) ?? 'both'
    const wanted = answer === 'mine' ? own.get(id) : answer === 'theirs' ? other.get(id) : both.get(id)
    if (present.has(id)) return wanted ?? both.get(id) ?? own.get(id) ?? other.get(id)!
    const hadPixels =
      answer === 'both'
        ? pixelsOf.mine.has(id) || pixelsOf.theirs.has(id)
        : pixelsOf[answer as 'mine' | 'theirs'].has(id)
    return wanted && !hadPixels ? wanted : []
  })
}

/** Walks `runs` in step with other stretches: each call goes on by `length` and visits what lies in it. */
function alongside({ ends, ids }: LabelSide['runs']) {
  let [at, i] = [0, 0]
  return (length: number, visit: (length: number, id: number) => void): void => {
    const stop = at + length
    while (at < stop) {
      const end = Math.min(stop, ends[i]!)
      visit(end - at, ids[i]!)
      if (end === ends[i]) i++
      at = end
    }
  }
}
