import type { SyncStatus } from '../../shared/host/host-api.ts'
import { countStandings } from '../../shared/sync/standing.ts'

/** The sync badge: one of the things a person needs to tell apart. */
export type SyncSummary =
  | { readonly kind: 'unset'; readonly waiting: number }
  | { readonly kind: 'sending'; readonly done: number; readonly total: number }
  | { readonly kind: 'attention'; readonly needs: number; readonly offline: boolean }
  | { readonly kind: 'held'; readonly waiting: number }
  | { readonly kind: 'waiting'; readonly waiting: number; readonly offline: boolean }
  | { readonly kind: 'aside'; readonly aside: number; readonly offline: boolean }
  | { readonly kind: 'done'; readonly lastSentAt: number | null; readonly offline: boolean }

/** `now` in milliseconds of wall time. */
export function summarizeSync(status: SyncStatus, now: number = Date.now()): SyncSummary {
  const { needs, aside, done } = countStandings(status, now)
  const waiting = status.entries.length - done - aside - needs
  const offline = status.online === 'offline'
  if (status.running && !status.paused)
    return { kind: 'sending', done: status.running.filesDone, total: status.running.filesTotal }
  if (!status.configured) return { kind: 'unset', waiting: status.entries.length - done }
  if (needs > 0) return { kind: 'attention', needs, offline }
  if (status.paused) return { kind: 'held', waiting }
  if (waiting > 0) return { kind: 'waiting', waiting, offline }
  if (aside > 0) return { kind: 'aside', aside, offline }
  const sentAt = status.entries.flatMap(({ delivery }) => (delivery.kind === 'sent' ? [delivery.sentAt] : []))
  return { kind: 'done', lastSentAt: sentAt.length > 0 ? Math.max(...sentAt) : null, offline }
}
