import type { AppError, ErrorCode } from '../base/app-error.ts'
import { RemoteError } from './remote-error.ts'

/** What a failed push does next. `pause` waits for a person's new key and burns no attempt. */
export type NextMove =
  | { readonly kind: 'wait'; readonly delayMs: number; readonly counted: boolean }
  | { readonly kind: 'pause' }
  | { readonly kind: 'park' }

/** Counted failures after which a delivery is parked for a person. */
export const maxFailures = 12
export const maxDelayMs = 300_000
/** No wait is longer, whatever a server asks for and whatever a clock says. */
export const longestWaitMs = 24 * 60 * 60 * 1000

const waiting: ReadonlySet<ErrorCode> = new Set(['REMOTE_LIMIT', 'NET_SLOW', 'INTERNAL'])
/** Being offline is nobody's fault: it never counts towards parking. */
const offline: ReadonlySet<ErrorCode> = new Set(['NET_OFFLINE', 'NET_INTERFERED'])
const pausing: ReadonlySet<ErrorCode> = new Set([
  'AUTH_REVOKED',
  'AUTH_MISSING',
  'AUTH_KEYRING',
  'REMOTE_NOT_SET',
  'CANCELLED',
  'TLS_BAD',
  'NET_PROXY',
  'CLOCK_SKEW',
  'BAD_REQUEST',
])

/**
 * Decides after a failure. `failures` counts this one; `random` is in [0, 1): full jitter, so that many laptops do not
 * come back together. A server's `Retry-After` is a minimum.
 */
export function nextMove(error: AppError, failures: number, random: number): NextMove {
  if (pausing.has(error.code)) return { kind: 'pause' }
  const atLeast = error instanceof RemoteError ? error.retryAfterMs : 0
  const delayMs = Math.max(atLeast, backoff(failures, random))
  if (offline.has(error.code)) return { kind: 'wait', delayMs: Math.max(delayMs, 1000), counted: false }
  if (waiting.has(error.code) && failures < maxFailures) return { kind: 'wait', delayMs, counted: true }
  return { kind: 'park' }
}

/** Milliseconds to wait after the `failures`-th failure (from 1): random(0, min(300 s, 2 s × 2^n)). */
export function backoff(failures: number, random: number): number {
  const ceiling = Math.min(maxDelayMs, 2000 * 2 ** Math.min(30, Math.max(1, failures)))
  return Math.floor(random * ceiling)
}

/**
 * Reads a `Retry-After` header: seconds (fractions too) or an HTTP date. Returns milliseconds from `now`, within
 * 0 … 24 h; 0 for what cannot be read.
 */
export function readRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0
  const text = header.trim()
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  if (Number.isNaN(ms)) return 0
  return Math.min(longestWaitMs, Math.max(0, ms))
}

/**
 * A stored deadline as it counts now, both in milliseconds of wall time: at most 24 h ahead, so that a clock that was
 * once years ahead stalls nothing. One in the past stays as it is: it is due.
 */
export function clampDeadline(notBefore: number, now: number): number {
  return Math.min(notBefore, now + longestWaitMs)
}
