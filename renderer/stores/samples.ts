import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection, Sample } from '../../shared/host/host-api.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { failed, type Loading } from './loading.ts'
import { createRefresh } from './refresh.ts'
import { type SampleFilter, type SampleSort, visibleSamples } from './sample-order.ts'

const pageSize = 5000

export type SamplesState = {
  readonly loading: Loading
  /** All of the library, in the order of adding. */
  readonly all: readonly Sample[]
  readonly byId: ReadonlyMap<string, Sample>
  readonly filter: SampleFilter
  readonly sort: SampleSort
  /** What the grid shows: `all` after filter and sort. */
  readonly visible: readonly Sample[]
  /** The order previous and next follow while labeling, fixed when a sample was opened from the grid. */
  readonly run: readonly string[]
  readonly selected: ReadonlySet<string>
  /** The sample the keyboard is on; null when nothing is shown. */
  readonly active: string | null
}

export type SamplesStore = StoreApi<SamplesState> & {
  refresh(): Promise<void>
  setFilter(filter: Partial<SampleFilter>): void
  setSort(sort: SampleSort): void
  select(ids: Iterable<string>, active: string | null): void
  /** Fixes the order of work to what is visible now; `id` is part of it even when the filter hides it. */
  startRun(id: string): void
  /** Rejects with AppError; the state shows the new status only once the host has it. */
  setStatus(ids: readonly string[], status: LabelStatus): Promise<void>
}

export function createSamplesStore(host: HostConnection): SamplesStore {
  const store = createStore<SamplesState>(() => ({
    loading: { kind: 'loading' },
    all: [],
    byId: new Map(),
    filter: { text: '', statuses: [] },
    sort: 'added',
    visible: [],
    run: [],
    selected: new Set(),
    active: null,
  }))

  function show(change: Partial<Pick<SamplesState, 'all' | 'filter' | 'sort' | 'loading'>>) {
    const before = store.getState()
    const { all, filter, sort } = { ...before, ...change }
    const byId = change.all ? new Map(all.map((sample) => [sample.id, sample])) : before.byId
    const visible = visibleSamples(all, filter, sort)
    const stillThere = visible.some((sample) => sample.id === before.active)
    store.setState({
      ...change,
      byId,
      visible,
      selected: new Set([...before.selected].filter((id) => byId.has(id))),
      active: stillThere ? before.active : (visible[0]?.id ?? null),
    })
  }

  const all = createRefresh(async () => {
    try {
      const samples: Sample[] = []
      for (let after: string | null = null; ; ) {
        const page: { samples: Sample[]; total: number } = await host.call('samples.list', {
          after,
          limit: pageSize,
        })
        samples.push(...page.samples)
        after = page.samples.at(-1)?.id ?? null
        if (page.samples.length < pageSize || after === null) break
      }
      show({ all: samples, loading: { kind: 'ready' } })
    } catch (error) {
      store.setState({ loading: failed(error) })
      throw error
    }
  })

  /** A save changes one sample: read that one, not the library. */
  async function refreshOne(id: string) {
    try {
      const fresh = await host.call('samples.get', { id })
      show({ all: store.getState().all.map((sample) => (sample.id === id ? fresh : sample)) })
    } catch {
      all.soon()
    }
  }

  host.on((event) => {
    if (event.type === 'samples.changed') all.soon()
    if (event.type === 'label.saved') void refreshOne(event.sampleId)
  })

  return {
    ...store,
    refresh: all.now,
    setFilter: (filter) => show({ filter: { ...store.getState().filter, ...filter } }),
    setSort: (sort) => show({ sort }),
    select: (ids, active) => store.setState({ selected: new Set(ids), active }),
    startRun(id) {
      const ids = store.getState().visible.map((sample) => sample.id)
      store.setState({ run: ids.includes(id) ? ids : [id, ...ids], active: id, selected: new Set([id]) })
    },
    async setStatus(ids, status) {
      for (const id of ids) await host.call('samples.setStatus', { id, status })
    },
  }
}
