import { createStore, type StoreApi } from 'zustand/vanilla'

export type Place = {
  /** Image pixels; null when the whole image is meant. */
  readonly at: { readonly x: number; readonly y: number } | null
  readonly objectId: number | null
}

export type ReviewState = {
  /** The label is only looked at until somebody asks to edit it. */
  readonly edits: boolean
  /** The issue that is shown with its replies. */
  readonly active: string | null
  readonly filter: 'open' | 'all' | 'resolved'
  /** The next click on the image says where a new issue is. */
  readonly placing: boolean
  /** A new issue whose words are still to come. */
  readonly draft: Place | null
  /** The reason of a rejection is being asked for. */
  readonly rejecting: boolean
  /** Beside the tools: the list of issues is open. */
  readonly listed: boolean
}
export type ReviewStore = StoreApi<ReviewState>

export function createReviewStore(): ReviewStore {
  return createStore<ReviewState>(() => ({
    edits: false,
    active: null,
    filter: 'open',
    placing: false,
    draft: null,
    rejecting: false,
    listed: false,
  }))
}
