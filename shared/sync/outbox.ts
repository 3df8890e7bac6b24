import type { ArtifactRole, Delivery, OutboxEntry, Version } from '../host/host-api.ts'
import type { Attempt } from './attempt.ts'
import type { RemoteRole } from './push.ts'

/** One artifact of one version, on its way to a remote. `digest` is null until it is worked out. */
export type OutboxItem = {
  readonly version: Version
  readonly role: ArtifactRole
  readonly digest: string | null
}

/** Labels point at the images of their version, so these go first. */
const roleOrder: readonly ArtifactRole[] = ['raw_data', 'labeled_data']

/**
 * All that a remote should come to have, in the order in which it is sent: oldest version first, images before labels.
 * Nothing is queued anywhere: what is owed follows from versions and receipts alone, so no crash can put it out of step.
 */
export function outbox(versions: readonly Version[]): OutboxItem[] {
  return versions
    .toSorted((a, b) => a.number - b.number)
    .flatMap((version) =>
      roleOrder.flatMap((role) => {
        const artifact = version.artifacts.find((one) => one.role === role)
        return artifact ? [{ version, role, digest: artifact.digest }] : []
      }),
    )
}

/** What of it a remote has not confirmed. */
export function owed(
  versions: readonly Version[],
  isReceived: (role: ArtifactRole, versionId: string) => boolean,
): OutboxItem[] {
  return outbox(versions).filter(({ role, version }) => !isReceived(role, version.id))
}

/** Where one item stands. A receipt settles it; without one, an attempt left as "sending" by a crash is waiting. */
export function deliveryOf(known: {
  readonly receipt: {
    readonly remoteVersion: string
    readonly url: string | null
    readonly sentAt: number
  } | null
  readonly attempt: Attempt | null
  readonly isPushing: boolean
}): Delivery {
  const { receipt, attempt, isPushing } = known
  if (receipt) {
    const { remoteVersion, url, sentAt } = receipt
    return { kind: 'sent', remoteVersion, url, sentAt }
  }
  if (attempt?.kind === 'parked') return { kind: 'parked', error: attempt.error }
  if (attempt?.kind === 'sending' && isPushing) return { kind: 'sending' }
  const { failures = 0, notBefore = 0, error = null } = attempt ?? {}
  return { kind: 'waiting', failures, notBefore, lastError: error }
}

/**
 * Whether something must wait because `stopped` roles did not go out: order within a role, images before labels, and the
 * history last.
 */
export function isBlocked(role: RemoteRole, stopped: ReadonlySet<RemoteRole>): boolean {
  if (role === 'history') return stopped.size > 0
  return stopped.has(role) || (role === 'labeled_data' && stopped.has('raw_data'))
}

/**
 * What holds each of `entries` (in outbox order) up, beside its own state: an earlier one that does not go now. Null for
 * those that go in their turn.
 */
export function heldUpBy(
  entries: readonly Pick<OutboxEntry, 'versionNumber' | 'role' | 'delivery'>[],
): OutboxEntry['behind'][] {
  const stopped = new Map<ArtifactRole, NonNullable<OutboxEntry['behind']>>()
  return entries.map(({ versionNumber, role, delivery }) => {
    if (delivery.kind === 'sent') return null
    const before =
      stopped.get(role) ?? (role === 'labeled_data' ? stopped.get('raw_data') : undefined) ?? null
    const isStuck = delivery.kind === 'parked' || (delivery.kind === 'waiting' && delivery.lastError !== null)
    if (isStuck && !stopped.has(role)) stopped.set(role, { versionNumber, role })
    return before
  })
}

/**
 * When the next delivery may go out by itself, in milliseconds of wall time; null when none waits for time alone.
 * `entries` are in outbox order. One with a time of its own is tried whatever stopped it; without one, an error that
 * is for a person to mend keeps it waiting for that person.
 */
export function nextDue(
  entries: readonly { readonly role: RemoteRole; readonly delivery: Delivery }[],
): number | null {
  const stopped = new Set<RemoteRole>()
  const times: number[] = []
  for (const { role, delivery } of entries) {
    if (delivery.kind === 'sent') continue
    const blocked = isBlocked(role, stopped)
    stopped.add(role)
    if (blocked || delivery.kind !== 'waiting') continue
    const { notBefore, lastError } = delivery
    if (notBefore > 0 || lastError === null || lastError.retry === 'auto') times.push(notBefore)
  }
  return times.length > 0 ? Math.min(...times) : null
}
