import { createHash } from 'node:crypto'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import { manifestDigestText } from '../../shared/dataset/manifest.ts'
import type { SyncStatus, Version } from '../../shared/host/host-api.ts'
import type { RemoteVersion } from '../../shared/sync/artifact-remote.ts'
import { isBlocked, owed } from '../../shared/sync/outbox.ts'
import { isRemoteName, type OwedEntry, type RemoteRole } from '../../shared/sync/push.ts'
import { RemoteError } from '../../shared/sync/remote-error.ts'
import { clampDeadline, nextMove } from '../../shared/sync/retry.ts'
import { type DeliveryTools, deliver, newAttempt } from './delivery.ts'
import type { DeliveryBook, Receipt } from './delivery-book.ts'
import type { LabelProgress } from './label-progress.ts'
import type { LibraryContext } from './library-context.ts'
import { pushNames } from './push-names.ts'
import type { RemoteInputs } from './remote-inputs.ts'
import { originOf } from './segments-origin.ts'
import type { VersionSource } from './sync.ts'
import { pushTags } from './tag-exchange.ts'

/** Runs that may be closing while the next artifact goes out; each may hold a worker with the official package. */
const mostClosing = 3

type RoundItem = { readonly version: Version; readonly role: RemoteRole; readonly digest: string | null }

export type RoundTools = Pick<DeliveryTools, 'remote' | 'book' | 'product' | 'metrics' | 'say' | 'gate'> & {
  readonly context: LibraryContext
  readonly versions: VersionSource
  readonly embedImages: boolean
  readonly labelProgress: LabelProgress
  random(): number
  /** Artifacts that images of a version came from, which its run is to name, by id; `used` is told when it has. */
  readonly inputs: Pick<RemoteInputs, 'of' | 'used' | 'has'>
  /** Others pushed these, and they are not here. */
  ahead(role: RemoteRole, versions: readonly RemoteVersion[]): void
  /** True while the library is being closed: then an end is nobody's wish to stop. */
  isClosing(): boolean
  /** What a call showed of the server. */
  online(next: 'online' | 'offline'): void
  /** Progress of what is being sent; null when nothing is. Told now and then. */
  show(running: SyncStatus['running']): void
  /** Tells how all stands, now. Never rejects. */
  tell(): Promise<void>
}

/**
 * Sends all that is owed and may go now, in order. What fails is noted in its attempt and stops what depends on it.
 * Rejects with AppError when no other delivery could fare better: without a key, or stopped by a person.
 */
