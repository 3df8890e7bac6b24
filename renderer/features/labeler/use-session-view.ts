import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { LabelSession, SessionView } from '../../stores/label-session.ts'

const closed: StoreApi<SessionView | null> = createStore<SessionView | null>(() => null)

/** What is shown of an open label, anew after each of its edits; null while none is open. */
export function useSessionView(session: LabelSession | null): SessionView | null {
  const store: StoreApi<SessionView | null> = session
    ? (session.view as unknown as StoreApi<SessionView | null>)
    : closed
  return useStore(store)
}
