import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { FormatId } from '../../shared/formats/exchange/format.ts'
import { formats } from '../../shared/formats/exchange/formats.ts'
import { exportPath } from '../../shared/host/data-plane.ts'
import type {
  ExchangeJob,
  ExchangeStatus,
  ExportOutcome,
  ImportOutcomes,
} from '../../shared/host/exchange-methods.ts'
import type { HostHandlers } from '../../shared/host/host-api.ts'
import type { ExchangeTask, TaskResult } from './exchange-task.ts'
import { runInThread, type StartThread, type ThreadHost } from './exchange-thread.ts'
import { createUploads, type UploadLimits, type Uploads } from './exchange-uploads.ts'
import { besidePath } from './export-place.ts'
import { type ExportReport, isProven } from './label-export.ts'
import type { LabelImportReport, LabelOutcome } from './label-import.ts'
import type { LibraryContext } from './library-context.ts'
import { createPacer } from './pacer.ts'
import { requireWritable } from './read-only.ts'
import { createScratch } from './scratch.ts'

/** Dialogs of the system, where there is one. */
export type Places = {
  /** A folder that is missing or empty, or a file that is missing; null: the person thought better of it. */
  choose(kind: 'folder' | 'zip', name: string): Promise<string | null>
  /** In the file manager. */
  show(path: string): void
}

export type Exchange = {
  readonly handlers: Pick<HostHandlers, Extract<keyof HostHandlers, `exchange.${string}`>>
  readonly uploads: Pick<Uploads, 'take'>
  /** The archive that a page may fetch. Throws `NOT_FOUND`. */
  archive(id: string): string
  /** Ends what runs, and takes away what waits. */
  close(): Promise<void>
}

/** Most that is listed of one kind: more than anybody reads, few enough to send. The counts are always whole. */
const mostListed = 500
const progressEveryMs = 200

/** Labels to and from other programs, one job at a time, each in a thread of its own. */
export function createExchange(
  context: LibraryContext,
  options: {
    /** What a job asks of the host. */
    readonly host: ThreadHost
    /** Outside of the library. */
    readonly cacheFolder: string
    readonly places: Places | null
    readonly startThread?: StartThread
    readonly uploadLimits?: UploadLimits
  },
): Exchange {
  const { host, places, startThread } = options
  const scratch = createScratch(join(options.cacheFolder, 'exchange'))
  const uploads = createUploads(scratch, options.uploadLimits)
  let status: ExchangeStatus = { job: null, exported: null, imported: null }
  let running: {
    readonly kind: ExchangeJob['kind']
    readonly stop: AbortController
    readonly work: Promise<unknown>
  } | null = null
  let lastId = 0
  /** Where the person said to write, until it is written there. */
  let chosen: { readonly id: string; readonly path: string } | null = null
  /** What was exported last to a place of the person's own, and what a page may fetch. */
  let shown: string | null = null
  let kept: { readonly id: string; readonly path: string } | null = null

  const pace = createPacer(() => context.emit({ type: 'exchange.changed', status }), progressEveryMs)
  const show = (news: Partial<ExchangeJob>) => {
    if (status.job) status = { ...status, job: { ...status.job, ...news } }
    pace.ask()
  }

  /**
   * Rejects with `CONFLICT` while another job runs; one that only plans makes way. A job goes on when whoever asked for it
   * leaves.
   */
  async function run<T extends ExchangeTask>(
    kind: ExchangeJob['kind'],
    format: string | null,
    prepare: () => T | Promise<T>,
    done: (result: TaskResult<T>) => void = () => {},
  ): Promise<TaskResult<T>> {
    while (running?.kind === 'plan') {
      running.stop.abort()
      await running.work
    }
    if (running) {
      throw new AppError('CONFLICT', 'Labels are being exported or imported already.', {
        remedy: 'Wait until that is done, or stop it.',
      })
    }
    const stop = new AbortController()
    const job: ExchangeJob = {
      id: ++lastId,
      kind,
      state: 'running',
      step: 'reading',
      done: 0,
      total: null,
      format,
      startedAt: context.now(),
      error: null,
    }
    status = { ...status, job }
    pace.ask()
    const begin = async () =>
      runInThread(context, await prepare(), {
        host,
        signal: stop.signal,
        progress: ({ step, done, total }) => show({ step, done, total }),
        ...(startThread && { start: startThread }),
      })
    const work = begin()
    const ended = Promise.withResolvers<void>()
    running = { kind, stop, work: ended.promise }
    try {
      const result = await work
      done(result)
      show({ state: 'done' })
      return result
    } catch (thrown) {
      const error = toAppError(thrown)
      show({ state: stop.signal.aborted ? 'stopped' : 'failed', error: error.toInfo() })
      throw error
    } finally {
      running = null
      ended.resolve()
      pace.flush()
    }
  }

  /** Where an export goes: to where the person said, or beside the page. */
  async function placeOf(place: string | null) {
    if (place !== null) {
      if (chosen?.id !== place) {
        throw new AppError('NOT_FOUND', 'The place to write to was not chosen here.', {
          remedy: 'Choose it again.',
        })
      }
      return { path: chosen.path, id: null }
    }
    const old = kept
    kept = null
    if (old) await rm(old.path, { force: true })
    const id = randomUUID()
    return { path: join(scratch.folder(), `${id}.zip`), id }
  }

  const handlers: Exchange['handlers'] = {
    'exchange.formats': async () => ({
      formats: formats.map(({ id, title, holds, writer, boxes = null }) => ({
        id,
        title,
        holds,
        canWrite: writer !== null,
        boxes,
      })),
    }),

    async 'exchange.plan'(request) {
      const plan = await run('plan', null, () => ({ kind: 'plan', request }))
      return {
        ...plan,
        formats: plan.formats.map((each) => ({ ...each, losses: [...each.losses] })),
      }
    },

    async 'exchange.choosePlace'({ kind, name }) {
      const path = await places?.choose(kind, name.replace(/[/\\:]/g, '-'))
      if (path === undefined || path === null) return { place: null }
      chosen = { id: randomUUID(), path }
      return { place: { id: chosen.id, name: basename(path), path } }
    },

    async 'exchange.export'({ version, format, images, splits, place }) {
      const id = formatOf(format)
      const token = randomUUID().slice(0, 8)
      let target: Awaited<ReturnType<typeof placeOf>> | null = null
      try {
        const prepare = async () => {
          target = await placeOf(place)
          const request = { version, format: id, images, splits, out: target.path, token }
          return { kind: 'export', request } as const
        }
        const report = await run('export', id, prepare, (result) => {
          const { path, id: archive } = target!
          if (archive !== null) kept = { id: archive, path }
          else {
            chosen = null
            shown = path
          }
          status = { ...status, exported: outcomeOf(result, archive) }
        })
        return outcomeOf(report, target!.id)
      } catch (error) {
        // A thread that was ended could not take away what it had begun.
        const begun = target as { path: string } | null
        if (begun) await rm(besidePath(begun.path, token), { recursive: true, force: true }).catch(() => {})
        throw error
      }
    },

    async 'exchange.show'() {
      if (!places || shown === null) {
        throw new AppError('NOT_FOUND', 'There is no folder to show.', { remedy: 'Export first.' })
      }
      places.show(shown)
      return {}
    },

    'exchange.receive': async () => ({ upload: await uploads.begin() }),
    async 'exchange.discard'({ upload }) {
      await uploads.discard(upload)
      return {}
    },

    async 'exchange.recognise'({ upload }) {
      const { path, files, bytes } = uploads.find(upload)
      const { formats: found, problem } = await run('look', null, () => ({
        kind: 'recognise',
        path,
      }))
      return { formats: [...found], files, bytes, problem }
    },

    async 'exchange.importLabels'({ upload, format, dryRun, replace, status: fallback, boxes, map }) {
      if (!dryRun) requireWritable(context)
      const { path, name } = uploads.find(upload)
      const id = format === null ? null : formatOf(format)
      const request = {
        path,
        name,
        format: id,
        dryRun,
        replace,
        status: fallback,
        boxes: boxes ?? undefined,
        map,
        images: true,
      }
      const task: ExchangeTask & { kind: 'import' } = { kind: 'import', request }
      const report = await run(
        dryRun ? 'look' : 'import labels',
        id,
        () => task,
        (result) => {
          if (!dryRun) status = { ...status, imported: outcomesOf(result) }
        },
      )
      return outcomesOf(report)
    },

    'exchange.status': async () => status,
    async 'exchange.stop'() {
      const { stop, work } = running ?? {}
      stop?.abort()
      await work
      return status
    },
  }

  return {
    handlers,
    uploads,
    archive(id) {
      if (kept?.id === id) return kept.path
      throw new AppError('NOT_FOUND', 'This archive is no longer kept.', { remedy: 'Export again.' })
    },
    async close() {
      running?.stop.abort()
      await running?.work
      pace.drop()
      await scratch.close()
    },
  }
}

