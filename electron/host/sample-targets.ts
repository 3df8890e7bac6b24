import { AppError, type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { LabelConflict } from '../../shared/history/label-side.ts'
import type { Cards } from './cards.ts'
import type { MergeOf } from './label-moves.ts'
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
    | { readonly kind: 'restore'; readonly revision: string | null }
    | ({ readonly kind: 'merge' } & MergeOf)
  /** Left out: as it is. */
  readonly card?: string | null
}

export type TargetOutcome = {
  readonly sample: SampleId
  readonly name: string
  /** Of a label that was merged. */
  readonly conflicts: readonly LabelConflict[] | null
  readonly isMerged: boolean
  readonly isStatusContested: boolean
}
export type TargetsDone = {
  /** Those that are as they were to be, in the order of the targets. */
  readonly done: readonly TargetOutcome[]
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
    readonly labels: Pick<Labels, 'moves'>
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
  const done: TargetOutcome[] = []
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
    return {
      sample: String(row.id),
      headBefore: row.head as string | null,
      cardBefore: card,
      cardAfter: target.card === undefined ? card : target.card,
      trashedBefore,
      trashedAfter: target.inTrash,
    }
  }

  async function reach(sample: SampleId, { label, name }: SampleTarget): Promise<TargetOutcome> {
    const plain = { sample, name, conflicts: null, isMerged: false, isStatusContested: false }
    if (!label) return plain
    if (label.kind === 'restore') {
      const tool = job.kind === 'merge' ? 'merge' : 'restore'
      await labels.moves.restore(sample, label.revision as RevisionId | null, tool)
      return plain
    }
    const merged = await labels.moves.merge(sample, label)
    if (merged.kind === 'conflict') return { ...plain, conflicts: merged.conflicts }
    return { ...plain, isMerged: true, isStatusContested: merged.isStatusContested }
  }

  for (let from = 0; from < targets.length; from += perBatch) {
    if (signal?.aborted) return { done, failed, isStopped: true }
    const batch: { target: SampleTarget; note: JobSample }[] = []
    for (const target of targets.slice(from, from + perBatch)) {
      try {
        const note = await noteOf(target)
        if (note) batch.push({ target, note })
      } catch (error) {
        refused(error, null, target.name)
      }
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
        reached.push({ note, outcome: await reach(note.sample as SampleId, target) })
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
  return { done, failed, isStopped: signal?.aborted === true && done.length + failed.length < targets.length }
}

function lost(name: string): AppError {
  return new AppError('NOT_FOUND', `The image "${name}" was removed for good and could not be made again.`, {
    remedy: 'Import it again from where it came from.',
  })
}
