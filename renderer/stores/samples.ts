import { createStore, type StoreApi } from 'zustand/vanilla'
import { toAppError } from '../../shared/base/app-error.ts'
import { type Mistake, parseFilter, printFilter } from '../../shared/dataset/filter-text.ts'
import type { SampleFilter, SampleSort } from '../../shared/dataset/sample-filter.ts'
import type { HostConnection, Sample } from '../../shared/host/host-api.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { failed, type Loading } from './loading.ts'
import { createRefresh } from './refresh.ts'
import { createSampleRun, type Run, type SampleRun } from './sample-run.ts'
import { countOf, isIn, isNothing, none, type Selection, selectedOf, toggled } from './sample-selection.ts'

/** Samples of one window, and how many windows the page keeps: some thousand samples, whatever the library holds. */
export const windowSize = 100
const mostWindows = 30

export type SamplesState = {
  readonly loading: Loading
  /** The name of the order that positions count in; null before the first answer. */
  readonly query: string | null
  readonly total: number
  /** All samples of the library, or all of the trash when that is shown. */
  readonly outOf: number
  readonly trashed: number
  /** How many of the selection the filter hid when it was last changed. */
  readonly hidden: number
  /** Of what the filter without its conditions about the status lets through. */
  readonly byStatus: Readonly<Record<string, number>>
  /** What the search field says; `filter` is what of it makes sense. */
  readonly text: string
  readonly filter: SampleFilter
  readonly mistakes: readonly Mistake[]
  readonly sort: SampleSort
  readonly trash: boolean
  /** By position divided by `windowSize`. */
  readonly windows: ReadonlyMap<number, readonly (Sample | null)[]>
  /** What is known of samples: those of the windows, and those that are open. */
  readonly byId: ReadonlyMap<string, Sample>
  readonly run: Run | null
  /** Ids of the next and the previous sample of the run, as far as there are any; they are known. */
  readonly beside: readonly string[]
  readonly selection: Selection
  /** The position the keyboard is on, and the sample that was there. */
  readonly active: { readonly index: number; readonly id: string | null }
  /** Where a range of the selection starts. */
  readonly anchor: number
}

export type SamplesStore = StoreApi<SamplesState> &
  SampleRun & {
    refresh(): Promise<void>
    /** What somebody types. */
    setText(text: string): void
    setFilter(filter: SampleFilter): void
    setSort(sort: SampleSort): void
    showTrash(trash: boolean): void
    /** While somebody looks at the list it follows the library; else it is read anew when they come back. */
    watch(): () => void
    /** Reads what is missing between two positions. */
    want(from: number, to: number): void
    at(index: number): Sample | null
    select(selection: Selection, active: number): void
    /** Adds or takes away one. */
    toggle(index: number): void
    /** From the anchor to `index`; reads the ids of what was never shown. */
    selectTo(index: number): Promise<void>
    selectAll(): void
    isSelected(id: string): boolean
    selectedCount(): number
    /** In parts of `size`, in order. */
    selectedIds(size: number): AsyncGenerator<string[]>
    /** Knows a sample from here on. Rejects with `NOT_FOUND`. */
    load(id: string): Promise<Sample>
    /** Rejects with AppError; the state shows the new status only once the host has it. */
    setStatus(ids: readonly string[], status: LabelStatus): Promise<void>
  }

