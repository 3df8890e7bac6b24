import { createStore, type StoreApi } from 'zustand/vanilla'
import { type KeyValue, keepPreference, readPreference } from './preferences.ts'

/** How somebody wants labels to be checked; kept from one opening to the next. */
export type ChecksState = {
  /** Look at a label when it is marked as labeled. */
  readonly onMark: boolean
  /** Parts, holes and objects of fewer pixels are told of. */
  readonly smallest: number
}
export type ChecksStore = StoreApi<ChecksState>

export const largestSmallest = 10_000
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= largestSmallest

export function createChecksStore(storage: KeyValue): ChecksStore {
  const store = createStore<ChecksState>(() => ({
    onMark: readPreference(storage, 'checks-on-mark', isBoolean, true),
    smallest: readPreference(storage, 'checks-smallest', isSize, 30),
  }))
  keepPreference(store, storage, 'checks-on-mark', (state) => state.onMark)
  keepPreference(store, storage, 'checks-smallest', (state) => state.smallest)
  return store
}
