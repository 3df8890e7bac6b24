import X from 'lucide-react/icons/x'
import { type ReactNode, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ImportJob } from '../../stores/imports.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Progress } from '../../ui/progress.tsx'
import styles from './import.module.css'
import { groupOutcomes } from './outcome-groups.ts'
import { text } from './text.ts'

/** Milliseconds that a finished import stays in sight when there is nothing in its report to know. */
const plainMs = 8000

/** Cards in the corner, one per import; nothing else waits for them. */
export function ImportJobs(props: { readonly isReading: boolean; readonly children: ReactNode }) {
  const { isReading, children } = props
  const { imports } = useStores()
  const jobs = useStore(imports, (state) => state.jobs)
  return (
    <div className={styles.jobs}>
      {children}
      {isReading && <div className={styles.job}>{text.readingFolder}</div>}
      {jobs.map((job) => (
        <Job key={job.id} job={job} />
      ))}
    </div>
  )
}

function Job({ job }: { readonly job: ImportJob }) {
  const { imports, dialogs } = useStores()
  const { added, renamed, duplicates, rejected } = groupOutcomes(job.outcomes)
  const isRunning = job.state === 'running'
  const isPlain =
    job.state === 'done' && renamed.length === 0 && duplicates.length === 0 && rejected.length === 0
  const [isHeld, setIsHeld] = useState(false)
  useEffect(() => {
    if (!isPlain || isHeld) return
    const timer = setTimeout(() => {
      const { open } = dialogs.getState()
      if (open?.kind !== 'import-report' || open.jobId !== job.id) imports.dismiss(job.id)
    }, plainMs)
    return () => clearTimeout(timer)
  }, [isPlain, isHeld, job.id, imports, dialogs])
  const title = isRunning
    ? text.running(job.outcomes.length, job.total)
    : text[job.state === 'done' ? 'done' : 'cancelled']
  return (
    <section
      className={styles.job}
      aria-label={title}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
    >
      <div className={styles.jobHead}>
        <strong role="status">{title}</strong>
        {!isRunning && (
          <IconButton
            label={text.dismiss}
            icon={<X size={14} />}
            onClick={() => imports.dismiss(job.id)}
            side="left"
          />
        )}
      </div>
      {isRunning && <Progress label={title} value={job.outcomes.length} total={job.total} />}
      <div className={styles.jobFoot}>
        <span>{text.counts(added.length + renamed.length, duplicates.length, rejected.length)}</span>
        {isRunning ? (
          <Button onClick={() => imports.cancel(job.id)}>{text.cancel}</Button>
        ) : (
          <Button onClick={() => dialogs.show({ kind: 'import-report', jobId: job.id })}>
            {text.report}
          </Button>
        )}
      </div>
    </section>
  )
}
