import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ArtifactRole, HostConnection, SyncStatus } from '../../shared/host/host-api.ts'
import { failed, type Loading } from './loading.ts'

export type SyncState = { readonly loading: Loading; readonly status: SyncStatus | null }

/** Actions reject with AppError; how a push goes on is told by events. */
export type SyncStore = StoreApi<SyncState> & {
  refresh(): Promise<void>
  push(): Promise<void>
  cancel(): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  retry(version: string, role: ArtifactRole): Promise<void>
}

export function createSyncStore(host: HostConnection): SyncStore {
  const store = createStore<SyncState>(() => ({ loading: { kind: 'loading' }, status: null }))
  const show = (status: SyncStatus) => store.setState({ status, loading: { kind: 'ready' } })
  const refresh = async () => {
    try {
      show(await host.call('sync.status', {}))
    } catch (error) {
      store.setState({ loading: failed(error) })
      throw error
    }
  }
  host.on((event) => {
    if (event.type === 'sync.changed') show(event.status)
    // What is owed, and whether it can be sent, follows from both.
    if (event.type === 'versions.changed' || event.type === 'settings.changed') refresh().catch(() => {})
  })
  return {
    ...store,
    refresh,
    push: async () => show(await host.call('sync.push', {})),
    cancel: async () => show(await host.call('sync.cancel', {})),
    pause: async () => show(await host.call('sync.pause', {})),
    resume: async () => show(await host.call('sync.resume', {})),
    retry: async (version, role) => show(await host.call('sync.retry', { version, role })),
  }
}
