/**
 * Three-way merging of plain JSON values, field by field, whatever the fields are called: what somebody adds to a record
 * later is merged like the rest. `undefined` stands for a field that is not there.
 */
export type Merged<T> = { readonly value: T; readonly isConflict: boolean }

/** Both changed it, and differently: `mine` stands until somebody chooses. */
export function mergeValue<T>(base: T, mine: T, theirs: T): Merged<T> {
  if (isSame(mine, theirs) || isSame(base, theirs)) return { value: mine, isConflict: false }
  if (isSame(base, mine)) return { value: theirs, isConflict: false }
  return { value: mine, isConflict: true }
}

export type PlainRecord = Readonly<Record<string, unknown>>

/** Fields that both changed differently keep my value and are named in `conflicts`, in order. */
export function mergeRecords(
  base: PlainRecord,
  mine: PlainRecord,
  theirs: PlainRecord,
): { readonly value: PlainRecord; readonly conflicts: readonly string[] } {
  const merged: [string, unknown][] = []
  const conflicts: string[] = []
  for (const key of new Set([base, mine, theirs].flatMap(Object.keys))) {
    const [old, one, other] = [own(base, key), own(mine, key), own(theirs, key)]
    const { value, isConflict } = mergeValue(old, one, other)
    if (isConflict && isNamedList(one) && isNamedList(other)) {
      const list = mergeNamed(isNamedList(old) ? old : [], one, other)
      merged.push([key, list.value])
      conflicts.push(...list.conflicts.map((path) => `${key}.${path}`))
      continue
    }
    if (value !== undefined) merged.push([key, value])
    if (isConflict) conflicts.push(key)
  }
  return { value: Object.fromEntries(merged), conflicts: conflicts.sort() }
}

type Named = PlainRecord & { readonly name: string }

/** A list whose entries go by their names, as definitions of attributes do. */
function isNamedList(value: unknown): value is readonly Named[] {
  if (!Array.isArray(value)) return false
  const names = value.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null ? (entry as PlainRecord).name : undefined,
  )
  return names.every((name) => typeof name === 'string') && new Set(names).size === names.length
}

/** In my order; what is new there comes at the end. An entry that one side took away and the other changed stays. */
function mergeNamed(base: readonly Named[], mine: readonly Named[], theirs: readonly Named[]) {
  const byName = (list: readonly Named[]) => new Map(list.map((entry) => [entry.name, entry]))
  const [before, here, there] = [byName(base), byName(mine), byName(theirs)]
  const value: PlainRecord[] = []
  const conflicts: string[] = []
  for (const name of new Set([...here.keys(), ...there.keys()])) {
    const [old, one, other] = [before.get(name), here.get(name), there.get(name)]
    if (one && other) {
      const fields = mergeRecords(old ?? {}, one, other)
      value.push(fields.value)
      conflicts.push(...fields.conflicts.map((field) => `${name}.${field}`))
      continue
    }
    if (old && isSame(old, one ?? other)) continue
    value.push((one ?? other)!)
    if (old) conflicts.push(name)
  }
  return { value, conflicts }
}

const own = (record: PlainRecord, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** Whether two values are the same JSON. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [a as PlainRecord, b as PlainRecord]
  const keys = Object.keys(left).filter((key) => left[key] !== undefined)
  if (keys.length !== Object.keys(right).filter((key) => right[key] !== undefined).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]))
}
