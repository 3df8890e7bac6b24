import { type Card, foldTag, type Issue } from '../dataset/card.ts'
import { isSame, mergeRecords, mergeValue, type PlainRecord } from './merge-fields.ts'

export type CardMerge = {
  readonly card: Card
  /** Fields that both changed differently, and where mine stands: `split`, `metadata.camera`, `issues.<id>.resolved` … */
  readonly conflicts: readonly string[]
}

/**
 * Tags as a set, metadata and attributes by key, issues by their id, everything else field by field. An issue or a reply
 * that one side took away and the other one changed stays.
 */
export function mergeCards(base: Card, mine: Card, theirs: Card): CardMerge {
  const conflicts: string[] = []
  const records = (field: 'metadata' | 'attributes') => {
    const merged = mergeRecords(base[field], mine[field], theirs[field])
    conflicts.push(...merged.conflicts.map((key) => `${field}.${key}`))
    return merged.value
  }
  const { tags: _b, metadata: _bm, attributes: _ba, issues: _bi, ...baseRest } = base
  const { tags: _m, metadata: _mm, attributes: _ma, issues: _mi, ...myRest } = mine
  const { tags: _t, metadata: _tm, attributes: _ta, issues: _ti, ...theirRest } = theirs
  const rest = mergeRecords(baseRest as PlainRecord, myRest as PlainRecord, theirRest as PlainRecord)
  conflicts.push(...rest.conflicts)
  const card = {
    ...rest.value,
    tags: mergeTags(base.tags, mine.tags, theirs.tags),
    metadata: records('metadata'),
    attributes: records('attributes'),
    issues: mergeById(base.issues, mine.issues, theirs.issues, (before, here, there) =>
      mergeIssue(before, here, there, (field) => conflicts.push(`issues.${here.id}.${field}`)),
    ),
  } as Card
  return { card, conflicts: conflicts.sort() }
}

function mergeTags(base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const byFold = (tags: readonly string[]) => new Map(tags.map((tag) => [foldTag(tag), tag]))
  const [before, here, there] = [byFold(base), byFold(mine), byFold(theirs)]
  const merged = mergeRecords(
    Object.fromEntries(before),
    Object.fromEntries(here),
    Object.fromEntries(there),
  ).value
  return Object.values(merged).map(String).sort(byCodeUnit)
}

function mergeIssue(
  before: Issue | undefined,
  here: Issue,
  there: Issue,
  conflict: (field: string) => void,
): Issue {
  const { replies: ofBase = [], ...baseRest } = before ?? { replies: [] }
  const { replies: ofMine, ...myRest } = here
  const { replies: ofTheirs, ...theirRest } = there
  const rest = mergeRecords(baseRest as PlainRecord, myRest as PlainRecord, theirRest as PlainRecord)
  for (const field of rest.conflicts) conflict(field)
  const replies = mergeById(ofBase, ofMine, ofTheirs, (old, one, other) => mergeValue(old, one, other).value!)
  return { ...rest.value, replies } as Issue
}

type Entry = { readonly id: string; readonly createdAt: number }

/** Oldest first; what came at one time, by id, so that both sides have one order. */
function mergeById<T extends Entry>(
  base: readonly T[],
  mine: readonly T[],
  theirs: readonly T[],
  merge: (before: T | undefined, here: T, there: T) => T,
): T[] {
  const byId = (list: readonly T[]) => new Map(list.map((entry) => [entry.id, entry]))
  const [before, here, there] = [byId(base), byId(mine), byId(theirs)]
  const merged: T[] = []
  for (const id of new Set([...here.keys(), ...there.keys()])) {
    const [old, one, other] = [before.get(id), here.get(id), there.get(id)]
    if (one && other) merged.push(merge(old, one, other))
    else if (!old || !isSame(old, one ?? other)) merged.push((one ?? other)!)
  }
  return merged.sort((a, b) => a.createdAt - b.createdAt || byCodeUnit(a.id, b.id))
}

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
