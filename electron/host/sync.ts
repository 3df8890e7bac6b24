import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type {
  ArtifactRole,
  HostOutput,
  Settings,
  SyncLine,
  SyncStatus,
  Version,
} from '../../shared/host/host-api.ts'
import type { RemoteVersion } from '../../shared/sync/artifact-remote.ts'
import type { OwedEntry, RemoteRole } from '../../shared/sync/push.ts'
import { type Breakers, createBreakers } from '../adapters/net/breaker.ts'
import type { SecretStore } from '../adapters/secrets/secret-store.ts'
import type { HttpOptions } from '../adapters/wandb/http.ts'
import { createLabelProgress } from './label-progress.ts'
import type { LibraryContext } from './library-context.ts'
import type { Network } from './network.ts'
import { createPacer } from './pacer.ts'
import { createPause } from './pause.ts'
import { pushRound } from './push-round.ts'
import { createReachability } from './reachability.ts'
import { requireWritable } from './read-only.ts'
import { type ConnectionDraft, createRemoteLink, type Place, type RemoteLink } from './remote-link.ts'
import { createSyncLog } from './sync-log.ts'
import { createSyncOutbox } from './sync-outbox.ts'
import { createSyncSchedule } from './sync-schedule.ts'
import { createSyncTimer, type NextAction } from './sync-timer.ts'
import type { VersionTags } from './version-tags.ts'

export type { ConnectionDraft } from './remote-link.ts'

/** What sync needs of versions: their list, and the files of one artifact with the blobs that hold them. */
export type VersionSource = {
  list(): Promise<readonly Version[]>
  /** Resolves when the digests of all artifacts are known whose files can be read. */
  digested(): Promise<void>
  manifest(versionId: string, role: ArtifactRole): Promise<readonly OwedEntry[]>
  /** Files by which a version is the same in another library, where that can be. */
  history?(versionId: string): Promise<readonly OwedEntry[]>
  /** Names that people gave to versions, where there are any. */
  names?(): Promise<readonly VersionNames[]>
  /** Words that versions are marked with. */
  readonly tags?: Pick<VersionTags, 'list'>
}
export type VersionNames = {
  readonly versionId: string
  /** Names that point at one version at a time. */
  readonly aliases: readonly string[]
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
  /** Sets a delivery aside until `retry`. Throws AppError `CONFLICT` while it is being sent, `NOT_FOUND`, `LIB_READ_ONLY`. */
  park(versionId: string, role: ArtifactRole): Promise<SyncStatus>
  /** The network may have changed. Looks whether the server is there, unless nothing is to go by itself. */
  hint(): Promise<void>
  /** What happened, the newest last. */
  log(limit: number): SyncLine[]
  /** Asks who the key belongs to: of the settings, or of `draft`, which is stored nowhere. */
  check(
    signal: AbortSignal,
    draft?: ConnectionDraft,
  ): Promise<{ username: string; entity: string | null; teams: string[] }>
  /** The server, because a person asks it something now. Rejects with AppError `REMOTE_NOT_SET`, `AUTH_MISSING`. */
  connect(options?: {
    readonly anyPlace?: boolean
    /** Another project of the same server. */
    readonly place?: Pick<Place, 'entity' | 'project'>
  }): Promise<Connection>
  /** What a link to another place would mean. */
  plan(place: Place): Promise<HostOutput<'wandb.plan'>>
  /** Stops what runs, before the link to the place of the settings ends. Answers how many receipts stay. */
  leave(): Promise<number>
  /** Call after a commit, when a name moved, and when settings or key changed. */
  wake(): void
  /** Call when server, key or network may be others than before. */
  forget(): void
  start(): void
  close(): Promise<void>
}

/** A server, the project the library is linked to (empty texts for none), and what is known of it. */
export type Connection = Awaited<ReturnType<RemoteLink['connect']>>

const progressEveryMs = 250
/** A network that comes and goes gives many hints. */
const hintEveryMs = 2000
const probeMs = 20_000

