import type { LabelObject } from '../label/ontology.ts'
import { isSame } from './merge-fields.ts'

/** How the objects of a label differ from those of an earlier state, by id. */
export type ObjectChanges = {
  readonly added: number
  readonly removed: number
  /** Of another category now. */
  readonly reclassified: number
  /** Of the same category, with other attributes or another lock. */
  readonly changed: number
  /** Which category became which, as `from to`, and how often. */
  readonly pairs: ReadonlyMap<string, number>
}

export const noObjectChanges: ObjectChanges = {
  added: 0,
  removed: 0,
  reclassified: 0,
  changed: 0,
  pairs: new Map(),
}

export function compareObjects(before: readonly LabelObject[], after: readonly LabelObject[]): ObjectChanges {
  const old = new Map(before.map((object) => [object.id, object]))
  const pairs = new Map<string, number>()
  let [added, kept, reclassified, changed] = [0, 0, 0, 0]
  for (const object of after) {
    const was = old.get(object.id)
    if (!was) {
      added++
      continue
    }
    kept++
    if (was.categoryId !== object.categoryId) {
      reclassified++
      const pair = `${was.categoryId} ${object.categoryId}`
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
    } else if (!isSame(was, object)) changed++
  }
  return { added, removed: before.length - kept, reclassified, changed, pairs }
}
