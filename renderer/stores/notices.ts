import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostConnection, Notice } from '../../shared/host/host-api.ts'
import { errorInfo } from './loading.ts'

/** Problems stay here until they are dismissed; successes are toasts. */
export type NoticesStore = StoreApi<readonly Notice[]> & {
  /** One notice per `key`: the newest wording replaces the older. */
  show(notice: Notice): void
  /** A failed action of this window. `CANCELLED` was wished for and is not shown. */
  report(key: string, error: unknown): void
  dismiss(key: string): void
}

export function createNoticesStore(host: HostConnection): NoticesStore {
  const store = createStore<readonly Notice[]>(() => [])
  const show = (notice: Notice) => {
    const list = store.getState()
    const known = list.some(({ key }) => key === notice.key)
    store.setState(
      known ? list.map((old) => (old.key === notice.key ? notice : old)) : [...list, notice],
      true,
    )
  }
  host.on((event) => event.type === 'notice' && show(event.notice))
  return {
    ...store,
    show,
    report(key, error) {
      const info = errorInfo(error)
      if (info.code !== 'CANCELLED') show({ key, severity: 'error', error: info })
    },
    dismiss: (key) =>
      store.setState(
        store.getState().filter((notice) => notice.key !== key),
        true,
      ),
  }
}
