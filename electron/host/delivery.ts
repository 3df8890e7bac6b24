import { randomInt } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import type { Version } from '../../shared/host/host-api.ts'
import type { ArtifactRemote, RemoteVersion, UploadWatch } from '../../shared/sync/artifact-remote.ts'
import type { Attempt } from '../../shared/sync/attempt.ts'
import {
  adoptable,
  assertSame,
  type OwedEntry,
  planUpload,
  type RemoteRole,
  roleTraits,
} from '../../shared/sync/push.ts'
import type { ProgressMetrics } from '../adapters/wandb/progress.ts'
import type { DeliveryBook, Receipt } from './delivery-book.ts'
import { startDeliveryMetrics } from './delivery-metrics.ts'
import type { SyncNews } from './sync-log.ts'

export type DeliveryJob = {
  readonly role: RemoteRole
  readonly version: Version
  readonly digest: string
  readonly entries: readonly OwedEntry[]
  /** For labeled data: the receipt and files of the raw data of the same version. */
  readonly raw: { receipt: Receipt; digests: ReadonlyMap<string, string> } | null
  /** Artifacts that it was made from besides, by their id. */
  readonly inputs: readonly string[]
  /** Whether images of labeled data go as bytes, though `raw` has them. */
  readonly embedImages: boolean
  /** Whether a version of the remote was made or pulled here. */
  isKnown(version: RemoteVersion): boolean
  /** What people call the version, as far as the remote takes it. */
  readonly aliases: readonly string[]
  /** What else the artifact is to say of where it came from. */
  readonly origin: Readonly<Record<string, unknown>>
  /** How labeling went on up to this version, for the metrics of its run. */
  readonly progress: readonly Readonly<Record<string, number>>[]
}
export type DeliveryTools = {
  readonly remote: ArtifactRemote
  readonly book: DeliveryBook
  readonly product: string
  readonly libraryId: string
  readonly deviceId: string
  /** Starts metrics of one run beside the push; nothing waits for it but the end of the run. */
  metrics?: (runName: string, displayName: string) => ProgressMetrics
  now(): number
  say(news: SyncNews): void
  advance(step: string, files: number, bytes: number): void
  /** Others pushed these, and they are not here. */
  ahead(role: RemoteRole, versions: readonly RemoteVersion[]): void
  /** As in `UploadWatch`. */
  gate(signal: AbortSignal): Promise<void>
}

/** The row of a try that has not begun. Its ids are kept before the first call and never made again. */
export function newAttempt(role: RemoteRole, now: number): Attempt {
  return {
    kind: 'sending',
    ...newIds(),
    runName: `${roleTraits[role].jobType}-${randomText(8)}`,
    runOpened: false,
    startedAt: now,
    baseIndex: -2,
    artifactId: null,
    manifestId: null,
    isSealed: false,
    failures: 0,
    notBefore: 0,
    error: null,
  }
}

const newIds = () => ({ clientId: randomText(128), sequenceClientId: randomText(128) })

/** An artifact that the remote holds as sent. What points at it may go out while its run is still being closed. */
export type Delivered = {
  readonly receipt: Receipt
  /** Settles when the run has ended and the receipt is on disk; rejects with AppError when the run could not be ended. */
  readonly closed: Promise<void>
  /** A run of ours made it, and names what it was made from. */
  readonly isLogged: boolean
}

/**
 * Brings one artifact of one version to the remote; its receipt is written when `closed` resolves. Safe to repeat after
 * any end: it looks first for what the last try achieved. Rejects with AppError; the attempt row then holds how far it
 * came.
 */
