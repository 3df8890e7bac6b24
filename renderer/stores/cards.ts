import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Card, CardChange } from '../../shared/dataset/card.ts'
import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import { failed, type Loading } from './loading.ts'
import { createRefresh } from './refresh.ts'

export type CardsState = {
  /** The sample whose card is shown; null for none. */
  readonly sampleId: string | null
  readonly loading: Loading
  readonly card: Card | null
  /** Tags and keys of metadata in use, for suggestions. */
  readonly words: HostOutput<'cards.words'>
}

export type CardsStore = StoreApi<CardsState> & {
  show(sampleId: string | null): void
  /** Of the sample shown, or of another one. Rejects with AppError; resolves once the host has it. */
  change(change: CardChange, sampleId?: string): Promise<void>
  refreshWords(): Promise<void>
}

export function createCardsStore(host: HostConnection): CardsStore {
  const store = createStore<CardsState>(() => ({
    sampleId: null,
    loading: { kind: 'ready' },
    card: null,
    words: { tags: [], keys: [] },
  }))

  async function read(sampleId: string) {
    try {
      const card = await host.call('cards.get', { sampleId })
      if (store.getState().sampleId === sampleId) store.setState({ card, loading: { kind: 'ready' } })
    } catch (error) {
      if (store.getState().sampleId === sampleId) store.setState({ loading: failed(error) })
    }
  }
  const words = createRefresh(async () => {
    store.setState({ words: await host.call('cards.words', {}) })
  }, 400)

  host.on((event) => {
    const { sampleId } = store.getState()
    if (event.type === 'card.changed') {
      if (event.sampleId === sampleId) void read(sampleId)
      words.soon()
    }
    if (event.type === 'samples.changed') {
      if (sampleId !== null) void read(sampleId)
      words.soon()
    }
  })

  return {
    ...store,
    show(sampleId) {
      if (sampleId === store.getState().sampleId) return
      store.setState({ sampleId, card: null, loading: { kind: sampleId === null ? 'ready' : 'loading' } })
      if (sampleId !== null) void read(sampleId)
    },
    async change(change, of) {
      const sampleId = of ?? store.getState().sampleId
      if (sampleId === null) return
      const card = await host.call('cards.change', { sampleId, change })
      if (store.getState().sampleId === sampleId) store.setState({ card })
    },
    refreshWords: words.now,
  }
}
