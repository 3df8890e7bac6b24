import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { plainClient } from '../../support/segments-client.ts'
import { type FaultAction, readFaults } from './faults.ts'
import { operations } from './routes.ts'
import { type SegmentsDouble, startSegmentsDouble } from './server.ts'

let folder: string
let server: SegmentsDouble
let client: ReturnType<typeof plainClient>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'double-'))
  server = await startSegmentsDouble({ dir: join(folder, 'data'), releaseMs: 0 })
  client = plainClient(server)
  await client.ask('POST', '/user/datasets/', { name: 'd' })
  server.admin.addSample('me/d', { name: 'a.png', url: 'https://example.com/a.png' })
  server.forget()
})
afterEach(async () => {
  await server.close()
  // Whoever sweeps up after a failure may have closed it before.
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const sample = { name: 'b.png', attributes: { image: { url: 'https://example.com/b.png' } } }
const add = () => client.ask('POST', '/datasets/me/d/samples/', sample)
const isThere = () => server.admin.sample('me/d', 'b.png') !== undefined
const labelPath = () => `/labels/${server.admin.sample('me/d', 'a.png')!.uuid}/ground-truth/`

it.each<[FaultAction, number, string, boolean]>([
  [{ kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 429, 'available in 7 seconds', false],
  [{ kind: 'status', status: 429 }, 429, 'throttled', false],
  [{ kind: 'status', status: 502 }, 502, '502 Bad Gateway', false],
  [{ kind: 'status', status: 504 }, 504, 'Time-out', false],
  [{ kind: 'status', status: 413, body: 'too much' }, 413, 'too much', false],
  [{ kind: 'status-after-effect', status: 500 }, 500, 'Internal Server Error', true],
  [{ kind: 'throttled' }, 200, 'throttled', false],
  [{ kind: 'portal' }, 200, 'Sign in', false],
  [{ kind: 'revoke' }, 401, 'credentials were not provided', false],
  [{ kind: 'slow', ms: 5 }, 201, 'b.png', true],
])('with %o', async (action, status, words, isDone) => {
  server.fail({ on: 'create_sample', action })
  const answered = await add()
  expect(answered.status).toBe(status)
  expect(JSON.stringify(answered.body)).toContain(words)
  expect(isThere()).toBe(isDone)
  if (action.kind === 'status' && action.headers) expect(answered.headers.get('retry-after')).toBe('7')
})

it.each<[FaultAction, boolean]>([
  [{ kind: 'drop-before-effect' }, false],
  [{ kind: 'drop-after-effect' }, true],
  [{ kind: 'truncate' }, true],
])('with %o the answer is lost', async (action, isDone) => {
  server.fail({ on: 'create_sample', action })
  await expect(add()).rejects.toThrow()
  expect(isThere()).toBe(isDone)
  expect((await add()).status).toBe(isDone ? 400 : 201)
})

it('fails or forgets a release, as told', async () => {
  const path = '/datasets/me/d/releases/'
  const statusOf = async (name: string) => (await client.ask('GET', `${path}${name}/`)).body.status
  server.fail({ on: 'create_release', action: { kind: 'release', outcome: 'FAILED' } })
  server.fail({ on: 'create_release', after: 1, action: { kind: 'release', outcome: 'STUCK' } })
  for (const name of ['a', 'b', 'c']) await client.ask('POST', path, { name })
  expect([await statusOf('a'), await statusOf('b'), await statusOf('c')]).toEqual([
    'FAILED',
    'PENDING',
    'SUCCEEDED',
  ])
  server.admin.endRelease('me/d', 'b', 'SUCCEEDED')
  expect(await statusOf('b')).toBe('SUCCEEDED')
})

it('lets somebody else save a label between a GET and a PUT', async () => {
  await client.ask('PUT', labelPath(), { attributes: null, label_status: 'LABELED' })
  server.fail({ on: 'get_label', action: { kind: 'edit-label', label_status: 'REVIEWED' } })
  const seen = (await client.ask('GET', labelPath())).body
  expect(seen.label_status).toBe('LABELED')
  const now = (await client.ask('GET', labelPath())).body
  expect(now).toMatchObject({ label_status: 'REVIEWED', updated_by: 'colleague' })
  expect(now.updated_at > seen.updated_at).toBe(true)
  // Just as long as nobody had one.
  await client.ask('DELETE', labelPath())
  server.fail({ on: 'get_label', action: { kind: 'edit-label' } })
  expect((await client.ask('GET', labelPath())).status).toBe(404)
  expect((await client.ask('GET', labelPath())).body.created_by).toBe('colleague')
})

it('refuses addresses that have expired', async () => {
  const url = server.admin.putFile('a.png', new Uint8Array([1]))
  server.fail({ on: 'download', action: { kind: 'expired' } })
  server.fail({ on: 'upload', action: { kind: 'expired' } })
  expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([403, 200])
  await expect(client.upload('a.png', new Uint8Array([1]))).rejects.toThrow('403')
  await client.upload('a.png', new Uint8Array([1]))
})

it('takes no key any more once it was revoked, until it is mended', async () => {
  server.fail({ on: 'api', after: 1, action: { kind: 'revoke' } })
  const statuses: number[] = []
  for (let i = 0; i < 3; i++) statuses.push((await client.ask('GET', '/user')).status)
  server.mend()
  statuses.push((await client.ask('GET', '/user')).status)
  expect(statuses).toEqual([200, 401, 401, 200])
})

it.each([true, false])('throttles who asks too often, with Retry-After: %s', async (retryAfter) => {
  let now = 0
  await server.close()
  const rate = { requests: 2, windowMs: 5000, retryAfter }
  server = await startSegmentsDouble({ dir: join(folder, 'data'), now: () => now, rate })
  client = plainClient(server)
  const ask = async () => {
    const { status, headers } = await client.ask('GET', '/user')
    return [status, headers.get('retry-after')]
  }
  expect([await ask(), await ask(), await ask()]).toEqual([
    [200, null],
    [200, null],
    [429, retryAfter ? '5' : null],
  ])
  now = 5000
  expect(await ask()).toEqual([200, null])
})

it('counts requests by what they asked for, and the most at one time', async () => {
  server.fail({ on: 'get_user', times: 3, action: { kind: 'slow', ms: 100 } })
  await Promise.all([1, 2, 3].map(() => client.ask('GET', '/user')))
  await client.ask('GET', '/nothing')
  expect(server.counts()).toEqual({ get_user: 3, other: 1 })
  expect([server.count('get_user'), server.count()]).toEqual([3, 4])
  expect(server.load().peak).toBe(3)
  expect(server.requests[0]).toMatchObject({ authorization: 'APIKey key', status: 200, path: '/user' })
  server.forget()
  expect([server.count(), server.load().peak]).toEqual([0, 0])
})

it.each([
  [{ faults: [{ on: 'get_label', action: { kind: 'explode' } }] }, 'kind'],
  [{ faults: [{ on: 'get_lable', action: { kind: 'truncate' } }] }, 'no operation "get_lable"'],
  [{ faults: [{ on: 'upload', call: 0, action: { kind: 'truncate' } }] }, 'call'],
  [{ faults: [{ on: 'upload', action: { kind: 'status', status: 99 } }] }, 'status'],
  [{ faults: [{ on: 'upload', action: { kind: 'slow', ms: 5, m: 1 } }] }, 'Unrecognized key'],
  [[], 'object'],
])('says what is wrong with a file of faults: %o', (content, words) => {
  const file = join(folder, 'faults.json')
  writeFileSync(file, JSON.stringify(content))
  expect(() => readFaults(file, operations)).toThrow(words)
})

/** Starts the double as a program; resolves with its address. */
async function startAlone(...args: string[]) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const url = await new Promise<string>((done) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => done(text.trim()))
    void ended.then(() => done(''))
  })
  return { child, ended, url }
}

it('runs alone, misbehaves as a file tells it, and loses nothing when it is killed', async () => {
  const file = join(folder, 'faults.json')
  const fault = { on: 'get_user', call: 2, times: 2, action: { kind: 'status', status: 503 } }
  writeFileSync(file, JSON.stringify({ faults: [fault] }))
  const data = join(folder, 'alone')
  const first = await startAlone('--port', '0', '--data', data, '--faults', file)
  const alone = plainClient(first)
  const statuses: number[] = []
  for (let i = 0; i < 4; i++) statuses.push((await alone.ask('GET', '/user')).status)
  expect(statuses).toEqual([200, 503, 503, 200])
  await alone.ask('POST', '/user/datasets/', { name: 'kept' })
  first.child.kill('SIGKILL')
  await first.ended
  const second = await startAlone('--data', data)
  expect((await plainClient(second).ask('GET', '/datasets/me/kept/')).status).toBe(200)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
})

it.each([
  [['--port', 'x'], '--port'],
  [['--faults', 'nowhere.json'], '--faults'],
])('does not start with %o', async (args) => {
  const { ended, url } = await startAlone(...args)
  expect([await ended, url]).toEqual([2, ''])
})
