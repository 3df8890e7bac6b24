import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import type { HostEvent, HostOutput, Version } from '../../shared/host/host-api.ts'
import type { Cards } from './cards.ts'
import type { Carried, CarriedMove } from './carried.ts'
import type { Categories } from './categories.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import { type Confirmed, requireConfirmed } from './merge-failsafe.ts'
import { describeMerge, planMerge, scaleOf } from './merge-plan.ts'
import { createNeeded } from './ontology-restore.ts'
import { requireWritable } from './read-only.ts'
import { createPlanState, reachTargets, type SampleTarget, type TargetsDone } from './sample-targets.ts'
import type { Trash } from './trash.ts'
import { createTurns } from './turns.ts'
import { createSettleUncommitted } from './uncommitted-edits.ts'
import { createVersionJobs, type VersionJob, type VersionJobs } from './version-jobs.ts'
import { type MergeResult, type MergeWork, mergeInto } from './version-merge.ts'
import { createRestores } from './version-restore.ts'
import { createVersionStates, type VersionStates } from './version-states.ts'
import { createTakeBack } from './version-undo.ts'
import type { Versions } from './versions.ts'

/**
 * What becomes of edits that no version has: `refuse` changes nothing, `commit` makes a version of them first, `keep` goes
 * on, and they stay as saved states in the history of their images.
 */
export type Uncommitted = 'refuse' | 'commit' | 'keep'

export type JobResult = {
  /** What to take back; null when nothing had to be done. */
  readonly job: number | null
  readonly changed: number
  readonly failed: TargetsDone['failed']
  /** Left as they are: somebody changed them while it ran. */
  readonly skipped: TargetsDone['skipped']
  /** It was told to stop before it was done. The same call again goes on; `undo` takes back. */
  readonly isStopped: boolean
  /** The version that was made of what was not committed. */
  readonly committed: Version | null
}

export type Undone = {
  readonly restored: number
  readonly skipped: number
  readonly failed: TargetsDone['failed']
}

/**
 * The working state put to versions, and merged with them: always as new edits, so that nothing that was saved is lost.
 * One at a time. A stop at any moment leaves every sample as it was or as it was to be; the library stands on the other
 * branch, and a merge becomes a version, only in the one transaction that ends it.
 */
export type VersionChanges = {
  /** Rejects with `CONFLICT` while a version is being restored, and as commits do. */
  commit(message: string): Promise<Version | null>
  /** Rejects with `NOT_FOUND`, `LIB_READ_ONLY`; `CONFLICT` for edits that no version has when told to `refuse`. */
  restore(version: string, uncommitted: Uncommitted, signal?: AbortSignal): Promise<JobResult>
  /** One sample; null when it is that already. `NOT_FOUND` when the version does not have it. */
  restoreSample(version: string, sample: SampleId): Promise<JobResult>
  /** Restores the newest version of a branch and goes on there. Rejects like `restore`. */
  switchTo(branch: string, uncommitted: Uncommitted, signal?: AbortSignal): Promise<JobResult>
  /** `keep` is no choice here: what is merged has to be a version. Rejects like `restore`. */
  merge(
    version: string,
    options: {
      readonly message: string
      readonly uncommitted: 'refuse' | 'commit'
      /** Without it, one that does something unusual rejects with `SYNC_FAILSAFE`. */
      readonly confirmed?: Confirmed
      readonly signal?: AbortSignal
    },
  ): Promise<MergeResult>
  /** What a merge would do to what is here now. Rejects with `NOT_FOUND`, `CONFLICT`. */
  mergePlan(version: string): Promise<HostOutput<'versions.mergePlan'>>
  latest(): VersionJob | null
  /** Takes back the last job, except where somebody has changed something since. Rejects with `NOT_FOUND`, `CONFLICT`. */
  undo(job: number): Promise<Undone>
  settled(): Promise<void>
}

