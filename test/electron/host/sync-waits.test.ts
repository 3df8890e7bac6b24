import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startWandbDouble, type WandbDouble } from '../../servers/wandb/server.ts'
import { openPushLibrary, type PushLibrary } from '../../support/push-library.ts'

const key = 'canary0123456789canary0123456789canary0123'
const [hour, year] = [3_600_000, 365 * 86_400_000]
const images = { 'a.jpg': 'picture a' }
let folder: string
let server: WandbDouble
let library: PushLibrary

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'push-'))
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key })
  library = openPushLibrary(join(folder, 'library'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  library.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const pauseFor = (seconds: number, times = 1) =>
  server.fail({
    on: 'createArtifact',
    action: { kind: 'status', status: 429, headers: { 'retry-after': String(seconds) } },
    times,
  })
/** How many requests a push makes, and what becomes of the first delivery. */
async function tryAgain(sync: ReturnType<PushLibrary['sync']>) {
  const before = server.requests.length
  const { entries } = await sync.push()
  return { requests: server.requests.length - before, delivery: entries[0]!.delivery }
}

it.each([120, 3600, 86_400])('leaves a server alone for the %i seconds it asked for', async (seconds) => {
  library.commit(images, null)
  pauseFor(seconds)
  const sync = library.sync(server.url, key)
  await sync.push()
  expect((await tryAgain(sync)).requests).toBe(0)
  library.clock.shiftMs = seconds * 1000 - 60_000
  expect((await tryAgain(sync)).requests).toBe(0)
  library.clock.shiftMs = seconds * 1000 + 1
  expect((await tryAgain(sync)).delivery.kind).toBe('sent')
})

it('waits a day at most when the clock goes years back, however often it looks', async () => {
  library.commit(images, null)
  pauseFor(3600)
  const sync = library.sync(server.url, key)
  await sync.push()
  library.clock.shiftMs = -5 * year
  const early = await tryAgain(sync)
  expect(early.requests).toBe(0)
  expect(early.delivery.kind === 'waiting' && early.delivery.notBefore).toBeLessThanOrEqual(
    Date.now() + library.clock.shiftMs + 24 * hour,
  )
  library.clock.shiftMs += 23 * hour
  expect((await tryAgain(sync)).requests).toBe(0)
  library.clock.shiftMs += hour
  expect((await tryAgain(sync)).delivery.kind).toBe('sent')
})

it('tries once when the clock goes years ahead, and waits again when told to', async () => {
  library.commit(images, null)
  pauseFor(3600, 2)
  const sync = library.sync(server.url, key)
  await sync.push()
  library.clock.shiftMs = 5 * year
  await sync.push()
  expect(server.count('createArtifact')).toBe(2)
  for (let i = 0; i < 3; i++) expect((await tryAgain(sync)).requests).toBe(0)
  // The clock is set right: the deadline of the wrong time lies years ahead.
  library.clock.shiftMs = 0
  expect((await tryAgain(sync)).requests).toBe(0)
  library.clock.shiftMs = 24 * hour + 1000
  expect((await tryAgain(sync)).delivery.kind).toBe('sent')
})

it('waits for long in short steps', async () => {
  library.commit(images, null)
  pauseFor(86_400)
  const sync = library.sync(server.url, key, { autoPush: true })
  await sync.push()
  const timers = vi.spyOn(globalThis, 'setTimeout')
  sync.start()
  await vi.waitFor(() => expect(timers.mock.calls.map(([, ms]) => ms)).toContain(300_000))
  expect(Math.max(...timers.mock.calls.map(([, ms]) => ms ?? 0))).toBe(300_000)
  await sync.close()
})

it('tries again by itself after a mistake of its own', async () => {
  library.commit(images, null)
  const { manifest } = library.source
  let mistakes = 1
  library.source.manifest = (id, role) =>
    mistakes-- > 0 ? Promise.reject(new Error('a mistake')) : manifest(id, role)
  const sync = library.sync(server.url, key, { autoPush: true })
  sync.start()
  await vi.waitFor(async () => expect((await sync.status()).entries[0]!.delivery.kind).toBe('sent'), {
    timeout: 20_000,
  })
  expect(JSON.stringify((await sync.status()).log)).toContain('a mistake of its own')
  await sync.close()
})

it('goes on by itself after the library was closed in the middle, but not after a person stopped it', async () => {
  library.commit(images, null)
  const lastError = async (end: 'close' | 'cancel') => {
    server.fail({ on: 'createArtifact', action: { kind: 'slow', ms: 5000 } })
    const sync = library.sync(server.url, key)
    const seen = server.count('createArtifact')
    const pushed = sync.push().catch((error: unknown) => error)
    await vi.waitFor(() => expect(server.count('createArtifact')).toBe(seen + 1), { timeout: 5000 })
    await sync[end]()
    expect(await pushed).toMatchObject({ code: 'CANCELLED' })
    const { delivery } = (await sync.status()).entries[0]!
    return delivery.kind === 'waiting' ? delivery.lastError : delivery
  }
  expect(await lastError('cancel')).toMatchObject({ code: 'CANCELLED' })
  expect(await lastError('close')).toBeNull()
})

it.each([
  ['no JSON', '{"kind":"waiting","clientId":'],
  ['another JSON', '{"kind":"dreaming"}'],
])('starts anew when the state of a delivery is %s, and keeps its bytes', async (_, state) => {
  library.commit(images, null)
  pauseFor(0)
  const sync = library.sync(server.url, key)
  await sync.push()
  const { db } = library.context
  db.exec('PRAGMA ignore_check_constraints = ON')
  db.prepare('UPDATE deliveries SET state = ?').run(state)
  expect((await sync.status()).entries[0]!.delivery).toMatchObject({ kind: 'waiting', failures: 0 })
  await sync.status()
  expect(library.logs.filter((line) => line.includes('cannot be read'))).toHaveLength(1)
  expect((await sync.push()).entries[0]!.delivery.kind).toBe('sent')
  expect(server.store.state.artifacts).toHaveLength(1)
  const kept = join(folder, 'library', 'quarantine')
  const [file, note] = readdirSync(kept).sort()
  expect(readFileSync(join(kept, file!), 'utf8')).toBe(state)
  expect(JSON.parse(readFileSync(join(kept, note!), 'utf8'))).toMatchObject({ file, role: 'raw_data' })
})

it('tells a person at the command line what to type', async () => {
  const sync = library.sync('', '')
  await expect(sync.push()).rejects.toMatchObject({ remedy: expect.stringContaining('tessera config set') })
  const keyless = library.sync(server.url, '')
  await expect(keyless.push()).rejects.toMatchObject({
    remedy: expect.stringContaining('tessera config set wandb.api-key'),
  })
  library.commit(images, null)
  const refused = library.sync(server.url, 'another0123456789another0123456789another')
  await expect(refused.push()).rejects.toMatchObject({
    remedy: expect.stringContaining('tessera config set wandb.api-key'),
  })
})
