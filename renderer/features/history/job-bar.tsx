import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { Progress } from '../../ui/progress.tsx'
import styles from './history.module.css'
import { text } from './text.ts'
import type { VersionJobs } from './version-jobs.ts'

/** What is being done with versions, what was stopped on its way, and conflicts that wait. */
export function JobBar({ jobs }: { readonly jobs: VersionJobs }) {
  const { versionWork, pull } = useStores()
  // What a pull does with versions has a bar of its own.
  const isPulling = useStore(pull, ({ job }) => job?.state === 'running')
  const running = useStore(versionWork, (state) => state.running)
  const job = useStore(versionWork, (state) => state.job)
  const conflicts = useStore(versionWork, (state) => state.conflicts)
  const isOpen = running === null && (job?.state === 'stopped' || job?.state === 'running')
  return (
    <>
      {running && !isPulling && (
        <section className={styles.job} aria-label={text.jobs[running.kind]}>
          <p role="status">
            {text.jobs[running.kind]} {text.jobProgress(running.done, running.total)}
            {!running.isOurs && ` ${text.elsewhere}`}
          </p>
          <Progress label={text.jobs[running.kind]} value={running.done} total={running.total || null} />
          {running.isOurs && <Button onClick={() => versionWork.stop()}>{text.stop}</Button>}
        </section>
      )}
      {isOpen && job && (
        <section className={styles.job} aria-label={text.jobsStopped[job.kind]}>
          <p role="status">
            {text.jobsStopped[job.kind]} <span className={styles.muted}>{text.stoppedHelp}</span>
          </p>
          {job.kind !== 'sample' && <Button onClick={() => void jobs.goOn(job)}>{text.goOn}</Button>}
          <Button onClick={() => void jobs.undo(job.id)}>{text.takeBack}</Button>
        </section>
      )}
      {conflicts > 0 && (
        <section className={styles.job} data-tone="warning" aria-label={text.showConflicts}>
          <p role="status">{text.conflicts(conflicts)}</p>
          <CommandTextButton id="history.conflicts" kind="primary" />
        </section>
      )}
    </>
  )
}