export function createSync(options: {
  context: LibraryContext
  versions: VersionSource
  settings: { get(): Settings | Promise<Settings> }
  secrets: SecretStore
  network: Pick<Network, 'connector' | 'authorities' | 'route'>
  /** `tessera/<version>`. */
  product: string
  /** Where the log is kept; in memory alone when left out. */
  logFile?: string
  /** Waits of the adapter, shortened in tests. */
  http?: Pick<HttpOptions, 'retries' | 'minWaitMs' | 'waits'>
  /** Null: no host is ever left alone. */
  breakers?: Breakers | null
  /** First and longest wait before it is looked whether a server is there again. */
  probes?: { readonly firstMs: number; readonly longestMs: number }
  random?: () => number
  /** Log progress metrics through the official package. Off when left out. */
  progressMetrics?: boolean
}): Sync {
  const { context, versions, secrets, product } = options
  const random = options.random ?? Math.random
  const breakers = options.breakers === undefined ? createBreakers({ random }) : options.breakers
  const link = createRemoteLink({ ...options, breakers, progressMetrics: options.progressMetrics ?? false })
  const journal = createSyncLog({
    path: options.logFile ?? null,
    writes: !context.readOnly,
    now: () => context.now(),
  })
  const outbox = createSyncOutbox({ ...options, link, isPushing: () => current !== null })
  const reach = createReachability({ now: () => context.now(), random, ...options.probes })
  const schedule = createSyncSchedule({ ...options, outbox, reach, hasKey })
  const pause = createPause(context)
  const labelProgress = createLabelProgress(context)
  let running: SyncStatus['running'] = null
  let current: { promise: Promise<void>; stop: AbortController } | null = null
  let isWoken = false
  let hintedAt = Number.NEGATIVE_INFINITY
  let started = false
  let closed = false

  const emit = async () => context.emit({ type: 'sync.changed', status: await status() })
  const tell = () =>
    emit().catch((error: unknown) => context.log('warn', 'sync', `status: ${toAppError(error).code}`))
  // A status reads every receipt, and a push of thousands of files advances thousands of times.
  const progress = createPacer(() => void tell(), progressEveryMs)
  const timer = createSyncTimer({
    now: () => context.now(),
    next: nextAction,
    act: (what) => (what === 'probe' ? probe() : start().then(() => undefined)),
    failed: (error) => context.log('debug', 'sync', `by itself: ${toAppError(error).code}`),
  })

  async function status(): Promise<SyncStatus> {
    const { wandb } = await options.settings.get()
    const next = await nextAction()
    return {
      configured: link.isSet(wandb) && (await hasKey(wandb)),
      online: reach.state(),
      paused: pause.isOn(),
      running,
      entries: await outbox.entries(),
      next: next && next.at > context.now() ? next : null,
      log: journal.recent(),
    }
  }

  async function hasKey(wandb: Place): Promise<boolean> {
    return link.isSet(wandb) && (await secrets.state(link.service(wandb))).source !== 'none'
  }

  /** What is to happen by itself next; null while nothing is. */
  async function nextAction(): Promise<NextAction | null> {
    if (!started || closed || current !== null || pause.isOn()) return null
    return schedule.next(isWoken)
  }

  /** Keeps what a call showed. What waits only because there was no connection may go at once when there is one. */
  async function saw(next: 'online' | 'offline', why?: AppError): Promise<void> {
    const before = reach.state()
    if (!reach.saw(next)) return
    // A push that failed has said so.
    if (next === 'offline' && why)
      journal.say({ kind: 'network', text: `No connection to the server. ${why.message}`, code: why.code })
    if (next === 'online' && before === 'offline')
      journal.say({ kind: 'network', text: 'The server can be reached again.' })
    if (next === 'online')
      await outbox
        .release((code) => code === 'NET_OFFLINE' || code === 'NET_INTERFERED')
        .catch(() => undefined)
  }

  /** Asks the server something cheap. Never rejects: what it shows is the state. */
  async function probe(): Promise<void> {
    breakers?.ready()
    try {
      const { remote } = await link.connect(undefined, { ...options.http, retries: 0 })
      await remote.whoAmI(AbortSignal.timeout(probeMs))
      await saw('online')
    } catch (thrown) {
      const error = toAppError(thrown)
      const isThere = /^(REMOTE_|AUTH_)/.test(error.code)
      if (isThere)
        journal.say({ kind: 'problem', text: `${error.message} ${error.remedy}`, code: error.code })
      await saw(isThere ? 'online' : 'offline', error)
    }
    await tell()
  }

  async function run(signal: AbortSignal): Promise<void> {
    const tools = await link.connect().catch((error: unknown) => {
      // What stands in the way of every call is looked at again now and then, not every second.
      if (/^(TLS|NET|BAD|AUTH_KEYRING)/.test(toAppError(error).code)) reach.saw('offline')
      throw error
    })
    const { embedImages } = (await options.settings.get()).wandb
    const round = pushRound(
      {
        ...tools,
        embedImages,
        labelProgress,
        gate: pause.gate,
        context,
        versions,
        product,
        random,
        say: journal.say,
        ahead: tellAhead,
        isClosing: () => closed,
        online: (next) => void saw(next),
        show(next: SyncStatus['running']) {
          running = next
          if (next === null) progress.drop()
          else progress.ask()
        },
        tell,
      },
      signal,
    )
    // One that was cut off by the network is still to be made up for.
    await round.finally(() => reach.state() === 'offline' || closed || schedule.noteRound())
  }

  function tellAhead(role: RemoteRole, found: readonly RemoteVersion[]): void {
    if (role === 'history') return
    const names = found.map(({ version }) => version).join(', ')
    const error = new AppError(
      'REMOTE_AHEAD',
      `Somebody else pushed ${role} ${names}, which is not here; all is kept.`,
      { remedy: 'Get and merge it ("tessera pull"). Until then "latest" stays on theirs.' },
    )
    journal.say({ kind: 'note', text: `${error.message} ${error.remedy}` })
    context.emit({
      type: 'notice',
      notice: { key: 'remote-ahead', severity: 'warning', error: error.toInfo() },
    })
  }

  /** A person's wish: it ends a pause, and waits that nobody asked for. */
  async function push(signal?: AbortSignal): Promise<SyncStatus> {
    pause.set(false)
    breakers?.ready()
    if (current === null) await outbox.release((code) => code !== 'REMOTE_LIMIT')
    return start(signal)
  }

  async function start(signal?: AbortSignal): Promise<SyncStatus> {
    if (closed) throw new AppError('CANCELLED', 'The library is closing.', { remedy: 'Open it again.' })
    if (current === null) {
      isWoken = false
      const stop = new AbortController()
      const promise = run(stop.signal).finally(() => {
        running = null
        current = null
        timer.set()
      })
      current = { promise, stop }
    }
    const round = current
    const onAbort = () => round.stop.abort()
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      await round.promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
      await emit()
    }
    return status()
  }

  async function stopRunning(): Promise<void> {
    const round = current
    round?.stop.abort()
    await round?.promise.catch(() => undefined)
  }

  async function changed(): Promise<SyncStatus> {
    timer.set()
    await emit()
    return status()
  }

  return {
    status,
    push,
    async cancel() {
      await stopRunning()
      return status()
    },
    async pause() {
      requireWritable(context)
      if (!pause.isOn()) journal.say({ kind: 'choice', text: 'Sending is held.' })
      pause.set(true)
      return changed()
    },
    async resume() {
      requireWritable(context)
      if (pause.isOn()) journal.say({ kind: 'choice', text: 'Sending goes on.' })
      pause.set(false)
      isWoken = true
      return changed()
    },
    async retry(versionId, role) {
      requireWritable(context)
      const name = await outbox.retry(versionId, role)
      if (name !== null) {
        breakers?.ready()
        journal.say({ kind: 'choice', text: `${name} is tried again.` })
        isWoken = true
      }
      return changed()
    },
    async park(versionId, role) {
      requireWritable(context)
      const name = await outbox.park(versionId, role)
      if (name === null) return status()
      journal.say({ kind: 'choice', text: `${name} was set aside.` })
      return changed()
    },
    async hint() {
      const { wandb } = await options.settings.get()
      const isWanted = wandb.autoPush || wandb.every !== 'off'
      if (!started || closed || pause.isOn() || current !== null || !isWanted) return
      if (!(await hasKey(wandb)) || performance.now() - hintedAt < hintEveryMs) return
      hintedAt = performance.now()
      await probe()
      timer.set()
    },
    log: (limit) => journal.read(limit),
    async check(signal, draft) {
      breakers?.ready()
      const who = await (await link.connect(draft)).remote.whoAmI(signal)
      if (!draft) await saw('online')
      return who
    },
    plan: (place) => link.plan(place),
    async leave() {
      await stopRunning()
      const { wandb } = await options.settings.get()
      const receipts = link.isSet(wandb) ? link.book(wandb).count() : 0
      const name = `${wandb.entity}/${wandb.project} at ${URL.parse(wandb.baseUrl)?.host ?? wandb.baseUrl}`
      journal.say({ kind: 'choice', text: `The link to ${name} ended; ${receipts} receipts of it are kept.` })
      return receipts
    },
    wake() {
      isWoken = true
      timer.set()
    },
    forget() {
      reach.forget()
      breakers?.ready()
    },
    async connect({ anyPlace = false, place } = {}) {
      breakers?.ready()
      const { baseUrl } = (await options.settings.get()).wandb
      const draft = place && { baseUrl, ...place, key: null }
      return link.connect(draft, options.http, anyPlace)
    },
    start() {
      started = true
      timer.set()
    },
    async close() {
      closed = true
      timer.stop()
      await stopRunning()
      journal.close()
    },
  }
}
