import { createStore, type StoreApi } from 'zustand/vanilla'

export const cleanupKinds = ['holes', 'specks', 'grow', 'shrink', 'smooth', 'split'] as const
export type CleanupKind = (typeof cleanupKinds)[number]

export const cleanupScopes = ['object', 'selected', 'all'] as const
/** What it is done to. */
export type CleanupScope = (typeof cleanupScopes)[number]

/** What the person asks for. Amounts and choices stay from one time to the next, but for `every`. */
export type CleanupState = {
  /** Null: nothing is being cleaned up. */
  readonly open: CleanupKind | null
  readonly scope: CleanupScope
  /** Holes and specks of fewer pixels; of every size with `every`. */
  readonly below: number
  readonly every: boolean
  /** Pixels to grow, shrink or smooth by. */
  readonly by: number
  /** Fills holes over the objects that lie in them too. */
  readonly takes: boolean
  /** Specks join a neighbour. */
  readonly joins: boolean
  /** Category of the parts of a stuff region; null until one was chosen. */
  readonly into: number | null
}
export type CleanupStore = StoreApi<CleanupState>

export const MOST_BELOW = 1_000_000
export const MOST_BY = 64

export function createCleanupStore(): CleanupStore {
  return createStore<CleanupState>(() => ({
    open: null,
    scope: 'object',
    below: 50,
    every: false,
    by: 1,
    takes: false,
    joins: false,
    into: null,
  }))
}
