import { z } from 'zod'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { HostArgs, PullResult } from '../../shared/host/host-api.ts'
import { type PullStatus, pullStatusSchema } from '../../shared/host/pull-methods.ts'
import type { LibraryContext } from './library-context.ts'
import { askedBy } from './merge-failsafe.ts'
import { createPacer } from './pacer.ts'
import { requireWritable } from './read-only.ts'

type Job = NonNullable<PullStatus['job']>
export type Wish = Pick<HostArgs<'remote.pull'>, 'as' | 'uncommitted' | 'message' | 'confirmed'>
/** One pull at a time, and what is told of it. It is kept, so that after a stop or a kill it can be asked for again. */
export type PullJob = {
  state(): Job | null
  show(news: Partial<Job>): void
  /** Starts a pull, or joins the one that runs when it is the same. */
  start(
    artifact: string,
    as: Wish['as'],
    work: (signal: AbortSignal, count: PullCounter) => Promise<PullResult>,
  ): Promise<PullResult>
  /** Stops the one that runs, and resolves when it has ended. */
  stop(): Promise<void>
  /** Tells nothing more. */
  drop(): void
}

const progressEveryMs = 250
/** What is asked for again after `remote.pullAndMerge`. */
export const everything = '*'

export function createPullJob(context: LibraryContext): PullJob {
  let job: Job | null = readJob(context)
  let current: {
    artifact: string
    as: Wish['as']
    stop: AbortController
    result: Promise<PullResult>
  } | null = null

  const tell = () => context.emit({ type: 'pull.changed', status: { job } })
  const pace = createPacer(tell, progressEveryMs)
  function show(news: Partial<Job>): void {
    if (job) job = { ...job, ...news }
    pace.ask()
  }

  const start: PullJob['start'] = (artifact, as, work) => {
    requireWritable(context)
    if (current?.artifact === artifact && current.as === as) return current.result
    if (current) {
      throw new AppError('CONFLICT', 'Another pull is under way.', {
        remedy: 'Wait until it is done, or stop it.',
      })
    }
    const stop = new AbortController()
    const nothing = { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, error: null, asks: null }
    const source = artifact === everything ? 'what others pushed' : artifact
    job = {
      state: 'running',
      source,
      artifact,
      as,
      step: 'Asking what there is',
      ...nothing,
      startedAt: context.now(),
    }
    keepJob(context, job)
    pace.ask()
    const run = async () => {
      try {
        const result = await work(
          stop.signal,
          createCounter(() => job!, show),
        )
        job = { ...job!, state: 'done', step: 'Done' }
        return result
      } catch (thrown) {
        const error = stop.signal.aborted ? stoppedPull(thrown) : toAppError(thrown)
        if (error.code === 'INTERNAL') context.log('error', 'pull', String(thrown))
        const asks = askedBy(error)
        job = { ...job!, state: stop.signal.aborted ? 'stopped' : 'failed', error: error.toInfo(), asks }
        throw error
      } finally {
        current = null
        pace.drop()
        keepJob(context, job!)
        tell()
      }
    }
    current = { artifact, as, stop, result: run() }
    current.result.catch(() => {})
    return current.result
  }

  return {
    state: () => job,
    show,
    start,
    async stop() {
      const mine = current
      mine?.stop.abort()
      await mine?.result.catch(() => undefined)
    },
    drop: () => pace.drop(),
  }
}

export type PullCounter = ReturnType<typeof createCounter>
function createCounter(job: () => Job, show: (news: Partial<Job>) => void) {
  const brought = { files: 0, bytes: 0 }
  return {
    expect(files: number, bytes: number) {
      show({ filesTotal: job().filesTotal + files, bytesTotal: job().bytesTotal + bytes })
    },
    advance(step: string, files: number, bytes: number) {
      brought.files += files
      brought.bytes += bytes
      show({ step, filesDone: job().filesDone + files, bytesDone: job().bytesDone + bytes })
    },
    brought: () => ({ downloaded: { ...brought } }),
    result: (): PullResult => ({
      kind: 'none',
      downloaded: { ...brought },
      versions: [],
      version: null,
      merge: null,
      imported: null,
    }),
  }
}

export function stoppedPull(cause: unknown): AppError {
  return new AppError('CANCELLED', 'The pull was stopped.', {
    remedy: 'Pull again when you like: what has come stays.',
    cause,
  })
}

const jobSchema = pullStatusSchema.shape.job.unwrap()
/** The last pull; one that a killed process was at counts as stopped. */
function readJob({ db }: Pick<LibraryContext, 'db'>): Job | null {
  const row = db.prepare("SELECT value FROM settings WHERE key = 'pull'").get()
  const found = z.safeParse(jobSchema, row ? JSON.parse(String(row.value)) : null)
  if (!found.success) return null
  return found.data.state === 'running' ? { ...found.data, state: 'stopped' } : found.data
}

function keepJob({ db, transaction }: Pick<LibraryContext, 'db' | 'transaction'>, job: Job): void {
  transaction(() => {
    db.prepare("INSERT OR REPLACE INTO settings (key, value) VALUES ('pull', ?)").run(JSON.stringify(job))
  })
}
