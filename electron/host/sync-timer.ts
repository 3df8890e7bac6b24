import type { Settings, SyncStatus } from '../../shared/host/host-api.ts'

/** What is to happen by itself, and when, in milliseconds of wall time. */
export type NextAction = NonNullable<SyncStatus['next']>

/** One timer waits within these; a longer wait goes in steps, so that a clock that jumps neither stalls nor floods. */
const [shortestStepMs, longestStepMs] = [1000, 300_000]

export const scheduleMs: Readonly<Record<Exclude<Settings['wandb']['every'], 'off'>, number>> = {
  '15min': 15 * 60_000,
  hour: 3_600_000,
  day: 86_400_000,
}

/** One timer for all that happens by itself. It asks anew what that is whenever it wakes. */
export function createSyncTimer(options: {
  now(): number
  next(): Promise<NextAction | null>
  act(what: NextAction['what']): Promise<void>
  /** Told of what `act` or `next` threw. */
  failed(error: unknown): void
}): { set(): void; stop(): void } {
  const { now, next, act, failed } = options
  let timer: NodeJS.Timeout | null = null
  /** Grows with each setting, so that one that was asked for before does not come after. */
  let turn = 0

  function set(): void {
    const mine = ++turn
    if (timer !== null) clearTimeout(timer)
    timer = null
    next().then((found) => {
      if (mine !== turn || found === null) return
      const wait = Math.min(longestStepMs, Math.max(shortestStepMs, found.at - now()))
      timer = setTimeout(() => {
        timer = null
        ring().catch(failed).finally(again)
      }, wait)
      timer.unref()
    }, failed)
  }
  async function ring(): Promise<void> {
    const found = await next()
    if (found !== null && found.at <= now()) await act(found.what)
  }
  /** Unless somebody set it meanwhile. */
  const again = () => void (timer === null && turn > 0 && set())

  return {
    set,
    stop() {
      turn = Number.POSITIVE_INFINITY
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
