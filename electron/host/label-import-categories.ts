import { AppError } from '../../shared/base/app-error.ts'
import type { ReadCategory, ReadLabel } from '../../shared/formats/exchange/format.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'
import { foldAttribute } from '../../shared/label/attributes.ts'
import type { Category } from '../../shared/label/ontology.ts'

export type CategoryBook = {
  /** Remembers the categories of a label: which there are, and which would have to be made. */
  note(label: ReadLabel): void
  /** Made when it is not there. */
  idOf(category: ReadCategory): Promise<number>
  made(): string[]
  /** Names of the files that became categories of other names. */
  renamed(): { readonly from: string; readonly to: string }[]
}

/** Names of the files, and the categories of the library that they are to become. */
export type CategoryMap = readonly { readonly from: string; readonly to: string }[]

/**
 * "Car" and "car" are one category. Rejects with `NOT_FOUND` when `map` names a category that is not there, and with
 * `BAD_REQUEST` when it names one of the files twice.
 */
export async function createCategoryBook(
  connection: HostConnection,
  { map, dryRun }: { readonly map: CategoryMap; readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<CategoryBook> {
  const known = new Map<string, number>()
  const learn = (list: readonly Category[]) => {
    for (const { id, name } of list) known.set(foldAttribute(name), id)
  }
  const list = await connection.call('categories.list', {}, signal)
  learn(list)
  const targets = targetsOf(map, list)
  const made = new Map<string, string>()
  const renamed = new Map<string, string>()
  return {
    note(label) {
      for (const { name } of categoriesOf(label)) {
        const key = foldAttribute(name)
        const target = targets.get(key)
        if (target) renamed.set(name, target.name)
        else if (dryRun && !known.has(key)) made.set(key, name)
      }
    },
    async idOf({ name, color, hasInstances, isVoid }) {
      const key = foldAttribute(name)
      const found = targets.get(key)?.id ?? known.get(key)
      if (found !== undefined) return found
      try {
        const input = {
          name,
          hasInstances,
          ...(color !== null && { color }),
          ...(isVoid && { isVoid: true as const }),
        }
        const { id } = await connection.call('categories.create', input, signal)
        known.set(key, id)
        made.set(key, name)
        return id
      } catch (error) {
        // Somebody else may have made it in this moment.
        if (!(error instanceof AppError && error.code === 'NAME_TAKEN')) throw error
        learn(await connection.call('categories.list', {}, signal))
        return known.get(key)!
      }
    },
    made: () => [...made.values()],
    renamed: () => [...renamed].map(([from, to]) => ({ from, to })),
  }
}

function targetsOf(map: CategoryMap, list: readonly Category[]): Map<string, Category> {
  const targets = new Map<string, Category>()
  for (const { from, to } of map) {
    const target = list.find(({ name }) => foldAttribute(name) === foldAttribute(to))
    if (!target) {
      throw new AppError('NOT_FOUND', `There is no category "${to.slice(0, 200)}" here.`, {
        remedy: `Make it first, or name another one for "${from.slice(0, 200)}".`,
      })
    }
    if (targets.has(foldAttribute(from))) {
      throw new AppError('BAD_REQUEST', `"${from.slice(0, 200)}" is to become two categories.`, {
        remedy: 'Name each category of the files once.',
      })
    }
    targets.set(foldAttribute(from), target)
  }
  return targets
}

/** Categories that a label needs. */
function categoriesOf({ objects, shapes }: ReadLabel): ReadCategory[] {
  const used = new Set((shapes?.label.shapes ?? []).map(({ categoryId }) => categoryId))
  return [
    ...objects.map(({ category }) => category),
    ...[...used].flatMap((id) => shapes?.categories.get(id) ?? []),
  ]
}
