import Copy from 'lucide-react/icons/copy'
import { useStore } from 'zustand'
import type { ArtifactRole, OutboxEntry, Version } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { DeliveryBadge } from '../../ui/delivery-badge.tsx'
import { CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { formatBytes, formatDateTime } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import { CategoryChanges } from './category-changes.tsx'
import { ChangeBadges, changedImages } from './change-badges.tsx'
import styles from './history.module.css'
import { historyStore } from './history-store.ts'
import { text } from './text.ts'
import { VersionRefs } from './version-refs.tsx'

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
export function VersionDetails(props: {
  readonly version: Version
  readonly entries: readonly OutboxEntry[]
  readonly isRemoteSet: boolean
  readonly mayChange: boolean
}) {
  const { version, entries, isRemoteSet, mayChange } = props
  const { versions } = useStores()
  const list = useStore(versions, (state) => state.list)
  const mark = useStore(historyStore, (state) => state.marked)
  const isMarked = mark === version.id
  const numberOf = (id: string) => list.find((each) => each.id === id)?.number
  const marked = mark === null || isMarked ? undefined : numberOf(mark)
  const parents = version.parents.flatMap((parent) => numberOf(parent) ?? [])
  const shownDelivery = (wanted: ArtifactRole) => {
    const delivery = entries.find(({ role }) => role === wanted)?.delivery ?? null
    // Nothing waits for a place that is not known.
    return delivery?.kind === 'waiting' && !isRemoteSet ? null : delivery
  }
  return (
    <section className={styles.version} aria-label={text.details}>
      <header className={styles.head}>
        <h2>v{version.number}</h2>
        <span>
          {text.by(version.author)} · <time>{formatDateTime(version.createdAt)}</time>
        </span>
        <span>{text.parents(parents)}</span>
      </header>
      <div className={styles.tools}>
        <CommandTextButton id="history.compare">
          {marked === undefined ? text.compareWithParent : text.compareWithMarked(marked)}
        </CommandTextButton>
        <CommandTextButton id="history.mark">{isMarked ? text.unmark : text.mark}</CommandTextButton>
        <CommandTextButton id="history.restore" />
        <CommandTextButton id="history.branch" />
        <CommandTextButton id="history.merge" />
        <CommandTextButton id="history.alias" />
        <CommandTextButton id="history.tag" />
        <CommandTextButton id="history.lineage" />
        {entries.some(({ role, delivery }) => role === 'raw_data' && delivery.kind === 'sent') && (
          <CommandTextButton id="history.toSegments" />
        )}
        <CommandTextButton id="history.export" />
      </div>
      <VersionRefs version={version} mayChange={mayChange} />
      <p className={styles.message}>{version.message || text.noMessage}</p>
      <p className={styles.counts}>{text.counts(version.counts)}</p>
      <ChangeBadges changes={version.changes} />
      {parents[0] !== undefined && (
        <CategoryChanges
          before={String(parents[0])}
          after={String(version.number)}
          images={changedImages(version.changes)}
        />
      )}
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
    </section>
  )
}
