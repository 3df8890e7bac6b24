import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { verifyLibrary } from '../../../electron/host/verify.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { Fault } from '../../servers/wandb/server.ts'
import { faultyFileOps } from '../../support/faulty-file-ops.ts'
import { type Laptop, openDesk } from '../../support/laptops.ts'
import { plantArtifact } from '../../support/plant-artifact.ts'
import { pushKey } from '../../support/push-host.ts'

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

/** `count` images, the first of them labeled, in one version on the server. */
async function pushed(ada: Laptop, count = 4) {
  ada.categorize()
  for (let i = 1; i <= count; i++) await ada.add(`${i}.png`, i)
  await ada.label('1.png', [1, 1, 2])
  const version = await ada.commit('first')
  await ada.push()
  return version
}
const blobsOf = ({ services }: Laptop) => {
  const folder = join(services.context.folder, 'blobs', 'sha256')
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
}
const findingsOf = async ({ services: { context, versions } }: Laptop) =>
  (await verifyLibrary(context, versions, { signal: AbortSignal.timeout(60_000) })).findings
const unfinished = ({ services }: Laptop) => readdirSync(join(services.context.folder, 'tmp'))

const passing: [string, Fault['action'], string, number][] = [
  ['ends in the middle', { kind: 'truncate' }, 'get', 3],
  ['is lost', { kind: 'drop-after-effect' }, 'get', 2],
  ['never comes', { kind: 'drop-before-effect' }, 'get', 2],
  ['is a fault of the server', { kind: 'status', status: 503 }, 'get', 3],
  ['comes from an address that expired', { kind: 'expired' }, 'get', 2],
  ['is lost on the way to the list', { kind: 'drop-after-effect' }, 'artifact', 2],
  ['asks for a pause', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }, 'project', 1],
]
it.each(passing)('brings everything though an answer %s', async (_, action, on, times) => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  const version = await pushed(ada)
  desk.server.fail({ on, action, times, after: 2 })
  expect(await codeOf(bob.pullAndMerge())).toBe('done')
  expect(bob.head()!.id).toBe(version.id)
  expect(unfinished(bob)).toEqual([])
})

it('takes no file whose bytes are not those that the version names, and nothing of the version', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  const [raw] = desk.server.store.versions('me', 'street', 'raw_data')
  const { md5 } = raw!.files['images/2.png']!
  const whole = desk.server.store.blob(md5)!
  const file = join(desk.root, 'server', 'blobs', Buffer.from(md5, 'base64').toString('hex'))
  const changed = Buffer.from(whole)
  changed[40]! ^= 1
  for (const bytes of [changed, whole.subarray(0, 60), Buffer.concat([whole, whole])]) {
    writeFileSync(file, bytes)
    expect(await codeOf(bob.pullAndMerge())).toBe('REMOTE_CORRUPT')
    expect(bob.head()).toBeNull()
    expect(unfinished(bob)).toEqual([])
  }
  writeFileSync(file, whole)
  const before = desk.server.count('get')
  expect((await bob.pullAndMerge()).kind).toBe('clone')
  // The others had come already.
  expect(desk.server.count('get') - before).toBeLessThan(10)
  expect(await findingsOf(bob)).toEqual([])
})

it.each([
  [401, 'AUTH_REVOKED'],
  [403, 'REMOTE_FORBIDDEN'],
  [404, 'REMOTE_GONE'],
] as const)('says what a %i of the server means', async (status, code) => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  desk.server.fail({ on: 'artifact', action: { kind: 'status', status }, times: 5 })
  expect(await codeOf(bob.pullAndMerge())).toBe(code)
  const { job } = await bob.call('pull.status', {})
  expect([job?.state, job?.error?.code]).toEqual(['failed', code])
  desk.server.mend()
  expect(await codeOf(bob.pullAndMerge())).toBe('done')
})

it('goes on after a server that died in the middle', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  const version = await pushed(ada, 40)
  desk.server.fail({ on: 'get', action: { kind: 'truncate' }, after: 20, times: 400 })
  desk.server.fail({ on: 'artifact', action: { kind: 'drop-before-effect' }, after: 4, times: 400 })
  expect(['NET_SLOW', 'NET_OFFLINE']).toContain(await codeOf(bob.pullAndMerge()))
  desk.server.mend()
  desk.server.requests.length = 0
  await bob.pullAndMerge()
  expect(bob.head()!.id).toBe(version.id)
  expect(desk.server.count('get')).toBeLessThan(45)
})

it('keeps what has come when it is stopped, and goes on', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada, 40)
  desk.server.fail({ on: 'get', action: { kind: 'slow', ms: 20 }, times: 400 })
  const pull = codeOf(bob.pullAndMerge())
  while (desk.server.count('get') < 25) await sleep(5)
  expect((await bob.call('pull.cancel', {})).job?.state).toBe('stopped')
  expect(await pull).toBe('CANCELLED')
  expect(unfinished(bob)).toEqual([])
  desk.server.mend()
  desk.server.requests.length = 0
  expect((await bob.pullAndMerge()).kind).toBe('clone')
  expect(desk.server.count('get')).toBeLessThan(45)
})

