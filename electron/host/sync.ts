import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { ArtifactRole, OutboxEntry, Settings, SyncStatus, Version } from '../../shared/host/host-api.ts'
import type { ArtifactRemote, RemoteVersion } from '../../shared/sync/artifact-remote.ts'
import type { ArtifactSource } from '../../shared/sync/artifact-source.ts'
import { deliveryOf, nextDue, outbox } from '../../shared/sync/outbox.ts'
import type { OwedEntry, RemoteRole } from '../../shared/sync/push.ts'
import { clampDeadline } from '../../shared/sync/retry.ts'
import type { Secret } from '../adapters/secrets/secret.ts'
import type { SecretStore } from '../adapters/secrets/secret-store.ts'
import { type HttpOptions, normalizeBaseUrl } from '../adapters/wandb/http.ts'
import { startProgress } from '../adapters/wandb/progress.ts'
import { createWandbRemote } from '../adapters/wandb/wandb-remote.ts'
import { createDeliveryBook, type DeliveryBook } from './delivery-book.ts'
import { createLabelProgress } from './label-progress.ts'
import type { LibraryContext } from './library-context.ts'
import { createPacer } from './pacer.ts'
import { createPause } from './pause.ts'
import { pushRound } from './push-round.ts'
import { requireWritable } from './read-only.ts'
import { createRemoteInputs, type RemoteInputs } from './remote-inputs.ts'

/** What sync needs of versions: their list, and the files of one artifact with the blobs that hold them. */
export type VersionSource = {
  list(): Promise<readonly Version[]>
  manifest(versionId: string, role: ArtifactRole): Promise<readonly OwedEntry[]>
  /** Files by which a version is the same in another library, where that can be. */
  history?(versionId: string): Promise<readonly OwedEntry[]>
  /** Names that people gave to versions, where there are any. */
  names?(): Promise<readonly VersionNames[]>
}
export type VersionNames = {
  readonly versionId: string
  /** Names that point at one version at a time. */
  readonly aliases: readonly string[]
  /** Words that many versions may share. */
  readonly tags: readonly string[]
}
export type Sync = {
  status(): Promise<SyncStatus>
  /** Sends what is owed, in order, and resolves when nothing more can be sent now. A second call joins the first. */
  push(signal?: AbortSignal): Promise<SyncStatus>
  cancel(): Promise<SyncStatus>
  /** Holds what is being sent where it is, and what would begin by itself. Throws AppError `LIB_READ_ONLY`. */
  pause(): Promise<SyncStatus>
  resume(): Promise<SyncStatus>
  /** Makes a parked delivery wait again. */
  retry(versionId: string, role: ArtifactRole): Promise<SyncStatus>
  /** Asks who the key belongs to: of the settings, or of `draft`, which is stored nowhere. */
  check(
    signal: AbortSignal,
    draft?: ConnectionDraft,
  ): Promise<{ username: string; entity: string | null; teams: string[] }>
  /** The server, the project that the library is linked to, and what is known of it. Rejects with `REMOTE_NOT_SET`, `AUTH_MISSING`. */
  connect(options?: { readonly anyPlace?: boolean }): Promise<Connection>
  /** Call after a commit, and when settings or key changed. */
  wake(): void
  start(): void
  close(): Promise<void>
}

/** Where versions would go. Without a key, the stored one. */
export type ConnectionDraft = Place & { readonly key: Secret | null }
type Place = Pick<Settings['wandb'], 'baseUrl' | 'entity' | 'project'>

export type Connection = {
  readonly source: ArtifactSource
  readonly remote: ArtifactRemote
  readonly book: DeliveryBook
  readonly inputs: RemoteInputs
  /** Empty texts when the library is linked to no project. */
  readonly place: Place
}

/** One timer waits within these; a longer wait goes in steps, so that a clock that jumps neither stalls nor floods. */
const [shortestStepMs, longestStepMs] = [1000, 300_000]
const progressEveryMs = 250

