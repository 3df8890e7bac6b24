import { resolve } from 'node:path'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { HostEvent, HostInput, HostOutput } from '../../shared/host/host-api.ts'
import { appFolders } from '../adapters/app-folders.ts'
import { openLog } from '../adapters/log-file.ts'
import { appVersion } from '../adapters/product.ts'
import type { Link, OwnLink } from '../commands/command.ts'
import { createDoors } from '../commands/doors.ts'
import { exportFrom } from '../commands/export.ts'
import { importFiles } from '../commands/import.ts'
import { overrideOf, pushAll } from '../commands/push.ts'
import { sampleNamed } from '../commands/sample-named.ts'
import { emptyObjects, saveLabel } from '../commands/save-label.ts'
import { stoppable } from '../commands/stoppable.ts'
import { importLabelFiles } from '../host/label-import.ts'
import { cancelled } from '../transport/direct-connection.ts'
import type { CallOptions, Library, OpenOptions, Progress, SegmentsCalls } from './api.ts'
import { labelOf } from './label-of.ts'
import { jobProgress, lineageProgress } from './progress.ts'
import { readLabel, samplesOf } from './read.ts'

type JobMethod =
  | 'remote.pull'
  | 'remote.pullAndMerge'
  | `segments.${'run' | 'release' | 'fromArtifact' | 'toArtifact'}`

