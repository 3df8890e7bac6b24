import type { ArtifactRemote } from '../../../shared/sync/artifact-remote.ts'
import type { ArtifactSource } from '../../../shared/sync/artifact-source.ts'
import type { LineageSource } from '../../../shared/sync/lineage-source.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import type { Secret } from '../secrets/secret.ts'
import {
  addAliases,
  artifactById,
  changeTags,
  idByClientId,
  listVersions,
  readManifest,
  removeAliases,
} from './artifacts.ts'
import * as documents from './documents.ts'
import { WandbGraphql } from './graphql.ts'
import { type HttpOptions, normalizeBaseUrl, WandbHttp } from './http.ts'
import { createWandbLineage } from './lineage.ts'
import { type BlobFiles, type PartRule, usualParts } from './put-file.ts'
import { completeRun, upsertRun, useArtifact } from './runs.ts'
import { createWandbSource } from './source.ts'
import { uploadArtifact } from './upload.ts'

/** A project of a W&B server as a remote for versions. Throws AppError `BAD_REQUEST` on a bad address. */
export function createWandbRemote(
  options: {
    baseUrl: string
    entity: string
    project: string
    key: Secret
    product: string
    blobs: BlobFiles
    /** When files go in parts; W&B's own rule when left out. */
    parts?: PartRule
  } & Pick<HttpOptions, 'retries' | 'minWaitMs' | 'waits' | 'connector' | 'breakers'>,
): ArtifactRemote & { readonly lineage: LineageSource; readonly source: ArtifactSource } {
  const { entity, project, product, blobs, parts = usualParts, ...rest } = options
  const target = { entity, project }
  const baseUrl = normalizeBaseUrl(options.baseUrl)
  const graphql = new WandbGraphql(new WandbHttp({ ...rest, baseUrl, product }))
  const app = `${appUrl(baseUrl)}/${encodeURIComponent(entity)}/${encodeURIComponent(project)}`
  return {
    async whoAmI(signal) {
      const { viewer } = await graphql.ask(documents.viewer, {}, { signal })
      if (viewer === null) {
        throw new RemoteError('AUTH_REVOKED', 'W&B does not know this API key.', {
          remedy: 'Enter a new key in the W&B settings or with "tessera config set wandb.api-key -".',
        })
      }
      const { username, entity, teams } = viewer
      return {
        username: username ?? entity ?? '',
        entity,
        teams: (teams?.edges ?? []).map((edge) => edge.node.name),
      }
    },
    async byClientId(clientId, signal) {
      const id = await idByClientId(graphql, clientId, signal)
      return id === null ? null : artifactById(graphql, id, signal)
    },
    byId: (id, signal) => artifactById(graphql, id, signal),
    versions: (collection, type, signal) => listVersions(graphql, target, collection, type, signal),
    openRun: (run, signal) => upsertRun(graphql, target, run, product, signal),
    declareInput: (runName, id, signal) => useArtifact(graphql, target, runName, id, signal),
    finishRun: (runName, summary, signal) => completeRun(graphql, target, runName, summary, signal),
    upload: (draft, entries, start, watch, signal) =>
      uploadArtifact(graphql, target, { blobs, parts }, draft, entries, start, watch, signal),
    manifestOf: (id, signal) => readManifest(graphql, id, signal),
    addAliases: (id, collection, aliases, signal) =>
      addAliases(graphql, target, id, collection, aliases, signal),
    removeAliases: (id, collection, aliases, signal) =>
      removeAliases(graphql, target, id, collection, aliases, signal),
    changeTags: (id, add, remove, signal) => changeTags(graphql, id, add, remove, signal),
    urlOf: (collection, type, version) =>
      `${app}/artifacts/${encodeURIComponent(type)}/${encodeURIComponent(collection)}/${version}`,
    source: createWandbSource(graphql, appUrl(baseUrl)),
    lineage: createWandbLineage(graphql, appUrl(baseUrl)),
    runUrl: (runName) => `${app}/runs/${encodeURIComponent(runName)}`,
  }
}

/** Where people look at what the API at `baseUrl` serves. */
function appUrl(baseUrl: string): string {
  return baseUrl
    .replace('://api.wandb.test', '://app.wandb.test')
    .replace('://api.wandb.', '://wandb.')
    .replace('://api.', '://app.')
}
