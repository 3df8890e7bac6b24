import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../../../shared/base/app-error.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import type {
  ArtifactDraft,
  RemoteVersion,
  UploadEntry,
  UploadProgress,
  UploadWatch,
} from '../../../shared/sync/artifact-remote.ts'
import type { WandbGraphql } from './graphql.ts'
import type { Target } from './runs.ts'

const urlBatch = 25
const parallelPuts = 8
const freshAddresses = 3
const manifestLimit = 256 * 1024 * 1024

type FileEntry = Extract<UploadEntry, { kind: 'file' }>
const headersSchema = z.array(z.string()).nullish()
const artifactFields = `id state digest versionIndex metadata aliases { alias }`
const artifactSchema = z.object({
  id: z.string(),
  state: z.string(),
  digest: z.string(),
  versionIndex: z.int().nullable(),
  metadata: z.string().nullish(),
  aliases: z.array(z.object({ alias: z.string() })).nullish(),
})

function toVersion(artifact: z.infer<typeof artifactSchema>): RemoteVersion {
  const committed = artifact.state === 'COMMITTED' && artifact.versionIndex !== null
  let versionId: string | null = null
  try {
    const own = z.object({ versionId: z.string() }).safeParse(JSON.parse(artifact.metadata ?? '{}'))
    versionId = own.success ? own.data.versionId : null
  } catch {
    versionId = null
  }
  return {
    id: artifact.id,
    state: committed ? 'committed' : 'pending',
    digest: artifact.digest,
    version: committed ? `v${artifact.versionIndex}` : null,
    index: artifact.versionIndex ?? -1,
    aliases: (artifact.aliases ?? []).map((alias) => alias.alias),
    versionId,
  }
}

export async function artifactById(
  graphql: WandbGraphql,
  id: string,
  signal: AbortSignal,
): Promise<RemoteVersion | null> {
  const { artifact } = await graphql.ask(
    z.object({ artifact: artifactSchema.nullable() }),
    `query TesseraArtifact($id: ID!) { artifact(id: $id) { ${artifactFields} } }`,
    { id },
    { signal },
  )
  return artifact && toVersion(artifact)
}

export async function idByClientId(
  graphql: WandbGraphql,
  clientID: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { clientIDMapping } = await graphql.ask(
    z.object({ clientIDMapping: z.object({ serverID: z.string() }).nullable() }),
    `query TesseraClientId($clientID: ID!) { clientIDMapping(clientID: $clientID) { serverID } }`,
    { clientID },
    { signal },
  )
  return clientIDMapping?.serverID ?? null
}

export async function listVersions(
  graphql: WandbGraphql,
  target: Target,
  collection: string,
  type: string,
  signal: AbortSignal,
): Promise<RemoteVersion[]> {
  const page = z.object({
    pageInfo: z.object({ endCursor: z.string().nullable(), hasNextPage: z.boolean() }),
    edges: z.array(z.object({ node: artifactSchema })),
  })
  const schema = z.object({
    project: z
      .object({
        artifactType: z.object({ artifactCollection: z.object({ artifacts: page }).nullable() }).nullable(),
      })
      .nullable(),
  })
  const found: RemoteVersion[] = []
  for (let after: string | null = null; ; ) {
    const { project }: z.infer<typeof schema> = await graphql.ask(
      schema,
      `query TesseraVersions($entity: String!, $project: String!, $type: String!, $collection: String!, $after: String, $filters: JSONString) {
        project(name: $project, entityName: $entity) { artifactType(name: $type) { artifactCollection(name: $collection) {
          artifacts(first: 50, after: $after, order: "-versionIndex", filters: $filters) {
            pageInfo { endCursor hasNextPage } edges { node { ${artifactFields} } }
          }
        } } }
      }`,
      { ...target, type, collection, after, filters: '{"state":"COMMITTED"}' },
      { signal },
    )
    const artifacts: z.infer<typeof page> | undefined = project?.artifactType?.artifactCollection?.artifacts
    found.push(...(artifacts?.edges ?? []).map((edge) => toVersion(edge.node)))
    const next: string | null = artifacts?.pageInfo.hasNextPage ? artifacts.pageInfo.endCursor : null
    if (next === null || next === after) break
    after = next
  }
  return found.sort((a, b) => b.index - a.index)
}

