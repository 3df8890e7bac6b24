import ExternalLink from 'lucide-react/icons/external-link'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { OutboxEntry, SyncStatus } from '../../../shared/host/host-api.ts'
import { standingOf } from '../../../shared/sync/standing.ts'
import { DeliveryBadge } from '../../ui/delivery-badge.tsx'
import { formatWhen } from '../../ui/text.ts'
import styles from './sync.module.css'
import { text } from './text.ts'

/** Where one artifact stands; when it failed, why and what to do. */
export function DeliveryState({
  entry,
  status,
  isAutomatic,
}: {
  readonly entry: OutboxEntry
  readonly status: SyncStatus
  /** Whether anything is sent by itself. */
  readonly isAutomatic: boolean
}) {
  const { delivery, behind } = entry
  const known = standingOf(entry, status.paused, Date.now())
  // Its time comes, and nothing happens until somebody asks.
  const standing = known === 'retry' && !isAutomatic ? 'waiting' : known
  const error =
    delivery.kind === 'parked' ? delivery.error : delivery.kind === 'waiting' ? delivery.lastError : null
  const { running } = status
  const isRunning = running?.version === entry.version && running.role === entry.role
  return (
    <div className={styles.state}>
      <div className={styles.line}>
        <DeliveryBadge delivery={delivery} standing={standing} />
        {delivery.kind === 'sent' && (
          <>
            <time className={styles.muted}>{formatWhen(delivery.sentAt)}</time>
            {delivery.url && /^https?:\/\//.test(delivery.url) && (
              <a className={styles.link} href={delivery.url} target="_blank" rel="noreferrer">
                {text.open} <ExternalLink size={12} aria-hidden />
              </a>
            )}
          </>
        )}
        {isRunning && (
          <span className={styles.muted}>
            {text.filesOf(running.filesDone, running.filesTotal)} ·{' '}
            {text.bytesOf(running.bytesDone, running.bytesTotal)}
          </span>
        )}
        {standing === 'retry' && delivery.kind === 'waiting' && (
          <span className={styles.muted}>
            {status.online === 'offline' ? text.retryOnline : text.retryAt(formatWhen(delivery.notBefore))}
            {delivery.failures > 0 && ` · ${text.failed(delivery.failures)}`}
          </span>
        )}
        {standing === 'behind' && behind && (
          <span className={styles.muted}>{text.behind(behind.versionNumber, behind.role)}</span>
        )}
      </div>
      {error && standing !== 'behind' && <Reason error={error} />}
    </div>
  )
}

function Reason({ error }: { readonly error: ErrorInfo }) {
  return (
    <p className={styles.reason}>
      {error.message} {error.remedy} <code className={styles.faint}>{error.code}</code>
    </p>
  )
}
