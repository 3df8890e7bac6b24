import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import { ontologyFileText } from '../../shared/formats/ontology-file.ts'
import type { HostArgs } from '../../shared/host/host-api.ts'
import { type Category, categorySchema } from '../../shared/label/ontology.ts'
import { nextColor } from '../../shared/label/palette.ts'
import type { LibraryContext } from './library-context.ts'
import { requireWritable } from './read-only.ts'

/** What objects can be. Nothing is ever deleted, so an id never comes to mean something else. */
export type Categories = {
  /** In the order of the number keys. */
  list(): Category[]
  /** Throws AppError `NAME_TAKEN`, `IN_TOO_BIG`, `LIB_READ_ONLY`. */
  create(input: HostArgs<'categories.create'>): Category
  /** Throws AppError `NOT_FOUND`, `NAME_TAKEN`, `LIB_READ_ONLY`. */
  update(input: HostArgs<'categories.update'>): Category
  /** The blob of `ontology.json` as it is now, stored if it is not there yet. */
  ontology(): Promise<BlobRef>
}

const maxCategories = 4096

export function createCategories(context: LibraryContext): Categories {
  const { db } = context
  const selectAll = db.prepare('SELECT id, name, color, has_instances FROM categories ORDER BY position')

  const list = () =>
    selectAll
      .all()
      .map(({ id, name, color, has_instances }) =>
        categorySchema.parse({ id, name, color, hasInstances: has_instances === 1 }),
      )

  function refuseTaken(name: string, exceptId: number): void {
    const other = db
      .prepare('SELECT name FROM categories WHERE name_key = ? AND id <> ?')
      .get(nameKey(name), exceptId)
    if (!other) return
    throw new AppError('NAME_TAKEN', `There is a category "${other.name}" already.`, {
      remedy: 'Use that one, or choose another name.',
    })
  }

  return {
    list,

    create({ name, color, hasInstances }) {
      requireWritable(context)
      const created = context.transaction(() => {
        refuseTaken(name, 0)
        const existing = list()
        const id = 1 + Math.max(0, ...existing.map((category) => category.id))
        if (id > maxCategories) {
          throw new AppError('IN_TOO_BIG', `A library can have ${maxCategories} categories.`, {
            remedy: 'Rename one that is not used.',
          })
        }
        const category = {
          id,
          name: name.normalize('NFC'),
          color: color ?? nextColor(existing.map((other) => other.color)),
          hasInstances,
        }
        db.prepare(
          `INSERT INTO categories (id, name, name_key, color, has_instances, position)
           VALUES (?, ?, ?, ?, ?, (SELECT COALESCE(MAX(position), 0) + 1 FROM categories))`,
        ).run(id, category.name, nameKey(name), category.color, Number(hasInstances))
        return category
      })
      context.emit({ type: 'categories.changed' })
      return created
    },

    update({ id, ...change }) {
      requireWritable(context)
      const updated = context.transaction(() => {
        const before = list().find((category) => category.id === id)
        if (!before) {
          throw new AppError('NOT_FOUND', `There is no category ${id}.`, {
            remedy: 'Reload the list of categories.',
          })
        }
        if (change.name !== undefined) refuseTaken(change.name, id)
        const after = {
          ...before,
          ...(change.name !== undefined && { name: change.name.normalize('NFC') }),
          ...(change.color !== undefined && { color: change.color }),
          ...(change.hasInstances !== undefined && { hasInstances: change.hasInstances }),
        }
        db.prepare(
          'UPDATE categories SET name = ?, name_key = ?, color = ?, has_instances = ? WHERE id = ?',
        ).run(after.name, nameKey(after.name), after.color, Number(after.hasInstances), id)
        return after
      })
      context.emit({ type: 'categories.changed' })
      return updated
    },

    ontology: () => context.blobs.put(Buffer.from(ontologyFileText(list()))),
  }
}

/** "Car" and "car" are one category: exports to file systems and tools that fold case could not tell them apart. */
const nameKey = (name: string) => name.normalize('NFC').toLowerCase()
