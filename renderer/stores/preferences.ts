import type { StoreApi } from 'zustand/vanilla'

/** The part of `Storage` we use; `localStorage` throws where a browser forbids it. */
export type KeyValue = Pick<Storage, 'getItem' | 'setItem'>

/** The value kept under `key` if `isValid` accepts it, else `fallback`. Conveniences of one window, never data. */
export function readPreference<T>(
  storage: KeyValue,
  key: string,
  isValid: (value: unknown) => value is T,
  fallback: T,
): T {
  try {
    const value: unknown = JSON.parse(storage.getItem(`tessera.${key}`) ?? 'null')
    return isValid(value) ? value : fallback
  } catch {
    return fallback
  }
}

/** Keeps `pick(state)` up to date under `key`. */
export function keepPreference<S>(
  store: StoreApi<S>,
  storage: KeyValue,
  key: string,
  pick: (state: S) => unknown,
): void {
  store.subscribe((state, before) => {
    if (pick(state) === pick(before)) return
    try {
      storage.setItem(`tessera.${key}`, JSON.stringify(pick(state)))
    } catch {
      // A full or forbidden storage costs a preference, nothing else.
    }
  })
}
