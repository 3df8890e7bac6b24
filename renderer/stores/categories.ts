import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection, HostInput } from '../../shared/host/host-api.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { failed, type Loading } from './loading.ts'
import { createRefresh } from './refresh.ts'

/** In the order of the number keys: 1 … 9, 0, then Shift+1 … Shift+0. */
export type CategoriesState = { readonly loading: Loading; readonly list: readonly Category[] }

export type CategoriesStore = StoreApi<CategoriesState> & {
  refresh(): Promise<void>
  /** Both reject with AppError, `NAME_TAKEN` among them, and resolve once the list shows the change. */
  create(input: HostInput<'categories.create'>): Promise<Category>
  update(input: HostInput<'categories.update'>): Promise<Category>
}

export function createCategoriesStore(host: HostConnection): CategoriesStore {
  const store = createStore<CategoriesState>(() => ({ loading: { kind: 'loading' }, list: [] }))
  const refresh = createRefresh(async () => {
    try {
      store.setState({ list: await host.call('categories.list', {}), loading: { kind: 'ready' } })
    } catch (error) {
      store.setState({ loading: failed(error) })
      throw error
    }
  })
  host.on((event) => event.type === 'categories.changed' && refresh.soon())
  return {
    ...store,
    refresh: refresh.now,
    async create(input) {
      const created = await host.call('categories.create', input)
      await refresh.now()
      return created
    },
    async update(input) {
      const updated = await host.call('categories.update', input)
      await refresh.now()
      return updated
    },
  }
}