export async function readManifest(
  graphql: WandbGraphql,
  id: string,
  signal: AbortSignal,
): Promise<Map<string, { digest: string; size: number }>> {
  const { artifact } = await graphql.ask(
    z.object({
      artifact: z.object({ currentManifest: z.object({ file: z.object({ directUrl: z.string() }) }) }),
    }),
    `query TesseraManifest($id: ID!) { artifact(id: $id) { currentManifest { file { directUrl } } } }`,
    { id },
    { signal },
  )
  const bytes = await graphql.http.storage(artifact.currentManifest.file.directUrl, {
    signal,
    maxBytes: manifestLimit,
  })
  const entry = z.object({ digest: z.string(), size: z.number().nullish() })
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const { contents } = z.object({ contents: z.record(z.string(), entry) }).parse(JSON.parse(text))
    return new Map(
      Object.entries(contents).map(([path, e]) => [path, { digest: e.digest, size: e.size ?? 0 }]),
    )
  } catch (cause) {
    throw new AppError('REMOTE_CORRUPT', 'The manifest the server keeps cannot be read.', {
      remedy: 'Your version is safe here. Try again later.',
      cause,
    })
  }
}

export async function addLatest(
  graphql: WandbGraphql,
  target: Target,
  artifactID: string,
  collection: string,
  signal: AbortSignal,
): Promise<void> {
  const alias = {
    entityName: target.entity,
    projectName: target.project,
    artifactCollectionName: collection,
    alias: 'latest',
  }
  await graphql.ask(
    z.object({ addAliases: z.object({ success: z.boolean() }) }),
    `mutation TesseraAlias($input: AddAliasesInput!) { addAliases(input: $input) { success } }`,
    { input: { artifactID, aliases: [alias] } },
    { signal },
  )
}

/** Bytes of blobs, by path: the files are opened, never loaded. */
export type BlobFiles = { pathOf(digest: BlobDigest): string }

/**
 * Creates, fills and commits one version, in the order that W&B's own client keeps. Only what the server lacks is sent.
 * Returns the artifact's id, which is an existing version's when the server already had the content.
 */
export async function uploadArtifact(
  graphql: WandbGraphql,
  target: Target,
  blobs: BlobFiles,
  draft: ArtifactDraft,
  entries: readonly UploadEntry[],
  start: UploadProgress,
  watch: UploadWatch,
  signal: AbortSignal,
): Promise<string> {
  let artifactId = start.artifactId
  let base: string | null = null
  if (artifactId === null) {
    watch.advance('Announcing the version', 0, 0)
    const { artifact } = await createArtifact(graphql, target, draft, signal)
    artifactId = artifact.id
    if (artifact.state === 'COMMITTED') return artifact.id
    base = artifact.artifactSequence?.latestArtifact?.id ?? null
    watch.keep({ artifactId })
  }
  const reserve = (digest: string, withUpload: boolean) =>
    createManifest(
      graphql,
      target,
      draft.runName,
      { artifactId: artifactId!, base, digest, withUpload },
      signal,
    )
  let manifestId = start.manifestId
  if (manifestId === null) {
    manifestId = (await reserve('', false)).id
    watch.keep({ manifestId })
  }
  const files = entries.filter((entry): entry is FileEntry => entry.kind === 'file')
  const births = new Map(start.files)
  await sendFiles(graphql, blobs, { artifactId, manifestId }, files, births, watch, signal)

  watch.keep({ isSealed: true })
  watch.advance('Closing the version', 0, 0)
  const manifest = manifestBytes(entries, births)
  const md5 = createHash('md5').update(manifest).digest('base64')
  for (let tries = 1; ; tries++) {
    const { file } = await reserve(md5, true)
    if (!file.uploadUrl) throw malformed('gave no address for the manifest')
    try {
      await graphql.http.storage(file.uploadUrl, {
        signal,
        method: 'PUT',
        headers: headersOf(file.uploadHeaders),
        body: new Blob([manifest]),
      })
      break
    } catch (error) {
      if (!isExpired(error) || tries >= freshAddresses) throw error
    }
  }
  await graphql.ask(
    z.object({ commitArtifact: z.object({ artifact: z.object({ id: z.string() }) }) }),
    `mutation TesseraCommit($input: CommitArtifactInput!) { commitArtifact(input: $input) { artifact { id digest } } }`,
    { input: { artifactID: artifactId } },
    { signal },
  )
  return artifactId
}

