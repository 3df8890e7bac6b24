import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createBreakers } from '../../../../electron/adapters/net/breaker.ts'
import { Secret } from '../../../../electron/adapters/secrets/secret.ts'
import { WandbHttp } from '../../../../electron/adapters/wandb/http.ts'

function setUp() {
  const clock = { now: 0 }
  const breakers = createBreakers({ now: () => clock.now, random: () => 1 })
  const breaker = breakers.of('w.example')
  const fail = (times = 1) => {
    for (let i = 0; i < times; i++) breaker.enter().failed()
  }
  return { clock, breakers, breaker, fail }
}
const alone = expect.objectContaining({ code: 'NET_OFFLINE', message: expect.stringContaining('left alone') })

it('opens after five failures in a row, and says how long', () => {
  const { breaker, fail } = setUp()
  fail(4)
  breaker.enter().worked()
  fail(4)
  expect(() => breaker.enter().dropped()).not.toThrow()
  fail()
  expect(() => breaker.enter()).toThrow(alone)
  expect(() => breaker.enter()).toThrow(expect.objectContaining({ retryAfterMs: 30_000 }))
})

it('opens when half of the last twenty calls failed', () => {
  const { breaker, fail } = setUp()
  for (let i = 0; i < 9; i++) {
    fail()
    breaker.enter().worked()
  }
  breaker.enter().worked()
  expect(() => fail()).not.toThrow()
  expect(() => breaker.enter()).toThrow(alone)
})

it('lets one call try at a time, and leaves the host alone for longer each time', () => {
  const { clock, breaker, fail } = setUp()
  fail(5)
  for (const wait of [30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]) {
    clock.now += wait - 1
    expect(() => breaker.enter()).toThrow(alone)
    clock.now += 1
    const probe = breaker.enter()
    expect(() => breaker.enter()).toThrow(alone)
    probe.failed()
  }
  clock.now += 600_000
  breaker.enter().worked()
  fail(4)
  expect(() => breaker.enter()).not.toThrow()
})

it('lets another try when the one that tried was given up', () => {
  const { clock, breaker, fail } = setUp()
  fail(5)
  clock.now += 30_000
  breaker.enter().dropped()
  expect(() => breaker.enter()).not.toThrow()
})

it('obeys a person who wants to know now', () => {
  const { breakers, breaker, fail } = setUp()
  fail(5)
  breakers.ready()
  breaker.enter().worked()
  expect(() => breaker.enter()).not.toThrow()
})

it('keeps hosts apart', () => {
  const { breakers, fail } = setUp()
  fail(5)
  expect(() => breakers.of('storage.example').enter()).not.toThrow()
})

it('grants ten repeats a minute, and one for ten calls that worked', () => {
  const { clock, breaker } = setUp()
  const granted = () => {
    let count = 0
    while (breaker.mayRepeat()) count++
    return count
  }
  expect(granted()).toBe(10)
  for (let i = 0; i < 30; i++) breaker.enter().worked()
  // Of thirty tenths, floating as they are, at least two are whole.
  expect(granted()).toBeGreaterThanOrEqual(2)
  clock.now += 30_000
  expect(granted()).toBeGreaterThanOrEqual(5)
  expect(granted()).toBe(0)
})

it('spares the server: a call that may not go is not made, and counts as being offline', async () => {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.writeHead(asked <= 5 ? 503 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const breakers = createBreakers({})
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const key = new Secret('k'.repeat(40))
  const http = new WandbHttp({ baseUrl, key, product: 'tessera/test', retries: 1, minWaitMs: 1, breakers })
  const { signal } = new AbortController()
  const code = () =>
    http.api('/graphql', { signal }).then(
      () => 'ok',
      (error: { code: string }) => error.code,
    )
  expect(await code()).toBe('NET_SLOW')
  expect(await code()).toBe('NET_SLOW')
  expect(await code()).toBe('NET_OFFLINE')
  expect(asked).toBe(5)
  expect(await code()).toBe('NET_OFFLINE')
  expect(asked).toBe(5)
  breakers.ready()
  expect(await code()).toBe('ok')
})
