import { AppError } from '../base/app-error.ts'
import { canonicalJson } from '../base/canonical-json.ts'
import { foldAttribute } from '../label/attributes.ts'
import {
  type Category,
  type DatasetRules,
  freshCategoryIds,
  maxCategories,
  type Ontology,
} from '../label/ontology.ts'
import { nextColors } from '../label/palette.ts'
import type { ReadCategory, ReadOntology } from './ontology-reader.ts'

/** `keep`: what the library says of a category stays. `update`: the file goes before it. */
export type ImportMode = 'keep' | 'update'

/** What an import would do. Nothing is ever removed, and no id changes its meaning. */
export type OntologyPlan = {
  readonly added: readonly Category[]
  /** With the fields that differ, as they will be. */
  readonly changed: readonly { readonly category: Category; readonly fields: readonly string[] }[]
  /** There already, by name, and left as they are. */
  readonly kept: readonly string[]
  readonly rules: DatasetRules
  /** Names of attributes of images that come with it. */
  readonly imageAttributes: readonly string[]
  readonly remarks: readonly string[]
}

/**
 * Categories are matched by name. A new one keeps the id of the file when that was never given out here. `ids` are all
 * that ever were. Throws AppError `IN_TOO_BIG` when there is no room.
 */
export function planImport(
  now: Ontology & { readonly ids: ReadonlySet<number> },
  file: ReadOntology,
  mode: ImportMode,
): OntologyPlan {
  const byName = new Map(now.categories.map((category) => [foldAttribute(category.name), category]))
  const added: Category[] = []
  const changed: OntologyPlan['changed'][number][] = []
  const kept: string[] = []
  const taken = new Set(now.ids)
  const fresh = file.categories.filter(({ name }) => !byName.has(foldAttribute(name)))
  // Those that can keep their id come first: a number that is made up must not take one of theirs.
  for (const { id } of fresh) if (id !== null) taken.add(id)
  const used = [...now.categories, ...fresh].flatMap(({ color }) => color ?? [])
  const colors = nextColors(used, fresh.filter(({ color }) => color === null).length)
  const keepsId = ({ id }: ReadCategory) => id !== null && !now.ids.has(id)
  const others = fresh.filter((read) => !keepsId(read))
  const ids = freshCategoryIds(taken, others.length)
  if (ids.length < others.length) {
    throw new AppError('IN_TOO_BIG', `A library can have ${maxCategories} categories over its life.`, {
      remedy: 'Take out of the file what you do not need.',
    })
  }
  const renumbered = others.filter(({ id }) => id !== null).length
  for (const read of file.categories) {
    const mine = byName.get(foldAttribute(read.name))
    if (mine) {
      const change = mode === 'update' ? changeOf(mine, read) : null
      if (change) changed.push(change)
      else kept.push(mine.name)
      continue
    }
    const id = keepsId(read) ? read.id! : ids.shift()!
    const color = read.color ?? colors.shift()!
    added.push({ ...read, id, color })
  }
  const { rules, imageAttributes } = planRules(now, file, mode)
  const remarks = [...file.remarks]
  if (renumbered > 0) {
    remarks.push(
      `${renumbered === 1 ? 'One category gets' : `${renumbered} categories get`} another id than in the file, which stands for something else here.`,
    )
  }
  return { added, changed, kept, rules, imageAttributes, remarks }
}

const fields = ['name', 'color', 'hasInstances', 'description', 'isVoid', 'attributes', 'other'] as const

/** What the file says; what it does not say stays. */
function changeOf(mine: Category, read: ReadCategory): OntologyPlan['changed'][number] | null {
  const { id: _, color, ...said } = read
  const category: Category = { ...mine, ...said, ...(color !== null && { color }) }
  const different = fields.filter((field) => !isSame(mine[field], category[field]))
  return different.length > 0 ? { category, fields: different } : null
}

const isSame = (a: unknown, b: unknown) => a === b || canonicalJson(a ?? null) === canonicalJson(b ?? null)

function planRules(
  now: Ontology,
  file: ReadOntology,
  mode: ImportMode,
): { rules: DatasetRules; imageAttributes: string[] } {
  const mine = new Map(now.imageAttributes.map((attribute) => [foldAttribute(attribute.name), attribute]))
  const names: string[] = []
  for (const attribute of file.imageAttributes) {
    const key = foldAttribute(attribute.name)
    if (mine.has(key) && mode === 'keep') continue
    if (!isSame(mine.get(key), attribute)) names.push(attribute.name)
    mine.set(key, attribute)
  }
  if (mine.size > 100) {
    throw new AppError('IN_TOO_BIG', 'Images can have 100 attributes.', {
      remedy: 'Take out of the file what you do not need.',
    })
  }
  // Where there is nothing yet, the file says what kind of dataset this is.
  const takesTask = file.task !== null && (mode === 'update' || now.categories.length === 0)
  return {
    rules: { task: takesTask ? file.task! : now.task, imageAttributes: [...mine.values()] },
    imageAttributes: names,
  }
}
