import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection, HostInput, HostOutput } from '../../shared/host/host-api.ts'
import { type Category, type DatasetRules, defaultRules, underTask } from '../../shared/label/ontology.ts'
import { VOID_COLOR } from '../../shared/label/palette.ts'
import { failed, type Loading } from './loading.ts'
import { createRefresh } from './refresh.ts'

/** In the order of the number keys: 1 … 9, 0, then Shift+1 … Shift+0. */
export type CategoriesState = {
  readonly loading: Loading
  /** As labels are made and shown by them: under the task of the dataset, void in grey. */
  readonly list: readonly Category[]
  /** As they were said. */
  readonly own: readonly Category[]
  readonly rules: DatasetRules
}

/** Takes a change back. Rejects with AppError. */
export type OntologyUndo = () => Promise<HostOutput<'ontology.restore'>>

export type CategoriesStore = StoreApi<CategoriesState> & {
  refresh(): Promise<void>
  /** Both reject with AppError, `NAME_TAKEN` among them, and resolve once the list shows the change. */
  create(input: HostInput<'categories.create'>): Promise<Category>
  update(input: HostInput<'categories.update'>): Promise<Category>
  /** Puts these first, in this order. */
  order(ids: number[]): Promise<void>
  setRules(change: HostInput<'ontology.setRules'>): Promise<void>
  import(input: HostInput<'ontology.add'>): Promise<HostOutput<'ontology.add'>>
  /** Does `work` and answers what takes back whatever it changed, and nothing that came later. */
  undoable<T>(work: () => Promise<T>): Promise<{ result: T; undo: OntologyUndo }>
}

export function createCategoriesStore(host: HostConnection): CategoriesStore {
  const store = createStore<CategoriesState>(() => ({
    loading: { kind: 'loading' },
    list: [],
    own: [],
    rules: defaultRules,
  }))
  const refresh = createRefresh(async () => {
    try {
      const [own, rules] = await Promise.all([
        host.call('categories.list', {}),
        host.call('ontology.rules', {}),
      ])
      store.setState({ own, rules, list: own.map((each) => shown(each, rules)), loading: { kind: 'ready' } })
    } catch (error) {
      store.setState({ loading: failed(error) })
      throw error
    }
  })
  host.on((event) => event.type === 'categories.changed' && refresh.soon())

  const ontology = () => {
    const { own, rules } = store.getState()
    return { ...rules, categories: [...own] }
  }
  async function after<T>(work: Promise<T>): Promise<T> {
    const result = await work
    await refresh.now()
    return result
  }

  return {
    ...store,
    refresh: refresh.now,
    create: (input) => after(host.call('categories.create', input)),
    update: (input) => after(host.call('categories.update', input)),
    order: async (ids) => void (await after(host.call('categories.order', { ids }))),
    setRules: async (change) => void (await after(host.call('ontology.setRules', change))),
    import: (input) =>
      input.apply ? after(host.call('ontology.add', input)) : host.call('ontology.add', input),
    async undoable(work) {
      const before = ontology()
      const result = await work()
      const now = ontology()
      return { result, undo: () => after(host.call('ontology.restore', { before, after: now })) }
    },
  }
}

function shown(category: Category, { task }: DatasetRules): Category {
  const read = underTask(category, task)
  return read.isVoid ? { ...read, color: VOID_COLOR } : read
}