function createArtifact(graphql: WandbGraphql, target: Target, draft: ArtifactDraft, signal: AbortSignal) {
  const schema = z.object({
    createArtifact: z.object({
      artifact: z.object({
        id: z.string(),
        state: z.enum(['PENDING', 'COMMITTED', 'DELETED']),
        artifactSequence: z.object({ latestArtifact: z.object({ id: z.string() }).nullish() }).nullish(),
      }),
    }),
  })
  const input = {
    entityName: target.entity,
    projectName: target.project,
    runName: draft.runName,
    artifactTypeName: draft.type,
    artifactCollectionName: draft.collection,
    digest: draft.digest,
    digestAlgorithm: 'MANIFEST_MD5',
    description: draft.description || null,
    metadata: JSON.stringify(draft.metadata),
    aliases: [{ artifactCollectionName: draft.collection, alias: 'latest' }],
    enableDigestDeduplication: true,
    clientID: draft.clientId,
    sequenceClientID: draft.sequenceClientId,
  }
  // Not repeated here: whoever lost the answer looks for the client id before anything is created again.
  return graphql
    .ask(
      schema,
      `mutation TesseraCreateArtifact($input: CreateArtifactInput!) {
        createArtifact(input: $input) { artifact { id state artifactSequence { latestArtifact { id } } } }
      }`,
      { input },
      { signal, repeatable: false },
    )
    .then((answer) => answer.createArtifact)
}

async function createManifest(
  graphql: WandbGraphql,
  target: Target,
  runName: string,
  call: { artifactId: string; base: string | null; digest: string; withUpload: boolean },
  signal: AbortSignal,
) {
  const file = z.object({ uploadUrl: z.string().nullish(), uploadHeaders: headersSchema })
  const { createArtifactManifest } = await graphql.ask(
    z.object({ createArtifactManifest: z.object({ artifactManifest: z.object({ id: z.string(), file }) }) }),
    `mutation TesseraManifest($input: CreateArtifactManifestInput!, $withUpload: Boolean!) {
      createArtifactManifest(input: $input) { artifactManifest { id
        file { id uploadUrl @include(if: $withUpload) uploadHeaders @include(if: $withUpload) } } }
    }`,
    {
      input: {
        artifactID: call.artifactId,
        baseArtifactID: call.base,
        name: 'wandb_manifest.json',
        digest: call.digest,
        entityName: target.entity,
        projectName: target.project,
        runName,
        type: 'FULL',
      },
      withUpload: call.withUpload,
    },
    { signal },
  )
  return createArtifactManifest.artifactManifest
}

/** Sends the files that `births` does not name yet, and adds each to it once the server has it. */
async function sendFiles(
  graphql: WandbGraphql,
  blobs: BlobFiles,
  ids: { artifactId: string; manifestId: string },
  files: readonly FileEntry[],
  births: Map<string, string>,
  watch: UploadWatch,
  signal: AbortSignal,
): Promise<void> {
  let waiting = files.filter((file) => !births.has(file.path))
  const finished = files.filter((file) => births.has(file.path))
  watch.advance(
    'Sending files',
    finished.length,
    finished.reduce((sum, file) => sum + file.size, 0),
  )
  // A refused address is asked for again; the third refusal of the same file is final.
  for (let round = 1; waiting.length > 0; round++) {
    const refused: FileEntry[] = []
    for (let at = 0; at < waiting.length; at += urlBatch) {
      const batch = waiting.slice(at, at + urlBatch)
      const nodes = await fileAddresses(graphql, ids, batch, signal)
      const done = new Map<string, string>()
      const queue = batch.map((file, i) => ({ file, node: nodes[i]! }))
      let failure: unknown = null
      const lane = async () => {
        for (let next = queue.shift(); next !== undefined && failure === null; next = queue.shift()) {
          const { file, node } = next
          try {
            if (node.uploadUrl)
              await putFile(graphql, blobs, file, node.uploadUrl, headersOf(node.uploadHeaders), signal)
            done.set(file.path, node.artifact.id)
            watch.advance('Sending files', 1, file.size)
          } catch (error) {
            if (isExpired(error) && round < freshAddresses) refused.push(file)
            else failure ??= error
          }
        }
      }
      await Promise.all(Array.from({ length: parallelPuts }, lane))
      for (const [path, birth] of done) births.set(path, birth)
      watch.keep({ files: done })
      if (failure !== null) throw failure
    }
    waiting = refused
  }
}

