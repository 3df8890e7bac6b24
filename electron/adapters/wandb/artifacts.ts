import { z } from 'zod'
import type { RemoteVersion } from '../../../shared/sync/artifact-remote.ts'
import * as documents from './documents.ts'
import type { WandbGraphql } from './graphql.ts'
import { readManifestBytes } from './manifest-document.ts'
import type { Target } from './runs.ts'

const manifestLimit = 256 * 1024 * 1024

function toVersion(artifact: z.infer<typeof documents.artifactSchema>): RemoteVersion {
  const committed = artifact.state === 'COMMITTED' && artifact.versionIndex !== null
  return {
    id: artifact.id,
    state: committed ? 'committed' : 'pending',
    digest: artifact.digest,
    version: committed ? `v${artifact.versionIndex}` : null,
    index: artifact.versionIndex ?? -1,
    aliases: (artifact.aliases ?? []).map(({ alias }) => alias),
    tags: (artifact.tags ?? []).map(({ name }) => name),
    versionId: versionIdOf(artifact.metadata),
  }
}

function versionIdOf(metadata: string | null | undefined): string | null {
  try {
    const own = z.object({ versionId: z.string() }).safeParse(JSON.parse(metadata ?? '{}'))
    return own.success ? own.data.versionId : null
  } catch {
    return null
  }
}

export async function artifactById(
  graphql: WandbGraphql,
  id: string,
  signal: AbortSignal,
): Promise<RemoteVersion | null> {
  const { artifact } = await graphql.ask(documents.artifact, { id }, { signal })
  return artifact && toVersion(artifact)
}

export async function idByClientId(
  graphql: WandbGraphql,
  clientID: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { clientIDMapping } = await graphql.ask(documents.clientId, { clientID }, { signal })
  return clientIDMapping?.serverID ?? null
}

export async function listVersions(
  graphql: WandbGraphql,
  target: Target,
  collection: string,
  type: string,
  signal: AbortSignal,
): Promise<RemoteVersion[]> {
  const found: RemoteVersion[] = []
  const filters = '{"state":"COMMITTED"}'
  type Page = z.infer<typeof documents.versionPage> | undefined
  for (let after: string | null = null; ; ) {
    const asked: Parameters<typeof ask>[0] = { ...target, type, collection, after, filters }
    const page: Page = await ask(asked)
    found.push(...(page?.edges ?? []).map((edge) => toVersion(edge.node)))
    const next: string | null = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    if (next === null || next === after) break
    after = next
  }
  async function ask(variables: NonNullable<typeof documents.versions.variables>) {
    const { project } = await graphql.ask(documents.versions, variables, { signal })
    return project?.artifactType?.artifactCollection?.artifacts
  }
  return found.sort((a, b) => b.index - a.index)
}

export async function readManifest(
  graphql: WandbGraphql,
  id: string,
  signal: AbortSignal,
): Promise<Map<string, { digest: string; size: number }>> {
  const { artifact } = await graphql.ask(documents.manifestAddress, { id }, { signal })
  const { directUrl } = artifact.currentManifest.file
  return readManifestBytes(await graphql.http.storage(directUrl, { signal, maxBytes: manifestLimit }))
}

const aliasInputs = (target: Target, collection: string, aliases: readonly string[]) =>
  aliases.map((alias) => ({
    entityName: target.entity,
    projectName: target.project,
    artifactCollectionName: collection,
    alias,
  }))

/** Points names at that version of the collection, and at no other: the server takes each from whoever had it. */
export async function addAliases(
  graphql: WandbGraphql,
  target: Target,
  artifactID: string,
  collection: string,
  aliases: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const input = { artifactID, aliases: aliasInputs(target, collection, aliases) }
  await graphql.ask(documents.addAliases, { input }, { signal })
}

/** Takes names from that version of the collection. */
export async function removeAliases(
  graphql: WandbGraphql,
  target: Target,
  artifactID: string,
  collection: string,
  aliases: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const input = { artifactID, aliases: aliasInputs(target, collection, aliases) }
  await graphql.ask(documents.deleteAliases, { input }, { signal })
}

export async function changeTags(
  graphql: WandbGraphql,
  artifactID: string,
  add: readonly string[],
  remove: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const inputs = (tags: readonly string[]) => tags.map((tagName) => ({ tagName }))
  const input = { artifactID, tagsToAdd: inputs(add), tagsToDelete: inputs(remove) }
  await graphql.ask(documents.updateArtifact, { input }, { signal })
}