function formatOf(id: string): FormatId {
  const format = formats.find((each) => each.id === id)
  if (format) return format.id
  throw new AppError('BAD_REQUEST', `There is no format "${id}".`, { remedy: 'Reload the window.' })
}

/** As the door says it: without ways of this computer. */
function outcomeOf(report: ExportReport, archive: string | null): ExportOutcome {
  const { version, format, labels, files, bytes, unlabeled, splits, leftOut, proof, remarks, out } = report
  return {
    version,
    format,
    labels,
    files,
    bytes,
    unlabeled,
    splits,
    leftOut: { count: leftOut.length, first: leftOut.slice(0, mostListed) },
    proof,
    isProven: isProven(report),
    remarks: [...remarks],
    name: archive === null ? basename(out) : `${format}.zip`,
    download: archive === null ? null : exportPath(archive),
  }
}

function outcomesOf(report: LabelImportReport): ImportOutcomes {
  const { format, dryRun, labels, problems, newCategories, carried, shapes, mapped, remarks, images } = report
  const counts = {
    ...{ new: 0, replaced: 0, taken: 0, same: 0, twice: 0, objects: 0, problems: problems.length },
    ...{ carried: carried.length, images, newCategories: newCategories.length },
  }
  const listed: (LabelOutcome & { remarks: string[] })[] = []
  for (const label of labels) {
    counts[label.kind]++
    if (label.kind === 'new' || label.kind === 'replaced') counts.objects += label.objects
    if (counts[label.kind] <= mostListed) {
      listed.push({ ...label, remarks: label.remarks.slice(0, 20) })
    }
  }
  return {
    format,
    dryRun,
    counts,
    labels: listed,
    problems: problems.slice(0, mostListed),
    newCategories: newCategories.slice(0, mostListed),
    shapes,
    remarks: remarks.slice(0, mostListed),
    mapped: [...mapped],
    carried: carried.slice(0, mostListed),
  }
}
