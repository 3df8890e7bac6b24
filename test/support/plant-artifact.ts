import { createHash } from 'node:crypto'
import type { WandbDouble } from '../servers/wandb/server.ts'

type Planted = { readonly bytes: string | Uint8Array } | { readonly entry: Record<string, unknown> }

/** Puts a version on the double as another program would have made it, whatever its list of files says. Returns its id. */
export function plantArtifact(
  server: WandbDouble,
  files: Readonly<Record<string, Planted>>,
  more: {
    readonly collection?: string
    readonly type?: string
    readonly entity?: string
    readonly project?: string
    readonly digest?: string
    readonly metadata?: Record<string, unknown>
    /** The whole manifest, instead of one made of `files`. */
    readonly manifest?: string
  } = {},
): string {
  const { store } = server
  const { collection = 'photos', type = 'dataset', entity = 'me', project = 'street' } = more
  if (!store.project(entity, project))
    store.state.projects.push({
      entity,
      name: project,
      createdAt: new Date().toISOString(),
      description: null,
    })
  const id = store.id('Artifact')
  const keep = (bytes: string | Uint8Array) => {
    const draft = store.draft()
    draft.write(Buffer.from(bytes as never))
    const md5 = draft.end()
    draft.keep(md5)
    return { md5, size: draft.size }
  }
  const entries = Object.entries(files).map(([path, file]): [string, Record<string, unknown>] => {
    if ('entry' in file) return [path, file.entry]
    const { md5, size } = keep(file.bytes)
    store.uploaded.add(`${id}:${Buffer.from(md5, 'base64').toString('hex')}`)
    return [
      path,
      { digest: md5, size, birthArtifactID: id, local_path: '/somewhere/else', skip_cache: false },
    ]
  })
  const contents = entries.map(([path, entry]) => `${JSON.stringify(path)}:${JSON.stringify(entry)}`)
  const head =
    '{"version":1,"storagePolicy":"wandb-storage-policy-v1","storagePolicyConfig":{"storageLayout":"V2"}'
  const { md5 } = keep(more.manifest ?? `${head},"contents":{${contents.join(',')}}}`)
  const sorted = entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const lines = sorted.map(([path, entry]) => `${path}:${String(entry.digest)}\n`)
  const digest = createHash('md5')
    .update(`wandb-artifact-manifest-v1\n${lines.join('')}`)
    .digest('hex')
  store.state.artifacts.push({
    id,
    entity,
    project,
    collection,
    type,
    digest: more.digest ?? digest,
    state: 'COMMITTED',
    clientID: null,
    runName: null,
    description: null,
    metadata: more.metadata ? JSON.stringify(more.metadata) : null,
    versionIndex: store.versions(entity, project, collection).length,
    createdAt: new Date().toISOString(),
    requestedAliases: [],
    aliases: ['latest'],
    tags: [],
    ttlDurationSeconds: -2,
    historyStep: null,
    size: entries.reduce((sum, [, entry]) => sum + (Number(entry.size) || 0), 0),
    fileCount: entries.length,
    manifest: { id: store.id('ArtifactManifest'), md5, uploaded: true },
    files: Object.create(null),
    usedBy: [],
  })
  return id
}
