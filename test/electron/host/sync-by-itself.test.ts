import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { createBreakers } from '../../../electron/adapters/net/breaker.ts'
import { createReachability } from '../../../electron/host/reachability.ts'
import { startWandbDouble, type WandbDouble } from '../../servers/wandb/server.ts'
import { openPushLibrary, type PushLibrary } from '../../support/push-library.ts'

const key = 'canary0123456789canary0123456789canary0123'
const images = { 'a.jpg': 'picture a' }
const hour = 3_600_000
const soon = { timeout: 15_000 }
let folder: string
let server: WandbDouble
let library: PushLibrary

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'push-'))
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key })
  library = openPushLibrary(join(folder, 'library'))
})
afterEach(async () => {
  library.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})
const open = (...args: Parameters<PushLibrary['sync']>) => {
  const sync = library.sync(...args)
  onTestFinished(() => sync.close())
  return sync
}
const isSent = async (sync: ReturnType<PushLibrary['sync']>) =>
  (await sync.status()).entries.every(({ delivery }) => delivery.kind === 'sent')

it('looks again after half a minute at first, then ever more rarely, up to ten minutes', () => {
  let now = 0
  const reach = createReachability({ now: () => now, random: () => 1 })
  expect(reach.due()).toBeNull()
  const waits: number[] = []
  for (let i = 0; i < 7; i++) {
    reach.saw('offline')
    waits.push(reach.due()! - now)
    now = reach.due()!
  }
  expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000])
  expect(reach.saw('online')).toBe(true)
  expect(reach.saw('online')).toBe(false)
  expect(reach.due()).toBeNull()
})

it('goes on by itself when the server can be reached again, and says both', async () => {
  const { url } = server
  const port = Number(new URL(url).port)
  await server.close()
  library.commit(images, null)
  const sync = open(url, key, { autoPush: true, probes: { firstMs: 1000, longestMs: 1000 } })
  sync.start()
  await vi.waitFor(async () => expect((await sync.status()).online).toBe('offline'), soon)
  const { entries, next } = await sync.status()
  expect(entries[0]!.delivery).toMatchObject({ kind: 'waiting', failures: 0 })
  if (next) expect(next.what).toBe('probe')
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key, port })
  await vi.waitFor(async () => expect(await isSent(sync)).toBe(true), soon)
  const { log, online } = await sync.status()
  expect(online).toBe('online')
  expect(log.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['network', 'sent']))
}, 30_000)

it('takes a hint for a reason to look, and nothing more', async () => {
  const sync = open(server.url, key, { autoPush: true })
  // Not started: nothing by itself.
  await sync.hint()
  expect(server.requests).toEqual([])
  sync.start()
  await sync.hint()
  expect((await sync.status()).online).toBe('online')
  const asked = server.count('viewer')
  // A network that comes and goes gives many.
  for (let i = 0; i < 5; i++) await sync.hint()
  expect(server.count('viewer')).toBe(asked)
})

it('asks nobody when nothing is to go by itself, or sending is held', async () => {
  library.commit(images, null)
  const manual = open(server.url, key)
  manual.start()
  await manual.hint()
  const held = open(server.url, key, { autoPush: true })
  await held.pause()
  held.start()
  await held.hint()
  await sleep(1300)
  expect(server.requests).toEqual([])
  expect((await held.status()).next).toBeNull()
})

it('sends on a schedule without a push at every commit, and keeps when it last did', async () => {
  library.commit(images, null)
  const first = open(server.url, key, { every: 'hour' })
  first.start()
  await vi.waitFor(async () => expect(await isSent(first)).toBe(true), soon)
  await vi.waitFor(async () => expect((await first.status()).next?.what).toBe('schedule'), soon)
  await first.close()
  library.commit({ 'b.jpg': 'picture b' }, null)
  const second = open(server.url, key, { every: 'hour' })
  second.start()
  second.wake()
  await vi.waitFor(async () => expect((await second.status()).online).toBe('online'), soon)
  await sleep(1300)
  expect(await isSent(second)).toBe(false)
  library.clock.shiftMs = hour + 1000
  second.wake()
  await vi.waitFor(async () => expect(await isSent(second)).toBe(true), soon)
}, 60_000)

it('does not ask every second when a key is refused', async () => {
  library.commit(images, null)
  const sync = open(server.url, `other${key.slice(5)}`, { autoPush: true, every: 'hour' })
  sync.start()
  const asked = () => server.requests.length
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(0), soon)
  await sleep(1500)
  const before = asked()
  await sleep(2500)
  expect(asked()).toBe(before)
  expect((await sync.status()).entries[0]!.delivery).toMatchObject({ lastError: { code: 'AUTH_REVOKED' } })
}, 30_000)

it('leaves a server alone that fails again and again, and looks at once when a person asks', async () => {
  library.commit(images, null)
  const breakers = createBreakers({ random: () => 1 })
  const sync = open(server.url, key, { breakers })
  server.fail({ on: 'clientIDMapping', action: { kind: 'status', status: 503 }, times: 99 })
  while (server.count('clientIDMapping') < 5) {
    library.skipWaits()
    await sync.push()
  }
  const asked = server.requests.length
  expect(() => breakers.of(new URL(server.url).host).enter()).toThrow(/left alone/)
  server.mend()
  const { entries } = await sync.push()
  expect(entries[0]!.delivery.kind).toBe('sent')
  expect(server.requests.length).toBeGreaterThan(asked)
})

it('sets a delivery aside until a person lets it go, and what needs it waits behind it', async () => {
  const version = library.commit(images, { 'a.jpg': 'label a' })
  library.commit({ 'b.jpg': 'picture b' }, null)
  const sync = open(server.url, key)
  await sync.park(version, 'raw_data')
  const { entries } = await sync.push()
  expect(entries.map(({ delivery }) => delivery)).toEqual([
    { kind: 'parked', error: null },
    expect.objectContaining({ kind: 'waiting' }),
    expect.objectContaining({ kind: 'waiting' }),
  ])
  const first = { versionNumber: 1, role: 'raw_data' }
  expect(entries.map(({ behind }) => behind)).toEqual([null, first, first])
  expect(server.count('createArtifact')).toBe(0)
  await expect(sync.park('0'.repeat(64), 'raw_data')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await sync.retry(version, 'raw_data')
  await sync.push()
  expect(await isSent(sync)).toBe(true)
})

it('refuses to set aside what is being sent', async () => {
  const version = library.commit(images, null)
  server.fail({ on: 'createArtifact', action: { kind: 'slow', ms: 1500 } })
  const sync = open(server.url, key)
  const pushed = sync.push()
  await vi.waitFor(() => expect(server.count('createArtifact')).toBe(1), soon)
  await expect(sync.park(version, 'raw_data')).rejects.toMatchObject({ code: 'CONFLICT' })
  await pushed
  expect(await isSent(sync)).toBe(true)
})

it('says what was sent, with bytes and time, and still knows it after a start', async () => {
  library.commit(images, null)
  const logFile = join(folder, 'state', 'log.jsonl')
  const first = open(server.url, key, { logFile })
  await first.push()
  await first.close()
  const line = open(server.url, key, { logFile })
    .log(10)
    .find(({ kind }) => kind === 'sent')
  expect(line).toMatchObject({ text: expect.stringContaining('raw_data is on the server as v0'), files: 2 })
  expect(line?.bytes).toBeGreaterThan(9)
  expect(line?.ms).toBeGreaterThanOrEqual(0)
})
