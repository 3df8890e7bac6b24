import type { LabelObject } from '../label/ontology.ts'
import type { LabelConflict } from './label-side.ts'
import { isSame, mergeRecords, mergeValue, type PlainRecord } from './merge-fields.ts'

export type ObjectSides = {
  readonly base: readonly LabelObject[]
  readonly mine: readonly LabelObject[]
  /** With merged ids. */
  readonly theirs: readonly LabelObject[]
  /** Objects whose pixels a side changed, and how many they have there. */
  readonly changedByMe: ReadonlySet<number>
  readonly changedByThem: ReadonlySet<number>
  readonly myPixels: ReadonlyMap<number, number>
  readonly theirPixels: ReadonlyMap<number, number>
  /** Objects that have pixels in the merged label: none of them can go. */
  readonly present: ReadonlyMap<number, number>
}

/**
 * Object by object, and field by field. An object that one side deleted goes if the other side left it as it was, pixels
 * included. What is in conflict keeps what I have, and an object that only they still have stays as they have it.
 */
export function mergeObjects(sides: ObjectSides): {
  readonly objects: readonly LabelObject[]
  readonly conflicts: readonly LabelConflict[]
} {
  const [base, mine, theirs] = [sides.base, sides.mine, sides.theirs].map(
    (list) => new Map(list.map((object) => [object.id, object])),
  ) as [Map<number, LabelObject>, Map<number, LabelObject>, Map<number, LabelObject>]
  const objects: LabelObject[] = []
  const conflicts: LabelConflict[] = []
  const ids = [...new Set([...mine.keys(), ...theirs.keys()])].sort((a, b) => a - b)
  for (const id of ids) {
    const [before, here, there] = [base.get(id), mine.get(id), theirs.get(id)]
    if (here && there) {
      const merged = mergeObject(before, here, there)
      objects.push(merged.object)
      conflicts.push(...merged.conflicts)
      continue
    }
    const left = (here ?? there)!
    const by = here ? 'theirs' : 'mine'
    const [changed, pixels] = here
      ? [sides.changedByMe, sides.myPixels]
      : [sides.changedByThem, sides.theirPixels]
    const isAsBefore = before !== undefined && isSame(before, left) && !changed.has(id)
    if (isAsBefore && !sides.present.has(id)) continue
    objects.push(left)
    if (before && !isAsBefore)
      conflicts.push({ kind: 'deleted', object: id, by, pixels: pixels.get(id) ?? 0 })
  }
  return { objects, conflicts }
}

function mergeObject(before: LabelObject | undefined, here: LabelObject, there: LabelObject) {
  const conflicts: LabelConflict[] = []
  const conflict = (field: string, mine: unknown, theirs: unknown) =>
    conflicts.push({ kind: 'field', object: here.id, field, mine: mine ?? null, theirs: theirs ?? null })
  const { attributes: _b, ...beforeFields } = before ?? {}
  const { attributes: myValues, ...myFields } = here
  const { attributes: theirValues, ...theirFields } = there
  const fields = mergeRecords(
    beforeFields as PlainRecord,
    myFields as PlainRecord,
    theirFields as PlainRecord,
  )
  for (const field of fields.conflicts) {
    conflict(field, (myFields as PlainRecord)[field], (theirFields as PlainRecord)[field])
  }
  const attributes = mergeRecords(before?.attributes ?? {}, myValues, theirValues)
  for (const name of attributes.conflicts) {
    conflict(`attributes.${name}`, myValues[name], theirValues[name])
  }
  const object = { ...fields.value, attributes: attributes.value } as LabelObject
  return { object, conflicts }
}

/** Two sides judged a label differently: the later one counts, but what somebody rejected is not called labeled. */
export function mergeStatus<T extends string>(
  base: T,
  mine: T,
  theirs: T,
  later: 'mine' | 'theirs',
): { readonly status: T; readonly isContested: boolean } {
  const { value, isConflict } = mergeValue(base, mine, theirs)
  if (!isConflict) return { status: value, isContested: false }
  const rejected = [mine, theirs].find((status) => status === 'rejected')
  return { status: rejected ?? (later === 'mine' ? mine : theirs), isContested: true }
}
