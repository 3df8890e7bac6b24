import { expect, it } from 'vitest'
import { AppError } from '../../../shared/base/app-error.ts'
import type { Delivery } from '../../../shared/host/host-api.ts'
import { versionStanding } from '../../../shared/sync/version-standing.ts'

const entry = (delivery: Delivery, behind: { versionNumber: number; role: 'raw_data' } | null = null) => ({
  delivery,
  behind,
})
const sent = entry({ kind: 'sent', remoteVersion: 'v3' } as Delivery)
const waiting = entry({ kind: 'waiting', failures: 0, notBefore: 0, lastError: null } as Delivery)
const error = new AppError('REMOTE_FORBIDDEN', 'No.', { remedy: 'Ask.' }).toInfo()
const parked = entry({ kind: 'parked', error } as Delivery)

it('is as the artifact that is worst off', () => {
  const standing = (...entries: Parameters<typeof versionStanding>[0][number][]) =>
    versionStanding(entries, false, 0)?.standing ?? null
  expect(standing()).toBeNull()
  expect(standing(sent, sent)).toBe('done')
  expect(standing(sent, waiting)).toBe('waiting')
  expect(standing(waiting, parked, sent)).toBe('needs')
  expect(standing(sent, entry(waiting.delivery, { versionNumber: 1, role: 'raw_data' }))).toBe('behind')
})

it('is held while sending is paused, and names the last artifact when all are there', () => {
  expect(versionStanding([sent, waiting], true, 0)).toMatchObject({ standing: 'held' })
  const labels = entry({ kind: 'sent', remoteVersion: 'v7' } as Delivery)
  expect(versionStanding([sent, labels], false, 0)?.entry).toBe(labels)
})
