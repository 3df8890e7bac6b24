import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'

/** Launch tokens trade for sessions, once; sessions live as long as the server. Both are 256 random bits, base64url. */
export interface SessionTokens {
  /** Name of the session's cookie: cookies are shared by all ports of a host, so it names the port. */
  readonly cookieName: string
  /** A token for one more link. It is good until it is first used. */
  launch(): string
  /** Trades a launch token for the value of a `Set-Cookie` header. Throws AppError `HOST_TOKEN`. */
  exchange(token: string): string
  /** Whether a `Cookie` header holds a live session. */
  knows(cookieHeader: string | undefined): boolean
}

/** Unused links and open sessions that are remembered; the oldest gives way. */
const maxKept = 32
/** Wrong tokens in a minute that withdraw every unused link. */
const maxFailures = 10
const minute = 60_000

export function createSessionTokens(
  port: number,
  options: {
    now?: () => number
    /** Called when the unused links were withdrawn because somebody is guessing. */
    onGuessing?: () => void
  } = {},
): SessionTokens {
  const now = options.now ?? Date.now
  const cookieName = `tessera-${port}`
  // Only digests are kept: comparing them takes the same time whatever is wrong, and the length too is hidden.
  const launches: Buffer[] = []
  const sessions: Buffer[] = []
  let failures: number[] = []

  function mint(kept: Buffer[]): string {
    const token = randomBytes(32).toString('base64url')
    kept.push(digest(token))
    if (kept.length > maxKept) kept.shift()
    return token
  }

  return {
    cookieName,
    launch: () => mint(launches),
    exchange(token) {
      const at = indexOf(launches, token)
      if (at >= 0) {
        launches.splice(at, 1)
        return `${cookieName}=${mint(sessions)}; HttpOnly; SameSite=Strict; Path=/`
      }
      failures = [...failures.filter((time) => time > now() - minute), now()]
      if (failures.length >= maxFailures) {
        failures = []
        launches.length = 0
        options.onGuessing?.()
      }
      throw unknownToken()
    },
    knows(cookieHeader) {
      for (const pair of (cookieHeader ?? '').split(';')) {
        const [name, value] = pair.trim().split('=', 2)
        if (name === cookieName && value && indexOf(sessions, value) >= 0) return true
      }
      return false
    },
  }
}

export function unknownToken(): AppError {
  return new AppError('HOST_TOKEN', 'This link was used already, or the program was started anew since.', {
    remedy: 'Run the start command again: it prints a fresh link.',
  })
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Looks at every entry, so that the time says nothing about which one matched. */
function indexOf(kept: readonly Buffer[], token: string): number {
  const sought = digest(token)
  let found = -1
  for (const [at, each] of kept.entries()) if (timingSafeEqual(each, sought)) found = at
  return found
}
