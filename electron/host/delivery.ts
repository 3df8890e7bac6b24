import { randomInt } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import type { ArtifactRole, Version } from '../../shared/host/host-api.ts'
import type { ArtifactRemote, RemoteVersion } from '../../shared/sync/artifact-remote.ts'
import type { Attempt } from '../../shared/sync/attempt.ts'
import { adoptable, assertSame, type OwedEntry, planUpload, roleTraits } from '../../shared/sync/push.ts'
import type { ProgressMetrics } from '../adapters/wandb/progress.ts'
import type { DeliveryBook, Receipt } from './delivery-book.ts'

export type DeliveryJob = {
  readonly role: ArtifactRole
  readonly version: Version
  readonly digest: string
  readonly entries: readonly OwedEntry[]
  /** For labeled data: the receipt and files of the raw data of the same version. */
  readonly raw: { receipt: Receipt; digests: ReadonlyMap<string, string> } | null
}
export type DeliveryTools = {
  readonly remote: ArtifactRemote
  readonly book: DeliveryBook
  readonly product: string
  readonly libraryId: string
  readonly deviceId: string
  /** Starts metrics of one run beside the push; nothing waits for it but the end of the run, and that briefly. */
  metrics?: (runName: string, displayName: string) => ProgressMetrics
  now(): number
  say(text: string): void
  advance(step: string, files: number, bytes: number): void
}

/** The row of a try that has not begun. Its ids are kept before the first call and never made again. */
export function newAttempt(role: ArtifactRole, now: number): Attempt {
  return {
    kind: 'sending',
    clientId: randomText(128),
    sequenceClientId: randomText(128),
    runName: `${roleTraits[role].jobType}-${randomText(8)}`,
    runOpened: false,
    startedAt: now,
    baseIndex: -2,
    artifactId: null,
    manifestId: null,
    files: {},
    failures: 0,
    notBefore: 0,
    error: null,
  }
}

/**
 * Brings one artifact of one version to the remote and writes its receipt. Safe to repeat after any end: it looks
 * first for what the last try achieved. Rejects with AppError; the attempt row then holds how far it came.
 */
export async function deliver(job: DeliveryJob, tools: DeliveryTools, signal: AbortSignal): Promise<Receipt> {
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
    if (job.raw) await remote.declareInput(name, job.raw.receipt.artifactId, signal)
  }

  let artifactId = found?.id ?? null
  if (artifactId === null) {
    const resumed = pending !== null && pending.id === (attempt.artifactId ?? pending.id)
    const start = {
      artifactId: pending?.id ?? null,
      manifestId: resumed ? attempt.manifestId : null,
      files: resumed ? attempt.files : {},
    }
    const raw = job.raw && { id: job.raw.receipt.artifactId, digests: job.raw.digests }
    const draft = {
      runName: attempt.runName,
      collection: role,
      type,
      digest: job.digest,
      description: version.message,
      metadata: {
        versionId: version.id,
        version: version.number,
        parents: version.parents,
        libraryId: tools.libraryId,
        deviceId: tools.deviceId,
      },
      clientId: attempt.clientId,
      sequenceClientId: attempt.sequenceClientId,
    }
    const metrics = tools.metrics?.(attempt.runName, displayName)
    const sent = { files: 0, bytes: 0 }
    const advance = (step: string, files: number, bytes: number) => {
      sent.files += files
      sent.bytes += bytes
      metrics?.log({ 'sync/files': sent.files, 'sync/bytes': sent.bytes })
      tools.advance(step, files, bytes)
    }
    const watch = { keep: (progress: Partial<Attempt>) => keep(progress), advance }
    try {
      artifactId = await remote.upload(draft, planUpload(role, job.entries, raw), start, watch, signal)
    } finally {
      // Our own `complete` comes after it: a later post would wake the run again.
      await metrics?.stop()
    }
  }

  tools.advance('Checking what the server keeps', 0, 0)
  const confirmed = await confirm(job, artifactId, tools, signal)
  const versions = await remote.versions(role, type, signal)
  const between = versions.filter((v) => v.index > attempt.baseIndex && v.id !== confirmed.id)
  // `latest` moves to what we just made newest, or back to an older version that the server found to have our content.
  // An adopted version behind a newer one is left alone: moving `latest` back would revert somebody's work.
  const goneBack = !adopted && confirmed.index <= attempt.baseIndex && between.length === 0
  if (!confirmed.aliases.includes('latest') && (versions[0]?.id === confirmed.id || goneBack)) {
    await remote.setLatest(confirmed.id, role, signal)
  }
  if (between.length > 0) {
    tools.say(
      `Somebody else pushed ${role} ${between.map((v) => v.version).join(', ')} in the meantime; both are kept.`,
    )
  }
  if (attempt.runOpened) {
    await remote.finishRun(attempt.runName, { files: job.entries.length, version: version.number }, signal)
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
  book.saveReceipt(receipt)
  tools.say(
    `Version ${version.number}: ${role} is on the server as ${receipt.remoteVersion}${adopted ? ' (it was there already)' : ''}.`,
  )
  return receipt
}

/** Reads back version, digest and manifest. Throws AppError `REMOTE_MISMATCH` when they are not ours. */
async function confirm(
  job: DeliveryJob,
  id: string,
  tools: DeliveryTools,
  signal: AbortSignal,
): Promise<RemoteVersion> {
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
