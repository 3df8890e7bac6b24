import { createHash } from 'node:crypto'
import type {
  ArtifactDraft,
  UploadEntry,
  UploadProgress,
  UploadWatch,
} from '../../../shared/sync/artifact-remote.ts'
import * as documents from './documents.ts'
import type { WandbGraphql } from './graphql.ts'
import { manifestBytes } from './manifest-document.ts'
import { type BlobFiles, headersOf, type PartRule } from './put-file.ts'
import type { Target } from './runs.ts'
import { freshAddresses, isExpired, malformed, sendFiles } from './send-files.ts'

/**
 * Creates, fills and commits one version, in the order that W&B's own client keeps. Only what the server lacks is sent.
 * Returns the artifact's id, which is an existing version's when the server already had the content.
 */
export async function uploadArtifact(
  graphql: WandbGraphql,
  target: Target,
  tools: { readonly blobs: BlobFiles; readonly parts: PartRule },
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
  const files = entries.filter((entry) => entry.kind === 'file')
  const births = new Map(start.files)
  await sendFiles({ ...tools, graphql, artifactId, manifestId, watch, signal }, files, births)

  watch.keep({ isSealed: true })
  watch.advance('Closing the version', 0, 0)
  const manifest = manifestBytes(entries, births)
  const md5 = createHash('md5').update(manifest).digest('base64')
  for (let tries = 1; ; tries++) {
    const { file } = await reserve(md5, true)
    if (!file.uploadUrl) throw malformed('gave no address for the manifest')
    try {
      const headers = headersOf(file.uploadHeaders)
      await graphql.http.storage(file.uploadUrl, { signal, method: 'PUT', headers, body: manifest })
      break
    } catch (error) {
      if (!isExpired(error) || tries >= freshAddresses) throw error
    }
  }
  await graphql.ask(documents.commitArtifact, { input: { artifactID: artifactId } }, { signal })
  return artifactId
}

async function createArtifact(
  graphql: WandbGraphql,
  target: Target,
  draft: ArtifactDraft,
  signal: AbortSignal,
) {
  const aliases = draft.aliases.map((alias) => ({
    artifactCollectionName: draft.collection,
    alias,
  }))
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
    aliases,
    enableDigestDeduplication: true,
    clientID: draft.clientId,
    sequenceClientID: draft.sequenceClientId,
  } as const
  // Not repeated here: whoever lost the answer looks for the client id before anything is created again.
  const answer = await graphql.ask(documents.createArtifact, { input }, { signal, repeatable: false })
  return answer.createArtifact
}

async function createManifest(
  graphql: WandbGraphql,
  target: Target,
  runName: string,
  call: { artifactId: string; base: string | null; digest: string; withUpload: boolean },
  signal: AbortSignal,
) {
  const input = {
    artifactID: call.artifactId,
    baseArtifactID: call.base,
    name: 'wandb_manifest.json',
    digest: call.digest,
    entityName: target.entity,
    projectName: target.project,
    runName,
    type: 'FULL',
  } as const
  const variables = { input, withUpload: call.withUpload }
  const answer = await graphql.ask(documents.createManifest, variables, { signal })
  return answer.createArtifactManifest.artifactManifest
}