const typingMs = 80
export function createSamplesStore(
  host: HostConnection,
  categoryNames: () => readonly string[] = () => [],
): SamplesStore {
  const store = createStore<SamplesState>(() => ({
    loading: { kind: 'loading' },
    query: null,
    total: 0,
    outOf: 0,
    trashed: 0,
    hidden: 0,
    byStatus: {},
    text: '',
    filter: [],
    mistakes: [],
    sort: { by: 'added', reversed: false },
    trash: false,
    windows: new Map(),
    byId: new Map(),
    run: null,
    beside: [],
    selection: none,
    active: { index: 0, id: null },
    anchor: 0,
  }))
  /** Samples that are open somewhere: they are kept, whatever windows go. */
  const pinned = new Map<string, Sample>()
  let wanted = { from: 0, to: windowSize }
  let watchers = 0
  let isStale = false
  /** What the list that is shown was asked for. */
  let answered: Pick<SamplesState, 'filter' | 'trash'> | null = null
  const underWay = new Set<string>()
  let typing: ReturnType<typeof setTimeout> | undefined

  function publish(
    windows: ReadonlyMap<number, readonly (Sample | null)[]>,
    more: Partial<SamplesState> = {},
  ) {
    const byId = new Map(pinned)
    for (const window of windows.values())
      for (const sample of window) if (sample) byId.set(sample.id, sample)
    store.setState({ ...more, windows, byId })
  }

  const readWindow = async (query: string, index: number) => {
    const { samples } = await host.call('samples.window', {
      query,
      from: index * windowSize,
      limit: windowSize,
    })
    return samples
  }

  const indices = ({ from, to }: { from: number; to: number }, total: number) => {
    const [first, last] = [
      Math.floor(from / windowSize),
      Math.floor(Math.max(0, Math.min(to, total) - 1) / windowSize),
    ]
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  }

  const list = createRefresh(async () => {
    isStale = false
    const { filter, sort, trash, selection } = store.getState()
    try {
      const selected = selectedOf(selection)
      const answer = await host.call('samples.query', { filter, sort, trash, ...(selected && { selected }) })
      const { query, total } = answer
      // What is looked at comes with the new order, so that nothing flickers.
      const windows = new Map<number, (Sample | null)[]>()
      const range = wanted.from < total ? wanted : { from: 0, to: windowSize }
      for (const index of indices(range, total)) windows.set(index, await readWindow(query, index))
      await nameAll()
      let { active } = store.getState()
      let place: number | null
      for (;;) {
        place =
          active.id === null ? null : (await host.call('samples.position', { query, id: active.id })).position
        const now = store.getState().active
        if (now === active) break
        // A key has moved the cursor meanwhile.
        active = now
      }
      const index = place ?? Math.max(0, Math.min(active.index, total - 1))
      const now = store.getState()
      // Whoever changed them has asked for another reading.
      if (now.filter !== filter || now.sort !== sort || now.trash !== trash) return
      answered = { filter, trash }
      publish(windows, {
        ...answer,
        loading: { kind: 'ready' },
        active: { index, id: idAt(windows, index) },
        anchor: place === null ? index : store.getState().anchor,
      })
    } catch (error) {
      store.setState({ loading: failed(error) })
      throw error
    }
  }, 60)

  /** From here on others are shown than those that "all" meant: they have to be told apart. */
  async function nameAll() {
    const { selection } = store.getState()
    if (selection.kind === 'some' || selection.ids) return
    let next: Selection = none
    try {
      next = { ...selection, ids: new Set(await readIds(selection.query, 0, selection.total)) }
    } catch (error) {
      // The host was started anew and has forgotten what all of them were.
      if (toAppError(error).code !== 'NOT_FOUND') throw error
    }
    const now = store.getState().selection
    if (now === selection) store.setState({ selection: next })
    else if (now.kind === 'all' && now.query === selection.query) await nameAll()
  }

  async function readIds(query: string, from: number, to: number): Promise<string[]> {
    const ids: string[] = []
    for (let at = from; at < to; at += 20_000) {
      const part = await host.call('samples.ids', { query, from: at, limit: Math.min(20_000, to - at) })
      ids.push(...part.ids)
    }
    return ids
  }

  const idAt = (windows: SamplesState['windows'], index: number) =>
    windows.get(Math.floor(index / windowSize))?.[index % windowSize]?.id ?? null

  function changed() {
    isStale = true
    if (watchers > 0) list.soon()
  }

  /** A save changes one sample: what is shown of it is read at once, the order when somebody looks. */
  async function refreshOne(id: string) {
    if (!store.getState().byId.has(id)) return
    try {
      replace(await host.call('samples.get', { id }))
    } catch {
      // It was removed for good.
    }
  }

  function replace(sample: Sample) {
    if (pinned.has(sample.id)) pinned.set(sample.id, sample)
    const windows = new Map(store.getState().windows)
    for (const [index, window] of windows) {
      if (window.some((each) => each?.id === sample.id)) {
        windows.set(
          index,
          window.map((each) => (each?.id === sample.id ? sample : each)),
        )
      }
    }
    publish(windows)
  }

  host.on((event) => {
    if (event.type === 'samples.changed') changed()
    if (event.type === 'label.saved' || event.type === 'card.changed') {
      void refreshOne(event.sampleId)
      changed()
    }
  })

  function pin(sample: Sample) {
    pinned.delete(sample.id)
    pinned.set(sample.id, sample)
    for (const id of pinned.keys()) {
      if (pinned.size <= 50) break
      pinned.delete(id)
    }
    const byId = new Map(store.getState().byId)
    byId.set(sample.id, sample)
    store.setState({ byId })
  }

  const setActive = (index: number) => {
    const { windows } = store.getState()
    return { index, id: idAt(windows, index) }
  }

  const run = createSampleRun(host, store, {
    pin,
    categoryNames,
    outgrow() {
      isStale = true
    },
  })

  return {
    ...store,
    ...run,
    refresh: list.now,

    setText(text) {
      const { filter, mistakes } = parseFilter(text, categoryNames())
      const before = store.getState()
      store.setState({ text, mistakes })
      if (printFilter(filter, []) === printFilter(before.filter, [])) return
      store.setState({ filter })
      // A pause between two letters is one search; nobody who has stopped typing waits longer.
      clearTimeout(typing)
      typing = setTimeout(() => void list.now().catch(() => {}), typingMs)
    },
    setFilter(filter) {
      store.setState({ filter, text: printFilter(filter, categoryNames()), mistakes: [] })
      void list.now().catch(() => {})
    },
    setSort(sort) {
      store.setState({ sort })
      void list.now().catch(() => {})
    },
    showTrash(trash) {
      store.setState({ trash, selection: none, active: { index: 0, id: null }, anchor: 0 })
      void list.now().catch(() => {})
    },

    watch() {
      watchers++
      if (isStale) list.soon()
      return () => {
        watchers--
      }
    },

    want(from, to) {
      wanted = { from, to }
      const { query, total, windows } = store.getState()
      if (query === null) return
      // What is looked at comes first, then what a moment of scrolling leads to.
      const ahead = { from: Math.max(0, from - windowSize), to: to + windowSize }
      for (const index of new Set([...indices(wanted, total), ...indices(ahead, total)])) {
        const key = `${query} ${index}`
        if (windows.has(index) || underWay.has(key)) continue
        underWay.add(key)
        readWindow(query, index)
          .then((samples) => {
            const now = store.getState()
            if (now.query !== query) return
            const next = new Map(now.windows)
            next.set(index, samples)
            // The ones farthest from what is looked at go first.
            const middle = (wanted.from + wanted.to) / 2 / windowSize
            const far = [...next.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle))
            for (const other of far.slice(0, Math.max(0, next.size - mostWindows))) next.delete(other)
            const { index: at, id: known } = now.active
            const id = known ?? idAt(next, at)
            // Chosen by a key before it was read.
            const isChosen = known === null && id !== null && now.anchor === at && isNothing(now.selection)
            publish(next, {
              active: { index: at, id },
              ...(isChosen && { selection: { kind: 'some', ids: new Set([id]) } }),
            })
          })
          .catch((error: unknown) => {
            if (toAppError(error).code === 'NOT_FOUND') list.soon()
          })
          .finally(() => underWay.delete(key))
      }
    },

    at(index) {
      return store.getState().windows.get(Math.floor(index / windowSize))?.[index % windowSize] ?? null
    },

    select: (selection, active) =>
      store.setState({ selection, active: setActive(active), anchor: active, hidden: 0 }),

    toggle(index) {
      const { selection, windows } = store.getState()
      const id = idAt(windows, index)
      if (id === null) return
      store.setState({ active: setActive(index), anchor: index, selection: toggled(selection, id) })
    },

    async selectTo(index) {
      const { anchor, query } = store.getState()
      store.setState({ active: setActive(index) })
      if (query === null) return
      const [from, to] = [Math.min(anchor, index), Math.max(anchor, index) + 1]
      const ids = new Set(await readIds(query, from, to))
      if (store.getState().query === query) store.setState({ selection: { kind: 'some', ids }, hidden: 0 })
    },

    selectAll() {
      const choose = () => {
        const { query, total } = store.getState()
        if (query === null) return
        store.setState({ selection: { kind: 'all', query, total, except: new Set(), ids: null }, hidden: 0 })
      }
      const { filter, trash } = store.getState()
      if (answered?.filter === filter && answered.trash === trash) choose()
      else void list.now().then(choose, () => {})
    },

    isSelected: (id) => isIn(store.getState().selection, id),

    selectedCount: () => countOf(store.getState().selection),

    async *selectedIds(size) {
      const { selection } = store.getState()
      if (selection.kind === 'some') {
        const ids = [...selection.ids]
        for (let from = 0; from < ids.length; from += size) yield ids.slice(from, from + size)
        return
      }
      for (let from = 0; from < selection.total; from += size) {
        const { ids } = await host.call('samples.ids', { query: selection.query, from, limit: size })
        const rest = ids.filter((id) => !selection.except.has(id))
        if (rest.length > 0) yield rest
      }
    },

    async load(id) {
      const sample = await host.call('samples.get', { id })
      pin(sample)
      return sample
    },

    async setStatus(ids, status) {
      for (const id of ids) await host.call('samples.setStatus', { id, status })
    },
  }
}
