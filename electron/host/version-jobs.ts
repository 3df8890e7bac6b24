import { rowSum, rowSumHolds, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import type { CarriedMove } from './carried.ts'
import { damaged } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'

/** `sample`: one sample was put to a version. */
export type JobKind = 'restore' | 'sample' | 'switch' | 'merge'
/** `running` in another process than this one means that it was cut off. */
export type JobState = 'running' | 'stopped' | 'done' | 'undone'

export type VersionJob = {
  readonly id: number
  readonly kind: JobKind
  readonly version: string
  /** The branch that the library is on when it is done; null: the same as before. */
  readonly branch: string | null
  readonly branchBefore: string
  /** Blob of `ontology.json` as it was. */
  readonly ontologyBefore: string
  readonly state: JobState
  readonly firstSeq: number
  readonly author: string
  readonly createdAt: number
}

/** What a sample was before a job, and what is to become of it besides its label. */
export type JobSample = {
  readonly sample: string
  readonly headBefore: string | null
  readonly cardBefore: string | null
  readonly cardAfter: string | null
  readonly trashedBefore: boolean
  readonly trashedAfter: boolean
}

/** The rows of jobs. A damaged row throws AppError `ROW_CORRUPT`. */
export type VersionJobs = {
  latest(): VersionJob | null
  get(id: number): VersionJob | null
  begin(job: Omit<VersionJob, 'id' | 'state' | 'firstSeq' | 'createdAt'>): VersionJob
  setState(id: number, state: JobState): void
  /** Inside a transaction. */
  markState(id: number, state: JobState): void
  /** Writes down what these samples are, before they are changed; a sample that was written down stays as it was. */
  note(job: number, samples: readonly JobSample[]): void
  /** Of a sample that was written down, and whose head had moved until the job came to it. */
  setHeadBefore(job: number, sample: string, head: string | null): void
  samplesOf(job: number): JobSample[]
  /** The same of what is carried. */
  noteCarried(job: number, moves: readonly CarriedMove[]): void
  carriedOf(job: number): CarriedMove[]
}

export function createVersionJobs(context: LibraryContext): VersionJobs {
  const { db } = context
  const selectLatest = db.prepare('SELECT * FROM version_jobs ORDER BY id DESC LIMIT 1')
  const selectOne = db.prepare('SELECT * FROM version_jobs WHERE id = ?')
  const write = db.prepare('INSERT INTO version_jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const update = db.prepare('UPDATE version_jobs SET state = ?, row_sum = ? WHERE id = ?')
  const insertSample = db.prepare('INSERT OR IGNORE INTO version_job_samples VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const forget = db.prepare('DELETE FROM version_job_samples')
  const forgetCarried = db.prepare('DELETE FROM version_job_carried')
  const insertCarried = db.prepare('INSERT OR IGNORE INTO version_job_carried VALUES (?, ?, ?, ?, ?)')
  const selectCarried = db.prepare('SELECT * FROM version_job_carried WHERE job_id = ?')
  const selectSamples = db.prepare('SELECT * FROM version_job_samples WHERE job_id = ? ORDER BY sample_id')

  const selectSample = db.prepare('SELECT * FROM version_job_samples WHERE job_id = ? AND sample_id = ?')
  const updateSample = db.prepare(
    'UPDATE version_job_samples SET head_before = ?, row_sum = ? WHERE job_id = ? AND sample_id = ?',
  )

  function toJob(row: Record<string, unknown>): VersionJob {
    if (!rowSumHolds(row)) throw damaged('What was last done with a version')
    return {
      id: Number(row.id),
      kind: row.kind as JobKind,
      version: String(row.version_id),
      branch: row.branch as string | null,
      branchBefore: String(row.branch_before),
      ontologyBefore: String(row.ontology_before),
      state: row.state as JobState,
      firstSeq: Number(row.first_seq),
      author: String(row.author),
      createdAt: Number(row.created_at),
    }
  }

  function markState(id: number, state: JobState): void {
    const row = selectOne.get(id)
    if (!row) throw new Error('there is no such job')
    toJob(row)
    const { row_sum: _, ...values } = row
    update.run(state, rowSum(Object.values({ ...values, state })), id)
  }

  const one = (row: Record<string, unknown> | undefined) => (row ? toJob(row) : null)

  return {
    latest: () => one(selectLatest.get()),
    get: (id) => one(selectOne.get(id)),

    begin({ kind, version, branch, branchBefore, ontologyBefore, author }) {
      return context.transaction(() => {
        // Only the last job can be taken back: what samples were before others is of no use any more.
        forget.run()
        forgetCarried.run()
        const id = Number(selectLatest.get()?.id ?? 0) + 1
        const firstSeq = context.nextSeq()
        const createdAt = context.now()
        const state: JobState = 'running'
        const values: SqlValue[] = [
          id,
          kind,
          version,
          branch,
          branchBefore,
          ontologyBefore,
          state,
          firstSeq,
          author,
          createdAt,
        ]
        write.run(...values, rowSum(values))
        return { id, kind, version, branch, branchBefore, ontologyBefore, state, firstSeq, author, createdAt }
      })
    },

    setState: (id, state) => context.transaction(() => markState(id, state)),
    markState,

    note(job, samples) {
      context.transaction(() => {
        for (const { sample, headBefore, cardBefore, cardAfter, trashedBefore, trashedAfter } of samples) {
          const values: SqlValue[] = [
            job,
            sample,
            headBefore,
            cardBefore,
            cardAfter,
            Number(trashedBefore),
            Number(trashedAfter),
          ]
          insertSample.run(...values, rowSum(values))
        }
      })
    },

    setHeadBefore(job, sample, head) {
      const row = selectSample.get(job, sample)
      if (!row || row.head_before === head) return
      if (!rowSumHolds(row)) throw damaged('What an image was before')
      const { row_sum: _, ...values } = row
      const sum = rowSum(Object.values({ ...values, head_before: head }))
      context.transaction(() => updateSample.run(head, sum, job, sample))
    },

    noteCarried(job, moves) {
      context.transaction(() => {
        for (const { name, from, to } of moves) {
          const values: SqlValue[] = [job, name, from, to]
          insertCarried.run(...values, rowSum(values))
        }
      })
    },

    carriedOf: (job) =>
      selectCarried.all(job).map((row) => {
        if (!rowSumHolds(row)) throw damaged('What a kept sample was before')
        return {
          name: String(row.name),
          from: row.digest_before as string | null,
          to: row.digest_after as string | null,
        }
      }),

    samplesOf: (job) =>
      selectSamples.all(job).map((row) => {
        if (!rowSumHolds(row)) throw damaged('What an image was before')
        return {
          sample: String(row.sample_id),
          headBefore: row.head_before as string | null,
          cardBefore: row.card_before as string | null,
          cardAfter: row.card_after as string | null,
          trashedBefore: row.trashed_before === 1,
          trashedAfter: row.trashed_after === 1,
        }
      }),
  }
}
