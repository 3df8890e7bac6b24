import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import type { SamplesStore } from './samples.ts'

export type SampleMark = HostOutput<'samples.marks'>['marks'][number]

/** How the samples that are known here stand to the last version; empty while there is none. */
export type SampleMarksStore = StoreApi<{ readonly byId: ReadonlyMap<string, SampleMark> }>

const mostIds = 500

export function createSampleMarksStore(host: HostConnection, samples: SamplesStore): SampleMarksStore {
  const store = createStore<{ byId: ReadonlyMap<string, SampleMark> }>(() => ({ byId: new Map() }))
  /** What a mark was asked for: label and card of the sample, and the version. */
  let asked = new Map<string, string>()
  let version = 0
  let isDue = false

  const keyOf = ({ headRevision, cardDigest }: { headRevision: string | null; cardDigest: string | null }) =>
    `${version} ${headRevision} ${cardDigest}`

  async function read(): Promise<void> {
    isDue = false
    const { byId } = samples.getState()
    const wanted = [...byId.values()].filter((sample) => asked.get(sample.id) !== keyOf(sample))
    // Those that are gone from here are forgotten with their marks.
    asked = new Map([...byId.values()].map((sample) => [sample.id, keyOf(sample)]))
    for (let from = 0; from < wanted.length; from += mostIds) {
      const ids = wanted.slice(from, from + mostIds).map(({ id }) => id)
      const now = version
      try {
        const { marks } = await host.call('samples.marks', { ids })
        if (now !== version) return
        const next = new Map([...store.getState().byId].filter(([id]) => asked.has(id)))
        for (const [i, id] of ids.entries()) {
          if (marks[i]) next.set(id, marks[i])
          else next.delete(id)
        }
        store.setState({ byId: next })
      } catch {
        // A mark is a convenience: it is asked for again when something changes.
        for (const id of ids) asked.delete(id)
      }
    }
  }
  function soon() {
    if (isDue) return
    isDue = true
    // After the pictures: what is looked at comes first.
    setTimeout(() => void read(), 150)
  }
  samples.subscribe((state, before) => {
    if (state.byId !== before.byId) soon()
  })
  host.on(({ type }) => {
    if (type !== 'versions.changed') return
    version++
    soon()
  })
  return store
}