/** What a merge and a restore work with. */
export type ChangeTools = {
  readonly context: LibraryContext
  readonly versions: Versions
  readonly states: VersionStates
  readonly jobs: VersionJobs
  readonly categories: Categories
  readonly cards: Cards
  readonly author: () => string
  readonly carried: Pick<Carried, 'rows'>
  /** What is carried is put to these records, and what it was is written down. */
  carry(job: VersionJob, moves: readonly Pick<CarriedMove, 'name' | 'to'>[]): Promise<void>
  /** Rejects with what the disk refuses; tells of progress. */
  reach(job: VersionJob, targets: readonly SampleTarget[], signal?: AbortSignal): Promise<TargetsDone>
}

export function createVersionChanges(
  context: LibraryContext,
  options: {
    readonly versions: Versions
    readonly labels: Pick<Labels, 'moves' | 'recover'>
    readonly cards: Cards
    readonly trash: Trash
    readonly categories: Categories
    readonly carried: Pick<Carried, 'rows' | 'move'>
    /** Imports an image anew from its blob. */
    readonly bringBack: (image: BlobDigest, name: string, id?: string) => Promise<void>
    readonly author: () => string
  },
): VersionChanges {
  const { versions, labels, cards, trash, categories, carried, bringBack, author } = options
  const jobs = createVersionJobs(context)
  const states = createVersionStates(context)
  const isNeeded = createNeeded(context)
  const planState = createPlanState(context)
  const turns = createTurns()
  let isRunning = false

  const tools: ChangeTools = {
    context,
    versions,
    states,
    jobs,
    categories,
    cards,
    author,
    carried,
    async carry(job, moves) {
      const now = new Map(carried.rows().map(({ name, record }) => [name, record]))
      const from = (name: string) => now.get(name) ?? null
      const wanted = moves.filter(({ name, to }) => from(name) !== to)
      if (wanted.length === 0) return
      jobs.noteCarried(
        job.id,
        wanted.map(({ name, to }) => ({ name, from: from(name), to })),
      )
      await carried.move(wanted, author())
    },
    async reach(job, targets, signal) {
      const tell = (done: number) => {
        const event: HostEvent = {
          type: 'versions.progress',
          job: job.id,
          kind: job.kind,
          done,
          total: targets.length,
        }
        context.emit(event)
      }
      tell(0)
      return reachTargets({ context, labels, cards, trash, jobs, bringBack }, job, targets, {
        ...(signal && { signal }),
        onProgress: tell,
      })
    },
  }

  /** One job at a time, and no commit beside it: a version of half a restore would be none that anybody wanted. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    requireWritable(context)
    return turns.take('job', async () => {
      isRunning = true
      try {
        // What only a journal holds would else end up beside what is restored.
        await labels.recover({ silently: true })
        return await work()
      } finally {
        isRunning = false
        context.emit({ type: 'versions.changed' })
      }
    })
  }

  /** Goes on with a job that was stopped or cut off when it is the same; else begins one. */
  async function begin(wanted: Pick<VersionJob, 'kind' | 'version' | 'branch'>): Promise<VersionJob> {
    const open = unfinished(wanted)
    if (open) {
      jobs.setState(open.id, 'running')
      return open
    }
    const { digest } = await categories.ontology()
    return jobs.begin({
      ...wanted,
      branchBefore: versions.refs.branch(),
      ontologyBefore: digest,
      author: author(),
    })
  }

  function unfinished({ kind, version, branch }: Pick<VersionJob, 'kind' | 'version' | 'branch'>) {
    const last = jobs.latest()
    const isOpen = last?.state === 'running' || last?.state === 'stopped'
    return isOpen && last.kind === kind && last.version === version && last.branch === branch ? last : null
  }

  /** A job that fails on its way is one that was stopped. */
  async function guarded<T>(job: VersionJob, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      try {
        jobs.setState(job.id, 'stopped')
      } catch {
        // A disk that refuses this too: the job is found as cut off.
      }
      throw error
    }
  }

  const run: MergeWork['run'] = (job, targets, signal, { settle, finish }) =>
    guarded(job, async () => {
      const result = await tools.reach(job, targets, signal)
      if (result.isStopped) jobs.setState(job.id, 'stopped')
      else {
        settle()
        context.transaction(() => {
          finish()
          jobs.markState(job.id, 'done')
        })
      }
      return result
    })

  const settleUncommitted = createSettleUncommitted(tools)
  const needs = { isNeeded, planState }
  const restores = createRestores(tools, { ...needs, guarded, run, begin, unfinished, settleUncommitted })
  const takeBack = createTakeBack(tools, { ...needs, move: carried.move })

  return {
    async commit(message) {
      if (isRunning) {
        throw new AppError('CONFLICT', 'A version is being restored.', {
          remedy: 'Wait until that is done, or stop it, then commit.',
        })
      }
      return turns.take('job', async () => {
        await labels.recover({ silently: true })
        return versions.commit(message, author())
      })
    },

    restore: (text, uncommitted, signal) =>
      exclusively(() =>
        restores.version(
          { kind: 'restore', version: versions.find(text), branch: null },
          uncommitted,
          signal,
        ),
      ),

    restoreSample: (text, sample) => exclusively(() => restores.sample(versions.find(text), sample)),

    switchTo: (name, uncommitted, signal) =>
      exclusively(async () => {
        const ref = versions.refs.find(name)
        if (ref?.kind !== 'branch') {
          throw new AppError('NOT_FOUND', `There is no branch "${name.slice(0, 140)}".`, {
            remedy: 'See "tessera branch" for those that there are.',
          })
        }
        if (
          ref.name === versions.refs.branch() &&
          unfinished({ kind: 'switch', version: ref.version, branch: ref.name }) === null
        ) {
          return { job: null, changed: 0, failed: [], skipped: [], isStopped: false, committed: null }
        }
        const version = versions.find(ref.version)
        return restores.version({ kind: 'switch', version, branch: ref.name }, uncommitted, signal)
      }),

    merge: (text, { message, uncommitted, confirmed, signal }) =>
      exclusively(async () => {
        const theirs = versions.find(text)
        const about = { kind: 'merge' as const, version: theirs.id, branch: null }
        const called = versions.refs.find(text)?.name ?? null
        const open = unfinished(about)
        // One that was stopped is asked for by somebody who may not know any more what it does. Nothing is committed before.
        const plan = await planMerge(tools, theirs)
        if (plan) {
          const asked = { ...scaleOf(context, jobs, plan, open), version: theirs.id }
          requireConfirmed(context, asked, confirmed, called ?? `version ${theirs.number}`)
        }
        const committed = open
          ? null
          : await settleUncommitted(uncommitted, `merging version ${theirs.number}`)
        const result = await mergeInto(
          tools,
          { theirs, message, called, ...(signal && { signal }) },
          { begin: () => begin(about), unfinished: () => unfinished(about), guarded, run },
        )
        return { ...result, committed }
      }),

    async mergePlan(text) {
      const theirs = versions.find(text)
      const called = versions.refs.find(text)?.name ?? `version ${theirs.number}`
      return describeMerge(
        tools,
        theirs,
        called,
        unfinished({ kind: 'merge', version: theirs.id, branch: null }),
      )
    },

    latest() {
      const last = jobs.latest()
      // Not by this process: it was cut off.
      return last?.state === 'running' && !isRunning ? { ...last, state: 'stopped' } : last
    },

    undo: (id) =>
      exclusively(async () => {
        const job = jobs.latest()
        if (job?.id !== id || job.state === 'undone') {
          throw new AppError('NOT_FOUND', 'This can no longer be taken back at once.', {
            remedy: 'Restore the version that you want back.',
          })
        }
        return takeBack(job)
      }),

    settled: () => turns.idle(),
  }
}
