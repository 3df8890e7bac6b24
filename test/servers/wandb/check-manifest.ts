import { createHash } from 'node:crypto'
import { Refusal, text } from './refusal.ts'
import type { Args } from './schema.ts'
import { type DoubleStore, hexOf, type StoredArtifact } from './state.ts'

/**
 * Refuses a commit whose manifest is missing, is not what was declared, names files that are not there, or has another
 * digest than the version. Sets size and number of files.
 */
export function checkManifest(store: DoubleStore, artifact: StoredArtifact): void {
  const { manifest } = artifact
  if (!manifest || manifest.md5 === '' || !manifest.uploaded)
    throw new Refusal('commit before the manifest was uploaded')
  const document = store.readManifest(manifest.md5)
  if (document === null) throw new Refusal('the manifest is not what was declared')
  if (document.version !== 1 || document.storagePolicy !== 'wandb-storage-policy-v1')
    throw new Refusal('bad manifest')
  const entries = Object.entries(document.contents).map(([path, entry]) => ({ path, entry }))
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const hash = createHash('md5').update('wandb-artifact-manifest-v1\n')
  for (const { path, entry } of entries) hash.update(`${path}:${text(entry.digest)}\n`)
  const digest = hash.digest('hex')
  if (digest !== artifact.digest) throw new Refusal(`manifest digest ${digest} is not ${artifact.digest}`)
  let size = 0
  for (const { path, entry } of entries) size += sizeOf(store, artifact, path, entry)
  const named = new Set(entries.map(({ path }) => path))
  const extra = Object.keys(artifact.files).find((name) => !named.has(name))
  if (extra !== undefined) throw new Refusal(`${extra} is not in the manifest`)
  artifact.size = size
  artifact.fileCount = entries.length
}

function sizeOf(store: DoubleStore, artifact: StoredArtifact, path: string, entry: Args): number {
  if (entry.ref !== undefined) {
    const ref = text(entry.ref)
    if (!ref.startsWith('wandb-')) return Number(entry.size ?? 0)
    const [, hex, of] = /^wandb-artifact:\/\/([0-9a-f]+)\/(.+)$/.exec(ref) ?? []
    const source = hex === undefined ? null : store.artifact(Buffer.from(hex, 'hex').toString('base64'))
    if (source?.state !== 'COMMITTED') throw new Refusal(`${path} refers to nothing`)
    const found = store.manifest(source)[of!]
    if (found?.digest !== entry.digest) throw new Refusal(`${path} refers to other bytes`)
    return Number(found?.size ?? 0)
  }
  // A file kept from an older version is not announced again.
  const file = artifact.files[path] ?? inherited(store, path, entry)
  if (!file || file.md5 !== entry.digest || file.birth !== entry.birthArtifactID)
    throw new Refusal(`${path} was not announced`)
  if (!store.uploaded.has(`${file.birth}:${hexOf(file.md5)}`)) throw new Refusal(`${path} was not uploaded`)
  const size = store.sizeOf(file.md5)
  if (size === null) throw new Refusal(`${path} was not uploaded`)
  if (size !== entry.size) throw new Refusal(`${path} has another size`)
  return size
}

function inherited(store: DoubleStore, path: string, entry: Args) {
  const birth = store.artifact(text(entry.birthArtifactID))
  return birth?.state === 'COMMITTED' ? birth.files[path] : undefined
}
