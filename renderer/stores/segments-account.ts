import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection, HostInput, HostOutput } from '../../shared/host/host-api.ts'

/** The account at Segments.ai; null until it was read. Actions reject with AppError; the key itself is never kept here. */
export type SegmentsAccountStore = StoreApi<{ readonly account: HostOutput<'segments.account'> | null }> & {
  refresh(): Promise<void>
  setKey(input: HostInput<'secrets.setSegmentsKey'>): Promise<void>
  clearKey(): Promise<void>
  /** Stores nothing of `draft`. */
  check(draft: NonNullable<HostInput<'segments.check'>['draft']>): Promise<HostOutput<'segments.check'>>
}

export function createSegmentsAccountStore(host: HostConnection): SegmentsAccountStore {
  const store = createStore<{ readonly account: HostOutput<'segments.account'> | null }>(() => ({
    account: null,
  }))
  const refresh = async () => store.setState({ account: await host.call('segments.account', {}) })
  host.on((event) => {
    // Nobody who never looked at it needs to know.
    if (event.type === 'settings.changed' && store.getState().account) refresh().catch(() => {})
  })
  return {
    ...store,
    refresh,
    async setKey(input) {
      await host.call('secrets.setSegmentsKey', input)
      await refresh()
    },
    async clearKey() {
      await host.call('secrets.clearSegmentsKey', {})
      await refresh()
    },
    check: (draft) => host.call('segments.check', { draft }),
  }
}
