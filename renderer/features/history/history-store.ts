import { createStore, type StoreApi } from 'zustand/vanilla'

/** What is asked before something is done with a version. */
export type HistoryDialog =
  | { readonly kind: 'restore' | 'branch' | 'alias' | 'tag' | 'merge'; readonly version: string }
  | { readonly kind: 'switch' | 'onlyTag' }
  | { readonly kind: 'rename' | 'delete'; readonly branch: string }
  | { readonly kind: 'renameAlias' | 'moveAlias'; readonly alias: string }

export type HistoryState = {
  /** Id of a version; null: the working copy. */
  readonly selected: string | null
  /** The version that another one is compared with. */
  readonly marked: string | null
  /** Only versions with this tag are listed; null: all. */
  readonly tag: string | null
  readonly dialog: HistoryDialog | null
}
/** What is looked at in the history; it stays while the window is open. */
export type HistoryStore = StoreApi<HistoryState>

export const historyStore: HistoryStore = createStore<HistoryState>(() => ({
  selected: null,
  marked: null,
  tag: null,
  dialog: null,
}))
