import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Secret } from '../../../electron/adapters/secrets/secret.ts'
import { createWandbRemote } from '../../../electron/adapters/wandb/wandb-remote.ts'
import type { BlobDigest, EntryDigest } from '../../../shared/dataset/digest.ts'
import { artifactRemoteContract, type Spoilt } from '../../contracts/artifact-remote.contract.ts'
import { startWandbDouble } from '../../servers/wandb/server.ts'

const key = 'canary0123456789canary0123456789canary0123'
/** What the double calls each step. */
const fields: Record<Spoilt, string> = { create: 'createArtifact', send: 'put', commit: 'commitArtifact' }

artifactRemoteContract(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-remote-'))
  const server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key, dedupe: 'none' })
  onTestFinished(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const pathOf = (digest: BlobDigest) => join(folder, 'blobs', digest)
  mkdirSync(join(folder, 'blobs'))
  const enter = (text: string) =>
    createWandbRemote({
      baseUrl: server.url,
      entity: 'me',
      project: 'street',
      key: new Secret(text),
      product: 'tessera/test',
      blobs: { pathOf },
      retries: 1,
      minWaitMs: 5,
    })
  /** Manifests are put like files; what a test made is a file. */
  const files = new Set<string>()
  return {
    remote: enter(key),
    stranger: enter('another0123456789another0123456789another'),
    file(path, text) {
      const blob = createHash('sha256').update(text).digest('hex') as BlobDigest
      writeFileSync(pathOf(blob), text)
      const digest = createHash('md5').update(text).digest('base64') as EntryDigest
      files.add(Buffer.from(digest, 'base64').toString('hex'))
      return { kind: 'file', path, digest, size: Buffer.byteLength(text), blob }
    },
    damage: (file) => writeFileSync(pathOf(file.blob), 'x'.repeat(file.size)),
    loseAnswer: (call, after) =>
      server.fail({
        on: fields[call],
        action: { kind: 'drop-after-effect' },
        after,
        times: Number.POSITIVE_INFINITY,
      }),
    mend: () => server.mend(),
    received: () => [...server.store.uploaded].filter((name) => files.has(name.split(':')[1]!)).length,
    run(name) {
      const run = server.store.run('me', 'street', name)
      return run && { isOpen: run.state === 'running', inputs: run.inputs, outputs: run.outputs }
    },
  }
})
