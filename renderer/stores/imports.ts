import { createStore, type StoreApi } from 'zustand/vanilla'
import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import { importPath } from '../../shared/host/data-plane.ts'
import { type HostConnection, type ImportOutcome, importOutcomeSchema } from '../../shared/host/host-api.ts'
import { errorInfo } from './loading.ts'

/** One file to bring in. `name` is its path relative to what was dropped. */
export type ImportFile = { readonly name: string; readonly file: Blob }

export type ImportJob = {
  readonly id: number
  readonly startedAt: number
  readonly total: number
  readonly state: 'running' | 'done' | 'cancelled'
  /** In the order of finishing; `outcomes.length` files are settled. */
  readonly outcomes: readonly ImportOutcome[]
  /** Files that failed in a way that another try may mend. */
  readonly retryable: readonly ImportFile[]
}

export type ImportsState = { readonly jobs: readonly ImportJob[] }

export type ImportsStore = StoreApi<ImportsState> & {
  /** Starts bringing files in and returns the job's id at once. */
  start(files: readonly ImportFile[]): number
  /** Files already in stay; the rest is not sent. */
  cancel(id: number): void
  /** Tries the retryable files of a finished job again, as a new job. */
  retry(id: number): void
  /** Puts the sample images in. Rejects with AppError. */
  addExamples(): Promise<readonly ImportOutcome[]>
  dismiss(id: number): void
}

/** Two at a time keep the host busy (one reads while one decodes) without filling memory with photographs. */
const atOnce = 2

export function createImportsStore(host: HostConnection, now: () => number = Date.now): ImportsStore {
  const store = createStore<ImportsState>(() => ({ jobs: [] }))
  const running = new Map<number, AbortController>()
  let lastId = 0

  const patch = (id: number, change: (job: ImportJob) => Partial<ImportJob>) =>
    store.setState(({ jobs }) => ({
      jobs: jobs.map((job) => (job.id === id ? { ...job, ...change(job) } : job)),
    }))

  async function importOne({ name, file }: ImportFile, signal: AbortSignal): Promise<ImportOutcome> {
    const answer = await host.fetchData(importPath(name), { method: 'POST', body: file, signal })
    return importOutcomeSchema.parse(JSON.parse(await answer.text()))
  }

  async function work(id: number, files: readonly ImportFile[], signal: AbortSignal): Promise<void> {
    const queue = files.values()
    const worker = async () => {
      for (const item of queue) {
        if (signal.aborted) return
        try {
          const outcome = await importOne(item, signal)
          patch(id, (job) => ({ outcomes: [...job.outcomes, outcome] }))
        } catch (error) {
          if (signal.aborted) return
          const info: ErrorInfo = errorInfo(error)
          patch(id, (job) => ({
            outcomes: [...job.outcomes, { kind: 'rejected', file: item.name, error: info }],
            retryable: info.retry === 'never' ? job.retryable : [...job.retryable, item],
          }))
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    running.delete(id)
    patch(id, () => ({ state: signal.aborted ? 'cancelled' : 'done' }))
  }

  function start(files: readonly ImportFile[]): number {
    const id = ++lastId
    const abort = new AbortController()
    running.set(id, abort)
    const job: ImportJob = {
      id,
      startedAt: now(),
      total: files.length,
      state: 'running',
      outcomes: [],
      retryable: [],
    }
    store.setState(({ jobs }) => ({ jobs: [...jobs, job] }))
    void work(id, files, abort.signal)
    return id
  }

  return {
    ...store,
    start,
    cancel: (id) => running.get(id)?.abort(),
    retry(id) {
      const job = store.getState().jobs.find((candidate) => candidate.id === id)
      if (!job || job.state === 'running') return
      store.setState(({ jobs }) => ({ jobs: jobs.filter((other) => other.id !== id) }))
      if (job.retryable.length > 0) start(job.retryable)
    },
    async addExamples() {
      const { outcomes } = await host.call('samples.addExamples', {})
      if (outcomes.length === 0)
        throw new AppError('NOT_FOUND', 'This build of Tessera carries no sample images.', {
          remedy: 'Drop images of your own onto the window.',
        })
      return outcomes
    },
    dismiss: (id) => store.setState(({ jobs }) => ({ jobs: jobs.filter((job) => job.id !== id) })),
  }
}