export async function pushRound(tools: RoundTools, signal: AbortSignal): Promise<void> {
  const { context, versions, book } = tools
  const stopped = new Set<RemoteRole>()
  const sent = new Map<string, Receipt>()
  const closing = new Set<Promise<void>>()
  const isReceived = (role: RemoteRole, versionId: string) => book.receipt(role, versionId) !== null
  let halt: AppError | null = null
  let offline = false

  function fail(item: RoundItem, thrown: unknown): void {
    stopped.add(item.role)
    try {
      const { move, error } = noteFailure(item, thrown, tools, signal)
      if (move === 'pause') halt ??= error
      if (error instanceof RemoteError && /^(REMOTE_|AUTH_)/.test(error.code)) tools.online('online')
      if (error.code !== 'NET_OFFLINE' && error.code !== 'NET_INTERFERED') return
      tools.online('offline')
      offline = true
    } catch (error) {
      // Not even the failure could be written down.
      halt ??= toAppError(error)
    }
  }

  await versions.digested()
  const all = await versions.list()
  const known = new Set(all.map(({ id }) => id))
  /** False when nothing more is to be tried. */
  async function attempt(item: RoundItem, entries: readonly OwedEntry[] | null): Promise<boolean> {
    if (signal.aborted) halt ??= stoppedByPerson(signal.reason)
    if (halt !== null || offline) return false
    if (isBlocked(item.role, stopped) || mustWait(book, item, context.now())) {
      stopped.add(item.role)
      return true
    }
    try {
      const raw = item.role === 'labeled_data' ? await rawOf(tools, item.version, sent) : null
      const { receipt, closed } = await send(item, entries, raw, { all, known }, tools, signal)
      tools.online('online')
      if (item.role === 'raw_data') sent.set(item.version.id, receipt)
      const closes = closed
        .catch((thrown: unknown) => fail(item, thrown))
        .finally(() => {
          closing.delete(closes)
          return tools.tell()
        })
      closing.add(closes)
    } catch (thrown) {
      fail(item, await identified(thrown, tools, signal))
    }
    tools.show(null)
    await tools.tell()
    if (closing.size >= mostClosing) await Promise.race(closing)
    return true
  }

  for (const item of owed(all, isReceived)) if (!(await attempt(item, null))) break
  await Promise.all(closing)
  // The history goes last: who finds it finds the rest. One that could not go holds up those that came from it.
  for (const version of versions.history ? all.toSorted((a, b) => a.number - b.number) : []) {
    const { id, parents, artifacts } = version
    if (isReceived('history', id)) continue
    if (!artifacts.every(({ role }) => isReceived(role, id))) continue
    if (!parents.every((parent) => isReceived('history', parent))) continue
    try {
      const entries = await versions.history!(id)
      const item = { version, role: 'history' as const, digest: digestOf(entries) }
      if (!(await attempt(item, entries))) break
    } catch (thrown) {
      fail({ version, role: 'history', digest: '' }, thrown)
    }
    await Promise.all(closing)
  }
  if (halt !== null) throw halt
  if (offline) return
  const noted = (thrown: unknown) => noteNames(thrown, tools, signal)
  await pushNames(tools, signal).catch(noted)
  const { tags, list } = versions
  if (!tags) return
  const say = (text: string) => tools.say({ kind: 'sent', text })
  await pushTags({ ...tools, all: await list(), tags, say }, signal).catch(noted)
}

const digestOf = (entries: readonly OwedEntry[]) =>
  createHash('md5').update(manifestDigestText(entries)).digest('hex')

/** A server may say "forbidden" to a key that it no longer knows: then the key is what a person has to mend. */
async function identified(thrown: unknown, { remote }: RoundTools, signal: AbortSignal): Promise<unknown> {
  if (!(thrown instanceof AppError) || thrown.code !== 'REMOTE_FORBIDDEN') return thrown
  return remote.whoAmI(signal).then(
    () => thrown,
    (error: unknown) => (error instanceof AppError && error.code === 'AUTH_REVOKED' ? error : thrown),
  )
}

/** Whether an item is parked or its time has not come. A deadline further ahead than any wait is set to the longest. */
function mustWait(book: DeliveryBook, { role, version }: RoundItem, now: number): boolean {
  const old = book.attempt(role, version.id)
  if (old?.kind !== 'waiting') return old?.kind === 'parked'
  const notBefore = clampDeadline(old.notBefore, now)
  // Kept, or it would move on with every look at it.
  if (notBefore !== old.notBefore) book.saveAttempt(role, version.id, { ...old, notBefore })
  return notBefore > now
}

async function send(
  { version, role, digest }: RoundItem,
  history: readonly OwedEntry[] | null,
  raw: Awaited<ReturnType<typeof rawOf>>,
  { all, known }: { readonly all: readonly Version[]; readonly known: ReadonlySet<string> },
  tools: RoundTools,
  signal: AbortSignal,
) {
  const { context, remote, book, product, metrics, say, gate, embedImages } = tools
  await gate(signal)
  const entries = role === 'history' ? history! : await tools.versions.manifest(version.id, role)
  const progress = role === 'labeled_data' ? await tools.labelProgress.rows(version, entries, all) : []
  const names = (await tools.versions.names?.())?.find(({ versionId }) => versionId === version.id)
  const aliases = (names?.aliases ?? []).filter(isRemoteName)
  if (digest === null) throw notDigested(version, role)
  let running = {
    version: version.id,
    role,
    step: '',
    filesDone: 0,
    filesTotal: entries.length,
    bytesDone: 0,
    bytesTotal: entries.reduce((sum, entry) => sum + entry.size, 0),
  }
  const advance = (step: string, files: number, bytes: number) => {
    const { filesDone, bytesDone } = running
    running = { ...running, step, filesDone: filesDone + files, bytesDone: bytesDone + bytes }
    tools.show(running)
  }
  const { libraryId, deviceId } = context
  const now = () => context.now()
  // A history is for libraries: nobody is to find it among those that used a dataset.
  const inputs = role === 'history' ? [] : tools.inputs.of(version)
  const isKnown = ({ id, versionId }: RemoteVersion) =>
    (versionId !== null && known.has(versionId)) || book.versionOf(id) !== null || tools.inputs.has(id)
  const { ahead } = tools
  const origin = role === 'labeled_data' ? originOf(context, version.id) : {}
  const delivered = await deliver(
    { role, version, digest, entries, raw, inputs, isKnown, embedImages, aliases, origin, progress },
    {
      remote,
      book,
      product,
      libraryId,
      deviceId,
      now,
      say,
      advance,
      ahead,
      gate,
      // The run of a history is for libraries, and the next history waits for it: metrics would cost each two seconds.
      ...(metrics && role !== 'history' && { metrics }),
    },
    signal,
  )
  if (role !== 'history' && delivered.isLogged) tools.inputs.used(version)
  return delivered
}

