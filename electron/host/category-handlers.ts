import type { HostHandlers } from '../../shared/host/host-api.ts'
import type { Categories } from './categories.ts'
import type { CategoryJobs } from './category-jobs.ts'
import type { OntologyChange } from './ontology-change.ts'

type Named =
  | 'categories.create'
  | 'categories.finish'
  | 'categories.jobs'
  | 'categories.list'
  | 'categories.move'
  | 'categories.order'
  | 'categories.stop'
  | 'categories.takeBack'
  | 'categories.update'
  | 'categories.uses'
  | 'ontology.add'
  | 'ontology.restore'
  | 'ontology.rules'
  | 'ontology.setRules'
  | 'ontology.text'

/** What the door offers of categories and of how the dataset is to be read. */
export function createCategoryHandlers(tools: {
  readonly categories: Categories
  readonly categoryJobs: CategoryJobs
  readonly ontology: OntologyChange
}): Pick<HostHandlers, Named> {
  const { categories, categoryJobs, ontology } = tools
  return {
    'categories.list': async () => categories.list(),
    'categories.create': async (input) => categories.create(input),
    'categories.update': async (input) => categories.update(input),
    'categories.order': async ({ ids }) => categories.order(ids),
    'ontology.rules': async () => categories.rules(),
    'ontology.setRules': async (change) => categories.setRules(change),
    'ontology.text': async () => ({ text: categories.text() }),
    'ontology.add': async (args) => ontology.import(args),
    'ontology.restore': async (args) => ontology.restore(args),
    'categories.uses': async ({ id }) => categoryJobs.uses(id),
    'categories.jobs': async () => categoryJobs.latest(),
    // A job outlives the window that asked for it; only `categories.stop` stops it.
    'categories.move': async (args) => categoryJobs.move(args),
    'categories.finish': async ({ job }) => categoryJobs.finish(job),
    'categories.takeBack': async ({ job }) => categoryJobs.takeBack(job),
    async 'categories.stop'() {
      categoryJobs.stop()
      return {}
    },
  }
}
