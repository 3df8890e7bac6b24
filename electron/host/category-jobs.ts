import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import type { CategoryJob, HostArgs } from '../../shared/host/host-api.ts'
import { moveCategory } from '../../shared/label/move-category.ts'
import { type Category, underTask } from '../../shared/label/ontology.ts'
import type { Categories } from './categories.ts'
import { createJobRows, type JobRow } from './category-job-rows.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import { categoryTools } from './listing.ts'
import { requireWritable } from './read-only.ts'

/**
 * What is done to the objects of a category over many samples: merging two categories, deleting one, giving the objects
 * of some samples another. Each sample gets one new revision, saved as any label is; nothing is changed in place, so a
 * job that is stopped or cut off leaves every label as it was or as it should be, and can be finished or taken back.
 */
export type CategoryJobs = {
  uses(id: number): { samples: number; objects: number }
  /** Shapes of it beside the masks. */
  shapes(id: number): number
  /** Rejects with `NOT_FOUND`, `CONFLICT` while another runs, `LIB_READ_ONLY`, `DISK_…` with the job stopped. */
  move(args: HostArgs<'categories.move'>): Promise<CategoryJob>
  /** Rejects like `move`; with `CONFLICT` for a job that is not stopped. */
  finish(job: number): Promise<CategoryJob>
  /** Rejects like `move`. */
  takeBack(job: number): Promise<CategoryJob>
  latest(): CategoryJob[]
  stop(): void
  /** Resolves when nothing runs. */
  settled(): Promise<void>
}

type Report = Pick<CategoryJob, 'done' | 'total' | 'locked' | 'failed' | 'left' | 'removed'>
/** Events at most this often: a job of small labels does hundreds a second. */
const pauseMs = 200