/** The raw data that labels of a version point at: confirmed in this round, or received in an earlier one. */
async function rawOf({ book, versions }: RoundTools, version: Version, sent: ReadonlyMap<string, Receipt>) {
  const receipt = sent.get(version.id) ?? book.receipt('raw_data', version.id)
  if (receipt === null) return null
  const files = await versions.manifest(version.id, 'raw_data')
  return { receipt, digests: new Map(files.map((file) => [file.path, file.digest as string])) }
}

/** Writes into the attempt what a failure means for it, and tells it. */
function noteFailure({ role, version }: RoundItem, thrown: unknown, tools: RoundTools, signal: AbortSignal) {
  const { context, book } = tools
  const error = signal.aborted ? stoppedByPerson(thrown) : toAppError(thrown)
  const attempt = book.attempt(role, version.id) ?? newAttempt(role, context.now())
  const move = nextMove(error, attempt.failures + 1, tools.random())
  const info = error.toInfo()
  const cause = error.code === 'INTERNAL' ? ` (${String(thrown)})` : ''
  const ids = { version: version.id.slice(0, 12), role }
  context.log('warn', 'sync', `delivery failed: ${error.code}${cause}`, ids)
  tools.say({
    kind: error.code === 'CANCELLED' ? 'choice' : 'problem',
    text: `v${version.number} ${role}: ${error.message} ${error.remedy}`,
    code: error.code,
  })
  const note = (change: Partial<typeof attempt>) =>
    book.saveAttempt(role, version.id, { ...attempt, ...change })
  if (move.kind === 'park') note({ kind: 'parked', error: info })
  // Closing the library in the middle is no wish to stop: the next start goes on by itself.
  if (move.kind === 'pause') note({ kind: 'waiting', notBefore: 0, error: tools.isClosing() ? null : info })
  if (move.kind === 'wait') {
    const failures = attempt.failures + (move.counted ? 1 : 0)
    // Zero is the sign of a pause; a wait always has a time of its own.
    const notBefore = Math.max(1, context.now() + move.delayMs)
    note({ kind: 'waiting', failures, notBefore, error: info })
  }
  return { move: move.kind, error }
}

/** Names are tried again with the next push; no delivery waits for them. */
function noteNames(thrown: unknown, tools: RoundTools, signal: AbortSignal): void {
  const error = signal.aborted ? stoppedByPerson(thrown) : toAppError(thrown)
  tools.context.log('warn', 'sync', `names failed: ${error.code}`)
  tools.say({
    kind: 'problem',
    text: `Names of versions: ${error.message} ${error.remedy}`,
    code: error.code,
  })
}

/** Its files could not be read when the digests were worked out, and now they can. */
function notDigested({ number }: Version, role: RemoteRole): AppError {
  return new AppError('BLOB_CORRUPT', `The digest of ${role} of version ${number} is not known.`, {
    remedy: 'Push again. If that does not help, run "tessera verify" to see what is affected.',
  })
}

function stoppedByPerson(cause: unknown): AppError {
  return new AppError('CANCELLED', 'The push was stopped.', { remedy: 'Push again when you like.', cause })
}
