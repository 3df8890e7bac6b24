import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FaultAction, startWandbDouble, type WandbDouble } from '../../servers/wandb/server.ts'
import { openPushLibrary, type PushLibrary } from '../../support/push-library.ts'

const key = 'canary0123456789canary0123456789canary0123'
let folder: string
let server: WandbDouble
let library: PushLibrary

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'push-'))
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key, dedupe: 'none' })
  library = openPushLibrary(join(folder, 'library'))
})
afterEach(async () => {
  library.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const steps = [
  'clientIDMapping',
  'project',
  'upsertBucket',
  'createArtifact',
  'createArtifactManifest',
  'createArtifactFiles',
  'put',
  'commitArtifact',
  'artifact',
  'get',
  'useArtifact',
  'file_stream',
]
const passing: [string, FaultAction][] = [
  ['500', { kind: 'status', status: 500 }],
  ['503 with a wait', { kind: 'status', status: 503, headers: { 'retry-after': '0.01' } }],
  ['429 with a wait', { kind: 'status', status: 429, headers: { 'retry-after': '0.01' } }],
  ['a cut connection', { kind: 'drop-before-effect' }],
  ['a lost answer', { kind: 'drop-after-effect' }],
  ['half an answer', { kind: 'truncate' }],
  ['a sign-in page', { kind: 'portal' }],
]

it.each(steps.flatMap((on) => passing.map(([what, action]) => [on, what, action] as const)))(
  'makes one version of each artifact though %s meets %s, again and again',
  async (on, _, action) => {
    library.commit({ 'a.jpg': 'picture a', 'b.jpg': 'picture b' }, { 'a.jpg': 'mask a' })
    // More often than one call is repeated, so that a whole try fails, and another.
    server.fail({ on, action, times: 5 })
    const sync = library.sync(server.url, key)
    for (let i = 0; i < 8; i++) {
      await sync.push()
      library.skipWaits()
    }
    const { entries } = await sync.status()
    expect(entries.map(({ delivery }) => delivery.kind)).toEqual(['sent', 'sent'])
    const { artifacts, runs } = server.store.state
    expect(artifacts.map(({ collection, state }) => [collection, state])).toEqual([
      ['raw_data', 'COMMITTED'],
      ['labeled_data', 'COMMITTED'],
    ])
    expect(runs.map(({ state }) => state)).toEqual(['finished', 'finished'])
    expect(runs[1]!.inputs).toEqual([artifacts[0]!.id])
  },
)

it('asks for fresh addresses when all of them expire in the middle', async () => {
  library.commit(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.jpg`, `picture ${i}`])), null)
  server.fail({ on: 'put', action: { kind: 'slow', ms: 30 }, after: 20, times: 40 })
  const sync = library.sync(server.url, key)
  const pushed = sync.push()
  while (server.count('put') < 30) await new Promise((done) => setTimeout(done, 2))
  server.expireAddresses()
  expect((await pushed).entries[0]!.delivery.kind).toBe('sent')
  expect(server.store.versions('me', 'street', 'raw_data')).toHaveLength(1)
})

it.each([
  ['createArtifact', { kind: 'refuse', message: 'storage quota exceeded' }, 'REMOTE_QUOTA', 'quota exceeded'],
  ['createArtifactFiles', { kind: 'refuse', message: 'file limit reached' }, 'REMOTE_REFUSED', 'file limit'],
  ['upsertBucket', { kind: 'status', status: 403 }, 'REMOTE_FORBIDDEN', 'does not let this key'],
  ['upsertBucket', { kind: 'status', status: 402 }, 'REMOTE_QUOTA', 'no room left'],
  ['upsertBucket', { kind: 'refuse', message: 'permission denied' }, 'REMOTE_FORBIDDEN', 'permission denied'],
  ['upsertBucket', { kind: 'status', status: 404 }, 'REMOTE_GONE', 'does not know'],
  [
    'createArtifact',
    { kind: 'status', status: 413, body: '{"error":"too big"}' },
    'REMOTE_REFUSED',
    'too big',
  ],
  ['put', { kind: 'expired' }, 'REMOTE_REFUSED', 'refused the address'],
] as const)('parks what %s refuses for good, in words: %o', async (on, action, code, words) => {
  library.commit({ 'a.jpg': 'picture a' }, null)
  server.fail({ on, action, times: 99 })
  const { delivery } = (await library.sync(server.url, key).push()).entries[0]!
  expect(delivery).toMatchObject({ kind: 'parked', error: { code, message: expect.stringContaining(words) } })
})

it('waits for a new key when this one is revoked in the middle, and goes on where it was', async () => {
  library.commit(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.jpg`, `picture ${i}`])), null)
  server.fail({ on: 'createArtifactFiles', action: { kind: 'status', status: 401 }, after: 2, times: 9 })
  const sync = library.sync(server.url, key)
  await expect(sync.push()).rejects.toMatchObject({ code: 'AUTH_REVOKED' })
  server.mend()
  const puts = server.count('put')
  expect(puts).toBeGreaterThan(0)
  expect((await sync.push()).entries[0]!.delivery.kind).toBe('sent')
  // 60 images, dataset.json, manifest.
  expect(server.count('put')).toBe(62)
})

it('asks who it is when it is forbidden something: a key that is not known any more is what to mend', async () => {
  library.commit({ 'a.jpg': 'picture a' }, null)
  server.fail({ on: 'createArtifact', action: { kind: 'status', status: 403 } })
  server.fail({ on: 'viewer', action: { kind: 'status', status: 401 } })
  const sync = library.sync(server.url, key)
  await expect(sync.push()).rejects.toMatchObject({ code: 'AUTH_REVOKED' })
  expect((await sync.status()).entries[0]!.delivery).toMatchObject({
    kind: 'waiting',
    lastError: { code: 'AUTH_REVOKED' },
  })
})
