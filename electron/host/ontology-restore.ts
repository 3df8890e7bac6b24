import { foldCategory } from '../../shared/history/merge-ontology.ts'
import type { Category } from '../../shared/label/ontology.ts'
import type { Categories } from './categories.ts'

/**
 * Makes the categories of the library what they are in `wanted`, by id. Those that are not in it stay: labels elsewhere
 * may need them, and an id never comes to mean something else. Done again after a stop, it ends the same.
 */
export function restoreCategories(
  categories: Pick<Categories, 'list' | 'update'>,
  wanted: readonly Category[],
): void {
  const now = new Map(categories.list().map((category) => [category.id, category]))
  const there = wanted.filter(({ id }) => now.has(id))
  const nameOf = new Map([...now.values()].map(({ id, name }) => [foldCategory(name), id]))
  for (const { id, name } of there) {
    const holder = nameOf.get(foldCategory(name))
    if (holder === undefined || holder === id) continue
    // Names that go round, or one that a newer category took: it steps aside until it gets its own.
    const free = freeName(now.get(holder)!.name, new Set(nameOf.keys()))
    categories.update({ id: holder, name: free })
    nameOf.set(foldCategory(free), holder)
    nameOf.set(foldCategory(name), id)
  }
  for (const category of there) {
    const { id, name, color, hasInstances } = category
    const before = categories.list().find((each) => each.id === id)!
    const isSame = before.name === name && before.color === color && before.hasInstances === hasInstances
    if (!isSame) categories.update({ id, name, color, hasInstances })
  }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 2; ; n++) {
    const candidate = `${name.slice(0, 190)} ${n}`
    if (!taken.has(foldCategory(candidate))) return candidate
  }
}
