/** Whether the server can be reached, as far as anybody tried, and when to look again while it cannot. */
export type Reachability = {
  state(): 'unknown' | 'online' | 'offline'
  /** What a call showed. True when that is news. */
  saw(next: 'online' | 'offline'): boolean
  /** It may be another server or another network: nothing is known. */
  forget(): void
  /** When to look again, in milliseconds of wall time; null unless offline. */
  due(): number | null
}

/** Looks again after `firstMs`, then after twice as long each time up to `longestMs`, with jitter. */
export function createReachability(options: {
  readonly now: () => number
  readonly random: () => number
  readonly firstMs?: number
  readonly longestMs?: number
}): Reachability {
  const { now, random, firstMs = 30_000, longestMs = 600_000 } = options
  let state: ReturnType<Reachability['state']> = 'unknown'
  let failures = 0
  let at = 0
  return {
    state: () => state,
    saw(next) {
      const isNews = state !== next
      state = next
      failures = next === 'online' ? 0 : failures + 1
      const span = Math.min(longestMs, firstMs * 2 ** Math.min(20, failures - 1))
      // Between half and all of it, so that many laptops do not come back together.
      at = now() + span * (0.5 + random() / 2)
      return isNews
    },
    forget() {
      state = 'unknown'
      failures = 0
    },
    due: () => (state === 'offline' ? at : null),
  }
}
