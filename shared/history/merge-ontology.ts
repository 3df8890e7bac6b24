import type { Category } from '../label/ontology.ts'
import { isSame, mergeRecords, type PlainRecord } from './merge-fields.ts'

/** A field of a category that both changed differently; mine stands. `name`: theirs got another one, because mine has it. */
export type CategoryConflict = {
  readonly id: number
  readonly field: string
  readonly mine: unknown
  readonly theirs: unknown
}

export type OntologyMerge = {
  readonly categories: readonly Category[]
  /** Their ids that are others here: labels of theirs are read with these. */
  readonly renumbered: ReadonlyMap<number, number>
  readonly conflicts: readonly CategoryConflict[]
}

/** Two names that fold to one are the same name. */
export const foldCategory = (name: string): string => name.normalize('NFC').toLowerCase()

/**
 * By category id, and field by field. Ids that the base does not have were given out apart: under the same name it is one
 * category, mine, whatever its number there; under another name theirs gets a number that nobody had. A category that one
 * side took away goes if the other one left it as it was. The order is mine unless only they changed it; what is new
 * there comes at the end.
 */
export function mergeOntologies(
  base: readonly Category[],
  mine: readonly Category[],
  theirs: readonly Category[],
  /** Ids that were given out besides. */
  given: Iterable<number> = [],
): OntologyMerge {
  const renumbered = matchCategories(base, mine, theirs, given)
  const here = (id: number) => renumbered.get(id) ?? id
  const theirsHere = theirs.map((category) => ({ ...category, id: here(category.id) }))
  const [before, own, other] = [base, mine, theirsHere].map(
    (list) => new Map(list.map((category) => [category.id, category])),
  ) as [Map<number, Category>, Map<number, Category>, Map<number, Category>]
  const conflicts: CategoryConflict[] = []
  const merged = new Map<number, Category>()
  for (const id of new Set([...own.keys(), ...other.keys()])) {
    const [old, one, two] = [before.get(id), own.get(id), other.get(id)]
    if (one && two) {
      const fields = mergeRecords((old ?? {}) as PlainRecord, one as PlainRecord, two as PlainRecord)
      for (const field of fields.conflicts) {
        const [a, b] = [valueAt(one, field), valueAt(two, field)]
        conflicts.push({ id, field, mine: a ?? null, theirs: b ?? null })
      }
      merged.set(id, fields.value as Category)
      continue
    }
    const left = (one ?? two)!
    if (old && isSame(old, left)) continue
    merged.set(id, left)
    if (old) conflicts.push({ id, field: 'removed', mine: one === undefined, theirs: two === undefined })
  }
  const ids = (list: readonly Category[]) => list.map(({ id }) => id)
  const order = mergeOrder(ids(base), ids(mine), ids(theirsHere)).filter((id) => merged.has(id))
  const categories = order.map((id) => merged.get(id)!)
  return { ...distinct(categories, own, conflicts), renumbered }
}

/** The value of a field; of an entry of a list, which a conflict names by a path, the list. */
const valueAt = (category: Category, path: string) => {
  const record = category as PlainRecord
  return Object.hasOwn(record, path) ? record[path] : record[path.split('.')[0]!]
}

function matchCategories(
  base: readonly Category[],
  mine: readonly Category[],
  theirs: readonly Category[],
  given: Iterable<number>,
): Map<number, number> {
  const known = new Set(base.map(({ id }) => id))
  const myNew = mine.filter(({ id }) => !known.has(id))
  const byName = new Map(myNew.map((category) => [foldCategory(category.name), category.id]))
  const taken = new Set([...base, ...mine, ...theirs].map(({ id }) => id))
  const myIds = new Set(mine.map(({ id }) => id))
  let next = Math.max(0, ...taken, ...given) + 1
  const renumbered = new Map<number, number>()
  for (const { id, name } of theirs) {
    if (known.has(id)) continue
    const twin = byName.get(foldCategory(name))
    if (twin !== undefined) {
      if (twin !== id) renumbered.set(id, twin)
    } else if (myIds.has(id)) renumbered.set(id, next++)
  }
  return renumbered
}

function mergeOrder(base: readonly number[], mine: readonly number[], theirs: readonly number[]): number[] {
  const moved = (side: readonly number[]) => {
    const kept = side.filter((id) => base.includes(id))
    return !isSame(
      kept,
      base.filter((id) => side.includes(id)),
    )
  }
  const [lead, rest] = moved(theirs) && !moved(mine) ? [theirs, mine] : [mine, theirs]
  return [...lead, ...rest.filter((id) => !lead.includes(id))]
}

/** No two categories have one name: the one that got it there gets a number behind it. */
function distinct(
  categories: readonly Category[],
  mine: ReadonlyMap<number, Category>,
  conflicts: readonly CategoryConflict[],
): Pick<OntologyMerge, 'categories' | 'conflicts'> {
  const isMine = ({ id, name }: Category) => mine.get(id)?.name === name
  const taken = new Set<string>(categories.filter(isMine).map(({ name }) => foldCategory(name)))
  const all = [...conflicts]
  const named = categories.map((category) => {
    if (isMine(category)) return category
    const name = freeName(category.name, taken)
    taken.add(foldCategory(name))
    if (name === category.name) return category
    all.push({ id: category.id, field: 'name', mine: name, theirs: category.name })
    return { ...category, name }
  })
  return { categories: named, conflicts: all }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name.slice(0, 190)} ${n}`
    if (!taken.has(foldCategory(candidate))) return candidate
  }
}
