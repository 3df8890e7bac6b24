import { createStore, type StoreApi } from 'zustand/vanilla'
import type {
  HostConnection,
  HostInput,
  HostOutput,
  KeyState,
  RouteState,
  Settings,
} from '../../shared/host/host-api.ts'
import { failed, type Loading } from './loading.ts'

export type SettingsState = {
  readonly loading: Loading
  readonly settings: Settings | null
  readonly wandbKey: KeyState | null
  /** How the server is reached. */
  readonly route: RouteState | null
}

/** Actions reject with AppError. The key itself passes through `setKey` and is never kept here. */
export type SettingsStore = StoreApi<SettingsState> & {
  refresh(): Promise<void>
  save(change: HostInput<'settings.set'>): Promise<void>
  setKey(input: HostInput<'secrets.setWandbKey'>): Promise<void>
  clearKey(): Promise<void>
  /** Stores nothing of `draft`. */
  check(draft: NonNullable<HostInput<'wandb.check'>['draft']>): Promise<HostOutput<'wandb.check'>>
  /** What a link to another place would mean. */
  plan(place: HostInput<'wandb.plan'>): Promise<HostOutput<'wandb.plan'>>
  unlink(forgetKey: boolean): Promise<HostOutput<'wandb.unlink'>>
}

export function createSettingsStore(host: HostConnection): SettingsStore {
  const store = createStore<SettingsState>(() => ({
    loading: { kind: 'loading' },
    settings: null,
    wandbKey: null,
    route: null,
  }))
  const refresh = async () => {
    try {
      store.setState({ ...(await host.call('settings.get', {})), loading: { kind: 'ready' } })
    } catch (error) {
      store.setState({ loading: failed(error) })
      throw error
    }
  }
  host.on((event) => {
    if (event.type === 'settings.changed') refresh().catch(() => {})
  })
  return {
    ...store,
    refresh,
    save: async (change) => store.setState(await host.call('settings.set', change)),
    setKey: async (input) => store.setState({ wandbKey: await host.call('secrets.setWandbKey', input) }),
    clearKey: async () => store.setState({ wandbKey: await host.call('secrets.clearWandbKey', {}) }),
    check: (draft) => host.call('wandb.check', { draft }),
    plan: (place) => host.call('wandb.plan', place),
    unlink: (forgetKey) => host.call('wandb.unlink', { forgetKey }),
  }
}
