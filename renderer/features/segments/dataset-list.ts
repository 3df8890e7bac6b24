import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection } from '../../../shared/host/host-api.ts'
import type { SegmentsDatasetView } from '../../../shared/host/segments-methods.ts'
import { failed, type Loading } from '../../stores/loading.ts'

type State = {
  readonly loading: Loading
  readonly list: readonly SegmentsDatasetView[]
  /** Who may own a new one: the user first, then organizations. Empty until it is known. */
  readonly owners: readonly string[]
}
/** The datasets that the key takes part in. */
export type DatasetListStore = StoreApi<State> & {
  /** Failures are in the state. */
  read(): Promise<void>
  close(): void
}

export function createDatasetList(host: HostConnection): DatasetListStore {
  const store = createStore<State>(() => ({ loading: { kind: 'loading' }, list: [], owners: [] }))
  let reading = new AbortController()
  return {
    ...store,
    async read() {
      reading.abort()
      reading = new AbortController()
      const { signal } = reading
      store.setState({ loading: { kind: 'loading' } })
      try {
        const [{ datasets }, { username, organizations }] = await Promise.all([
          host.call('segments.datasets', {}, signal),
          host.call('segments.check', {}, signal),
        ])
        const list = datasets.toSorted((a, b) => (a.name < b.name ? -1 : 1))
        const owners = [...new Set([username, ...organizations])].filter((name) => name !== '')
        store.setState({ loading: { kind: 'ready' }, list, owners })
      } catch (error) {
        if (!signal.aborted) store.setState({ loading: failed(error) })
      }
    },
    close: () => reading.abort(),
  }
}
