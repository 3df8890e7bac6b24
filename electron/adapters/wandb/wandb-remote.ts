import { z } from 'zod'
import type { ArtifactRemote } from '../../../shared/sync/artifact-remote.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import type { Secret } from '../secrets/secret.ts'
import {
  addLatest,
  artifactById,
  type BlobFiles,
  idByClientId,
  listVersions,
  readManifest,
  uploadArtifact,
} from './artifacts.ts'
import { WandbGraphql } from './graphql.ts'
import { type HttpOptions, normalizeBaseUrl, WandbHttp } from './http.ts'
import { completeRun, upsertRun, useArtifact } from './runs.ts'

/** A project of a W&B server as a remote for versions. Throws AppError `BAD_REQUEST` on a bad address. */
export function createWandbRemote(
  options: {
    baseUrl: string
    entity: string
    project: string
    key: Secret
    product: string
    blobs: BlobFiles
  } & Pick<HttpOptions, 'retries' | 'minWaitMs' | 'waits'>,
): ArtifactRemote {
  const { entity, project, product, blobs, ...rest } = options
  const target = { entity, project }
  const baseUrl = normalizeBaseUrl(options.baseUrl)
  const graphql = new WandbGraphql(new WandbHttp({ ...rest, baseUrl, product }))
  const app = `${appUrl(baseUrl)}/${encodeURIComponent(entity)}/${encodeURIComponent(project)}`
  return {
    async whoAmI(signal) {
      const viewer = z.object({
        username: z.string().nullable(),
        entity: z.string().nullable(),
        teams: z.object({ edges: z.array(z.object({ node: z.object({ name: z.string() }) })) }).nullish(),
      })
      const answer = await graphql.ask(
        z.object({ viewer: viewer.nullable() }),
        'query TesseraViewer { viewer { id entity username teams { edges { node { name } } } } }',
        {},
        { signal },
      )
      if (answer.viewer === null) {
        throw new RemoteError('AUTH_REVOKED', 'W&B does not know this API key.', {
          remedy: 'Enter a new key in the W&B settings or with "tessera config set wandb.api-key -".',
        })
      }
      const { username, teams } = answer.viewer
      return {
        username: username ?? answer.viewer.entity ?? '',
        entity: answer.viewer.entity,
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
      uploadArtifact(graphql, target, blobs, draft, entries, start, watch, signal),
    manifestOf: (id, signal) => readManifest(graphql, id, signal),
    setLatest: (id, collection, signal) => addLatest(graphql, target, id, collection, signal),
    urlOf: (collection, type, version) =>
      `${app}/artifacts/${encodeURIComponent(type)}/${encodeURIComponent(collection)}/${version}`,
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
