import type { OutboxEntry } from '../../../shared/host/host-api.ts'
import { versionStanding } from '../../../shared/sync/version-standing.ts'
import { DeliveryBadge } from '../../ui/delivery-badge.tsx'
import styles from './history.module.css'

/** Where a version stands on its way to the server, in the words of the outbox; nothing while there is no server. */
export function RowSync(props: {
  readonly entries: readonly OutboxEntry[]
  readonly isPaused: boolean
  readonly isRemoteSet: boolean
}) {
  const { entries, isPaused, isRemoteSet } = props
  const found = versionStanding(entries, isPaused, Date.now())
  return (
    <span className={styles.rowSync}>
      {found && (isRemoteSet || found.standing === 'done') && (
        <DeliveryBadge delivery={found.entry.delivery} standing={found.standing} />
      )}
    </span>
  )
}
