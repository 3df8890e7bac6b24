import { AppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { byImage, diffSamples } from '../../shared/history/sample-sets.ts'
import type { Version } from '../../shared/host/host-api.ts'
import type { CarriedMove } from './carried.ts'
import { jobTools } from './label-moves.ts'
import { restoreOntology } from './ontology-restore.ts'
import type { PlannedState, SampleTarget } from './sample-targets.ts'
import type { ChangeTools, JobResult, Uncommitted } from './version-changes.ts'
import { carriedRows } from './version-files.ts'
import type { VersionJob } from './version-jobs.ts'
import type { MergeWork } from './version-merge.ts'

export type Restores = {
  /** `branch`: the one that the library goes on with; null: the one it is on. */
  version(
    wanted: {
      readonly kind: 'restore' | 'switch'
      readonly version: Version
      readonly branch: string | null
    },
    uncommitted: Uncommitted,
    signal: AbortSignal | undefined,
  ): Promise<JobResult>
  /** Rejects with `NOT_FOUND` when the version does not have it. */
  sample(version: Version, sample: SampleId): Promise<JobResult>
}

/** The working state, or one sample of it, put to what a version holds. One at a time. */
export function createRestores(
  tools: ChangeTools,
  work: Pick<MergeWork, 'guarded' | 'run'> & {
    readonly isNeeded: (category: number) => boolean
    readonly planState: (image: string) => PlannedState
    begin(wanted: Pick<VersionJob, 'kind' | 'version' | 'branch'>): Promise<VersionJob>
    /** The same job, if it was stopped or cut off. */
    unfinished(wanted: Pick<VersionJob, 'kind' | 'version' | 'branch'>): VersionJob | null
    settleUncommitted(uncommitted: Uncommitted, before: string): Promise<Version | null>
  },
): Restores {
  const { context, versions, states, jobs, categories, carried, author } = tools
  const { guarded, run, isNeeded, planState, begin, unfinished, settleUncommitted } = work

  const selectLater = context.db.prepare(
    `SELECT r.tool FROM samples s JOIN revisions r ON r.id = s.head_revision
     WHERE r.seq > ? AND s.trashed_at IS NULL`,
  )
  /** Whether a label that is shown was saved by somebody after a job began. */
  function wasSavedSince({ firstSeq }: VersionJob): boolean {
    return selectLater.all(firstSeq).some(({ tool }) => !jobTools.has(String(tool)))
  }

  async function targetsOf(version: string): Promise<SampleTarget[]> {
    const { before, now } = await versions.workingBeside(version)
    return diffSamples(now, before).flatMap((change): SampleTarget[] => {
      const planned =
        change.kind === 'added'
          ? planState(change.after.image)
          : { head: change.before.head, card: change.before.card, isThere: true }
      if (change.kind === 'removed') {
        const { image, name } = change.before
        return [{ image, name, inTrash: true, planned }]
      }
      const { image, name, id, head, card } = change.after
      if (change.kind === 'changed' && !change.isRelabeled && !change.isRecarded) return []
      const isRelabeled = change.kind === 'added' || change.isRelabeled
      const label = { kind: 'restore' as const, revision: head }
      return [{ image, name, id, inTrash: false, card, planned, ...(isRelabeled && { label }) }]
    })
  }

  async function carriedMoves(version: string): Promise<Pick<CarriedMove, 'name' | 'to'>[]> {
    const list = await versions.files.carried(await versions.files.record(version))
    const there = await versions.files.lists.rows(
      carriedRows,
      list.map(({ blob }) => blob),
    )
    const names = new Set(there.map(({ name }) => name))
    const gone = carried.rows().filter(({ name }) => !names.has(name))
    return [
      ...there.map(({ name, record }) => ({ name, to: record })),
      ...gone.map(({ name }) => ({ name, to: null })),
    ]
  }

  const restoreTo: Restores['version'] = async (wanted, uncommitted, signal) => {
    const { kind, version, branch } = wanted
    const about = { kind, version: version.id, branch }
    const open = unfinished(about)
    const where = branch === null ? `restoring version ${version.number}` : `switching to ${branch}`
    // What half a restore has made is no edit of anybody.
    const isOwn = open !== null && !wasSavedSince(open)
    const committed = isOwn ? null : await settleUncommitted(uncommitted, where)
    const job = await begin(about)
    const ontology = await states.ontology((await states.snapshot(version.id)).ontology)
    // Before the labels, which have objects of its categories; after them those go that no label needs any more.
    const settle = () => restoreOntology(categories, ontology, isNeeded)
    settle()
    const targets = await targetsOf(version.id)
    await guarded(job, async () => tools.carry(job, await carriedMoves(version.id)))
    const result = await run(job, targets, signal, {
      settle,
      finish() {
        if (branch !== null) versions.refs.setBranch(branch)
        // A library without a version of its own, into which one was pulled, begins with it.
        else if (versions.head() === null) {
          const ref = { name: versions.refs.branch(), kind: 'branch' as const, version: version.id }
          versions.refs.put(ref, { author: author(), at: context.now() })
        }
      },
    })
    context.log('info', 'versions', 'a version was restored', {
      number: version.number,
      samples: result.done.length,
    })
    return {
      job: job.id,
      changed: result.done.length,
      failed: result.failed,
      skipped: result.skipped,
      isStopped: result.isStopped,
      committed,
    }
  }

  const restoreSample: Restores['sample'] = async (version, sample) => {
    const row = context.db.prepare('SELECT image_digest AS image, name FROM samples WHERE id = ?').get(sample)
    const { parts } = await states.snapshot(version.id)
    const there = byImage(
      await states.samples(parts).then((all) => all.map((each) => ({ ...each, label: null }))),
    )
    const wanted = row && there.get(String(row.image))
    if (!row || !wanted) {
      throw new AppError('NOT_FOUND', `Version ${version.number} does not have this image.`, {
        remedy: 'Choose a version from the history of the image.',
      })
    }
    const about = { kind: 'sample' as const, version: version.id, branch: null }
    const label = { kind: 'restore' as const, revision: wanted.head }
    const target: SampleTarget = {
      image: wanted.image,
      name: String(row.name),
      inTrash: false,
      label,
      card: wanted.card,
    }
    const job = jobs.begin({
      ...about,
      branchBefore: versions.refs.branch(),
      ontologyBefore: (await categories.ontology()).digest,
      author: author(),
    })
    const result = await run(job, [target], undefined, { settle() {}, finish() {} })
    return {
      job: job.id,
      changed: result.done.length,
      failed: result.failed,
      skipped: result.skipped,
      isStopped: false,
      committed: null,
    }
  }

  return { version: restoreTo, sample: restoreSample }
}
