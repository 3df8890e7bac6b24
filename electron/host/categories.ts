import type { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import { ontologyFileText } from '../../shared/formats/ontology-file.ts'
import type { HostArgs } from '../../shared/host/host-api.ts'
import {
  type Category,
  categorySchema,
  type DatasetRules,
  datasetRulesSchema,
  defaultRules,
  freshCategoryIds,
  maxCategories,
} from '../../shared/label/ontology.ts'
import { nextColor } from '../../shared/label/palette.ts'
import { damaged } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'
import { requireWritable } from './read-only.ts'

/** What objects can be, and what is asked of them. An id that was given out never comes to mean something else. */
export type Categories = {
  /** Those in use, in the order of the number keys. */
  list(): Category[]
  /** Throws AppError `NAME_TAKEN`, `IN_TOO_BIG`, `LIB_READ_ONLY`; `id` only for one that was never given out. */
  create(
    input: HostArgs<'categories.create'> & { readonly id?: number; readonly other?: Category['other'] },
  ): Category
  /** Throws AppError `NOT_FOUND`, `NAME_TAKEN`, `LIB_READ_ONLY`. */
  update(input: HostArgs<'categories.update'> & { readonly other?: Category['other'] }): Category
  /** Puts these first, in this order. Throws AppError `NOT_FOUND`, `LIB_READ_ONLY`. */
  order(ids: readonly number[]): Category[]
  rules(): DatasetRules
  setRules(change: HostArgs<'ontology.setRules'>): DatasetRules
  /** Every id that was ever given out. */
  ids(): ReadonlySet<number>
  /** Inside a transaction: takes it out of use. Its id and what it says stay, so that it can come back. */
  retire(id: number): void
  /**
   * Brings back those of `ids` that are out of use: a label is about to have objects of them. One whose name was given
   * to another meanwhile gets a number behind it.
   */
  revive(ids: Iterable<number>): void
  /** Several changes as one: all of them or none, and told of once. */
  together<T>(work: () => T): T
  /** `ontology.json` as it is now. */
  text(): string
  /** Its blob, stored if it is not there yet. */
  ontology(): Promise<BlobRef>
}

/** What a row keeps besides its columns. */
const moreSchema = categorySchema.pick({ description: true, isVoid: true, attributes: true, other: true })
type More = z.infer<typeof moreSchema>

export function createCategories(context: LibraryContext): Categories {
  const { db } = context
  const selectUsed = db.prepare('SELECT * FROM categories WHERE name_key IS NOT NULL ORDER BY position, id')
  const selectAny = db.prepare('SELECT * FROM categories WHERE id = ?')
  const selectIds = db.prepare('SELECT id FROM categories ORDER BY id')
  const selectName = db.prepare('SELECT id, name FROM categories WHERE name_key = ?')
  const selectRules = db.prepare("SELECT value FROM settings WHERE key = 'ontology'")
  const insert = db.prepare(
    `INSERT INTO categories (id, name, name_key, color, has_instances, more, position)
     VALUES (?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(position), 0) + 1 FROM categories))`,
  )
  const update = db.prepare(
    'UPDATE categories SET name = ?, name_key = ?, color = ?, has_instances = ?, more = ? WHERE id = ?',
  )
  const setPosition = db.prepare('UPDATE categories SET position = ? WHERE id = ?')
  const setName = db.prepare('UPDATE categories SET name = ?, name_key = ? WHERE id = ?')
  /** How many changes are being made as one. */
  let depth = 0

  const inTransaction = <T>(work: () => T): T => (db.isTransaction ? work() : context.transaction(work))

  function changed(): void {
    if (depth === 0) context.emit({ type: 'categories.changed' })
  }

  const allIds = (): ReadonlySet<number> => new Set(selectIds.all().map(({ id }) => Number(id)))
  const list = () => selectUsed.all().map(toCategory)

  function rules(): DatasetRules {
    const row = selectRules.get()
    if (!row) return defaultRules
    const parsed = datasetRulesSchema.safeParse(JSON.parse(String(row.value)))
    if (!parsed.success) throw damaged('What is asked of the images', parsed.error)
    return parsed.data
  }

  function refuseTaken(name: string, exceptId: number): void {
    const other = selectName.get(nameKey(name))
    if (!other || other.id === exceptId) return
    throw new AppError('NAME_TAKEN', `There is a category "${other.name}" already.`, {
      remedy: 'Use that one, or choose another name.',
    })
  }

  /** The first of "car", "car 2", "car 3" … that is free. */
  function freeName(name: string): string {
    for (let n = 1; ; n++) {
      const candidate = n === 1 ? name : `${name.slice(0, 190)} ${n}`
      if (!selectName.get(nameKey(candidate))) return candidate
    }
  }

  const text = () => ontologyFileText({ ...rules(), categories: list() })

  return {
    list,
    rules,
    text,

    create({ name, color, hasInstances, id: wanted, ...said }) {
      requireWritable(context)
      const created = inTransaction(() => {
        refuseTaken(name, 0)
        const ids = allIds()
        const id = wanted ?? freshCategoryIds(ids, 1)[0]
        if (id === undefined) {
          throw new AppError('IN_TOO_BIG', `A library can have ${maxCategories} categories over its life.`, {
            remedy: 'Rename one that is not used.',
          })
        }
        if (ids.has(id)) throw new Error('the id of a category was given out before')
        const category: Category = {
          id,
          name: name.normalize('NFC'),
          color: color ?? nextColor(list().map((other) => other.color)),
          hasInstances,
          ...moreOf({}, said),
        }
        insert.run(id, category.name, nameKey(name), category.color, Number(hasInstances), moreText(category))
        return category
      })
      changed()
      return created
    },

    update({ id, name, color, hasInstances, ...said }) {
      requireWritable(context)
      const updated = inTransaction(() => {
        const before = list().find((category) => category.id === id)
        if (!before) throw unknown(id)
        if (name !== undefined) refuseTaken(name, id)
        const { description: _d, isVoid: _v, attributes: _a, other: _o, ...bare } = before
        const after: Category = {
          ...bare,
          ...(name !== undefined && { name: name.normalize('NFC') }),
          ...(color !== undefined && { color }),
          ...(hasInstances !== undefined && { hasInstances }),
          ...moreOf(before, said),
        }
        update.run(
          after.name,
          nameKey(after.name),
          after.color,
          Number(after.hasInstances),
          moreText(after),
          id,
        )
        return after
      })
      changed()
      return updated
    },

    order(ids) {
      requireWritable(context)
      const ordered = inTransaction(() => {
        const before = list().map(({ id }) => id)
        const missing = ids.find((id) => !before.includes(id))
        if (missing !== undefined) throw unknown(missing)
        const first = new Set(ids)
        const order = [...first, ...before.filter((id) => !first.has(id))]
        for (const [i, id] of order.entries()) setPosition.run(i + 1, id)
        return list()
      })
      changed()
      return ordered
    },

    setRules({ task, imageAttributes }) {
      requireWritable(context)
      const after = inTransaction(() => {
        const before = rules()
        const next = {
          task: task ?? before.task,
          imageAttributes: imageAttributes ?? before.imageAttributes,
        }
        db.prepare("INSERT OR REPLACE INTO settings (key, value) VALUES ('ontology', ?)").run(
          canonicalJson(next),
        )
        return next
      })
      changed()
      return after
    },

    ids: allIds,

    retire(id) {
      const row = selectAny.get(id)
      if (row?.name_key === null || !row) throw unknown(id)
      setName.run(row.name!, null, id)
    },

    revive(ids) {
      const away = [...ids].filter((id) => selectAny.get(id)?.name_key === null)
      if (away.length === 0) return
      inTransaction(() => {
        for (const id of away) {
          const name = freeName(String(selectAny.get(id)!.name))
          setName.run(name, nameKey(name), id)
        }
      })
      changed()
    },

    together(work) {
      requireWritable(context)
      depth++
      let result: ReturnType<typeof work>
      try {
        result = context.transaction(work)
      } finally {
        depth--
      }
      changed()
      return result
    },

    ontology: () => context.blobs.put(Buffer.from(text())),
  }
}

function toCategory(row: Record<string, unknown>): Category {
  const { id, name, color, has_instances, more } = row
  const parsed = categorySchema.safeParse({
    id,
    name,
    color,
    hasInstances: has_instances === 1,
    ...(JSON.parse(String(more)) as object),
  })
  if (!parsed.success) throw damaged(`The category ${String(name)}`, parsed.error)
  return parsed.data
}

/** What is said of a category after a change, without what is empty. */
function moreOf(
  before: More,
  said: {
    readonly description?: string | undefined
    readonly isVoid?: boolean | undefined
    readonly attributes?: Category['attributes']
    readonly other?: Category['other']
  },
): More {
  const description = (said.description ?? before.description ?? '').normalize('NFC')
  const isVoid = said.isVoid ?? before.isVoid ?? false
  const attributes = said.attributes ?? before.attributes ?? []
  const other = said.other ?? before.other ?? {}
  return {
    ...(description !== '' && { description }),
    ...(isVoid && { isVoid: true as const }),
    ...(attributes.length > 0 && { attributes }),
    ...(Object.keys(other).length > 0 && { other }),
  }
}

const moreText = ({ description, isVoid, attributes, other }: Category): string =>
  canonicalJson(moreOf({}, { description, isVoid, attributes, other }))

function unknown(id: number): AppError {
  return new AppError('NOT_FOUND', `There is no category ${id}.`, {
    remedy: 'Reload the list of categories.',
  })
}

/** "Car" and "car" are one category: exports to file systems and tools that fold case could not tell them apart. */
export const nameKey = (name: string) => name.normalize('NFC').toLowerCase()
