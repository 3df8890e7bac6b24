import ExternalLink from 'lucide-react/icons/external-link'
import { assertNever } from '../../../shared/base/assert-never.ts'
import type { OutboxEntry } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { DeliveryBadge } from '../../ui/delivery-badge.tsx'
import { formatWhen } from '../../ui/text.ts'
import styles from './sync.module.css'
import { text } from './text.ts'

/** Where one artifact stands; when it failed, why and what to do. */
export function DeliveryState({ entry }: { readonly entry: OutboxEntry }) {
  const { sync, notices } = useStores()
  const { delivery } = entry
  switch (delivery.kind) {
    case 'waiting':
      if (delivery.failures === 0) return <DeliveryBadge delivery={delivery} />
      return (
        <div className={styles.state}>
          <DeliveryBadge
            delivery={delivery}
            words={
              delivery.notBefore > Date.now()
                ? text.willRetry(delivery.failures, formatWhen(delivery.notBefore))
                : text.willRetrySoon(delivery.failures)
            }
          />
          {delivery.lastError && <Reason error={delivery.lastError} />}
        </div>
      )
    case 'sending':
      return <DeliveryBadge delivery={delivery} />
    case 'sent':
      return (
        <div className={styles.line}>
          <DeliveryBadge delivery={delivery} />
          <time className={styles.muted}>{formatWhen(delivery.sentAt)}</time>
          {delivery.url && /^https?:\/\//.test(delivery.url) && (
            <a className={styles.link} href={delivery.url} target="_blank" rel="noreferrer">
              {text.open} <ExternalLink size={12} aria-hidden />
            </a>
          )}
        </div>
      )
    case 'parked':
      return (
        <div className={styles.state}>
          <div className={styles.line}>
            <DeliveryBadge delivery={delivery} />
            <Button
              onClick={() =>
                void sync
                  .retry(entry.version, entry.role)
                  .catch((error: unknown) => notices.report('sync.retry', error))
              }
            >
              {text.retry}
            </Button>
          </div>
          {delivery.error && <Reason error={delivery.error} />}
        </div>
      )
    default:
      return assertNever(delivery)
  }
}

function Reason({ error }: { readonly error: { message: string; remedy: string; code: string } }) {
  return (
    <p className={styles.reason}>
      {error.message} {error.remedy} <code className={styles.faint}>{error.code}</code>
    </p>
  )
}
