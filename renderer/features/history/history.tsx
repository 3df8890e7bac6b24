import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { uiText } from '../../ui/text.ts'
import styles from './history.module.css'
import { text } from './text.ts'
import { VersionCard } from './version-card.tsx'
import { WorkingCopy } from './working-copy.tsx'

/** The working copy and every version, newest first. */
export function History() {
  const { versions, sync } = useStores()
  const loading = useStore(versions, (state) => state.loading)
  const list = useStore(versions, (state) => state.list)
  const draft = useStore(versions, (state) => state.draft)
  const status = useStore(sync, (state) => state.status)
  if (loading.kind === 'loading') return <EmptyState title={uiText.loading} />
  return (
    <div className={styles.scroller}>
      <div className={styles.column}>
        {loading.kind === 'failed' && (
          <ErrorText
            error={loading.error}
            action={<Button onClick={() => void versions.refresh().catch(() => {})}>{uiText.retry}</Button>}
          />
        )}
        {draft && <WorkingCopy draft={draft} latest={list[0] ?? null} />}
        {list.length === 0 && loading.kind === 'ready' && <p className={styles.none}>{text.none}</p>}
        <ol className={styles.list} aria-label={text.title}>
          {list.map((version) => (
            <VersionCard
              key={version.id}
              version={version}
              entries={status?.entries.filter((entry) => entry.version === version.id) ?? []}
              isRemoteSet={status?.configured ?? false}
            />
          ))}
        </ol>
      </div>
    </div>
  )
}
