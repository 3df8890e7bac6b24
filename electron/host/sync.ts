import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { ArtifactRole, OutboxEntry, Settings, SyncStatus, Version } from '../../shared/host/host-api.ts'
import { deliveryOf, outbox, owed } from '../../shared/sync/outbox.ts'
import type { OwedEntry } from '../../shared/sync/push.ts'
import { nextMove } from '../../shared/sync/retry.ts'
import type { SecretStore } from '../adapters/secrets/secret-store.ts'
import { normalizeBaseUrl } from '../adapters/wandb/http.ts'
import { startProgress } from '../adapters/wandb/progress.ts'
import { createWandbRemote } from '../adapters/wandb/wandb-remote.ts'
import { deliver, newAttempt } from './delivery.ts'
import { createDeliveryBook, type DeliveryBook } from './delivery-book.ts'
import type { LibraryContext } from './library-context.ts'

/** What sync needs of versions: their list, and the files of one artifact with the blobs that hold them. */
export type VersionSource = {
  list(): Promise<readonly Version[]>
  manifest(versionId: string, role: ArtifactRole): Promise<readonly OwedEntry[]>
}
export type Sync = {
  status(): Promise<SyncStatus>
  /** Sends what is owed, in order, and resolves when nothing more can be sent now. A second call joins the first. */
  push(signal?: AbortSignal): Promise<SyncStatus>
  cancel(): Promise<SyncStatus>
  /** Makes a parked delivery wait again. */
  retry(versionId: string, role: ArtifactRole): Promise<SyncStatus>
  check(signal: AbortSignal): Promise<{ username: string; entity: string | null; teams: string[] }>
  /** Call after a commit, and when settings or key changed. */
  wake(): void
  start(): void
  close(): Promise<void>
}

/** Timers are clamped: a clock that jumps neither stalls nor floods. */
const [shortestWaitMs, longestWaitMs] = [1000, 300_000]

