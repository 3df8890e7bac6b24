import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { isSame } from '../../shared/history/merge-fields.ts'
import { foldCategory } from '../../shared/history/merge-ontology.ts'
import type { Category, DatasetRules, Ontology } from '../../shared/label/ontology.ts'
import type { Categories } from './categories.ts'
import type { LibraryContext } from './library-context.ts'

/**
 * Makes the ontology of the library what it is in `wanted`, by id, as one change. Categories that are not in it go out of
 * use unless `isNeeded`; ids never come to mean something else. Done again after a stop, it ends the same.
 */
export function restoreOntology(
  categories: Categories,
  wanted: Ontology,
  isNeeded: (category: number) => boolean,
): void {
  const now: Ontology = { ...categories.rules(), categories: categories.list() }
  if (isSame(now, wanted)) return
  categories.together(() => {
    const given = categories.ids()
    const there = wanted.categories.filter(({ id }) => given.has(id))
    const stays = new Set(there.map(({ id }) => id))
    for (const { id } of categories.list()) if (!stays.has(id) && !isNeeded(id)) categories.retire(id)
    categories.revive(stays)
    // Names may go round, or a newer category may have taken one: whoever has it steps aside until it gets its own.
    for (const { id, name } of there) {
      const list = categories.list()
      const holder = list.find((each) => foldCategory(each.name) === foldCategory(name))
      if (!holder || holder.id === id) continue
      const taken = new Set([...list, ...there].map((each) => foldCategory(each.name)))
      categories.update({ id: holder.id, name: freeName(holder.name, taken) })
    }
    for (const category of there) {
      const before = categories.list().find(({ id }) => id === category.id)
      if (!isSame(before, category)) categories.update(wholeChange(category))
    }
    for (const category of wanted.categories) if (!given.has(category.id)) categories.create(category)
    const order = wanted.categories.map(({ id }) => id)
    if (order.length > 0) categories.order(order)
    const rules: DatasetRules = { task: wanted.task, imageAttributes: wanted.imageAttributes }
    if (canonicalJson(categories.rules()) !== canonicalJson(rules)) categories.setRules(rules)
  })
}

/** Whether some label that is shown has objects or shapes of a category, in the trash too. */
export function createNeeded({ db }: Pick<LibraryContext, 'db'>): (category: number) => boolean {
  const select = db.prepare(
    `SELECT 1 FROM listing_objects WHERE category_id = ?1
     UNION ALL SELECT 1 FROM listing_shapes WHERE category_id = ?1 LIMIT 1`,
  )
  return (category) => select.get(category) !== undefined
}

/** All of it: what a category does not say any more is said as empty. */
function wholeChange(category: Category): Parameters<Categories['update']>[0] {
  const { description = '', isVoid = false, attributes = [], other = {}, ...rest } = category
  return { ...rest, description, isVoid, attributes, other }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 2; ; n++) {
    const candidate = `${name.slice(0, 190)} ${n}`
    if (!taken.has(foldCategory(candidate))) return candidate
  }
}
