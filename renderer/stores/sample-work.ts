import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { HostConnection, SampleChange } from '../../shared/host/host-api.ts'
import type { SamplesStore } from './samples.ts'

/** One thing being done to many images. */
export type Work = {
  readonly title: string
  readonly done: number
  readonly total: number
}
/** What came of it. */
export type Outcome = {
  readonly changed: number
  /** One for each image that could not be changed. */
  readonly failed: readonly ErrorInfo[]
  /** Takes it back, and goes on where it failed when it is called again; null when nothing was changed. */
  readonly undo: (() => Promise<{ restored: number; skipped: number }>) | null
}

export type SampleWorkStore = StoreApi<{ readonly work: Work | null }> & {
  /** Does it to the selection, some at a time. Rejects with what the host says when nothing could be done at all. */
  change(title: string, change: SampleChange): Promise<Outcome>
  cancel(): void
  /** The last thing that can be taken back. */
  lastUndo(): (() => void) | null
  setLastUndo(undo: (() => void) | null): void
}

/** A status makes a saved state of each label, which takes its time; the rest goes in few steps. */
const partOf = (change: SampleChange) => (change.kind === 'status' ? 25 : 500)

export function createSampleWorkStore(host: HostConnection, samples: SamplesStore): SampleWorkStore {
  const store = createStore<{ work: Work | null }>(() => ({ work: null }))
  let stop = new AbortController()
  let last: (() => void) | null = null
  return {
    ...store,
    async change(title, change) {
      stop = new AbortController()
      const { signal } = stop
      const total = samples.selectedCount()
      const undos: string[] = []
      const failed: ErrorInfo[] = []
      let [changed, done] = [0, 0]
      store.setState({ work: { title, done, total } })
      try {
        for await (const ids of samples.selectedIds(partOf(change))) {
          if (signal.aborted) break
          const answer = await host.call('samples.change', { ids, change })
          changed += answer.changed
          failed.push(...answer.failed.map(({ error }) => error))
          if (answer.undo !== null) undos.push(answer.undo)
          done += ids.length
          store.setState({ work: { title, done, total } })
        }
      } catch (error) {
        // What was done before has to be told of, and can be taken back.
        if (undos.length === 0) throw error
        const info = toAppError(error).toInfo()
        for (; done < total; done++) failed.push(info)
      } finally {
        store.setState({ work: null })
      }
      const undone = { restored: 0, skipped: 0 }
      const undo = async () => {
        for (let part = undos.at(-1); part !== undefined; part = undos.at(-1)) {
          const { restored, skipped } = await host.call('samples.undo', { undo: part })
          undone.restored += restored
          undone.skipped += skipped
          undos.pop()
        }
        return undone
      }
      return { changed, failed, undo: undos.length > 0 ? undo : null }
    },
    cancel: () => stop.abort(),
    lastUndo: () => last,
    setLastUndo(undo) {
      last = undo
    },
  }
}
