import type { NoticesStore } from '../../stores/notices.ts'
import type { Stores } from '../../stores/stores.ts'
import type {
  JobResult,
  MergeResult,
  MergeScale,
  Uncommitted,
  VersionJob,
} from '../../stores/version-work.ts'
import { toast } from '../../ui/toasts.tsx'
import { historyStore } from './history-store.ts'
import { text } from './text.ts'

/** What is done with versions, and what is said about it afterwards. None of them rejects: problems become notices. */
export type VersionJobs = {
  /** `number` is what the version is called in words. True when all of it was done. */
  restore(version: string, number: number, uncommitted: Uncommitted): Promise<boolean>
  switchTo(branch: string, uncommitted: Uncommitted): Promise<boolean>
  /** `shown`: what it would do, as somebody was told. One that does more than usual asks without it. */
  merge(
    version: string,
    message: string,
    uncommitted: 'refuse' | 'commit',
    shown?: MergeScale,
  ): Promise<MergeResult | null>
  undo(job: number): Promise<void>
  /** A merge is asked about anew: whoever goes on may not know any more what it does. */
  goOn(job: VersionJob): Promise<void>
}

export function createVersionJobs(stores: Pick<Stores, 'versionWork' | 'versions' | 'notices'>): VersionJobs {
  const { versionWork, versions, notices } = stores

  async function attempt<T>(key: string, work: () => Promise<T>): Promise<T | null> {
    try {
      const result = await work()
      notices.dismiss(key)
      return result
    } catch (error) {
      notices.report(key, error)
      return null
    }
  }

  async function undo(job: number): Promise<void> {
    const result = await attempt('history.undo', () => versionWork.undo(job))
    if (!result) return
    tellFailed(notices, 'history.undo', result.failed)
    toast(text.undone(result.restored, result.skipped))
  }

  function told(words: string, result: Pick<JobResult, 'job' | 'isStopped' | 'failed' | 'skipped'>): boolean {
    tellFailed(notices, 'history.failed', result.failed)
    tellSkipped(notices, result.skipped)
    const { job } = result
    const action = job === null ? undefined : { label: text.undo, run: () => void undo(job) }
    toast(result.isStopped ? text.stopped : words, action)
    return !result.isStopped
  }

  const self: VersionJobs = {
    undo,
    async restore(version, number, uncommitted) {
      const result = await attempt('history.restore', () => versionWork.restore(version, uncommitted))
      return result !== null && told(text.restoredTo(number, result.changed), result)
    },
    async switchTo(branch, uncommitted) {
      const result = await attempt('history.switch', () => versionWork.switchTo(branch, uncommitted))
      return result !== null && told(text.switched(branch, result.changed), result)
    },
    async merge(version, message, uncommitted, shown) {
      const result = await attempt('history.merge', () =>
        versionWork.merge(version, message, uncommitted, shown),
      )
      if (!result) return null
      const { kind, taken, merged, conflicts } = result
      const words =
        kind === 'merged' && result.version
          ? text.mergedAs(result.version.number, taken, merged, conflicts.length)
          : text.mergedText[kind === 'forward' ? 'forward' : 'none']
      told(words, result)
      tellKept(notices, result)
      return result
    },
    async goOn({ kind, version, branch }) {
      if (kind === 'switch' && branch !== null) await self.switchTo(branch, 'keep')
      else if (kind === 'merge') historyStore.setState({ dialog: { kind, version } })
      else {
        const number = versions.getState().list.find(({ id }) => id === version)?.number ?? 0
        await self.restore(version, number, 'keep')
      }
    },
  }
  return self
}

function tellFailed(notices: NoticesStore, key: string, failed: JobResult['failed']): void {
  const [first] = failed
  if (!first) return
  const error = {
    ...first.error,
    message: `${text.failedSome(failed.length)} ${first.name}: ${first.error.message}`,
  }
  notices.show({ key, severity: 'error', error })
}

/** What somebody changed while it ran was not replaced. */
function tellSkipped(notices: NoticesStore, skipped: JobResult['skipped']): void {
  if (skipped.length === 0) return
  const error = {
    code: 'CONFLICT' as const,
    message: text.skipped(skipped.map(({ name }) => name)),
    remedy: text.skippedRemedy,
    retry: 'never' as const,
  }
  notices.show({ key: 'history.skipped', severity: 'warning', error })
}

/** Where both sides said something else of an image or a category and mine stands: nobody is asked, but it is told. */
function tellKept(notices: NoticesStore, { conflicts, categories }: MergeResult): void {
  const cards = conflicts
    .filter(({ card }) => card.length > 0)
    .map(({ name, card }) => `${name} (${card.join(', ')})`)
  const removed = conflicts.filter(({ isRemoved }) => isRemoved).map(({ name }) => name)
  const fields = categories.map(({ id, field }) => (id === 0 ? field : `${field} of category ${id}`))
  const parts = [
    cards.length > 0 && text.keptCards(cards),
    removed.length > 0 && text.keptRemoved(removed),
    fields.length > 0 && text.keptFields(fields),
  ].filter((part) => part !== false)
  if (parts.length === 0) return
  const error = {
    code: 'CONFLICT' as const,
    message: parts.join(' '),
    remedy: text.keptRemedy,
    retry: 'never' as const,
  }
  notices.show({ key: 'history.kept', severity: 'info', error })
}
