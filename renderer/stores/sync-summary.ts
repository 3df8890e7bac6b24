import type { SyncStatus } from '../../shared/host/host-api.ts'

/** The sync badge: one of five things a person needs to tell apart. */
export type SyncSummary =
  | { readonly kind: 'unset'; readonly waiting: number }
  | { readonly kind: 'sending'; readonly done: number; readonly total: number }
  | { readonly kind: 'attention'; readonly parked: number }
  | { readonly kind: 'waiting'; readonly waiting: number; readonly offline: boolean }
  | { readonly kind: 'done'; readonly lastSentAt: number | null; readonly offline: boolean }

export function summarizeSync(status: SyncStatus): SyncSummary {
  const kinds = status.entries.map((entry) => entry.delivery.kind)
  const waiting = kinds.filter((kind) => kind !== 'sent').length
  const parked = kinds.filter((kind) => kind === 'parked').length
  const offline = status.online === 'offline'
  if (status.running)
    return { kind: 'sending', done: status.running.filesDone, total: status.running.filesTotal }
  if (!status.configured) return { kind: 'unset', waiting }
  if (parked > 0) return { kind: 'attention', parked }
  if (waiting > 0) return { kind: 'waiting', waiting, offline }
  const sentAt = status.entries.flatMap(({ delivery }) => (delivery.kind === 'sent' ? [delivery.sentAt] : []))
  return { kind: 'done', lastSentAt: sentAt.length > 0 ? Math.max(...sentAt) : null, offline }
}
