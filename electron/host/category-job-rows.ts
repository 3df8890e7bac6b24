import { AppError } from '../../shared/base/app-error.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { LibraryContext } from './library-context.ts'
import { categoryTools } from './listing.ts'

export type JobState = 'running' | 'stopped' | 'done' | 'undoing' | 'undone'
export type JobRow = {
  readonly id: number
  readonly from: number
  readonly to: number | null
  readonly removes: boolean
  readonly state: JobState
  readonly firstSeq: number
  readonly changed: number
  readonly author: string
  readonly createdAt: number
}

/** What the index keeps of jobs, so that one which was cut off can be finished or taken back. */
export type JobRows = {
  /** Throws AppError `NOT_FOUND`. */
  get(id: number): JobRow
  /** The latest first. */
  latest(count: number): JobRow[]
  /** Takes note of a job and of all samples it is about, as one. `only`: no others. */
  begin(job: Pick<JobRow, 'from' | 'to' | 'removes' | 'author'>, only: ReadonlySet<string> | null): JobRow
  setState(id: number, state: JobState): void
  /** Samples that are still to be looked at. */
  open(id: number): SampleId[]
  /** A sample was looked at. */
  tick(id: number, sample: SampleId, isChanged: boolean): void
  /** The revisions that a job has written, oldest first. */
  written(job: JobRow): { readonly sample: SampleId; readonly revision: RevisionId }[]
  uses(category: number): { readonly samples: number; readonly objects: number }
  /** Shapes beside the masks of the labels that are shown. */
  shapes(category: number): number
}

export function createJobRows(context: LibraryContext): JobRows {
  const { db } = context
  const select = db.prepare('SELECT * FROM category_jobs WHERE id = ?')
  const selectLatest = db.prepare('SELECT * FROM category_jobs ORDER BY id DESC LIMIT ?')
  const insert = db.prepare(
    `INSERT INTO category_jobs (from_id, to_id, removes, state, first_seq, changed, author, created_at)
     VALUES (?, ?, ?, 'running', ?, 0, ?, ?)`,
  )
  const insertSample = db.prepare('INSERT INTO category_job_samples (job_id, sample_id) VALUES (?, ?)')
  const selectHolders = db.prepare(
    'SELECT l.sample_id AS id FROM listing_objects o JOIN listing l ON l.seq = o.seq WHERE o.category_id = ? ORDER BY o.seq',
  )
  const update = db.prepare('UPDATE category_jobs SET state = ? WHERE id = ?')
  const count = db.prepare('UPDATE category_jobs SET changed = changed + 1 WHERE id = ?')
  const selectOpen = db.prepare(
    'SELECT sample_id AS id FROM category_job_samples WHERE job_id = ? ORDER BY sample_id',
  )
  const deleteSample = db.prepare('DELETE FROM category_job_samples WHERE job_id = ? AND sample_id = ?')
  const selectWritten = db.prepare(
    'SELECT id, sample_id FROM revisions WHERE seq > ? AND tool = ? ORDER BY seq',
  )
  const selectUses = db.prepare(
    'SELECT COUNT(*) AS samples, COALESCE(SUM(count), 0) AS objects FROM listing_objects WHERE category_id = ?',
  )

  const selectShapes = db.prepare(
    'SELECT COALESCE(SUM(count), 0) AS shapes FROM listing_shapes WHERE category_id = ?',
  )

  function get(id: number): JobRow {
    const row = select.get(id)
    if (row) return toJob(row)
    throw new AppError('NOT_FOUND', `There is no change of categories ${id}.`, {
      remedy: 'Look at the list of changes again.',
    })
  }

  return {
    get,
    latest: (most) => selectLatest.all(most).map(toJob),

    begin({ from, to, removes, author }, only) {
      return context.transaction(() => {
        const firstSeq = context.nextSeq()
        insert.run(from, to, Number(removes), firstSeq, author, context.now())
        const id = Number(db.prepare('SELECT last_insert_rowid() AS id').get()!.id)
        for (const row of selectHolders.all(from)) {
          if (!only || only.has(String(row.id))) insertSample.run(id, row.id!)
        }
        return get(id)
      })
    },

    setState: (id, state) => context.transaction(() => void update.run(state, id)),
    open: (id) => selectOpen.all(id).map((row) => row.id as SampleId),

    tick(id, sample, isChanged) {
      context.transaction(() => {
        deleteSample.run(id, sample)
        if (isChanged) count.run(id)
      })
    },

    written: ({ id, firstSeq }) =>
      selectWritten
        .all(firstSeq, `${categoryTools.moved}${id}`)
        .map((row) => ({ sample: row.sample_id as SampleId, revision: row.id as RevisionId })),

    shapes: (category) => Number(selectShapes.get(category)!.shapes),

    uses(category) {
      const { samples, objects } = selectUses.get(category)!
      return { samples: Number(samples), objects: Number(objects) }
    },
  }
}

function toJob(row: Record<string, unknown>): JobRow {
  return {
    id: Number(row.id),
    from: Number(row.from_id),
    to: row.to_id === null ? null : Number(row.to_id),
    removes: row.removes === 1,
    state: row.state as JobState,
    firstSeq: Number(row.first_seq),
    changed: Number(row.changed),
    author: String(row.author),
    createdAt: Number(row.created_at),
  }
}
