import { AppError, type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { LabelConflict } from '../../shared/history/label-side.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { Cards } from './cards.ts'
import { isNothing, type MergeOf } from './label-moves.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import type { Trash } from './trash.ts'
import type { JobSample, VersionJob, VersionJobs } from './version-jobs.ts'

/** What one sample is to become. Samples go by their image, whatever their id was in a version. */
export type SampleTarget = {
  readonly image: string
  readonly name: string
  readonly inTrash: boolean
  /** What a sample that has to be made is called, where that is free. */
  readonly id?: string | undefined
  /** Left out: as it is. `revision` null: no label. */
  readonly label?:
    | { readonly kind: 'restore'; readonly revision: string | null; readonly keepsSiblings?: boolean }
    /** `of`: how it is merged with a label that came after `planned`; null when there is nothing to merge. */
    | { readonly kind: 'take'; readonly revision: string | null; readonly of: MergeOf | null }
    | ({ readonly kind: 'merge' } & MergeOf)
  /** Left out: as it is. A function is told what it is now. */
  readonly card?: string | null | ((now: string | null) => Promise<string | null>)
  /** What it was when this was planned; null for a label that says nothing. What somebody has done since is not replaced. */
  readonly planned?: PlannedState
}

export type PlannedState = {
  readonly head: string | null
  readonly card: string | null
  readonly isThere: boolean
}

export type TargetOutcome = {
  readonly sample: SampleId
  readonly name: string
  /** Of a label that was merged. */
  readonly conflicts: readonly LabelConflict[] | null
  readonly isMerged: boolean
  readonly isStatusContested: boolean
  /** One side removed it and the other one changed it, and that came after the plan: it stays. */
  readonly isRemoved: boolean
}
export type TargetsDone = {
  /** Those that are as they were to be, in the order of the targets. */
  readonly done: readonly TargetOutcome[]
  /** What was to be removed, and stays because somebody has changed it since. */
  readonly kept: readonly TargetOutcome[]
  readonly failed: readonly { readonly id: string | null; readonly name: string; readonly error: ErrorInfo }[]
  /** It was told to stop: what is done is whole, the rest is as it was. */
  readonly isStopped: boolean
}

/** Samples between two looks at whether to go on; one record of cards is written for each of these. */
const perBatch = 100

/**
 * Puts samples to what they are to become, in the order of the targets, each as a new edit of its own: a label as a new
 * revision, a card as a move, the trash as in lists. What a sample was is written down before it is touched. What one
 * sample refuses does not stop the others; a disk that refuses does, and rejects.
 */
export async function reachTargets(
  tools: {
    readonly context: LibraryContext
    readonly labels: Pick<Labels, 'moves' | 'recover'>
    readonly cards: Cards
    readonly trash: Trash
    readonly jobs: VersionJobs
    /** Makes a sample again that was removed for good: its image is still among the blobs. */
    readonly bringBack: (image: BlobDigest, name: string, id?: string) => Promise<void>
  },
  job: VersionJob,
  targets: readonly SampleTarget[],
  options: { readonly signal?: AbortSignal; readonly onProgress?: (done: number) => void } = {},
): Promise<TargetsDone> {
  const { context, labels, cards, trash, jobs, bringBack } = tools
  const { signal, onProgress = () => {} } = options
  const select = context.db.prepare(
    `SELECT id, head_revision AS head, card_digest AS card, trashed_at AS trashedAt FROM samples WHERE image_digest = ?`,
  )
  const planState = createPlanState(context)
  const done: TargetOutcome[] = []
  const kept: TargetOutcome[] = []
  const failed: TargetsDone['failed'][number][] = []

  function refused(error: unknown, id: string | null, name: string): void {
    const known = toAppError(error)
    if (known.code.startsWith('DISK_') || known.code === 'SAVE_UNCERTAIN') throw error
    failed.push({ id, name, error: known.toInfo() })
  }

  async function noteOf(target: SampleTarget): Promise<JobSample | null> {
    let row = select.get(target.image)
    let trashedBefore = row !== undefined && row.trashedAt !== null
    if (!row) {
      if (target.inTrash) return null
      await bringBack(target.image as BlobDigest, target.name, target.id)
      row = select.get(target.image)
      // To take this back is to put it into the trash.
      trashedBefore = true
    }
    if (!row) throw lost(target.name)
    const card = row.card as string | null
    const wanted = typeof target.card === 'function' ? await target.card(card) : target.card
    return {
      sample: String(row.id),
      headBefore: row.head as string | null,
      cardBefore: card,
      cardAfter: wanted === undefined ? card : wanted,
      trashedBefore,
      trashedAfter: target.inTrash,
    }
  }

  const outcomeOf = (sample: SampleId, name: string, isRemoved: boolean): TargetOutcome => ({
    sample,
    name,
    conflicts: null,
    isMerged: false,
    isStatusContested: false,
    isRemoved,
  })

  /** It was to be removed, and somebody has changed it since. */
  function isKept({ image, inTrash, planned }: SampleTarget): boolean {
    if (!inTrash || !planned) return false
    const now = planState(image)
    return now.isThere && (now.head !== planned.head || now.card !== planned.card)
  }

  async function reach(note: JobSample, { label, name, planned }: SampleTarget): Promise<TargetOutcome> {
    const sample = note.sample as SampleId
    const plain = outcomeOf(sample, name, planned?.isThere === true && note.trashedBefore)
    if (!label) return plain
    if (label.kind === 'restore') {
      const revision = label.revision as RevisionId | null
      await labels.moves.restore(sample, revision, 'restore', label.keepsSiblings)
      return plain
    }
    const merged =
      label.kind === 'merge'
        ? await labels.moves.merge(sample, label)
        : await labels.moves.take(
            sample,
            label.revision as RevisionId | null,
            (planned?.head ?? null) as RevisionId | null,
            label.of,
          )
    if (merged.kind === 'conflict') return { ...plain, conflicts: merged.conflicts }
    // Taken back it is what it was then, with what was drawn after it was written down.
    if (merged.kind === 'merged') jobs.setHeadBefore(job.id, sample, merged.mine)
    return { ...plain, isMerged: merged.kind !== 'taken', isStatusContested: merged.isStatusContested }
  }

  for (let from = 0; from < targets.length; from += perBatch) {
    if (signal?.aborted) return { done, kept, failed, isStopped: true }
    const noted: { target: SampleTarget; note: JobSample }[] = []
    for (const target of targets.slice(from, from + perBatch)) {
      try {
        const note = await noteOf(target)
        if (note) noted.push({ target, note })
      } catch (error) {
        refused(error, null, target.name)
      }
    }
    // What was drawn since may be in a journal only. From the look at it to the trash nothing else has its turn.
    if (noted.some(({ target }) => target.inTrash && target.planned)) await labels.recover({ silently: true })
    const batch = noted.filter(({ target }) => !isKept(target))
    for (const { target, note } of noted) {
      if (isKept(target)) kept.push(outcomeOf(note.sample as SampleId, target.name, true))
    }
    jobs.note(
      job.id,
      batch.map(({ note }) => note),
    )
    const ids = (inTrash: boolean) =>
      batch.filter(({ target }) => target.inTrash === inTrash).map(({ note }) => note.sample as SampleId)
    trash.put(ids(true))
    trash.restore(ids(false))
    const reached: { note: JobSample; outcome: TargetOutcome }[] = []
    for (const [i, { target, note }] of batch.entries()) {
      // Not between a sample's label and its card: what is told as done is whole.
      if (signal?.aborted) break
      try {
        reached.push({ note, outcome: await reach(note, target) })
      } catch (error) {
        refused(error, note.sample, target.name)
      }
      onProgress(from + i + 1)
    }
    const moves = reached.flatMap(({ note: { sample, cardBefore, cardAfter } }) => {
      const [from, to] = [cardAfter, cardBefore] as [BlobDigest | null, BlobDigest | null]
      return from === to ? [] : [{ id: sample as SampleId, from, to }]
    })
    if (moves.length > 0) await cards.takeBack(moves)
    done.push(...reached.map(({ outcome }) => outcome))
  }
  const count = done.length + kept.length + failed.length
  return { done, kept, failed, isStopped: signal?.aborted === true && count < targets.length }
}

/** What a sample with this image is now. */
export function createPlanState({ db }: Pick<LibraryContext, 'db'>): (image: string) => PlannedState {
  const select = db.prepare(
    `SELECT s.head_revision AS head, s.card_digest AS card, s.trashed_at AS trashedAt, r.status,
       r.object_count AS objectCount, r.shapes_digest AS shapes FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision
     WHERE s.image_digest = ?`,
  )
  return (image) => {
    const row = select.get(image)
    if (!row) return { head: null, card: null, isThere: false }
    const isLabeled = !isNothing({
      status: row.status as LabelStatus,
      objectCount: Number(row.objectCount),
      shapes: row.shapes as string | null,
    })
    return {
      head: isLabeled ? (row.head as string | null) : null,
      card: row.card as string | null,
      isThere: row.trashedAt === null,
    }
  }
}

function lost(name: string): AppError {
  return new AppError('NOT_FOUND', `The image "${name}" was removed for good and could not be made again.`, {
    remedy: 'Import it again from where it came from.',
  })
}