export async function deliver(
  job: DeliveryJob,
  tools: DeliveryTools,
  signal: AbortSignal,
): Promise<Delivered> {
  const { remote, book } = tools
  const { role, version } = job
  const { type, jobType } = roleTraits[role]
  let attempt: Attempt = {
    ...(book.attempt(role, version.id) ?? newAttempt(role, tools.now())),
    kind: 'sending',
  }
  const keep = (news: Partial<Attempt>) => {
    attempt = { ...attempt, ...news }
    book.saveAttempt(role, version.id, attempt)
  }
  keep({})
  const began = tools.now()
  const moved = { files: 0, bytes: 0 }

  tools.advance('Asking what the server has', 0, 0)
  let pending: RemoteVersion | null = null
  const own = await remote.byClientId(attempt.clientId, signal)
  let found: RemoteVersion | null = null
  if (own?.state === 'committed') found = own
  else pending = own
  const before = found ? [] : await remote.versions(role, type, signal)
  // -2 stands for "not looked yet": what was there before our first try cannot be a lost answer of ours.
  if (attempt.baseIndex === -2) keep({ baseIndex: Math.max(-1, ...before.map((v) => v.index)) })
  found ??= adoptable(before, { digest: job.digest, versionId: version.id, baseIndex: attempt.baseIndex })
  const adopted = found !== null
  const unknown = before.filter((version) => !job.isKnown(version))
  const displayName = `${jobType} version ${version.number}`

  if (found === null || attempt.runOpened) {
    const counts = { files: job.entries.length, ...version.counts }
    const config = {
      ...counts,
      app: tools.product,
      version: version.number,
      versionId: version.id,
      ontologyDigest: job.entries.find((entry) => entry.path === 'ontology.json')?.digest ?? null,
    }
    const { runName: name, startedAt } = attempt
    // Marked before the call: a run that may have been opened is always closed.
    keep({ runOpened: true })
    await remote.openRun({ name, displayName, jobType, config, startedAt }, signal)
    const inputs = [...(job.raw ? [job.raw.receipt.artifactId] : []), ...job.inputs]
    for (const input of inputs) await remote.declareInput(name, input, signal)
  }

  let artifactId = found?.id ?? null
  let quiet: Promise<void> = Promise.resolve()
  if (artifactId === null) {
    const raw = job.raw && !job.embedImages && { id: job.raw.receipt.artifactId, digests: job.raw.digests }
    const plan = planUpload(role, job.entries, raw || null)
    const resumed = pending !== null && pending.id === (attempt.artifactId ?? pending.id)
    if (!resumed) {
      // Files belong to the artifact they were announced for: another one has to be told of each again.
      book.dropFiles(role, version.id)
      keep({ artifactId: pending?.id ?? null, manifestId: null, isSealed: false })
    }
    let files: ReadonlyMap<string, string> = book.files(role, version.id)
    if (attempt.isSealed && plan.some(({ kind, path }) => kind === 'file' && !files.has(path))) {
      // The record of some file is lost, and nothing can be announced any more: that artifact stays unfinished.
      book.dropFiles(role, version.id)
      keep({ ...newIds(), artifactId: null, manifestId: null, isSealed: false })
      files = new Map()
      pending = null
    }
    const { manifestId, isSealed } = attempt
    const start = { artifactId: pending?.id ?? null, manifestId, isSealed, files }
    const draft = {
      runName: attempt.runName,
      collection: role,
      type,
      digest: job.digest,
      description: version.message,
      metadata: {
        ...job.origin,
        versionId: version.id,
        version: version.number,
        parents: version.parents,
        author: version.author,
        createdAt: version.createdAt,
        libraryId: tools.libraryId,
        deviceId: tools.deviceId,
      },
      // Somebody pushed what is not here: their `latest` is not ours to move.
      aliases: [...(unknown.length === 0 ? ['latest'] : []), ...job.aliases],
      clientId: attempt.clientId,
      sequenceClientId: attempt.sequenceClientId,
    }
    const metrics = startDeliveryMetrics(tools.metrics?.(attempt.runName, displayName), job.progress)
    const watch: UploadWatch = {
      keep({ files, ...steps }) {
        if (files) book.saveFiles(role, version.id, files)
        if (Object.keys(steps).length > 0) keep(steps)
      },
      advance(step, files, bytes) {
        metrics.moved(files, bytes)
        moved.files += files
        moved.bytes += bytes
        tools.advance(step, files, bytes)
      },
      gate: tools.gate,
    }
    try {
      artifactId = await remote.upload(draft, plan, start, watch, signal)
    } finally {
      quiet = metrics.stop(signal)
      // Another try opens the same run: nothing of this one may still be talking to it.
      if (artifactId === null) await quiet
    }
  }

  let confirmed: RemoteVersion
  try {
    confirmed = await confirm(job, artifactId, tools, signal)
    await nameNewest(job, confirmed, { baseIndex: attempt.baseIndex, adopted, before }, tools, signal)
  } catch (error) {
    await quiet
    throw error
  }
  const receipt: Receipt = {
    role,
    versionId: version.id,
    digest: job.digest,
    artifactId: confirmed.id,
    remoteVersion: confirmed.version!,
    runName: attempt.runName,
    url: remote.urlOf(role, type, confirmed.version!),
    sentAt: tools.now(),
  }
  const close = async () => {
    // The metrics may take their seconds beside everything else, but our `complete` comes after them: a later post
    // would wake the run again.
    await quiet
    if (attempt.runOpened) {
      const summary = { files: job.entries.length, ...job.progress.at(-1), version: version.number }
      await remote.finishRun(attempt.runName, summary, signal)
    }
    book.saveReceipt(receipt)
    tools.say({
      kind: 'sent',
      text: `v${version.number} ${role} is on the server as ${receipt.remoteVersion}${adopted ? ' (it was there already)' : ''}.`,
      ...(!adopted && { ...moved, ms: tools.now() - began }),
    })
  }
  return { receipt, closed: close(), isLogged: attempt.runOpened }
}

