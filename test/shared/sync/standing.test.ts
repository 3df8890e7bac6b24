import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../shared/base/app-error.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { ArtifactRole, Delivery } from '../../../shared/host/host-api.ts'
import { heldUpBy } from '../../../shared/sync/outbox.ts'
import { standingOf } from '../../../shared/sync/standing.ts'

const info = (code: ErrorCode) => new AppError(code, 'm', { remedy: 'r' }).toInfo()
const waits = (notBefore = 0, code: ErrorCode | null = null): Delivery => ({
  kind: 'waiting',
  failures: 0,
  notBefore,
  lastError: code && info(code),
})
const sent: Delivery = { kind: 'sent', remoteVersion: 'v0', url: null, sentAt: 1 }
const parked = (code: ErrorCode | null): Delivery => ({ kind: 'parked', error: code && info(code) })
const behind = { versionNumber: 1, role: 'raw_data' as ArtifactRole }

describe('where one stands', () => {
  it.each([
    ['done', sent, false, null],
    ['done', sent, true, null],
    ['sending', { kind: 'sending' }, false, null],
    ['held', { kind: 'sending' }, true, null],
    ['waiting', waits(), false, null],
    ['held', waits(), true, null],
    ['behind', waits(), false, behind],
    ['retry', waits(200, 'NET_SLOW'), false, null],
    ['waiting', waits(50, 'NET_SLOW'), false, null],
    // What a person stopped, and a mistake of our own, go with the next push.
    ['waiting', waits(0, 'CANCELLED'), false, null],
    ['retry', waits(200, 'INTERNAL'), false, null],
    ['needs', waits(0, 'AUTH_REVOKED'), false, null],
    ['needs', waits(0, 'TLS_BAD'), true, behind],
    ['needs', parked('REMOTE_FORBIDDEN'), true, null],
    ['aside', parked(null), false, null],
  ] as const)('is %s with %o', (standing, delivery, isPaused, before) => {
    expect(standingOf({ delivery, behind: before }, isPaused, 100)).toBe(standing)
  })
})

describe('what holds one up', () => {
  const entry = (versionNumber: number, role: ArtifactRole, delivery: Delivery) => ({
    versionNumber,
    role,
    delivery,
  })

  it('is the first before it that does not go now: of its kind, or the images of its labels', () => {
    expect(
      heldUpBy([
        entry(1, 'raw_data', sent),
        entry(1, 'labeled_data', parked(null)),
        entry(2, 'raw_data', waits()),
        entry(2, 'labeled_data', waits()),
        entry(3, 'raw_data', parked('REMOTE_REFUSED')),
        entry(4, 'raw_data', waits()),
        entry(4, 'labeled_data', waits()),
      ]),
    ).toEqual([
      null,
      null,
      null,
      { versionNumber: 1, role: 'labeled_data' },
      null,
      { versionNumber: 3, role: 'raw_data' },
      { versionNumber: 1, role: 'labeled_data' },
    ])
  })

  it('is nothing where all go in their turn', () => {
    expect(heldUpBy([entry(1, 'raw_data', waits()), entry(1, 'labeled_data', waits())])).toEqual([null, null])
  })
})
