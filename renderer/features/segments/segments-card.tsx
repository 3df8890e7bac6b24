import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { formatWhen } from '../../ui/text.ts'
import styles from './segments.module.css'
import { text } from './text.ts'

/** Where the library stands with Segments.ai, in a line, and the way there. */
export function SegmentsCard({ onOpen }: { onOpen(): void }) {
  const { segments } = useStores()
  const { link, known, job, conflicts } = useStore(segments)
  if (link === undefined) return null
  const isRunning = job?.state === 'running'
  return (
    <section className={styles.card} aria-label={text.title}>
      <div className={styles.cardText}>
        <h2>{text.title}</h2>
        {link === null ? (
          <p className={styles.muted}>{text.cardUnlinked}</p>
        ) : (
          <>
            <p className={styles.address}>{link.dataset}</p>
            <p className={styles.muted}>
              {isRunning && <Badge tone="accent">{text.running[job.kind]}</Badge>}{' '}
              {conflicts.length > 0 && <Badge tone="warning">{text.conflicts(conflicts.length)}</Badge>}{' '}
              {text.known(known.samples, known.syncedAt === null ? null : formatWhen(known.syncedAt))}
            </p>
          </>
        )}
      </div>
      <Button onClick={onOpen}>{link === null ? text.cardSetUp : text.cardOpen}</Button>
    </section>
  )
}
