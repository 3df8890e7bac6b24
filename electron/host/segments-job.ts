import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { SegmentsResult, SegmentsState } from '../../shared/host/segments-methods.ts'
import type { LibraryContext } from './library-context.ts'
import { askedBy } from './merge-failsafe.ts'
import { requireWritable } from './read-only.ts'
import { stoppedError } from './segments-tools.ts'
import type { SyncLog } from './sync-log.ts'

type Job = NonNullable<SegmentsState['job']>
export type JobTools = {
  readonly signal: AbortSignal
  /** `done` and `bytes` are added; a `total` begins to count anew. */
  show(
    step: string,
    more?: { readonly done?: number; readonly total?: number; readonly bytes?: number },
  ): void
  /** What a run has done, also when it ends early. */
  keep(result: SegmentsResult): void
  /** Into the log. */
  say(text: string, code?: string): void
}

/** What is done with the dataset: one thing at a time, told of as it goes. */
export type SegmentsJobs = {
  /** What runs, or ran last; null: nothing has in this session. */
  latest(): Job | null
  /** The same one again joins the first. Rejects with `CONFLICT` beside another one, `LIB_READ_ONLY`, and as `work` does. */
  start<T>(kind: Job['kind'], key: string, work: (tools: JobTools) => Promise<T>): Promise<T>
  /** Throws AppError `CONFLICT` while something runs. */
  requireIdle(): void
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>
}

/** `tell` is called now and then (`ask`), and at once when a job has ended (`flush`). */
export function createSegmentsJobs(
  context: LibraryContext,
  journal: Pick<SyncLog, 'say'>,
  tell: { ask(): void; end(): void },
): SegmentsJobs {
  let job: Job | null = null
  let current: { key: string; stop: AbortController; result: Promise<unknown> } | null = null
  const change = (news: Partial<Job>) => {
    if (job) job = { ...job, ...news }
  }

  function requireIdle(): void {
    if (!current) return
    throw new AppError('CONFLICT', 'The dataset is being worked on already.', {
      remedy: 'Wait until that is done, or stop it.',
    })
  }

  function toolsOf(signal: AbortSignal): JobTools {
    return {
      signal,
      show(step, { done = 0, total, bytes = 0 } = {}) {
        const before = job!
        const counted = total === undefined ? { done: before.done + done } : { done: 0, total }
        change({ step, ...counted, bytesDone: before.bytesDone + bytes })
        tell.ask()
      },
      keep: (result) => change({ result }),
      say(text, code) {
        journal.say({
          kind: code === undefined ? 'note' : 'problem',
          text,
          ...(code !== undefined && { code }),
        })
      },
    }
  }

  return {
    latest: () => job,
    requireIdle,

    start(kind, key, work) {
      requireWritable(context)
      if (current?.key === key) return current.result as ReturnType<typeof work>
      requireIdle()
      const stop = new AbortController()
      job = {
        kind,
        state: 'running',
        step: 'Asking what there is',
        done: 0,
        total: 0,
        bytesDone: 0,
        error: null,
        asks: null,
        result: null,
        startedAt: context.now(),
        endedAt: null,
      }
      tell.ask()
      const run = async () => {
        try {
          const result = await work(toolsOf(stop.signal))
          change({ state: 'done', step: 'Done' })
          return result
        } catch (thrown) {
          const isStopped = stop.signal.aborted
          const error = isStopped ? stoppedError(thrown) : toAppError(thrown)
          if (error.code === 'INTERNAL') context.log('error', 'segments', String(thrown))
          journal.say({ kind: isStopped ? 'note' : 'problem', text: error.message, code: error.code })
          change({
            state: isStopped ? 'stopped' : 'failed',
            error: error.toInfo(),
            asks: askedBy(error),
          })
          throw error
        } finally {
          change({ endedAt: context.now() })
          current = null
          tell.end()
        }
      }
      const result = run()
      current = { key, stop, result }
      result.catch(() => {})
      return result
    },

    async stop() {
      const running = current
      running?.stop.abort()
      await running?.result.catch(() => undefined)
    },
  }
}
