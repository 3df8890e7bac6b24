import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Secret } from '../../../electron/adapters/secrets/secret.ts'
import { createWandbRemote } from '../../../electron/adapters/wandb/wandb-remote.ts'
import type { BlobDigest, EntryDigest } from '../../../shared/dataset/digest.ts'
import { manifestDigestText } from '../../../shared/dataset/manifest.ts'
import type { UploadProgress, UploadWatch } from '../../../shared/sync/artifact-remote.ts'
import { startWandbDouble, type WandbDouble } from '../../servers/wandb/server.ts'

const key = 'canary0123456789canary0123456789canary0123'
const { signal } = new AbortController()
const mebi = 1024 * 1024
let folder: string
let server: WandbDouble
const blob = 'b' as BlobDigest
const start: UploadProgress = { artifactId: null, manifestId: null, isSealed: false, files: new Map() }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parts-'))
  mkdirSync(join(folder, 'blobs'))
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key })
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Sends one file that goes in parts of a mebibyte. */
async function send(bytes: Buffer) {
  writeFileSync(join(folder, 'blobs', blob), bytes)
  const remote = createWandbRemote({
    baseUrl: server.url,
    entity: 'me',
    project: 'street',
    key: new Secret(key),
    product: 'tessera/test',
    blobs: { pathOf: (digest) => join(folder, 'blobs', digest) },
    parts: { from: 2 * mebi, size: mebi },
    retries: 1,
    minWaitMs: 5,
  })
  const digest = createHash('md5').update(bytes).digest('base64') as EntryDigest
  const entry = { kind: 'file', path: 'big.bin', digest, size: bytes.length, blob } as const
  const advanced = { files: 0, bytes: 0 }
  const watch: UploadWatch = {
    keep: () => undefined,
    advance(_, files, moved) {
      advanced.files += files
      advanced.bytes += moved
    },
  }
  await remote.openRun({ name: 'r', displayName: 'r', jobType: 'upload', config: {}, startedAt: 0 }, signal)
  const draft = {
    runName: 'r',
    collection: 'raw_data',
    type: 'dataset',
    digest: createHash('md5')
      .update(manifestDigestText([entry]))
      .digest('hex'),
    description: '',
    metadata: {},
    aliases: [],
    clientId: 'c'.repeat(128),
    sequenceClientId: 's'.repeat(128),
  }
  const work = remote.upload(draft, [entry], start, watch, signal)
  return {
    work,
    advanced,
    digest,
    damage: () => writeFileSync(join(folder, 'blobs', blob), Buffer.alloc(bytes.length)),
  }
}
const kept = (digest: string) =>
  readFileSync(join(folder, 'server', 'blobs', Buffer.from(digest, 'base64').toString('hex')))

it.each([
  ['of whole parts', 4 * mebi],
  ['with a last part of one byte', 3 * mebi + 1],
  ['as large as the rule begins', 2 * mebi],
])('sends a file %s in parts, and has them joined', async (_, size) => {
  const bytes = randomBytes(size)
  const { work, advanced, digest } = await send(bytes)
  await work
  expect(kept(digest).equals(bytes)).toBe(true)
  // The parts and the manifest.
  expect(server.count('put')).toBe(Math.ceil(size / mebi) + 1)
  expect(server.count('completeMultipartUploadArtifact')).toBe(1)
  expect(advanced).toEqual({ files: 1, bytes: size })
})

it('sends a smaller file in one piece', async () => {
  const { work } = await send(randomBytes(2 * mebi - 1))
  await work
  expect([server.count('put'), server.count('completeMultipartUploadArtifact')]).toEqual([2, 0])
})

it('sends a file in one piece to storage that knows no parts', async () => {
  server.options.multipart = false
  const bytes = randomBytes(3 * mebi)
  const { work, advanced, digest } = await send(bytes)
  await work
  expect(kept(digest).equals(bytes)).toBe(true)
  expect(server.count('put')).toBe(2)
  expect(advanced).toEqual({ files: 1, bytes: bytes.length })
})

it('sends a part again whose connection was cut, and no other', async () => {
  const bytes = randomBytes(6 * mebi)
  server.fail({ on: 'put', action: { kind: 'drop-before-effect' }, after: 2 })
  const { work, advanced, digest } = await send(bytes)
  await work
  expect(kept(digest).equals(bytes)).toBe(true)
  expect(server.count('put')).toBe(6 + 1 + 1)
  expect(advanced.bytes).toBe(bytes.length)
})

it('asks for fresh addresses when those of the parts expired', async () => {
  const bytes = randomBytes(4 * mebi)
  server.fail({ on: 'put', action: { kind: 'expired' }, after: 1 })
  const { work, advanced, digest } = await send(bytes)
  await work
  expect(kept(digest).equals(bytes)).toBe(true)
  expect(server.count('createArtifactFiles')).toBe(2)
  expect(advanced).toEqual({ files: 1, bytes: bytes.length })
})

it('has no file joined whose bytes changed on this disk', async () => {
  server.fail({ on: 'createArtifactFiles', action: { kind: 'slow', ms: 200 } })
  const { work, damage } = await send(randomBytes(4 * mebi))
  const failing = expect(work).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  while (server.count('createArtifactFiles') === 0) await new Promise((done) => setTimeout(done, 5))
  damage()
  await failing
  expect(server.count('completeMultipartUploadArtifact')).toBe(0)
  expect([...server.store.uploaded]).toEqual([])
})
