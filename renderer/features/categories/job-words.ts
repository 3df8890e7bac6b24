import type { CategoryJob } from '../../../shared/host/host-api.ts'
import { text } from './text.ts'

export const jobTitle = ({ from, to, remove }: CategoryJob): string =>
  text.jobTitle(from.name, to?.name ?? null, remove)

export function jobState({ state, changed, done, total }: CategoryJob): string {
  switch (state) {
    case 'running':
      return text.jobState.running(done, total)
    case 'stopped':
      return text.jobState.stopped(changed, total)
    case 'done':
      return text.jobState.done(changed)
    case 'undoing':
      return text.jobState.undoing()
    case 'undone':
      return text.jobState.undone()
  }
}
