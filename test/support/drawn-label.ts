import type { LabelDocument } from '../../shared/label/edit.ts'
import { indexObjects } from '../../shared/label/object-index.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'

export const car: Category = { id: 1, name: 'car', color: '#e69f00', hasInstances: true }
export const bus: Category = { id: 3, name: 'bus', color: '#009e73', hasInstances: true }
export const sky: Category = { id: 2, name: 'sky', color: '#56b4e9', hasInstances: false }
export const drawnCategories: readonly Category[] = [car, sky, bus]

/** An object for each letter; lower-case ones are cars, `s` is sky. `.` is unlabeled. */
const ids: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3, d: 70_000, s: 5 }

/** A label as rows of letters. `locked`: letters of objects that are locked. */
export function drawnLabel(rows: readonly string[], locked = '') {
  const width = rows[0]!.length
  const map = {
    width,
    height: rows.length,
    ids: Uint32Array.from(rows.join(''), (letter) => ids[letter] ?? 0),
  }
  const objects = new Map<number, LabelObject>()
  for (const [letter, id] of Object.entries(ids)) {
    if (!map.ids.includes(id)) continue
    const categoryId = letter === 's' ? sky.id : car.id
    const isLocked = locked.includes(letter)
    objects.set(id, { id, categoryId, attributes: { seen: letter }, ...(isLocked && { locked: true }) })
  }
  const doc: LabelDocument = { map, objects, status: 'in progress', nextObjectId: 70_001 }
  return { doc, index: indexObjects(map) }
}

/** The label as rows of letters; objects that no letter means are digits, from 1 for the first that came. */
export function shownRows({ map }: LabelDocument): string[] {
  const letters = new Map(Object.entries(ids).map(([letter, id]) => [id, letter]))
  const letterOf = (id: number) => (id === 0 ? '.' : (letters.get(id) ?? String(id - 70_000)))
  return Array.from({ length: map.height }, (_, y) =>
    Array.from(map.ids.subarray(y * map.width, (y + 1) * map.width), letterOf).join(''),
  )
}