export function createSync(options: {
  context: LibraryContext
  versions: VersionSource
  settings: { get(): Settings | Promise<Settings> }
  secrets: SecretStore
  /** `tessera/<version>`. */
  product: string
  /** Waits of the adapter, shortened in tests. */
  http?: { retries?: number; minWaitMs?: number; timeoutMs?: number }
  random?: () => number
  /** Log progress metrics through the official package. Off when left out. */
  progressMetrics?: boolean
}): Sync {
  const { context, versions, secrets, product } = options
  const random = options.random ?? Math.random
  const log: SyncStatus['log'] = []
  let online: SyncStatus['online'] = 'unknown'
  let running: SyncStatus['running'] = null
  let current: { promise: Promise<void>; stop: AbortController } | null = null
  let timer: NodeJS.Timeout | null = null
  let started = false
  let closed = false

  const emit = async () => context.emit({ type: 'sync.changed', status: await status() })
  const say = (text: string) => {
    log.push({ at: context.now(), text })
    if (log.length > 200) log.shift()
  }

  async function connection() {
    const { wandb } = await options.settings.get()
    const { baseUrl, entity, project } = wandb
    if (!baseUrl || !entity || !project) {
      throw new AppError('REMOTE_NOT_SET', 'No W&B project is set for this library.', {
        remedy: 'Enter the address, entity and project in the W&B settings.',
      })
    }
    const key = await secrets.get('wandb')
    if (key === null) {
      throw new AppError('AUTH_MISSING', 'There is no W&B API key.', {
        remedy: 'Enter a key in the W&B settings.',
      })
    }
    const remote = createWandbRemote({
      baseUrl,
      entity,
      project,
      key,
      product,
      blobs: context.blobs,
      ...options.http,
    })
    const metrics = (runName: string, displayName: string) =>
      startProgress({
        baseUrl: normalizeBaseUrl(baseUrl),
        entity,
        project,
        key,
        runName,
        displayName,
        log: context.log,
      })
    return { remote, book: bookOf(wandb), ...(options.progressMetrics ? { metrics } : {}) }
  }
  const bookOf = (wandb: Settings['wandb']) =>
    createDeliveryBook(context, `wandb:${normalizeBaseUrl(wandb.baseUrl)}/${wandb.entity}/${wandb.project}`)

  async function entries(): Promise<OutboxEntry[]> {
    const { wandb } = await options.settings.get()
    if (!wandb.baseUrl || !wandb.entity || !wandb.project) return []
    const book = bookOf(wandb)
    return outbox(await versions.list()).map(({ version, role, digest }) => {
      const receipt = book.receipt(role, version.id)
      const attempt = book.attempt(role, version.id)
      const delivery = deliveryOf({ receipt, attempt, isPushing: current !== null })
      return { version: version.id, versionNumber: version.number, role, digest, delivery }
    })
  }

  async function status(): Promise<SyncStatus> {
    const { wandb } = await options.settings.get()
    const key = await secrets.state('wandb')
    const configured = Boolean(wandb.baseUrl && wandb.entity && wandb.project) && key.source !== 'none'
    return { configured, online, running, entries: await entries(), log: [...log] }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const { remote, book, ...optional } = await connection()
    const stopped = new Set<string>()
    const isReceived = (role: ArtifactRole, versionId: string) => book.receipt(role, versionId) !== null
    for (const { version, role, digest } of owed(await versions.list(), isReceived)) {
      signal.throwIfAborted()
      const old = book.attempt(role, version.id)
      const early =
        old?.kind === 'waiting' &&
        old.notBefore > context.now() &&
        old.notBefore - context.now() <= longestWaitMs
      // Versions of one collection go in order; labels need the images of their version.
      const blocked = stopped.has(role) || (role === 'labeled_data' && stopped.has('raw_data'))
      if (blocked || old?.kind === 'parked' || early) {
        stopped.add(role)
        continue
      }
      try {
        const list = await versions.manifest(version.id, role)
        const total = { files: list.length, bytes: list.reduce((sum, entry) => sum + entry.size, 0) }
        running = { step: '', filesDone: 0, filesTotal: total.files, bytesDone: 0, bytesTotal: total.bytes }
        const advance = (step: string, files: number, bytes: number) => {
          if (running === null) return
          running = {
            ...running,
            step,
            filesDone: running.filesDone + files,
            bytesDone: running.bytesDone + bytes,
          }
          void emit()
        }
        const raw = role === 'labeled_data' ? await rawOf(book, version) : null
        const { libraryId, deviceId } = context
        const now = () => context.now()
        const job = { role, version, digest, entries: list, raw }
        await deliver(
          job,
          { remote, book, ...optional, product, libraryId, deviceId, now, say, advance },
          signal,
        )
        online = 'online'
      } catch (thrown) {
        const error = signal.aborted ? stoppedByPerson(thrown) : toAppError(thrown)
        const attempt = book.attempt(role, version.id) ?? newAttempt(role, context.now())
        const move = nextMove(error, attempt.failures + 1, random())
        const info = error.toInfo()
        const cause = error.code === 'INTERNAL' ? ` (${String(thrown)})` : ''
        context.log('warn', 'sync', `delivery failed: ${error.code}${cause}`, {
          version: version.id.slice(0, 12),
          role,
        })
        say(`Version ${version.number}, ${role}: ${error.message} ${error.remedy}`)
        online = error.code === 'NET_OFFLINE' || error.code === 'NET_INTERFERED' ? 'offline' : online
        if (move.kind === 'park')
          book.saveAttempt(role, version.id, { ...attempt, kind: 'parked', error: info })
        if (move.kind === 'pause')
          book.saveAttempt(role, version.id, { ...attempt, kind: 'waiting', notBefore: 0, error: info })
        if (move.kind === 'wait') {
          const failures = attempt.failures + (move.counted ? 1 : 0)
          const notBefore = context.now() + move.delayMs
          book.saveAttempt(role, version.id, {
            ...attempt,
            kind: 'waiting',
            failures,
            notBefore,
            error: info,
          })
        }
        // Without a key or a connection no other delivery can fare better.
        if (move.kind === 'pause') throw error
        if (online === 'offline') return
        stopped.add(role)
      } finally {
        running = null
        await emit()
      }
    }
  }

  async function rawOf(book: DeliveryBook, version: Version) {
    const receipt = book.receipt('raw_data', version.id)
    if (receipt === null) return null
    const files = await versions.manifest(version.id, 'raw_data')
    return { receipt, digests: new Map(files.map((file) => [file.path, file.digest as string])) }
  }

  async function push(signal?: AbortSignal): Promise<SyncStatus> {
    if (closed) throw new AppError('CANCELLED', 'The library is closing.', { remedy: 'Open it again.' })
    if (current === null) {
      const stop = new AbortController()
      const promise = run(stop.signal).finally(() => {
        current = null
        schedule()
      })
      current = { promise, stop }
    }
    const mine = current
    const onAbort = () => mine.stop.abort()
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      await mine.promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
      await emit()
    }
    return status()
  }

  /** One timer, for the earliest waiting delivery; only when pushing by itself is wanted. */
  function schedule(delayMs?: number): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (!started || closed) return
    void (async () => {
      const { wandb } = await options.settings.get()
      if (!wandb.autoPush || closed) return
      const waits = (await entries()).flatMap(({ delivery }) =>
        delivery.kind === 'waiting' ? [delivery] : [],
      )
      const ready = waits.filter((wait) => !wait.lastError || wait.lastError.retry === 'auto')
      if (ready.length === 0 && delayMs === undefined) return
      const first = delayMs ?? Math.min(...ready.map((wait) => wait.notBefore)) - context.now()
      const wait = Math.min(longestWaitMs, Math.max(shortestWaitMs, first))
      timer = setTimeout(() => void push().catch(() => undefined), wait)
      timer.unref()
    })().catch((error: unknown) => context.log('warn', 'sync', `scheduler: ${toAppError(error).code}`))
  }

  return {
    status,
    push,
    async cancel() {
      const mine = current
      mine?.stop.abort()
      await mine?.promise.catch(() => undefined)
      return status()
    },
    async retry(versionId, role) {
      const { wandb } = await options.settings.get()
      if (wandb.baseUrl) {
        const book = bookOf(wandb)
        const attempt = book.attempt(role, versionId)
        if (attempt)
          book.saveAttempt(role, versionId, { ...attempt, kind: 'waiting', failures: 0, notBefore: 0 })
      }
      schedule(0)
      await emit()
      return status()
    },
    check: async (signal) => (await connection()).remote.whoAmI(signal),
    wake: () => schedule(0),
    start() {
      started = true
      schedule()
    },
    async close() {
      closed = true
      if (timer !== null) clearTimeout(timer)
      const mine = current
      mine?.stop.abort()
      await mine?.promise.catch(() => undefined)
    },
  }
}

function stoppedByPerson(cause: unknown): AppError {
  return new AppError('CANCELLED', 'The push was stopped.', { remedy: 'Push again when you like.', cause })
}