export function createSync(options: {
  context: LibraryContext
  versions: VersionSource
  settings: { get(): Settings | Promise<Settings> }
  secrets: SecretStore
  /** `tessera/<version>`. */
  product: string
  /** Waits of the adapter, shortened in tests. */
  http?: Pick<HttpOptions, 'retries' | 'minWaitMs' | 'waits'>
  random?: () => number
  /** Log progress metrics through the official package. Off when left out. */
  progressMetrics?: boolean
}): Sync {
  const { context, versions, secrets, product } = options
  const random = options.random ?? Math.random
  const log: { at: number; text: string; times: number }[] = []
  let online: SyncStatus['online'] = 'unknown'
  let running: SyncStatus['running'] = null
  let current: { promise: Promise<void>; stop: AbortController } | null = null
  let timer: NodeJS.Timeout | null = null
  let started = false
  let closed = false

  const emit = async () => context.emit({ type: 'sync.changed', status: await status() })
  const tell = () =>
    emit().catch((error: unknown) => context.log('warn', 'sync', `status: ${toAppError(error).code}`))
  // A status reads every receipt, and a push of thousands of files advances thousands of times.
  const pause = createPause(context)
  const labelProgress = createLabelProgress(context)
  const progress = createPacer(() => void tell(), progressEveryMs)
  const say = (text: string) => {
    const last = log.at(-1)
    // The same news again, as each try while offline brings it, must not push the rest out of sight.
    if (last?.text === text) log[log.length - 1] = { at: context.now(), text, times: last.times + 1 }
    else log.push({ at: context.now(), text, times: 1 })
    if (log.length > 200) log.shift()
  }

  async function connection(draft?: ConnectionDraft, anyPlace = false) {
    const wandb = draft ?? (await options.settings.get()).wandb
    const { baseUrl, entity, project } = wandb
    if (!baseUrl || (!anyPlace && !(entity && project))) {
      throw new AppError('REMOTE_NOT_SET', 'No W&B project is set for this library.', {
        remedy: 'Enter address, entity and project in the W&B settings or with "tessera config set".',
      })
    }
    const key = draft?.key ?? (await secrets.get('wandb'))
    if (key === null) {
      throw new AppError('AUTH_MISSING', 'There is no W&B API key.', {
        remedy: 'Enter a key in the W&B settings or with "tessera config set wandb.api-key -".',
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
    const name = nameOf(wandb)
    const book = bookOf(wandb)
    const inputs = createRemoteInputs(context, name)
    const place = { baseUrl, entity, project }
    return {
      remote,
      source: remote.source,
      book,
      inputs,
      place,
      ...(options.progressMetrics ? { metrics } : {}),
    }
  }
  const books = new Map<string, DeliveryBook>()
  const nameOf = (wandb: Place) => `wandb:${normalizeBaseUrl(wandb.baseUrl)}/${wandb.entity}/${wandb.project}`
  function bookOf(wandb: Place): DeliveryBook {
    const remote = nameOf(wandb)
    const book = books.get(remote) ?? createDeliveryBook(context, remote)
    books.set(remote, book)
    return book
  }

  async function entries(): Promise<OutboxEntry[]> {
    const { wandb } = await options.settings.get()
    if (!wandb.baseUrl || !wandb.entity || !wandb.project) return []
    const book = bookOf(wandb)
    return outbox(await versions.list()).map(({ version, role, digest }) => {
      const receipt = book.receipt(role, version.id)
      const kept = receipt ? null : book.attempt(role, version.id)
      const attempt = kept && { ...kept, notBefore: clampDeadline(kept.notBefore, context.now()) }
      const delivery = deliveryOf({ receipt, attempt, isPushing: current !== null })
      return { version: version.id, versionNumber: version.number, role, digest, delivery }
    })
  }

  /** Histories that wait: no list shows them, and they are sent by themselves all the same. */
  async function histories() {
    const { wandb } = await options.settings.get()
    if (!versions.history || !wandb.baseUrl || !wandb.entity || !wandb.project) return []
    const book = bookOf(wandb)
    return (await versions.list()).flatMap(({ id }) => {
      if (book.receipt('history', id)) return []
      const attempt = book.attempt('history', id)
      return [
        { role: 'history' as const, delivery: deliveryOf({ receipt: null, attempt, isPushing: false }) },
      ]
    })
  }

  /** No list shows them, so nobody could say of one that it is to be tried again. */
  async function wakeHistories(): Promise<void> {
    const { wandb } = await options.settings.get()
    if (!versions.history || !wandb.baseUrl || !wandb.entity || !wandb.project) return
    const book = bookOf(wandb)
    for (const { id } of await versions.list()) {
      const attempt = book.receipt('history', id) ? null : book.attempt('history', id)
      const isHeld = attempt !== null && (attempt.notBefore > 0 || attempt.kind === 'parked')
      if (!isHeld || attempt.error?.code === 'REMOTE_LIMIT') continue
      book.saveAttempt('history', id, { ...attempt, kind: 'waiting', failures: 0, notBefore: 0, error: null })
    }
  }

  async function status(): Promise<SyncStatus> {
    const { wandb } = await options.settings.get()
    const key = await secrets.state('wandb')
    const configured = Boolean(wandb.baseUrl && wandb.entity && wandb.project) && key.source !== 'none'
    return {
      configured,
      online,
      paused: pause.isOn(),
      running,
      entries: await entries(),
      log: log.map(logLine),
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const tools = await connection()
    const { embedImages } = (await options.settings.get()).wandb
    const round = {
      ...tools,
      embedImages,
      labelProgress,
      gate: pause.gate,
      context,
      versions,
      product,
      random,
      say,
      ahead(role: RemoteRole, found: readonly RemoteVersion[]) {
        tellAhead(role, found)
      },
      isClosing: () => closed,
      online(next: 'online' | 'offline') {
        online = next
      },
      show(next: SyncStatus['running']) {
        running = next
        if (next === null) progress.drop()
        else progress.ask()
      },
      tell,
    }
    await pushRound(round, signal)
  }

  function tellAhead(role: RemoteRole, found: readonly RemoteVersion[]): void {
    if (role === 'history') return
    const names = found.map(({ version }) => version).join(', ')
    const error = new AppError(
      'REMOTE_AHEAD',
      `Somebody else pushed ${role} ${names}, which is not here; all is kept.`,
      {
        remedy: 'Pull and merge it. Until then "latest" stays on theirs.',
      },
    )
    say(`${error.message} ${error.remedy}`)
    context.emit({
      type: 'notice',
      notice: { key: 'remote-ahead', severity: 'warning', error: error.toInfo() },
    })
  }

  /** A person's wish: it ends a pause. */
  async function push(signal?: AbortSignal): Promise<SyncStatus> {
    pause.set(false)
    await wakeHistories()
    return start(signal)
  }

  async function start(signal?: AbortSignal): Promise<SyncStatus> {
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
      if (!wandb.autoPush || pause.isOn() || closed) return
      const due = nextDue([...(await entries()), ...(await histories())])
      if (due === null && delayMs === undefined) return
      const first = delayMs ?? due! - context.now()
      const wait = Math.min(longestStepMs, Math.max(shortestStepMs, first))
      timer = setTimeout(() => pause.isOn() || void start().catch(() => undefined), wait)
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
    async pause() {
      requireWritable(context)
      pause.set(true)
      schedule()
      await emit()
      return status()
    },
    async resume() {
      requireWritable(context)
      pause.set(false)
      schedule(0)
      await emit()
      return status()
    },
    async retry(versionId, role) {
      const { wandb } = await options.settings.get()
      if (wandb.baseUrl) {
        const book = bookOf(wandb)
        const attempt = book.attempt(role, versionId)
        if (attempt)
          book.saveAttempt(role, versionId, {
            ...attempt,
            kind: 'waiting',
            failures: 0,
            notBefore: 0,
            error: null,
          })
      }
      schedule(0)
      await emit()
      return status()
    },
    connect: ({ anyPlace = false } = {}) => connection(undefined, anyPlace),
    check: async (signal, draft) => (await connection(draft)).remote.whoAmI(signal),
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

function logLine({ at, text, times }: { at: number; text: string; times: number }) {
  return { at, text: times > 1 ? `${text} (${times} times)` : text }
}
