import { AppError } from '../../shared/base/app-error.ts'
import { createGraph } from '../../shared/history/graph.ts'
import { mergeSampleSets, type SampleMerge } from '../../shared/history/sample-sets.ts'
import type { HostOutput, Version } from '../../shared/host/host-api.ts'
import type { LibraryContext } from './library-context.ts'
import { type MergeScale, unusual } from './merge-failsafe.ts'
import type { VersionJob, VersionJobs } from './version-jobs.ts'
import type { Snapshot, VersionState, VersionStates } from './version-states.ts'
import type { Versions } from './versions.ts'

/** Two versions and what they come from, with what is to be done to what is here now. */
export type MergePlan = {
  readonly head: Version
  readonly base: string | null
  /** Other bases that would have been as good, where histories cross. */
  readonly others: readonly string[]
  /** The branch has nothing of its own. */
  readonly isForward: boolean
  readonly snapshots: {
    readonly before: Snapshot | null
    readonly mine: Snapshot
    readonly theirs: Snapshot
  }
  readonly steps: readonly SampleMerge<VersionState>[]
}

type Tools = { readonly versions: Versions; readonly states: VersionStates }

/** Null when it is in already. Changes nothing. Rejects with `CONFLICT` on a branch without a version. */
export async function planMerge({ versions, states }: Tools, theirs: Version): Promise<MergePlan | null> {
  const head = versions.head()
  if (head === null) {
    throw new AppError('CONFLICT', 'This branch has no version yet that something could be merged with.', {
      remedy: 'Commit what is here, or restore the other version.',
    })
  }
  const graph = createGraph(await versions.list())
  if (graph.descends(head.id, theirs.id)) return null
  const { base, others } = graph.base(head.id, theirs.id)
  const snapshots = {
    before: base === null ? null : await states.snapshot(base),
    mine: await states.snapshot(head.id),
    theirs: await states.snapshot(theirs.id),
  }
  // What they did not change since the base needs nothing, whatever I did to it.
  const [then, there] = await states.apart(snapshots.before?.list ?? [], snapshots.theirs.list)
  const images = new Set([...then, ...there].map(({ image }) => image))
  const steps = mergeSampleSets(then, await versions.workingOf(images), there)
  return { head, base, others, isForward: base === head.id, snapshots, steps }
}

/** Whether their label takes the place of mine, or is put together with it. */
const replaces = (step: SampleMerge<VersionState>) =>
  step.kind === 'change' &&
  step.mine.head !== null &&
  (step.label === 'take' || (step.label === 'merge' && step.theirs.head !== null))

/** With what `open`, the same merge that was stopped on its way, has done already. */
export function scaleOf(
  context: Pick<LibraryContext, 'db'>,
  jobs: Pick<VersionJobs, 'samplesOf'>,
  { steps, base }: Pick<MergePlan, 'steps' | 'base'>,
  open: VersionJob | null,
): MergeScale {
  let [removed, replaced] = [0, 0]
  for (const step of steps) {
    if (step.kind === 'remove') removed++
    else if (replaces(step)) replaced++
  }
  if (open) {
    const select = context.db.prepare(
      `SELECT s.trashed_at AS trashedAt, s.head_revision AS head, r.tool, r.seq
       FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision WHERE s.id = ?`,
    )
    for (const { sample, trashedBefore, trashedAfter, headBefore } of jobs.samplesOf(open.id)) {
      const now = select.get(sample)
      if (!now) continue
      if (trashedAfter && !trashedBefore && now.trashedAt !== null) removed++
      const isMade = now.tool === 'merge' && Number(now.seq) > open.firstSeq
      if (headBefore !== null && now.head !== headBefore && isMade) replaced++
    }
  }
  return { removed, replaced, isUnrelated: base === null }
}

/** What the door says of a merge before it is done; `called` is the name by which it was asked for. */
export async function describeMerge(
  tools: Tools & { readonly context: LibraryContext; readonly jobs: VersionJobs },
  theirs: Version,
  called: string,
  open: VersionJob | null,
): Promise<HostOutput<'versions.mergePlan'>> {
  const { context, jobs } = tools
  const { images } = context.db
    .prepare('SELECT COUNT(*) AS images FROM samples WHERE trashed_at IS NULL')
    .get()!
  const plan = await planMerge(tools, theirs)
  if (!plan) {
    const scale = { removed: 0, replaced: 0, isUnrelated: false }
    const counts = { added: 0, labeled: 0, both: 0, recarded: 0, kept: 0 }
    return { kind: 'none', base: theirs.id, scale, images: Number(images), ...counts, asks: null }
  }
  const { steps, base, isForward } = plan
  const count = (is: (step: SampleMerge<VersionState>) => boolean) => steps.filter(is).length
  const scale = scaleOf(context, jobs, plan, open)
  return {
    kind: isForward ? 'forward' : 'merged',
    base,
    scale,
    images: Number(images),
    added: count(({ kind }) => kind === 'add'),
    labeled: count((step) => step.kind === 'change' && step.mine.head === null && step.label !== 'same'),
    both: count((step) => step.kind === 'change' && step.label === 'merge' && replaces(step)),
    recarded: count((step) => step.kind === 'change' && step.card !== 'same'),
    kept: count((step) => step.kind === 'keep' || (step.kind === 'add' && step.isConflict)),
    asks: unusual(context, { ...scale, version: theirs.id }, called)?.toInfo() ?? null,
  }
}
