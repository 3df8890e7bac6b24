import type { StoreApi } from 'zustand/vanilla'
import { toAppError } from '../../shared/base/app-error.ts'
import { printFilter } from '../../shared/dataset/filter-text.ts'
import type { SampleFilter, SampleSort } from '../../shared/dataset/sample-filter.ts'
import type { HostConnection, Sample } from '../../shared/host/host-api.ts'
import { countOf } from './sample-selection.ts'
import type { SamplesState } from './samples.ts'

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

export type SampleRun = {
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
}

/** Samples read at once in search of an unlabeled one. */
const unlabeledPart = 500
const always = () => true

/** The run of a list of samples, in the state of that list. */
export function createSampleRun(
  host: HostConnection,
  store: StoreApi<SamplesState>,
  list: {
    /** Keeps a sample that is open, whatever part of the list goes. */
    pin(sample: Sample): void
    /** What the list shows is to be read anew when somebody looks. */
    outgrow(): void
    categoryNames(): readonly string[]
  },
): SampleRun {
  const { pin, outgrow, categoryNames } = list

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

  return {
    async startRun(id, other) {
      const state = store.getState()
      const { filter, sort } = other ?? state
      // Its places are not those of the list.
      if (other) outgrow()
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
  }
}
