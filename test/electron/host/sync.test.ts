import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
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

const images = { 'a.jpg': 'picture a', 'b.png': 'picture b', '10': 'a name like a number' }
const labels = { 'a.jpg': 'mask a' }
const kinds = async (sync: ReturnType<PushLibrary['sync']>) =>
  (await sync.status()).entries.map((entry) => entry.delivery.kind)
const committed = (collection: string, at = server) => at.store.versions('me', 'street', collection)
const mutations = () =>
  server.requests.filter((r) => r.field !== null && Object.hasOwn(r.input, 'digest')).length

it('pushes raw and labeled data through runs, so that lineage appears', async () => {
  library.commit(images, labels, 'first labels')
  const sync = library.sync(server.url, key)
  await sync.push()
  expect(await kinds(sync)).toEqual(['sent', 'sent'])
  const [raw, labeled] = [committed('raw_data')[0]!, committed('labeled_data')[0]!]
  expect([raw.versionIndex, raw.type, raw.aliases]).toEqual([0, 'dataset', ['latest']])
  expect([labeled.versionIndex, labeled.type, labeled.aliases]).toEqual([0, 'labeled_dataset', ['latest']])
  const [upload, annotate] = server.store.state.runs
  expect([upload!.jobType, upload!.state, upload!.outputs]).toEqual(['upload', 'finished', [raw.id]])
  expect([annotate!.jobType, annotate!.state, annotate!.outputs]).toEqual([
    'annotate',
    'finished',
    [labeled.id],
  ])
  expect(annotate!.inputs).toEqual([raw.id])
  expect(JSON.parse(annotate!.config!)).toMatchObject({ version: { value: 1 }, _wandb: { value: { t: {} } } })
  // Images of the labeled data are pointers: only masks, objects and ontology were sent for it.
  expect(Object.keys(labeled.files).sort()).toEqual([
    'labels/a.jpg.json',
    'labels/a.jpg.png',
    'ontology.json',
  ])
  expect(library.events.at(-1)).toMatchObject({ type: 'sync.changed', status: { running: null } })
})

it('sends nothing twice after both sides were restarted', async () => {
  library.commit(images, labels)
  await library.sync(server.url, key).push()
  library.close()
  const port = Number(new URL(server.url).port)
  await server.close()
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key, port })
  library = openPushLibrary(join(folder, 'library'))
  const sync = library.sync(server.url, key)
  await sync.push()
  expect(await kinds(sync)).toEqual(['sent', 'sent'])
  expect(server.requests).toEqual([])
})

it('sends of the next version only the bytes that are new', async () => {
  library.commit(images, labels)
  const sync = library.sync(server.url, key)
  await sync.push()
  const puts = server.count('put')
  library.commit({ ...images, 'c.jpg': 'picture c' }, labels)
  await sync.push()
  // One image, dataset.json and the manifest; the labels did not change, so theirs is found and not sent.
  expect(server.count('put') - puts).toBe(3)
  expect([committed('raw_data').length, committed('labeled_data').length]).toEqual([2, 1])
})

const steps = [
  'upsertBucket',
  'createArtifact',
  'createArtifactManifest',
  'createArtifactFiles',
  'put',
  'commitArtifact',
  'useArtifact',
  'file_stream',
]
it.each(steps)('makes one version though the answer to %s is lost', async (on) => {
  library.commit(images, labels)
  server.options.dedupe = 'none'
  server.fail({ on, action: { kind: 'drop-after-effect' }, times: 2 })
  const sync = library.sync(server.url, key)
  for (let i = 0; i < 4; i++) {
    await sync.push()
    library.skipWaits()
  }
  expect(await kinds(sync)).toEqual(['sent', 'sent'])
  expect([committed('raw_data').length, committed('labeled_data').length]).toEqual([1, 1])
  expect(server.store.state.artifacts.length).toBe(2)
  expect(server.store.state.runs.length).toBe(2)
})

it('finds its lost commit by content where the server hides the client id', async () => {
  library.commit(images, null)
  Object.assign(server.options, { dedupe: 'none' })
  server.fail({ on: 'commitArtifact', action: { kind: 'drop-after-effect' }, times: 2 })
  const sync = library.sync(server.url, key)
  await sync.push()
  server.store.state.artifacts[0]!.clientID = null
  library.skipWaits()
  await sync.push()
  expect(await kinds(sync)).toEqual(['sent'])
  expect(server.store.state.artifacts.length).toBe(1)
})

it('asks for a fresh address when the storage says that one expired', async () => {
  library.commit(images, null)
  server.fail({ on: 'put', action: { kind: 'status', status: 403, body: 'expired' }, times: 2 })
  const sync = library.sync(server.url, key)
  await sync.push()
  expect(await kinds(sync)).toEqual(['sent'])
})

it('waits for a new key when this one is refused, and goes on with it', async () => {
  library.commit(images, labels)
  const sync = library.sync(server.url, 'another0123456789another0123456789another')
  await expect(sync.push()).rejects.toMatchObject({ code: 'AUTH_REVOKED' })
  const { delivery } = (await sync.status()).entries[0]!
  expect(delivery).toMatchObject({ kind: 'waiting', failures: 0, lastError: { code: 'AUTH_REVOKED' } })
  sync.setKey(key)
  await sync.push()
  expect(await kinds(sync)).toEqual(['sent', 'sent'])
})

