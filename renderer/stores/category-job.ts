import { createStore, type StoreApi } from 'zustand/vanilla'
import type { CategoryJob, HostConnection, HostInput } from '../../shared/host/host-api.ts'
import { flushSaves } from './autosave.ts'

export type CategoryJobState = {
  /** The one that runs; null when none does. */
  readonly running: CategoryJob | null
  /** The latest first. */
  readonly latest: readonly CategoryJob[]
}

/** What is done to the objects of a category over many images. All reject with AppError. */
export type CategoryJobStore = StoreApi<CategoryJobState> & {
  refresh(): Promise<void>
  move(input: HostInput<'categories.move'>): Promise<CategoryJob>
  finish(job: number): Promise<CategoryJob>
  takeBack(job: number): Promise<CategoryJob>
  stop(): void
}

export const isUnfinished = ({ state }: CategoryJob): boolean => state === 'stopped' || state === 'undoing'

export function createCategoryJobStore(host: HostConnection): CategoryJobStore {
  const store = createStore<CategoryJobState>(() => ({ running: null, latest: [] }))
  const refresh = async () => store.setState({ latest: await host.call('categories.jobs', {}) })
  host.on((event) => {
    if (event.type !== 'categories.job') return
    const { job } = event
    const isRunning = job.done < job.total && (job.state === 'running' || job.state === 'undoing')
    store.setState({ running: isRunning ? job : null })
  })

  /** What is drawn in this window and not saved yet comes first, or the job would not see it. */
  async function run(work: () => Promise<CategoryJob>): Promise<CategoryJob> {
    await flushSaves()
    try {
      return await work()
    } finally {
      store.setState({ running: null })
      await refresh().catch(() => {})
    }
  }

  return {
    ...store,
    refresh,
    move: (input) => run(() => host.call('categories.move', input)),
    finish: (job) => run(() => host.call('categories.finish', { job })),
    takeBack: (job) => run(() => host.call('categories.takeBack', { job })),
    stop: () => void host.call('categories.stop', {}).catch(() => {}),
  }
}
