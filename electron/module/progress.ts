import type { HostEvent } from '../../shared/host/host-api.ts'
import type { Progress } from './api.ts'

/** How far a push, a pull or what is done with Segments.ai has come; null: the event says nothing of that. */
export function jobProgress(event: HostEvent): Progress | null {
  if (event.type === 'sync.changed' && event.status.running) {
    const { step, filesDone, filesTotal } = event.status.running
    return { step, done: filesDone, total: filesTotal }
  }
  if (event.type === 'pull.changed' && event.status.job?.state === 'running') {
    const { step, filesDone, filesTotal } = event.status.job
    return { step, done: filesDone, total: filesTotal }
  }
  if (event.type === 'segments.changed' && event.status.job?.state === 'running') {
    const { step, done, total } = event.status.job
    return { step, done, total: total || null }
  }
  return null
}

/** The same of asking W&B for lineage. */
export function lineageProgress(event: HostEvent): Progress | null {
  if (event.type !== 'lineage.changed' || !event.running) return null
  const { asked, waiting } = event.running
  return { step: 'Asking W&B', done: asked, total: asked + waiting }
}
