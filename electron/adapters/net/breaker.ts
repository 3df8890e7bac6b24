import { RemoteError } from '../../../shared/sync/remote-error.ts'

/** One call that was let through. Exactly one of these ends it. */
export type Passage = { worked(): void; failed(): void; dropped(): void }
/**
 * Keeps calls from a host that does not answer. It opens after 5 failures in a row or when half of the last 20 calls
 * failed, then lets one call at a time try, ever more rarely.
 */
export type Breaker = {
  /** Throws RemoteError `NET_OFFLINE` while the host is left alone. */
  enter(): Passage
  /** Whether a call may be repeated at once: repeats are a tenth of what works, and ten a minute. */
  mayRepeat(): boolean
  /** Somebody wants to know now: the next call may try. */
  ready(): void
}
/** The cause of an error of a call that was not made. */
export const leftAlone = 'left alone'
export type Breakers = { of(host: string): Breaker; ready(): void }

const [inARow, lookedAt, rate] = [5, 20, 0.5]
const [perMinute, perSuccess, mostSaved] = [10, 0.1, 50]

export function createBreakers(options: {
  /** Milliseconds on a clock that never jumps. */
  now?: () => number
  random?: () => number
  firstMs?: number
  longestMs?: number
  /** How a person has it look at once. */
  remedy?: string
}): Breakers {
  const known = new Map<string, Breaker>()
  return {
    of(host) {
      const breaker = known.get(host) ?? createBreaker(host, options)
      known.set(host, breaker)
      return breaker
    },
    ready() {
      for (const breaker of known.values()) breaker.ready()
    },
  }
}

function createBreaker(host: string, options: Parameters<typeof createBreakers>[0]): Breaker {
  const { now = () => performance.now(), random = Math.random } = options
  const { firstMs = 30_000, longestMs = 600_000, remedy = '"Push now" looks at once.' } = options
  let past: boolean[] = []
  let row = 0
  /** How often it opened since it last let everything through; 0 while it does. */
  let opened = 0
  let until = 0
  let isTrying = false
  let saved = perMinute
  let savedAt = now()

  function open(): void {
    opened++
    const span = Math.min(longestMs, firstMs * 2 ** Math.min(20, opened - 1))
    until = now() + span * (0.5 + random() / 2)
    past = []
  }
  return {
    enter() {
      const wait = until - now()
      if (opened > 0 && (wait > 0 || isTrying)) {
        throw new RemoteError(
          'NET_OFFLINE',
          `${host} did not answer several times and is left alone for a while.`,
          {
            remedy: `Work goes on; Tessera looks again by itself. ${remedy}`,
            retryAfterMs: Math.max(1000, wait),
            cause: leftAlone,
          },
        )
      }
      const isProbe = opened > 0
      if (isProbe) isTrying = true
      let isOver = false
      const end = (what: () => void) => () => {
        if (isOver) return
        isOver = true
        if (isProbe) isTrying = false
        what()
      }
      return {
        worked: end(() => {
          row = 0
          past = [...past, true].slice(-lookedAt)
          saved = Math.min(mostSaved, saved + perSuccess)
          opened = 0
        }),
        failed: end(() => {
          row++
          past = [...past, false].slice(-lookedAt)
          const bad = past.filter((worked) => !worked).length
          const isBad = row >= inARow || (past.length === lookedAt && bad >= lookedAt * rate)
          // One that was under way when it opened says nothing new.
          if (isProbe || (opened === 0 && isBad)) open()
        }),
        dropped: end(() => undefined),
      }
    },
    mayRepeat() {
      const at = now()
      saved = Math.min(mostSaved, saved + ((at - savedAt) / 60_000) * perMinute)
      savedAt = at
      if (saved < 1) return false
      saved--
      return true
    },
    ready() {
      until = 0
    },
  }
}
