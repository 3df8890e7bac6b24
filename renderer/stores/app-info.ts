import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import { failed, type Loading } from './loading.ts'
import type { NoticesStore } from './notices.ts'

export type AppInfo = HostOutput<'app.info'>
export type AppInfoState = { readonly loading: Loading; readonly info: AppInfo | null }
export type AppInfoStore = StoreApi<AppInfoState> & { refresh(): Promise<void> }

export function createAppInfoStore(host: HostConnection, notices: NoticesStore): AppInfoStore {
  const store = createStore<AppInfoState>(() => ({ loading: { kind: 'loading' }, info: null }))
  return {
    ...store,
    async refresh() {
      try {
        const info = await host.call('app.info', {})
        for (const notice of info.notices) notices.show(notice)
        store.setState({ info, loading: { kind: 'ready' } })
      } catch (error) {
        store.setState({ loading: failed(error) })
        throw error
      }
    },
  }
}
