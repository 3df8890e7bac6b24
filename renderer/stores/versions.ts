import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection, Version, VersionDraft } from '../../shared/host/host-api.ts'
import { failed, type Loading } from './loading.ts'
import { createRefresh } from './refresh.ts'

export type VersionsState = {
  readonly loading: Loading
  /** Newest first. */
  readonly list: readonly Version[]
  /** What a commit would record now; null until read once. */
  readonly draft: VersionDraft | null
  readonly committing: boolean
}

export type VersionsStore = StoreApi<VersionsState> & {
  refresh(): Promise<void>
  /** The new version, or null when nothing had changed. Rejects with AppError. */
  commit(message: string): Promise<Version | null>
}

export function createVersionsStore(host: HostConnection): VersionsStore {
  const store = createStore<VersionsState>(() => ({
    loading: { kind: 'loading' },
    list: [],
    draft: null,
    committing: false,
  }))
  const refresh = createRefresh(async () => {
    try {
      const [list, draft] = await Promise.all([
        host.call('versions.list', {}),
        host.call('versions.draft', {}),
      ])
      store.setState({
        list: list.toSorted((a, b) => b.number - a.number),
        draft,
        loading: { kind: 'ready' },
      })
    } catch (error) {
      store.setState({ loading: failed(error) })
      throw error
    }
  }, 400)
  host.on(({ type }) => {
    const touches = ['samples.changed', 'label.saved', 'categories.changed', 'versions.changed']
    if (touches.includes(type)) refresh.soon()
  })
  return {
    ...store,
    refresh: refresh.now,
    async commit(message) {
      store.setState({ committing: true })
      try {
        const { version } = await host.call('versions.commit', { message })
        await refresh.now()
        return version
      } finally {
        store.setState({ committing: false })
      }
    },
  }
}