/**
 * Moves `latest` to what was sent, but never from a version that others pushed and that is not here; where it went from one
 * to ours, because they were a moment earlier, it is given back. Tells of what others pushed.
 */
async function nameNewest(
  job: DeliveryJob,
  confirmed: RemoteVersion,
  known: { baseIndex: number; adopted: boolean; before: readonly RemoteVersion[] },
  tools: DeliveryTools,
  signal: AbortSignal,
): Promise<void> {
  const { remote } = tools
  const { role } = job
  const versions = await remote.versions(role, roleTraits[role].type, signal)
  const others = versions.filter((version) => version.id !== confirmed.id && !job.isKnown(version))
  const isLatest = versions.some(({ id, aliases }) => id === confirmed.id && aliases.includes('latest'))
  if (others.length > 0) {
    const holder = known.before.find(({ aliases }) => aliases.includes('latest')) ?? others[0]!
    if (isLatest && holder.id !== confirmed.id && !known.adopted)
      await remote.addAliases((job.isKnown(holder) ? others[0]! : holder).id, role, ['latest'], signal)
    tools.ahead(role, others)
    return
  }
  const between = versions.filter((v) => v.index > known.baseIndex && v.id !== confirmed.id)
  // `latest` moves to what we just made newest, or back to an older version that the server found to have our content.
  // An adopted version behind a newer one is left alone: moving `latest` back would revert somebody's work.
  const goneBack = !known.adopted && confirmed.index <= known.baseIndex && between.length === 0
  if (!isLatest && (versions[0]?.id === confirmed.id || goneBack))
    await remote.addAliases(confirmed.id, role, ['latest'], signal)
}

/** Reads back version, digest and manifest. Throws AppError `REMOTE_MISMATCH` when they are not ours. */
async function confirm(
  job: DeliveryJob,
  id: string,
  tools: DeliveryTools,
  signal: AbortSignal,
): Promise<RemoteVersion> {
  tools.advance('Checking what the server keeps', 0, 0)
  const found = await tools.remote.byId(id, signal)
  if (found?.state !== 'committed' || found.version === null || found.digest !== job.digest) {
    throw new AppError('REMOTE_MISMATCH', `The server's ${job.role} is not the version that was sent.`, {
      remedy: 'Your version is safe here. Try again; if it stays so, tell the keeper of the server.',
    })
  }
  assertSame(withoutReferenceSizes(job), withoutSizes(await tools.remote.manifestOf(id, signal)))
  return found
}

// Sizes of references differ by client (W&B's own writes 0); digests say all.
const withoutReferenceSizes = (job: DeliveryJob) => job.entries.map((entry) => ({ ...entry, size: 0 }))
const withoutSizes = (found: Map<string, { digest: string; size: number }>) =>
  new Map([...found].map(([path, entry]) => [path, { ...entry, size: 0 }] as const))

function randomText(length: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
}
