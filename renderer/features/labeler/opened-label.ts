import type { StoreApi } from 'zustand/vanilla'
import type { DocumentState } from '../../stores/document.ts'
import type { LabelSession } from '../../stores/label-session.ts'

/** The label of `sampleId`, as soon as it is open; null when it cannot be opened, or `left` says that nobody waits. */
export function openedLabel(
  documents: Pick<StoreApi<DocumentState>, 'getState' | 'subscribe'>,
  sampleId: string,
  left: AbortSignal,
): Promise<LabelSession | null> {
  return new Promise((resolve) => {
    let unsubscribe = () => {}
    const end = (session: LabelSession | null) => {
      unsubscribe()
      left.removeEventListener('abort', leave)
      resolve(session)
    }
    const leave = () => end(null)
    // What the store says of another sample is of one that was left a moment ago.
    const look = (state: DocumentState) => {
      if (state.kind === 'closed' || state.sampleId !== sampleId || state.kind === 'opening') return false
      end(state.kind === 'open' ? state.session : null)
      return true
    }
    if (left.aborted) return resolve(null)
    if (look(documents.getState())) return
    left.addEventListener('abort', leave)
    unsubscribe = documents.subscribe(look)
  })
}
