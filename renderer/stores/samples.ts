import { createStore, type StoreApi } from 'zustand/vanilla'
import { toAppError } from '../../shared/base/app-error.ts'
import { type Mistake, parseFilter, printFilter } from '../../shared/dataset/filter-text.ts'
import type { SampleFilter, SampleSort } from '../../shared/dataset/sample-filter.ts'
import type { HostConnection, Sample } from '../../shared/host/host-api.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { failed, type Loading } from './loading.ts'
import { createRefresh } from './refresh.ts'

/** Samples of one window, and how many windows the page keeps: some thousand samples, whatever the library holds. */
export const windowSize = 100
const mostWindows = 30
/** Samples read at once in search of an unlabeled one. */
const unlabeledPart = 500
const always = () => true

export type Selection =
  | { readonly kind: 'some'; readonly ids: ReadonlySet<string> }
  /** Everything that the query held when it was chosen, but for some. */
  | {
      readonly kind: 'all'
      readonly query: string
      readonly total: number
      readonly except: ReadonlySet<string>
      /** Which those are; null while nothing else is shown. */
      readonly ids: ReadonlySet<string> | null
    }

/** The order that previous and next follow, fixed when a sample was opened; samples that leave the filter stay in it. */
export type Run = {
  readonly query: string
  readonly total: number
  /** The filter as text; empty when it lets everything through. */
  readonly text: string
  readonly filter: SampleFilter
  readonly sort: SampleSort
  readonly index: number
  readonly id: string
}

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

export type SamplesStore = StoreApi<SamplesState> & {
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
  /** Fixes the order of work and its place in it; in another filter or order than the list, if one is given. */
  startRun(id: string | null, other?: { filter: SampleFilter; sort: SampleSort }): Promise<Run | null>
  /**
   * The sample so many places on; null at either end, and when it is not wanted any more once it is found. The run stands
   * there then.
   */
  step(delta: 1 | -1, isWanted?: () => boolean): Promise<Sample | null>
  /** The nearest one on that side that nobody has labeled; null when there is none. The run stands there then. */
  stepUnlabeled(delta: 1 | -1, isWanted?: () => boolean): Promise<Sample | null>
  /** The same as `step` without going there. */
  peek(delta: 1 | -1): Promise<Sample | null>
  /** Rejects with AppError; the state shows the new status only once the host has it. */
  setStatus(ids: readonly string[], status: LabelStatus): Promise<void>
}

