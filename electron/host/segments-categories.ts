import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import {
  nothingAgreed,
  planSegmentsOntology,
  type SegmentsOntologyPlan,
} from '../../shared/formats/segments-ontology.ts'
import type { SegmentsMode } from '../../shared/host/segments-methods.ts'
import type { SegmentsDataset, SegmentsRemote } from '../../shared/sync/segments-remote.ts'
import type { Categories } from './categories.ts'
import type { SegmentsBook } from './segments-book.ts'
import { hasMasks } from './segments-look.ts'

/** What the service makes of a dataset without categories; it takes none without any. */
const plainTask: JsonObject = { format_version: '0.1', categories: [{ id: 1, name: 'object' }] }

/** What a run of this mode does to categories, there and here. Changes nothing. Throws as `planSegmentsOntology`. */
export function planCategories(
  categories: Pick<Categories, 'list' | 'rules' | 'ids'>,
  book: Pick<SegmentsBook, 'facts'>,
  dataset: SegmentsDataset | null,
  mode: SegmentsMode,
): SegmentsOntologyPlan {
  return planSegmentsOntology({
    here: { ...categories.rules(), categories: categories.list() },
    ids: categories.ids(),
    there: dataset ? (isJsonObject(dataset.taskAttributes) ? dataset.taskAttributes : {}) : null,
    agreed: dataset ? book.facts().ontology : nothingAgreed,
    sends: mode !== 'pull' && (dataset === null || hasMasks(dataset.taskType)),
    takes: mode !== 'publish',
  })
}

/**
 * Makes the dataset where it is missing, and brings the categories of both sides together. What is sent is made of a fresh
 * look, so what others added is in it. Rejects as the server does.
 */
export async function settleDataset(
  tools: {
    readonly remote: SegmentsRemote
    readonly book: SegmentsBook
    readonly categories: Categories
    readonly mode: SegmentsMode
    readonly signal: AbortSignal
  },
  name: { readonly owner: string; readonly name: string },
  found: SegmentsDataset | null,
  said: { readonly metadata: JsonObject; readonly isOrganization: boolean },
): Promise<{ dataset: SegmentsDataset; plan: SegmentsOntologyPlan; isNew: boolean }> {
  const { remote, book, categories, mode, signal } = tools
  let dataset = found
  let isNew = false
  let plan = planCategories(categories, book, dataset, mode)
  if (dataset === null) {
    const hasCategories = categories.list().length > 0
    const made = await remote.createDataset(
      {
        name: name.name,
        organization: said.isOrganization ? name.owner : null,
        ...book.facts().as,
        taskAttributes: hasCategories && plan.there ? plan.there : plainTask,
        metadata: said.metadata,
      },
      signal,
    )
    dataset = made.dataset
    isNew = made.isNew
    // Somebody may have made it in this moment, with categories of their own.
    if (!isNew || !hasCategories) plan = planCategories(categories, book, dataset, mode)
  }
  const changeOf = (now: SegmentsDataset) => {
    if (!isNew) plan = planCategories(categories, book, now, mode)
    const metadata = changedMetadata(now.metadata, said.metadata)
    const change = {
      ...(!isNew && plan.there && { task_attributes: plan.there }),
      ...(mode !== 'pull' && metadata && { metadata }),
    }
    return Object.keys(change).length > 0 ? change : null
  }
  // It was read before all its samples were listed: what others added since stays.
  if (changeOf(dataset)) dataset = (await remote.updateDataset(dataset.fullName, changeOf, signal)) ?? dataset
  const { create, update, rules } = plan.here
  if (create.length > 0 || update.length > 0 || rules) {
    categories.together(() => {
      for (const category of update) {
        const { description = '', isVoid = false, attributes = [], other = {}, ...rest } = category
        categories.update({ ...rest, description, isVoid, attributes, other })
      }
      for (const category of create) categories.create(category)
      if (rules) categories.setRules(rules)
    })
  }
  book.setFacts({ ontology: plan.agreed, create: false, taskType: dataset.taskType })
  return { dataset, plan, isNew }
}

/** Null when it says all of that already. */
function changedMetadata(before: JsonObject, said: JsonObject): JsonObject | null {
  const isSaid = Object.entries(said).every(([key, value]) => before[key] === value)
  return isSaid ? null : { ...before, ...said }
}
