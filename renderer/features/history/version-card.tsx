import CircleAlert from 'lucide-react/icons/circle-alert'
import CircleCheck from 'lucide-react/icons/circle-check'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import Copy from 'lucide-react/icons/copy'
import HardDrive from 'lucide-react/icons/hard-drive'
import Hourglass from 'lucide-react/icons/hourglass'
import type { Delivery, OutboxEntry, Version } from '../../../shared/host/host-api.ts'
import { Badge } from '../../ui/badge.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { formatBytes, formatDateTime } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import { ChangeBadges } from './change-badges.tsx'
import styles from './history.module.css'
import { text } from './text.ts'

/** One version: what it holds, who made it when, and where each of its artifacts stands. */
export function VersionCard(props: {
  readonly version: Version
  readonly entries: readonly OutboxEntry[]
  readonly isRemoteSet: boolean
}) {
  const { version, entries, isRemoteSet } = props
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
            <span className={styles.artifact}>
              {artifact.role}:v{artifact.index}
            </span>
            <code className={styles.digest} title={text.digest(artifact.digest)}>
              {artifact.digest.slice(0, 10)}
            </code>
            <IconButton
              label={text.copy}
              icon={<Copy size={13} />}
              onClick={() =>
                void navigator.clipboard.writeText(artifact.digest).then(() => toast(text.copied))
              }
            />
            <span className={styles.size}>
              {text.files(artifact.files)} · {formatBytes(artifact.bytes)}
            </span>
            <DeliveryBadge
              delivery={entries.find(({ role }) => role === artifact.role)?.delivery ?? null}
              isRemoteSet={isRemoteSet}
            />
          </li>
        ))}
      </ul>
    </li>
  )
}

function DeliveryBadge(props: { readonly delivery: Delivery | null; readonly isRemoteSet: boolean }) {
  const { delivery, isRemoteSet } = props
  if (!delivery || (delivery.kind === 'waiting' && !isRemoteSet))
    return <Badge icon={<HardDrive size={12} />}>{text.sync.unset}</Badge>
  switch (delivery.kind) {
    case 'waiting':
      return <Badge icon={<Hourglass size={12} />}>{text.sync.waiting}</Badge>
    case 'sending':
      return (
        <Badge tone="accent" icon={<CloudUpload size={12} />}>
          {text.sync.sending}
        </Badge>
      )
    case 'sent':
      return (
        <Badge tone="success" icon={<CircleCheck size={12} />}>
          {text.sync.sent(delivery.remoteVersion)}
        </Badge>
      )
    case 'parked':
      return (
        <Badge tone="danger" icon={<CircleAlert size={12} />}>
          {text.sync.parked}
        </Badge>
      )
  }
}