const typingMs = 80
const none: Selection = { kind: 'some', ids: new Set() }
const isNothing = (selection: Selection) => selection.kind === 'some' && selection.ids.size === 0

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

  /** The query of a run again, when the host keeps it no more. */
  async function revive(run: Run): Promise<Run> {
    const { query, total } = await host.call('samples.query', { filter: run.filter, sort: run.sort })
    const { position } = await host.call('samples.position', { query, id: run.id })
    const next = { ...run, query, total, index: position ?? Math.min(run.index, Math.max(0, total - 1)) }
    store.setState({ run: next })
    return next
  }

  async function neighbours(run: Run, from: number, limit: number): Promise<readonly (Sample | null)[]> {
    const { samples } = await host.call('samples.window', { query: run.query, from, limit })
    for (const sample of samples) if (sample) pin(sample)
    return samples
  }
  /** What comes next in the run, read ahead. */
  let ahead: { query: string; from: number; samples: readonly (Sample | null)[] } | null = null
  async function readAhead(run: Run) {
    const from = Math.max(0, run.index - 2)
    try {
      ahead = { query: run.query, from, samples: await neighbours(run, from, 8) }
      if (store.getState().run?.id !== run.id) return
      const at = run.index - from
      store.setState({
        beside: [ahead.samples[at + 1], ahead.samples[at - 1]].flatMap((each) => each?.id ?? []),
      })
    } catch {
      ahead = null
    }
  }

  async function sampleAt(run: Run, index: number): Promise<Sample | null> {
    const known = ahead?.query === run.query ? ahead.samples[index - ahead.from] : undefined
    if (known) return store.getState().byId.get(known.id) ?? known
    return (await neighbours(run, index, 1))[0] ?? null
  }

  /** The keyboard of the list goes along, to where the sample stands there: a run may have another order. */
  function placeOf(id: string) {
    const { query, run } = store.getState()
    if (query === null) return
    if (run?.query === query) return store.setState({ active: { index: run.index, id } })
    host.call('samples.position', { query, id }).then(
      ({ position }) => {
        const now = store.getState()
        if (position !== null && now.query === query && now.run?.id === id)
          store.setState({ active: { index: position, id } })
      },
      // The list asks again when somebody looks at it.
      () => {},
    )
  }

  /** The nearest sample on that side that is not in the trash, and the run as it is now; null at either end. */
  async function found(delta: 1 | -1): Promise<{ run: Run; index: number; sample: Sample } | null> {
    let { run } = store.getState()
    if (!run) return null
    for (let index = run.index + delta; index >= 0 && index < run.total; index += delta) {
      let sample: Sample | null
      try {
        sample = await sampleAt(run, index)
      } catch (error) {
        if (toAppError(error).code !== 'NOT_FOUND') throw error
        run = await revive(run)
        index = run.index
        continue
      }
      if (sample && sample.trashedAt === null) return { run, index, sample }
    }
    return null
  }

  /** As `found`, of the unlabeled ones; the run is read in large parts, as they may be far away. */
  async function foundUnlabeled(
    delta: 1 | -1,
    isWanted: () => boolean,
  ): Promise<{ run: Run; index: number; sample: Sample } | null> {
    let { run } = store.getState()
    if (!run) return null
    for (let next = run.index + delta; next >= 0 && next < run.total && isWanted(); ) {
      const from = delta > 0 ? next : Math.max(0, next - unlabeledPart + 1)
      const limit = delta > 0 ? unlabeledPart : next - from + 1
      let part: readonly (Sample | null)[]
      try {
        part = (await host.call('samples.window', { query: run.query, from, limit })).samples
      } catch (error) {
        if (toAppError(error).code !== 'NOT_FOUND') throw error
        run = await revive(run)
        next = run.index + delta
        continue
      }
      const isOpen = (sample: Sample | null) => sample?.status === 'unlabeled' && sample.trashedAt === null
      const at = delta > 0 ? part.findIndex(isOpen) : part.findLastIndex(isOpen)
      if (at >= 0) return { run, index: from + at, sample: part[at]! }
      next = delta > 0 ? from + limit : from - 1
    }
    return null
  }

  /** The run stands at what was found. */
  function goTo(
    next: { run: Run; index: number; sample: Sample } | null,
    isWanted: () => boolean,
  ): Sample | null {
    if (!next || !isWanted()) return null
    const { index, sample } = next
    const run = { ...next.run, index, id: sample.id }
    // Several that were selected stay so, for whoever comes back to them.
    const isOne = countOf(store.getState().selection) <= 1
    store.setState({
      run,
      ...(isOne && { selection: { kind: 'some', ids: new Set([sample.id]) }, hidden: 0 }),
    })
    pin(sample)
    placeOf(sample.id)
    void readAhead(run)
    return sample
  }

  const setActive = (index: number) => {
    const { windows } = store.getState()
    return { index, id: idAt(windows, index) }
  }

  return {
    ...store,
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

    async startRun(id, other) {
      const state = store.getState()
      const { filter, sort } = other ?? state
      // Its places are not those of the list.
      if (other) isStale = true
      const { query, total } = await host.call('samples.query', { filter, sort })
      const first = id ?? (await host.call('samples.ids', { query, from: 0, limit: 1 })).ids[0]
      if (first === undefined) return null
      const { position } = await host.call('samples.position', { query, id: first })
      const run: Run = {
        query,
        total: position === null ? 1 : total,
        text: printFilter(filter, categoryNames()),
        filter,
        sort,
        index: position ?? 0,
        id: first,
      }
      store.setState({ run, ...(position !== null && !other && { active: { index: position, id: first } }) })
      void readAhead(run)
      return run
    },

    step: async (delta, isWanted = always) => goTo(await found(delta), isWanted),
    stepUnlabeled: async (delta, isWanted = always) => goTo(await foundUnlabeled(delta, isWanted), isWanted),

    async peek(delta) {
      return (await found(delta))?.sample ?? null
    },

    async setStatus(ids, status) {
      for (const id of ids) await host.call('samples.setStatus', { id, status })
    },
  }
}

/** As the host is asked about it; nothing when it is small enough to be seen, or too large to be sent. */
function selectedOf(selection: Selection): { query: string } | { ids: string[] } | null {
  if (selection.kind === 'all') return { query: selection.query }
  return selection.ids.size > 1 && selection.ids.size <= 5000 ? { ids: [...selection.ids] } : null
}

export const isIn = (selection: Selection, id: string): boolean =>
  selection.kind === 'some'
    ? selection.ids.has(id)
    : !selection.except.has(id) && selection.ids?.has(id) !== false

function toggled(selection: Selection, id: string): Selection {
  if (selection.kind === 'some') {
    const ids = new Set(selection.ids)
    if (!ids.delete(id)) ids.add(id)
    return { kind: 'some', ids }
  }
  const except = new Set(selection.except)
  if (except.delete(id)) return { ...selection, except }
  if (!isIn(selection, id)) {
    // One that was not among all of them joins what is left.
    return { kind: 'some', ids: new Set([...selection.ids!, id].filter((each) => !except.has(each))) }
  }
  return { ...selection, except: except.add(id) }
}

export const countOf = (selection: Selection): number =>
  selection.kind === 'all' ? selection.total - selection.except.size : selection.ids.size