it('keeps to the pause that a server asks for', async () => {
  library.commit(images, null)
  server.fail({
    on: 'createArtifact',
    action: { kind: 'status', status: 429, headers: { 'retry-after': '120' } },
  })
  const sync = library.sync(server.url, key)
  const before = Date.now()
  await sync.push()
  const { delivery } = (await sync.status()).entries[0]!
  expect(delivery).toMatchObject({ kind: 'waiting', failures: 1, lastError: { code: 'REMOTE_LIMIT' } })
  expect(delivery.kind === 'waiting' && delivery.notBefore).toBeGreaterThanOrEqual(before + 120_000)
  const count = server.requests.length
  await sync.push()
  expect(server.requests.length).toBe(count)
})

it('takes a sign-in page for being offline, and burns no attempt', async () => {
  library.commit(images, null)
  server.fail({ on: 'clientIDMapping', action: { kind: 'portal' } })
  const sync = library.sync(server.url, key)
  const status = await sync.push()
  expect(status.online).toBe('offline')
  expect(status.entries[0]!.delivery).toMatchObject({
    kind: 'waiting',
    failures: 0,
    lastError: { code: 'NET_INTERFERED' },
  })
})

it('says once, with how often, what every try while offline says again', async () => {
  library.commit(images, null)
  server.fail({ on: 'clientIDMapping', action: { kind: 'portal' }, times: 9 })
  const sync = library.sync(server.url, key)
  for (let tries = 0; tries < 3; tries++) {
    library.skipWaits()
    await sync.push()
  }
  const { log } = await sync.status()
  expect(log).toEqual([expect.objectContaining({ kind: 'problem', times: 3, code: 'NET_INTERFERED' })])
})

it('parks a version whose copy on the server differs', async () => {
  library.commit(images, null)
  server.fail({ on: 'file_stream', action: { kind: 'slow', ms: 0 } })
  const sync = library.sync(server.url, key)
  server.fail({ on: 'commitArtifact', action: { kind: 'drop-after-effect' }, times: 2 })
  await sync.push()
  server.store.state.artifacts[0]!.digest = '0'.repeat(32)
  library.skipWaits()
  await sync.push()
  const entry = (await sync.status()).entries[0]!
  expect(entry.delivery).toMatchObject({ kind: 'parked', error: { code: 'REMOTE_MISMATCH' } })
})

it('leaves alone what another laptop pushed after our lost commit', async () => {
  library.commit(images, null)
  server.options.dedupe = 'newest'
  server.fail({ on: 'commitArtifact', action: { kind: 'drop-after-effect' }, times: 2 })
  const a = library.sync(server.url, key)
  await a.push()
  const other = openPushLibrary(join(folder, 'other'))
  other.commit({ 'z.jpg': 'another picture' }, null)
  await other.sync(server.url, key).push()
  library.skipWaits()
  await a.push()
  expect(await kinds(a)).toEqual(['sent'])
  // The other one had not seen ours, so it did not take the name from it.
  expect(committed('raw_data').map((v) => v.aliases)).toEqual([['latest'], []])
  other.close()
})

it('shows its key to the server alone', async () => {
  library.commit(images, labels)
  const sync = library.sync(server.url, key)
  server.fail({
    on: 'createArtifact',
    action: { kind: 'status', status: 400, body: JSON.stringify({ error: `bad ${key}` }) },
  })
  const shown: unknown[] = [await sync.push()]
  library.skipWaits()
  await sync.retry((await sync.status()).entries[0]!.version, 'raw_data')
  shown.push(await sync.push(), library.logs, library.events)
  const forms = [key, Buffer.from(`api:${key}`).toString('base64'), Buffer.from(key).toString('hex')]
  for (const form of forms) {
    expect(JSON.stringify(shown)).not.toContain(form)
    expect(server.requests.map((request) => request.path).join('\n')).not.toContain(form)
    for (const name of readdirSync(join(folder, 'library'), { recursive: true, encoding: 'utf8' })) {
      const file = join(folder, 'library', name)
      if (statSync(file).isFile()) expect(readFileSync(file).includes(form), name).toBe(false)
    }
  }
  const storage = server.requests.filter((request) => request.path.startsWith('/storage/'))
  expect(storage.length).toBeGreaterThan(0)
  expect(storage.every((request) => request.authorization === null)).toBe(true)
  expect(mutations()).toBeGreaterThan(0)
})

it('logs progress through the official package into the run of the push', async () => {
  library.commit(images, null)
  // Long enough for the package to open the run while files are still going.
  server.fail({ on: 'put', action: { kind: 'slow', ms: 2500 } })
  await library.sync(server.url, key, { metrics: true }).push()
  const run = server.store.state.runs[0]!
  expect(run.history.map((line) => JSON.parse(line)).at(-1)).toMatchObject({ 'sync/files': 4 })
  expect([run.state, run.jobType, run.displayName]).toEqual(['finished', 'upload', 'upload version 1'])
})

it('pushes all the same when the official package fails', async () => {
  library.commit(images, labels)
  server.fail({ on: 'viewer', action: { kind: 'status', status: 500 }, times: 99 })
  const sync = library.sync(server.url, key, { metrics: true })
  await sync.push()
  expect(await kinds(sync)).toEqual(['sent', 'sent'])
  expect(server.store.state.runs.map((run) => run.state)).toEqual(['finished', 'finished'])
})