/** See `openLibrary` of `tessera.ts`. */
export async function openForProgram(folderText: string, options: OpenOptions): Promise<Library> {
  const environment = options.environment ?? process.env
  const folder = resolve(folderText)
  const folders = appFolders(environment)
  const log = openLog(folders.state)
  const say = options.onRemark ?? (() => {})
  const settingsOverride = { ...overrideOf(environment), ...options.wandb }
  const neverStops = new AbortController().signal
  const doors = createDoors({
    version: appVersion(),
    folders,
    log,
    environment,
    say,
    signal: options.signal ?? neverStops,
  })

  async function openIt(): Promise<Link> {
    options.signal?.throwIfAborted()
    if (options.readOnly) return doors.read(folder)
    try {
      return await doors.write(folder, { settingsOverride })
    } catch (error) {
      if (!(options.create && error instanceof AppError && error.code === 'LIB_MISSING')) throw error
      await doors.create(folder)
      return doors.write(folder, { settingsOverride })
    }
  }

  let link: Link
  try {
    link = await openIt()
  } catch (error) {
    log.close()
    throw options.signal?.aborted ? cancelled() : toAppError(error)
  }
  const { connection } = link
  /** For what only a host in this process does, while another one has the library. */
  let reader: Promise<OwnLink> | null = null
  const ownLink = async (): Promise<OwnLink> => {
    if (link.host) return { ...link, host: link.host }
    reader ??= doors.read(folder)
    return reader
  }
  let closing: Promise<void> | null = null

  /** Every call goes through here: none on a closed library, no error that is not an AppError, `CANCELLED` after a signal. */
  async function doing<T>(
    { signal = neverStops }: CallOptions,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (closing !== null) {
      throw new AppError('HOST_GONE', 'The library is closed.', { remedy: 'Open it again.' })
    }
    try {
      signal.throwIfAborted()
      return await work(signal)
    } catch (error) {
      if (error instanceof AppError) throw error
      if (signal.aborted) throw cancelled()
      throw toAppError(error)
    }
  }

  const told = async <T>(
    { onProgress }: CallOptions,
    read: (event: HostEvent) => Progress | null,
    work: () => Promise<T>,
  ): Promise<T> => {
    if (!onProgress) return work()
    const stop = connection.on((event) => {
      const progress = read(event)
      if (progress) onProgress(progress)
    })
    try {
      return await work()
    } finally {
      stop()
    }
  }

  /** Something that goes on when its caller leaves, and is stopped by a call of its own. */
  const job = <M extends JobMethod>(
    method: M,
    input: HostInput<M>,
    options: CallOptions,
  ): Promise<HostOutput<M>> =>
    doing(options, (signal) =>
      told(options, jobProgress, () =>
        stoppable(
          signal,
          () => connection.call(method.startsWith('segments.') ? 'segments.cancel' : 'pull.cancel', {}),
          () => connection.call(method, input),
        ),
      ),
    )

  const call: Library['call'] = (method, input, options = {}) =>
    doing(options, (signal) => connection.call(method, input, signal))

  const segments: SegmentsCalls = {
    status: (options) => call('segments.status', {}, options),
    link: (dataset, { create = false, as = {}, ...options } = {}) =>
      call('segments.link', { dataset, create, as }, options),
    plan: (mode, options) => call('segments.plan', { mode }, options),
    publish: (options = {}) => job('segments.run', runWish('publish', options), options),
    pull: (options = {}) => job('segments.run', runWish('pull', options), options),
    both: (options = {}) => job('segments.run', runWish('both', options), options),
    releases: async (options) => (await call('segments.releases', {}, options)).releases,
    release: (name, { description = '', ...options } = {}) =>
      job('segments.release', { name, description }, options),
    fromArtifact: (artifact, dataset, { overwriteReviewed = false, ...options } = {}) =>
      job('segments.fromArtifact', { artifact, dataset, overwriteReviewed }, options),
    toArtifact: (release, { message = '', uncommitted = 'refuse', confirmed = false, ...options } = {}) =>
      job('segments.toArtifact', { release, message, uncommitted, confirmed }, options),
  }

  function close(): Promise<void> {
    closing ??= (async () => {
      await (await reader)?.close()
      await link.close()
      log.close()
    })()
    return closing
  }

  return {
    folder,
    call,
    segments,
    on: (listener) => connection.on(listener),

    importImages: (paths, options = {}) =>
      doing(options, async (signal) => {
        const outcomes = await importFiles(
          link,
          paths.map((path) => resolve(path)),
          signal,
          ({ file }, done, total) => options.onProgress?.({ step: file, done, total }),
        )
        signal.throwIfAborted()
        return outcomes
      }),
    samples: ({ filter = '', ...options } = {}) =>
      doing(options, (signal) => samplesOf(connection, filter, signal)),
    categories: (options) => call('categories.list', {}, options),

    label: (name, options = {}) => doing(options, (signal) => readLabel(link, name, signal)),
    setLabel: (name, label, options = {}) =>
      doing(options, async (signal) => {
        const made = await labelOf(label)
        emptyObjects(made)
        return (await saveLabel(link, name, made, signal)).result
      }),
    setStatus: (name, status, { review = false, ...options } = {}) =>
      doing(options, async (signal) => {
        const { id } = await sampleNamed(link, name, signal)
        return connection.call('samples.setStatus', { id, status, review }, signal)
      }),
    importLabels: (
      path,
      { format = null, dryRun = false, replace = false, boxes, map = {}, images, status, ...options } = {},
    ) =>
      doing(options, (signal) =>
        importLabelFiles(
          connection,
          {
            path: resolve(path),
            format,
            dryRun,
            replace,
            boxes,
            map: Object.entries(map).map(([from, to]) => ({ from, to })),
            images,
            status: status ?? 'in progress',
          },
          signal,
          (done) => options.onProgress?.({ step: 'Reading labels', done, total: null }),
        ),
      ),

    commit: async (message, options) => (await call('versions.commit', { message }, options)).version,
    versions: (options) => call('versions.list', {}, options),
    exportLabels: ({ version = null, format, out, splits = { by: 'card' }, images = true }, options = {}) =>
      doing(options, async (signal) =>
        exportFrom(
          (await ownLink()).host,
          { version, format, out: resolve(out), splits, images },
          signal,
          (at) => options.onProgress?.(at),
        ),
      ),

    push: ({ retry = false, ...options } = {}) =>
      doing(options, (signal) =>
        told(options, jobProgress, async () => {
          const pushed = await pushAll(link, { override: settingsOverride, retry, environment, signal, say })
          signal.throwIfAborted()
          if (pushed.error) throw pushed.error
          return { sent: pushed.sent, entries: pushed.entries }
        }),
      ),
    pull: (artifact, { as = 'auto', uncommitted = 'refuse', message = '', confirmed, ...options } = {}) => {
      const wish = { uncommitted, message, ...(confirmed !== undefined && { confirmed }) }
      return artifact === undefined
        ? job('remote.pullAndMerge', wish, options)
        : job('remote.pull', { artifact, as, ...wish }, options)
    },
    lineage: ({ look = false, ...options } = {}) =>
      doing(options, async (signal) => {
        if (look) {
          const { error } = await told(options, lineageProgress, () =>
            connection.call('lineage.look', { node: null }, signal),
          )
          if (error) throw AppError.fromInfo(error)
        }
        const { nodes, edges } = await connection.call('lineage.get', {}, signal)
        return { nodes, edges }
      }),

    close,
    [Symbol.asyncDispose]: close,
  }
}

const runWish = (
  mode: HostInput<'segments.run'>['mode'],
  { overwriteReviewed = false, confirmed = false }: { overwriteReviewed?: boolean; confirmed?: boolean },
) => ({ mode, overwriteReviewed, confirmed })