it.each([2, 12, 30, 47])(
  'is whole after a kill at file %i, and does not ask for files again',
  async (at) => {
    const desk = await openDesk()
    const ada = await desk.laptop('ada')
    const version = await pushed(ada, 40)
    const root = join(desk.root, 'bob')
    const start = () =>
      spawn(
        process.execPath,
        [fileURLToPath(new URL('../../support/pull-child.ts', import.meta.url)), root, desk.server.url],
        { env: { ...process.env, WANDB_API_KEY: pushKey }, stdio: 'inherit' },
      )
    desk.server.requests.length = 0
    desk.server.fail({ on: 'get', action: { kind: 'slow', ms: 15 }, times: 400 })
    const first = start()
    while (desk.server.count('get') < at && first.exitCode === null) await sleep(2)
    first.kill('SIGKILL')
    await once(first, 'exit')
    desk.server.mend()
    const before = desk.server.count('get')
    const second = start()
    await once(second, 'exit')
    expect(second.exitCode).toBe(0)
    const bob = await desk.laptop('bob', { root })
    expect(bob.head()!.id).toBe(version.id)
    expect((await bob.call('versions.draft', {})).canCommit).toBe(false)
    expect((await bob.call('samples.list', {})).total).toBe(40)
    expect(await findingsOf(bob)).toEqual([])
    // 48 files and 4 lists; those under way at the kill and those not yet published with others come twice.
    expect(desk.server.count('get')).toBeLessThan(52 + 16 + 32 + 6)
    expect(before).toBeGreaterThanOrEqual(at)
  },
  60_000,
)

it('says that the disk is full, and leaves nothing half', async () => {
  const desk = await openDesk()
  const ops = faultyFileOps()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob', { ops })]
  await pushed(ada, 20)
  let writes = 0
  ops.fail('ENOSPC', (_, { name }) => name === 'write' && ++writes > 12)
  expect(await codeOf(bob.pullAndMerge())).toBe('DISK_FULL')
  ops.heal()
  expect(unfinished(bob)).toEqual([])
  expect(bob.head()).toBeNull()
  expect(blobsOf(bob).length).toBeGreaterThan(5)
  expect((await bob.pullAndMerge()).kind).toBe('clone')
})

const digest = 'XUFAKrxLKna5cZ2REBfFkg=='
const plain = { entry: { digest, size: 5 } }
it.each([
  ['an absolute path', { '/etc/passwd': plain }, 'IN_PATH'],
  ['a path that leads out', { 'images/../../x.png': plain }, 'IN_PATH'],
  ['a path that leads out on Windows', { 'images\\..\\..\\x.png': plain }, 'IN_PATH'],
  ['a drive', { 'c:/x.png': plain }, 'IN_PATH'],
  ['a control character', { 'a\u0007.png': plain }, 'IN_PATH'],
  ['names that differ in case', { 'a.png': plain, 'A.PNG': plain }, 'IN_PATH'],
  ['names that differ in accents', { 'é.png': plain, 'e\u0301.png': plain }, 'IN_PATH'],
  ['a file in a file', { 'a.png': plain, 'A.png/b.png': plain }, 'IN_PATH'],
  ['a file of a million gigabytes', { 'a.png': { entry: { digest, size: 1e15 } } }, 'IN_TOO_BIG'],
  ['sums that are none', { 'a.png': { entry: { digest: 'abc', size: 5 } } }, 'IN_FORMAT'],
  ['other sums', { 'a.png': { entry: { digest, size: 5, extra: { alg: 'XXH128' } } } }, 'IN_FORMAT'],
  ['a negative size', { 'a.png': { entry: { digest, size: -1 } } }, 'REMOTE_CORRUPT'],
] as const)('refuses a version with %s, and takes nothing of it', async (_, files, code) => {
  const desk = await openDesk()
  const bob = await desk.laptop('bob')
  const id = plantArtifact(desk.server, files)
  expect((await bob.call('remote.look', { artifact: id })).refused?.code).toBe(code)
  expect(await codeOf(bob.call('remote.pull', { artifact: id }))).toBe(code)
  expect(blobsOf(bob)).toEqual([])
})

it('refuses a list of files that does not have the digest of its version', async () => {
  const desk = await openDesk()
  const bob = await desk.laptop('bob')
  const id = plantArtifact(desk.server, { 'a.png': plain }, { digest: '0'.repeat(32) })
  expect(await codeOf(bob.call('remote.pull', { artifact: id }))).toBe('REMOTE_CORRUPT')
  const broken = plantArtifact(desk.server, {}, { collection: 'b', manifest: '{"version":1,"contents":[' })
  expect(await codeOf(bob.call('remote.pull', { artifact: broken }))).toBe('REMOTE_CORRUPT')
})
