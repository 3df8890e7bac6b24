import type { OutboxEntry, SyncStatus } from '../host/host-api.ts'

/**
 * Where one artifact stands, in the words of a person who looks: `needs` is theirs to mend, `aside` they set aside
 * themselves, `held` waits for the pause to end, `behind` for one before it, `retry` for its time.
 */
export type Standing = 'waiting' | 'sending' | 'held' | 'behind' | 'retry' | 'needs' | 'aside' | 'done'

/** `now` in milliseconds of wall time. */
export function standingOf(
  { delivery, behind }: Pick<OutboxEntry, 'delivery' | 'behind'>,
  isPaused: boolean,
  now: number,
): Standing {
  if (delivery.kind === 'sent') return 'done'
  if (delivery.kind === 'parked') return delivery.error === null ? 'aside' : 'needs'
  const error = delivery.kind === 'waiting' ? delivery.lastError : null
  // One that a person stopped goes with the next push, and waits for nothing else.
  if (error !== null && error.retry !== 'auto' && error.code !== 'CANCELLED' && error.code !== 'INTERNAL')
    return 'needs'
  if (isPaused) return 'held'
  if (delivery.kind === 'sending') return 'sending'
  if (behind !== null) return 'behind'
  return delivery.notBefore > now ? 'retry' : 'waiting'
}

/** How many stand how. */
export function countStandings(
  status: Pick<SyncStatus, 'entries' | 'paused'>,
  now: number,
): Record<Standing, number> {
  const counts = { waiting: 0, sending: 0, held: 0, behind: 0, retry: 0, needs: 0, aside: 0, done: 0 }
  for (const entry of status.entries) counts[standingOf(entry, status.paused, now)]++
  return counts
}
