import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { backoff } from '../../../shared/sync/retry.ts'

const mostTries = 3
/** How soon an object is looked for again after an answer was lost. */
const shortest = 0.05

/** Whether a call may have had its effect although it failed. */
export const isLost = (error: unknown): boolean =>
  (error instanceof RemoteError && error.ambiguous) ||
  (error instanceof AppError && error.code === 'REMOTE_CORRUPT')

/**
 * Makes what is not there. `look` finds it, null when there is none; after a lost answer it is asked again before `make` is.
 * Rejects with the failure of `make` when nothing was made.
 */
export async function once<T>(
  look: () => Promise<T | null>,
  make: () => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly it: T; readonly isNew: boolean }> {
  const found = await look()
  if (found !== null) return { it: found, isNew: false }
  for (let tries = 1; ; tries++) {
    try {
      return { it: await make(), isNew: true }
    } catch (error) {
      // Somebody else was quicker, or we were and did not hear of it.
      const isTaken = error instanceof AppError && error.code === 'NAME_TAKEN'
      if ((!isTaken && !isLost(error)) || signal.aborted) throw error
      const made = await look().catch(() => {
        throw error
      })
      if (made !== null) return { it: made, isNew: !isTaken }
      if (!(await mayRepeat(error, tries, signal))) throw error
    }
  }
}

/** Waits before something is tried again that was not done; false when it is not to be. */
export async function mayRepeat(error: unknown, tries: number, signal: AbortSignal): Promise<boolean> {
  const isWorth = error instanceof RemoteError && error.code === 'NET_SLOW'
  if (!isWorth || tries >= mostTries) return false
  await sleep(Math.max(error.retryAfterMs, backoff(tries, shortest + Math.random() / 4)), undefined, {
    signal,
  }).catch(() => {
    throw error
  })
  return true
}