async function fileAddresses(
  graphql: WandbGraphql,
  ids: { artifactId: string; manifestId: string },
  batch: readonly FileEntry[],
  signal: AbortSignal,
) {
  const node = z.object({
    uploadUrl: z.string().nullable(),
    uploadHeaders: headersSchema,
    artifact: z.object({ id: z.string() }),
  })
  const { createArtifactFiles } = await graphql.ask(
    z.object({ createArtifactFiles: z.object({ files: z.object({ edges: z.array(z.object({ node })) }) }) }),
    `mutation TesseraFiles($input: CreateArtifactFilesInput!) {
      createArtifactFiles(input: $input) { files { edges { node { storagePath uploadUrl uploadHeaders artifact { id } } } } }
    }`,
    {
      input: {
        storageLayout: 'V2',
        artifactFiles: batch.map((file) => ({
          artifactID: ids.artifactId,
          artifactManifestID: ids.manifestId,
          name: file.path,
          md5: file.digest,
        })),
      },
    },
    { signal },
  )
  const { edges } = createArtifactFiles.files
  if (edges.length !== batch.length) throw malformed('answered for another number of files')
  return edges.map((edge) => edge.node)
}

async function putFile(
  graphql: WandbGraphql,
  blobs: BlobFiles,
  file: FileEntry,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  let body: Blob
  try {
    body = await openAsBlob(blobs.pathOf(file.blob))
  } catch (cause) {
    throw new AppError('MISSING_BLOB', `The bytes of "${file.path}" are not in the library.`, {
      remedy: 'Run "Verify library"; nothing was sent for this version.',
      cause,
    })
  }
  const hash = createHash('md5')
  for await (const part of body.stream()) hash.update(part)
  if (body.size !== file.size || hash.digest('base64') !== file.digest) {
    throw new AppError(
      'BLOB_CORRUPT',
      `The bytes of "${file.path}" are damaged on this disk, so they were not sent.`,
      {
        remedy: 'Run "Verify library" to see what can be repaired.',
      },
    )
  }
  await graphql.http.storage(url, { signal, method: 'PUT', headers, body })
}

/** `Name:value` strings as headers, cut at the first colon; they are part of the signature and sent unchanged. */
function headersOf(lines: readonly string[] | null | undefined): Record<string, string> {
  return Object.fromEntries(
    (lines ?? [])
      .filter((line) => line.includes(':'))
      .map((line) => {
        const cut = line.indexOf(':')
        return [line.slice(0, cut), line.slice(cut + 1).trim()]
      }),
  )
}

/** The document of W&B's manifest v1. Assembled by hand: an object would reorder names like `10` and lose `__proto__`. */
export function manifestBytes(
  entries: readonly UploadEntry[],
  births: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const contents = sorted.map((entry) => {
    const { digest, size } = entry
    const value =
      entry.kind === 'file'
        ? { digest, size, birthArtifactID: births.get(entry.path) }
        : { digest, ref: entry.ref, size }
    return `${JSON.stringify(entry.path)}:${JSON.stringify(value)}`
  })
  const head =
    '{"version":1,"storagePolicy":"wandb-storage-policy-v1","storagePolicyConfig":{"storageLayout":"V2"},"contents":{'
  return new TextEncoder().encode(`${head}${contents.join(',')}}}`)
}

const isExpired = (error: unknown) => error instanceof AppError && error.cause === 'expired'

function malformed(what: string): AppError {
  return new AppError('REMOTE_REFUSED', `W&B ${what}.`, { remedy: 'Try again; if it stays so, report it.' })
}