export function createCategoryJobs(
  context: LibraryContext,
  tools: {
    readonly categories: Categories
    readonly labels: Pick<Labels, 'rewrite' | 'takeBack' | 'recover'>
    readonly nameOf: (sample: SampleId) => string
    readonly author: () => string
  },
): CategoryJobs {
  const { categories, labels, nameOf, author } = tools
  const rows = createJobRows(context)
  const selectName = context.db.prepare('SELECT name, name_key FROM categories WHERE id = ?')
  let running: { readonly stop: AbortController; readonly work: Promise<unknown> } | null = null

  if (!context.readOnly) {
    // Cut off by a crash: whoever opens the library says what becomes of it.
    for (const { id, state } of rows.latest(20)) if (state === 'running') rows.setState(id, 'stopped')
  }

  const refOf = (id: number) => ({ id, name: String(selectName.get(id)?.name ?? id) })

  function shown(row: JobRow, report: Partial<Report> = {}): CategoryJob {
    const { id, from, to, removes, state, changed, author: by, createdAt } = row
    const open = rows.open(id).length
    return {
      id,
      from: refOf(from),
      to: to === null ? null : refOf(to),
      remove: removes,
      state,
      changed,
      author: by,
      createdAt,
      done: changed,
      total: changed + open,
      locked: [],
      failed: [],
      left: 0,
      removed: selectName.get(from)?.name_key === null,
      ...report,
    }
  }

  /** One at a time: two would wait for one another on every sample, and neither could say what it did. */
  async function alone(work: (signal: AbortSignal) => Promise<CategoryJob>): Promise<CategoryJob> {
    requireWritable(context)
    if (running) {
      throw new AppError('CONFLICT', 'Another change of categories is running.', {
        remedy: 'Wait until it is done, or stop it.',
      })
    }
    const stop = new AbortController()
    const result = work(stop.signal).finally(() => {
      running = null
    })
    running = { stop, work: result.catch(() => {}) }
    return result
  }

  function requireCategory(id: number): Category {
    const found = categories.list().find((category) => category.id === id)
    if (found) return found
    throw new AppError('NOT_FOUND', `There is no category ${id}.`, {
      remedy: 'Reload the list of categories.',
    })
  }

  /** Does something to samples one after the other, tells how far it is, and stops when it is told to. */
  async function walk(
    row: JobRow,
    samples: readonly SampleId[],
    signal: AbortSignal,
    each: (sample: SampleId, report: Report) => Promise<boolean>,
  ): Promise<Report & { changed: number; isStopped: boolean }> {
    const report: Report = { done: 0, total: samples.length, locked: [], failed: [], left: 0, removed: false }
    let changed = 0
    let toldAt = Number.NEGATIVE_INFINITY
    for (const sample of samples) {
      if (signal.aborted) break
      try {
        if (await each(sample, report)) changed++
      } catch (error) {
        const known = toAppError(error)
        // What the disk refuses now it will refuse for the next one too.
        if (known.code.startsWith('DISK_') || known.code === 'SAVE_UNCERTAIN' || known.code === 'INTERNAL')
          throw error
        // Removed for good meanwhile: there is nothing left to do.
        if (known.code !== 'NOT_FOUND') report.failed.push({ sampleId: sample, error: known.toInfo() })
      }
      report.done++
      if (performance.now() - toldAt < pauseMs) continue
      toldAt = performance.now()
      context.emit({ type: 'categories.job', job: { ...shown(row, report), changed } })
    }
    return { ...report, changed, isStopped: signal.aborted && report.done < report.total }
  }

  async function run(row: JobRow, signal: AbortSignal): Promise<CategoryJob> {
    try {
      const to = row.to === null ? null : underTask(requireCategory(row.to), categories.rules().task)
      const {
        changed: _,
        isStopped,
        ...report
      } = await walk(row, rows.open(row.id), signal, async (sample, into) => {
        let locked = 0
        const revision = await labels.rewrite(sample, `${categoryTools.moved}${row.id}`, (objects) => {
          const move = moveCategory(objects, row.from, to)
          locked = move.locked
          return move.moved > 0 ? move : null
        })
        if (locked > 0) into.locked.push({ sampleId: sample, name: nameOf(sample), objects: locked })
        rows.tick(row.id, sample, revision !== null)
        return revision !== null
      })
      if (isStopped) rows.setState(row.id, 'stopped')
      else finishUp(row)
      return tell(row.id, report)
    } catch (error) {
      rows.setState(row.id, 'stopped')
      tell(row.id, {})
      throw error
    }
  }

  /** The category goes in the step that says so, and only while no label shown has an object of it. */
  function finishUp(row: JobRow): void {
    context.transaction(() => {
      const isFree = rows.uses(row.from).objects === 0 && rows.shapes(row.from) === 0
      if (row.removes && isFree && selectName.get(row.from)?.name_key !== null) categories.retire(row.from)
      context.db.prepare("UPDATE category_jobs SET state = 'done' WHERE id = ?").run(row.id)
    })
    context.emit({ type: 'categories.changed' })
  }

  function tell(id: number, report: Partial<Report>): CategoryJob {
    const job = shown(rows.get(id), report)
    const result = { ...job, removed: selectName.get(job.from.id)?.name_key === null }
    context.emit({ type: 'categories.job', job: result })
    if (result.changed > 0) context.emit({ type: 'samples.changed' })
    return result
  }

  return {
    uses: (id) => rows.uses(id),
    shapes: (id) => rows.shapes(id),

    move({ from, to, remove, unused, only }) {
      return alone(async (signal) => {
        requireCategory(from)
        if (to !== null) requireCategory(to)
        if (to === from || (remove && only)) {
          throw new AppError('BAD_REQUEST', 'Objects cannot be given the category that they have.', {
            remedy: 'Choose another category.',
          })
        }
        // What is only in journals belongs to the labels: a window that was closed has not saved it yet.
        await labels.recover({ silently: true })
        const shapes = remove ? rows.shapes(from) : 0
        if (shapes > 0) {
          throw new AppError(
            'CONFLICT',
            `${shapes === 1 ? 'One shape is' : `${shapes} shapes are`} of ${refOf(from).name}, and shapes stay as they came.`,
            { remedy: 'Keep the category; its objects can be given another one.' },
          )
        }
        if (unused && rows.uses(from).objects > 0) {
          throw new AppError('CONFLICT', `There are objects of ${refOf(from).name} by now.`, {
            remedy: 'Say what they are to become, then delete it.',
          })
        }
        return run(
          rows.begin({ from, to, removes: remove, author: author() }, only ? new Set(only.ids) : null),
          signal,
        )
      })
    },

    finish(id) {
      return alone(async (signal) => {
        const row = rows.get(id)
        if (row.state !== 'stopped') throw notNow()
        rows.setState(id, 'running')
        return run(row, signal)
      })
    },

    takeBack(id) {
      return alone(async (signal) => {
        const row = rows.get(id)
        if (row.state === 'undone') throw notNow()
        context.transaction(() => {
          context.db.prepare("UPDATE category_jobs SET state = 'undoing' WHERE id = ?").run(id)
          categories.revive([row.from])
        })
        const written = new Map(rows.written(row).map(({ sample, revision }) => [sample, revision]))
        try {
          const { isStopped, changed, ...report } = await walk(
            row,
            [...written.keys()],
            signal,
            async (sample, into) => {
              const isBack = await labels.takeBack(
                sample,
                written.get(sample)!,
                `${categoryTools.takenBack}${id}`,
              )
              if (!isBack) into.left++
              return isBack
            },
          )
          if (!isStopped) rows.setState(id, 'undone')
          return { ...tell(id, report), changed }
        } catch (error) {
          tell(id, {})
          throw error
        }
      })
    },

    latest: () => rows.latest(20).map((row) => shown(row)),
    stop: () => running?.stop.abort(),
    async settled() {
      running?.stop.abort()
      await running?.work
    },
  }
}

function notNow(): AppError {
  return new AppError('CONFLICT', 'This change of categories cannot be done again.', {
    remedy: 'Look at the list of changes again.',
  })
}
