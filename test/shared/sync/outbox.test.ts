import { expect, it } from 'vitest'
import type { ArtifactRole, Delivery, OutboxEntry, Version } from '../../../shared/host/host-api.ts'
import type { Attempt } from '../../../shared/sync/attempt.ts'
import { deliveryOf, nextDue, outbox, owed } from '../../../shared/sync/outbox.ts'

const version = (number: number, ...roles: ArtifactRole[]) =>
  ({
    id: `id${number}`,
    number,
    artifacts: roles.map((role) => ({ role, index: 0, digest: `${role}-${number}`, files: 1, bytes: 1 })),
  }) as unknown as Version
const shown = (items: ReturnType<typeof outbox>) =>
  items.map(({ version: { number }, role }) => `${number} ${role}`)
const attempt = (change: Partial<Attempt>): Attempt => ({
  kind: 'waiting',
  clientId: 'c'.repeat(128),
  sequenceClientId: 's'.repeat(128),
  runName: 'upload-1',
  runOpened: false,
  startedAt: 0,
  baseIndex: -1,
  artifactId: null,
  manifestId: null,
  isSealed: false,
  failures: 0,
  notBefore: 0,
  error: null,
  ...change,
})
const error = { code: 'REMOTE_GONE', message: 'Gone.', remedy: 'Choose another.', retry: 'manual' } as const

it('goes oldest version first, images before the labels that point at them', () => {
  const list = [version(2, 'labeled_data', 'raw_data'), version(10, 'raw_data'), version(1, 'raw_data')]
  expect(shown(outbox(list))).toEqual(['1 raw_data', '2 raw_data', '2 labeled_data', '10 raw_data'])
  expect(outbox(list)[2]!.digest).toBe('labeled_data-2')
  expect(outbox([])).toEqual([])
})

it('owes what has no receipt, and nothing else', () => {
  const list = [version(1, 'raw_data'), version(2, 'raw_data', 'labeled_data')]
  const received = new Set(['raw_data id1', 'labeled_data id2'])
  expect(shown(owed(list, (role, id) => received.has(`${role} ${id}`)))).toEqual(['2 raw_data'])
  expect(owed(list, () => true)).toEqual([])
  expect(shown(owed(list, () => false))).toEqual(shown(outbox(list)))
})

it('counts a receipt above whatever an attempt says', () => {
  const receipt = { remoteVersion: 'v3', url: null, sentAt: 5 }
  expect(deliveryOf({ receipt, attempt: attempt({ kind: 'parked', error }), isPushing: true })).toEqual({
    kind: 'sent',
    remoteVersion: 'v3',
    url: null,
    sentAt: 5,
  })
})

it('shows what was being sent when the program died as waiting', () => {
  const sending = attempt({ kind: 'sending', failures: 2 })
  expect(deliveryOf({ receipt: null, attempt: sending, isPushing: true })).toEqual({ kind: 'sending' })
  expect(deliveryOf({ receipt: null, attempt: sending, isPushing: false })).toEqual({
    kind: 'waiting',
    failures: 2,
    notBefore: 0,
    lastError: null,
  })
})

it('starts as waiting, and keeps the reason when it is parked', () => {
  expect(deliveryOf({ receipt: null, attempt: null, isPushing: false })).toEqual({
    kind: 'waiting',
    failures: 0,
    notBefore: 0,
    lastError: null,
  })
  expect(
    deliveryOf({ receipt: null, attempt: attempt({ kind: 'parked', error }), isPushing: false }),
  ).toEqual({
    kind: 'parked',
    error,
  })
})

const entry = (role: ArtifactRole, delivery: Delivery): OutboxEntry => ({
  version: 'f'.repeat(64),
  versionNumber: 1,
  role,
  digest: '0'.repeat(32),
  files: 1,
  bytes: 1,
  behind: null,
  delivery,
})
const waits = (notBefore: number, retry: 'auto' | 'manual' | null = null): Delivery => ({
  kind: 'waiting',
  failures: 0,
  notBefore,
  lastError: retry && { ...error, retry },
})
const sent: Delivery = { kind: 'sent', remoteVersion: 'v0', url: null, sentAt: 1 }

it.each<[string, OutboxEntry[], number | null]>([
  ['nothing is owed', [entry('raw_data', sent)], null],
  ['what was never tried is due', [entry('raw_data', waits(0))], 0],
  ['a time of its own counts whatever went wrong', [entry('raw_data', waits(70, 'manual'))], 70],
  ['an error for a person waits for that person', [entry('raw_data', waits(0, 'manual'))], null],
  ['an error that mends itself does not', [entry('raw_data', waits(0, 'auto'))], 0],
  ['labels wait for their images', [entry('raw_data', waits(70)), entry('labeled_data', waits(0))], 70],
  [
    'nothing is due behind what is parked',
    [
      entry('raw_data', { kind: 'parked', error }),
      entry('labeled_data', waits(0)),
      entry('raw_data', waits(0)),
    ],
    null,
  ],
  [
    'the earliest counts',
    [entry('raw_data', sent), entry('labeled_data', waits(90)), entry('raw_data', waits(80))],
    80,
  ],
])('tells when the next delivery is due: %s', (_, entries, due) => {
  expect(nextDue(entries)).toBe(due)
})
