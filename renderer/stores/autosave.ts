import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Autosaver, SaveState } from './autosaver.ts'

/** The savers of all labels that are open or still have something to save, over the whole window. */
const savers = new Set<Autosaver>()
const shown = createStore<SaveState>(() => ({ kind: 'saved', at: null }))

/** Has the window show and flush `saver` until it is settled and let go of. Returns the function that lets go. */
export function watchSaver(saver: Autosaver): () => void {
  let released = false
  savers.add(saver)
  const stop = saver.onChange(() => {
    if (released && saver.settled) {
      savers.delete(saver)
      stop()
      saver.dispose()
    }
    show()
  })
  show()
  return () => {
    released = true
    if (!saver.settled) return
    savers.delete(saver)
    stop()
    saver.dispose()
    show()
  }
}

/** The worst state of all labels: one that failed must not hide behind one that is saved. */
export function worstOf(savers: readonly Pick<Autosaver, 'state' | 'safe'>[]): SaveState {
  const states = savers.map((saver) => saver.state)
  const of = <K extends SaveState['kind']>(kind: K) =>
    states.find((state): state is Extract<SaveState, { kind: K }> => state.kind === kind)
  const bad = of('failed') ?? of('saving') ?? of('unsaved')
  // What the journal holds already is safe, and its save comes by itself.
  if (bad?.kind === 'unsaved' && savers.every((saver) => saver.safe)) return { kind: 'saving' }
  if (bad) return bad
  const times = states.map((state) => (state.kind === 'saved' ? (state.at ?? 0) : 0))
  return { kind: 'saved', at: Math.max(0, ...times) || null }
}

export function useSaveState(): SaveState {
  return useStore(shown)
}

/** Saves everything that is not saved yet. Rejects with the AppError of the first save that failed; nothing is lost. */
export async function flushSaves(): Promise<void> {
  await Promise.all([...savers].map((saver) => saver.flush()))
}

/** Tries the failed saves again. */
export function retrySaves(): void {
  for (const saver of savers) saver.retry()
}

/** Saves when the person looks away, and holds the window back only while an edit is in no file yet. Once per
 * window. `sendSteps` begins to send the undo steps that are not sent yet: those of a save should arrive before it. */
export function guardWindow(page: Window, sendSteps: () => void): void {
  const flush = () => {
    sendSteps()
    // A failure shows itself in the save state.
    flushSaves().catch(() => {})
  }
  page.addEventListener('blur', flush)
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.visibilityState === 'hidden') flush()
  })
  page.addEventListener('beforeunload', (event) => {
    flush()
    if ([...savers].some((saver) => !saver.safe)) event.preventDefault()
  })
}

function show(): void {
  const next = worstOf([...savers])
  const before = shown.getState()
  // A window without an open label goes on showing when it last saved.
  if (next.kind === 'saved' && next.at === null && before.kind === 'saved') return
  shown.setState(next, true)
}
