import Copy from 'lucide-react/icons/copy'
import type { ArtifactRole, OutboxEntry, Version } from '../../../shared/host/host-api.ts'
import { DeliveryBadge } from '../../ui/delivery-badge.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { formatBytes, formatDateTime } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import { ChangeBadges } from './change-badges.tsx'
import styles from './history.module.css'
import { text } from './text.ts'

/** Null: it is still being worked out. */
function Digest({ digest }: { readonly digest: string | null }) {
  if (digest === null) return <span className={styles.size}>{text.noDigest}</span>
  return (
    <>
      <code className={styles.digest} title={text.digest(digest)}>
        {digest.slice(0, 10)}
      </code>
      <IconButton
        label={text.copy}
        icon={<Copy size={13} />}
        onClick={() => void navigator.clipboard.writeText(digest).then(() => toast(text.copied))}
      />
    </>
  )
}

/** One version: what it holds, who made it when, and where each of its artifacts stands. */
export function VersionCard(props: {
  readonly version: Version
  readonly entries: readonly OutboxEntry[]
  readonly isRemoteSet: boolean
}) {
  const { version, entries, isRemoteSet } = props
  const shownDelivery = (wanted: ArtifactRole) => {
    const delivery = entries.find(({ role }) => role === wanted)?.delivery ?? null
    // Nothing waits for a place that is not known.
    return delivery?.kind === 'waiting' && !isRemoteSet ? null : delivery
  }
  return (
    <li className={styles.version}>
      <header className={styles.head}>
        <h3>v{version.number}</h3>
        <span>
          {text.by(version.author)} · <time>{formatDateTime(version.createdAt)}</time>
        </span>
      </header>
      <p className={styles.message}>{version.message || text.noMessage}</p>
      <p className={styles.counts}>{text.counts(version.counts)}</p>
      <ChangeBadges changes={version.changes} />
      <ul className={styles.artifacts}>
        {version.artifacts.map((artifact) => (
          <li key={artifact.role}>
            <span className={styles.artifact}>{artifact.role}</span>
            <Digest digest={artifact.digest} />
            <span className={styles.size}>
              {text.files(artifact.files)} · {formatBytes(artifact.bytes)}
            </span>
            <DeliveryBadge delivery={shownDelivery(artifact.role)} />
          </li>
        ))}
      </ul>
    </li>
  )
}
