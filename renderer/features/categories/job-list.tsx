import { useStore } from 'zustand'
import type { CategoryJob } from '../../../shared/host/host-api.ts'
import { isUnfinished } from '../../stores/category-job.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { toast } from '../../ui/toasts.tsx'
import styles from './categories.module.css'
import { jobState, jobTitle } from './job-words.ts'
import { text } from './text.ts'

const mostShown = 5

/** The one that runs, and the latest that can be finished or taken back. */
export function JobList() {
  const { categoryJob, notices } = useStores()
  const running = useStore(categoryJob, (state) => state.running)
  const latest = useStore(categoryJob, (state) => state.latest)
  const shown = latest.filter((job) => job.state !== 'undone' && job.id !== running?.id).slice(0, mostShown)
  const run = async (work: () => Promise<CategoryJob>) => {
    notices.dismiss('categories.unfinished')
    try {
      const job = await work()
      const isBack = job.state === 'undone' || job.state === 'undoing'
      toast(isBack ? text.jobUndone(job.changed, job.left) : text.moved(job.changed))
    } catch (error) {
      notices.report('categories.job', error)
    }
  }
  if (!running && shown.length === 0) return null
  return (
    <section className={styles.jobs} aria-label={text.jobs}>
      <h3>{text.jobs}</h3>
      <ul>
        {running && (
          <li>
            <span>{jobTitle(running)}</span>
            <Progress label={jobTitle(running)} value={running.done} total={Math.max(1, running.total)} />
            <span role="status">{text.moving(running.done, running.total)}</span>
            <Button onClick={() => categoryJob.stop()}>{text.stop}</Button>
          </li>
        )}
        {shown.map((job) => (
          <li key={job.id}>
            <span>
              {jobTitle(job)}
              <span className={styles.hint}> · {jobState(job)}</span>
            </span>
            {job.state === 'stopped' && (
              <Button disabled={running !== null} onClick={() => void run(() => categoryJob.finish(job.id))}>
                {text.finish}
              </Button>
            )}
            {(job.changed > 0 || isUnfinished(job) || job.remove) && (
              <Button
                disabled={running !== null}
                onClick={() => void run(() => categoryJob.takeBack(job.id))}
              >
                {job.state === 'undoing' ? text.goOn : text.takeBack}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
