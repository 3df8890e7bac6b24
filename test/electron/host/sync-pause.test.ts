import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startWandbDouble, type WandbDouble } from '../../servers/wandb/server.ts'
import { openPushLibrary, type PushLibrary } from '../../support/push-library.ts'

const key = 'canary0123456789canary0123456789canary0123'
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
const pictures = () => Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`${i}.jpg`, `picture ${i}`]))

/** A push that is held with some of its files over. */
async function held() {
  library.commit(pictures(), null)
  server.fail({ on: 'put', action: { kind: 'slow', ms: 20 }, times: Number.POSITIVE_INFINITY })
  const sync = library.sync(server.url, key)
  const pushed = sync.push().catch((error: unknown) => error)
  while (server.count('put') < 20) await sleep(2)
  expect(await sync.pause()).toMatchObject({ paused: true, running: { step: 'Sending files' } })
  // What was on its way may arrive.
  await sleep(100)
  return { sync, pushed, sent: server.count('put') }
}

it('holds a push where it is, and goes on from there', async () => {
  const { sync, pushed, sent } = await held()
  await sleep(100)
  expect(server.count('put')).toBe(sent)
  expect(sent).toBeLessThan(80)
  expect((await sync.resume()).paused).toBe(false)
  expect(await pushed).toMatchObject({ paused: false, entries: [{ delivery: { kind: 'sent' } }] })
  // 80 images, dataset.json, manifest.
  expect(server.count('put')).toBe(82)
})

it('stops a push that is held', async () => {
  const { sync, pushed, sent } = await held()
  await sync.cancel()
  expect(await pushed).toMatchObject({ code: 'CANCELLED' })
  expect(server.count('put')).toBe(sent)
})

it('stays held when the library is opened again, sends nothing by itself, and obeys a push', async () => {
  library.commit(pictures(), null)
  await library.sync(server.url, key).pause()
  const sync = library.sync(server.url, key, { autoPush: true })
  expect((await sync.status()).paused).toBe(true)
  const timers = vi.spyOn(globalThis, 'setTimeout')
  sync.start()
  sync.wake()
  await sleep(50)
  expect(timers.mock.calls.filter(([, ms]) => (ms ?? 0) >= 1000)).toEqual([])
  timers.mockRestore()
  expect(server.requests).toEqual([])
  expect(await sync.push()).toMatchObject({ paused: false, entries: [{ delivery: { kind: 'sent' } }] })
  await sync.close()
})
