import type { Settings } from '../../shared/host/host-api.ts'
import { nextDue } from '../../shared/sync/outbox.ts'
import { clampDeadline } from '../../shared/sync/retry.ts'
import type { LibraryContext } from './library-context.ts'
import type { Reachability } from './reachability.ts'
import type { SyncOutbox } from './sync-outbox.ts'
import { type NextAction, scheduleMs } from './sync-timer.ts'

/** What is to happen by itself next, while nothing runs and nobody holds it. */
export function createSyncSchedule(tools: {
  readonly context: LibraryContext
  readonly settings: { get(): Settings | Promise<Settings> }
  readonly outbox: Pick<SyncOutbox, 'entries' | 'histories'>
  readonly reach: Pick<Reachability, 'due' | 'state'>
  hasKey(place: Settings['wandb']): Promise<boolean>
}) {
  const { context, outbox, reach, hasKey } = tools
  const selectScheduled = context.db.prepare("SELECT value FROM settings WHERE key = 'sync.scheduled'")
  const lastRound = () => Number(selectScheduled.get()?.value ?? 0) || 0

  return {
    /** Null while nothing is to. `isWoken`: there may be something new to send. */
    async next(isWoken: boolean): Promise<NextAction | null> {
      const { wandb } = await tools.settings.get()
      if (!wandb.autoPush && wandb.every === 'off') return null
      if (!(await hasKey(wandb))) return null
      const due = reach.due()
      if (due !== null) return { at: due, what: 'probe' }
      const now = context.now()
      const found: NextAction[] = []
      if (wandb.autoPush) {
        const at = isWoken ? now : nextDue([...(await outbox.entries()), ...(await outbox.histories())])
        if (at !== null) found.push({ at, what: 'retry' })
      }
      if (wandb.every !== 'off') found.push({ at: lastRound() + scheduleMs[wandb.every], what: 'schedule' })
      // A clock that was years ahead stalls nothing.
      const first = found
        .map((each) => ({ ...each, at: clampDeadline(each.at, now) }))
        .sort((a, b) => a.at - b.at)[0]
      // Whether the server is there is shown also when there is nothing to send.
      if (reach.state() === 'unknown' && !(first && first.at <= now)) return { at: now, what: 'probe' }
      return first ?? null
    },

    /** A round was made: the schedule counts from now. */
    noteRound(): void {
      if (context.readOnly) return
      context.transaction(() => {
        context.db
          .prepare("INSERT OR REPLACE INTO settings (key, value) VALUES ('sync.scheduled', ?)")
          .run(String(context.now()))
      })
    },
  }
}
