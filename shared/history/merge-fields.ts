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
    const { value, isConflict } = mergeValue(own(base, key), own(mine, key), own(theirs, key))
    if (value !== undefined) merged.push([key, value])
    if (isConflict) conflicts.push(key)
  }
  return { value: Object.fromEntries(merged), conflicts: conflicts.sort() }
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
