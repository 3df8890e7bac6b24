import { createStore, type StoreApi } from 'zustand/vanilla'
import { type KeyValue, keepPreference, readPreference } from './preferences.ts'

/** Whether keys without Ctrl, Cmd or Alt act (WCAG 2.1.4: a person who dictates needs to turn them off). */
export type ShortcutsState = { readonly singleKeys: boolean }
export type ShortcutsStore = StoreApi<ShortcutsState> & { setSingleKeys(on: boolean): void }

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'

export function createShortcutsStore(storage: KeyValue): ShortcutsStore {
  const store = createStore<ShortcutsState>(() => ({
    singleKeys: readPreference(storage, 'single-keys', isBoolean, true),
  }))
  keepPreference(store, storage, 'single-keys', (state) => state.singleKeys)
  return { ...store, setSingleKeys: (singleKeys) => store.setState({ singleKeys }) }
}
