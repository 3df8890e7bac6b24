import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ArtifactRole, HostConnection, SyncLine, SyncStatus } from '../../shared/host/host-api.ts'
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
  park(version: string, role: ArtifactRole): Promise<void>
  /** All that is kept of what happened, newest last. */
  log(): Promise<readonly SyncLine[]>
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
  // What the browser says of the network is a reason to look, and proves nothing.
  const hint = () => void host.call('sync.hint', {}).catch(() => {})
  globalThis.addEventListener?.('online', hint)
  globalThis.addEventListener?.('offline', hint)
  return {
    ...store,
    refresh,
    push: async () => show(await host.call('sync.push', {})),
    cancel: async () => show(await host.call('sync.cancel', {})),
    pause: async () => show(await host.call('sync.pause', {})),
    resume: async () => show(await host.call('sync.resume', {})),
    retry: async (version, role) => show(await host.call('sync.retry', { version, role })),
    park: async (version, role) => show(await host.call('sync.park', { version, role })),
    log: async () => (await host.call('sync.log', { limit: 5000 })).lines,
  }
}
