import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { HostConnection, Version, VersionDraft } from '../../shared/host/host-api.ts'
import { flushSaves } from './autosave.ts'
import { failed, type Loading } from './loading.ts'
import { createRefresh } from './refresh.ts'

export type VersionsState = {
  readonly loading: Loading
  /** Newest first. */
  readonly list: readonly Version[]
  /** What a commit would record now; null until read once. */
  readonly draft: VersionDraft | null
  readonly committing: boolean
  /** Why a label of this window could not be saved for the last commit, which was not made then. */
  readonly unsaved: ErrorInfo | null
}

export type VersionsStore = StoreApi<VersionsState> & {
  refresh(): Promise<void>
  /**
   * Saves every label of this window, then commits. The new version, or null when nothing had changed. Rejects with
   * AppError; when a label could not be saved nothing is committed, unless `savedOnly` says that it may be left out.
   */
  commit(message: string, options?: { readonly savedOnly: boolean }): Promise<Version | null>
}

/** `flush` saves what is not saved yet, or rejects with the reason. */
export function createVersionsStore(
  host: HostConnection,
  flush: () => Promise<void> = flushSaves,
): VersionsStore {
  const store = createStore<VersionsState>(() => ({
    loading: { kind: 'loading' },
    list: [],
    draft: null,
    committing: false,
    unsaved: null,
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
    async commit(message, { savedOnly } = { savedOnly: false }) {
      store.setState({ committing: true, unsaved: null })
      try {
        if (!savedOnly) {
          await flush().catch((error: unknown) => {
            store.setState({ unsaved: toAppError(error).toInfo() })
            throw error
          })
        }
        const { version } = await host.call('versions.commit', { message })
        await refresh.now()
        return version
      } finally {
        store.setState({ committing: false })
      }
    },
  }
}
