import type { OutboxEntry } from '../host/host-api.ts'
import { type Standing, standingOf } from './standing.ts'

/** The one of a version's artifacts that a person should know of comes first. */
const order: readonly Standing[] = ['needs', 'sending', 'retry', 'held', 'waiting', 'behind', 'aside', 'done']

/**
 * Where a version stands whose artifacts these are: where the one stands that is worst off, and what the server calls the
 * last of them when all are there. Null without any. `now` in milliseconds of wall time.
 */
export function versionStanding(
  entries: readonly Pick<OutboxEntry, 'delivery' | 'behind'>[],
  isPaused: boolean,
  now: number,
): { readonly standing: Standing; readonly entry: Pick<OutboxEntry, 'delivery' | 'behind'> } | null {
  const found = entries.map((entry) => ({ entry, standing: standingOf(entry, isPaused, now) }))
  for (const standing of order) {
    const one = found.findLast((each) => each.standing === standing)
    if (one) return one
  }
  return null
}
