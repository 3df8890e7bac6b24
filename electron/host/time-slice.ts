import { setImmediate } from 'node:timers/promises'

/** Call it often in long work: it lets everything else have its turn once `budgetMs` have passed since the last time. */
export type Breathe = () => Promise<void>

export function createTimeSlice(budgetMs = 12): Breathe {
  let start = performance.now()
  return async () => {
    if (performance.now() - start < budgetMs) return
    await setImmediate()
    start = performance.now()
  }
}
