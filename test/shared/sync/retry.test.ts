import { expect, it } from 'vitest'
import { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { backoff, clampDeadline, maxFailures, nextMove, readRetryAfter } from '../../../shared/sync/retry.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const day = 24 * 60 * 60 * 1000

it.each([
  ['0', 0],
  ['5', 5000],
  ['1.5', 1500],
  ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
  ['Thu, 01 Jan 2015 00:00:10 GMT', 0],
  ['-1', 0],
  ['1e308', 0],
  ['999999999', day],
  ['garbage', 0],
  [null, 0],
])('reads Retry-After %s within 0 and a day', (header, ms) => {
  expect(readRetryAfter(header, now)).toBe(ms)
})

it.each([
  [now + 1000, now + 1000],
  [now + day, now + day],
  [now + 5 * 365 * day, now + day],
  [now - 5 * 365 * day, now - 5 * 365 * day],
  [0, 0],
])('lets a stored deadline of %i lie a day ahead at most', (stored, counts) => {
  expect(clampDeadline(stored, now)).toBe(counts)
})

it('spreads the waits over the whole of a growing, bounded interval', () => {
  expect([backoff(1, 0), backoff(1, 0.5), backoff(2, 0.5)]).toEqual([0, 2000, 4000])
  expect(backoff(1000, 0.999999)).toBeLessThan(300_000)
})

it('waits at least as long as the server asked', () => {
  const limit = new RemoteError('REMOTE_LIMIT', 'm', { remedy: 'r', retryAfterMs: 9000 })
  expect(nextMove(limit, 1, 0)).toEqual({ kind: 'wait', delayMs: 9000, counted: true })
  expect(nextMove(limit, maxFailures, 0)).toEqual({ kind: 'park' })
})

it.each([
  ['AUTH_REVOKED', 'pause'],
  ['NET_PROXY', 'pause'],
  ['CLOCK_SKEW', 'pause'],
  ['REMOTE_QUOTA', 'park'],
  ['TLS_BAD', 'pause'],
  ['NET_OFFLINE', 'wait'],
  ['NET_INTERFERED', 'wait'],
  ['REMOTE_FORBIDDEN', 'park'],
  ['REMOTE_MISMATCH', 'park'],
  ['BLOB_CORRUPT', 'park'],
] as const)('answers %s with %s', (code, kind) => {
  const move = nextMove(new AppError(code, 'm', { remedy: 'r' }), maxFailures + 5, 0.5)
  expect(move.kind).toBe(kind)
})
