import type { z } from 'zod'
import type { LineageLink } from '../../../shared/lineage/graph.ts'
import type { ArtifactFacts, LineageSource, RunFacts, RunPlace } from '../../../shared/sync/lineage-source.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import type { WandbGraphql } from './graphql.ts'
import * as documents from './lineage-documents.ts'

const registryPrefix = 'wandb-registry-'
/** Numbers of a run's summary that are kept, by name. */
const mostMetrics = 64

type Home = { readonly name: string; readonly entity: { readonly name: string } } | null | undefined
type Page<T> = {
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean }
  readonly edges: readonly { readonly node: T | null }[]
}

/** Lineage as a W&B server tells it. `app` is where people look at it. */
export function createWandbLineage(graphql: WandbGraphql, app: string): LineageSource {
  const pathOf = (...parts: readonly string[]) => [app, ...parts.map(encodeURIComponent)].join('/')
  /** Names of organizations by entity; null where the server does not tell. */
  const organizations = new Map<string, Promise<string | null>>()

  function organizationOf(entity: string, signal: AbortSignal): Promise<string | null> {
    const known = organizations.get(entity)
    if (known !== undefined) return known
    const asked = graphql.ask(documents.organization, { entity }, { signal }).then(
      (answer) => answer.entity?.organization?.name ?? null,
      (error: unknown) => {
        // A server without organizations refuses the question; every other failure is one.
        if (error instanceof RemoteError && error.code === 'REMOTE_REFUSED') return null
        organizations.delete(entity)
        throw error
      },
    )
    organizations.set(entity, asked)
    return asked
  }

  const toRun = (node: z.infer<typeof documents.lineageRunSchema>): RunFacts | null => {
    const home = placeOf(node.project)
    if (!home) return null
    return {
      ...home,
      name: node.name,
      title: node.displayName ?? node.name,
      jobType: node.jobType ?? null,
      state: node.state ?? null,
      createdAt: timeOf(node.createdAt),
      url: pathOf(home.entity, home.project, 'runs', node.name),
    }
  }
  const toArtifact = (node: z.infer<typeof documents.lineageArtifactSchema>): ArtifactFacts | null => {
    const home = placeOf(node.artifactSequence.project)
    // What was never finished is nothing that anything came from.
    if (!home || node.state === 'PENDING') return null
    const collection = node.artifactSequence.name
    const type = node.artifactType.name
    return {
      id: node.id,
      ...home,
      collection,
      type,
      index: node.versionIndex,
      digest: node.digest,
      files: node.fileCount,
      bytes: node.size,
      aliases: (node.aliases ?? []).map(({ alias }) => alias),
      tags: (node.tags ?? []).map(({ name }) => name),
      createdAt: timeOf(node.createdAt),
      ttlSeconds: node.ttlDurationSeconds ?? null,
      ttlIsInherited: node.ttlIsInherited ?? false,
      isDeleted: node.state === 'DELETED',
      url: pathOf(home.entity, home.project, 'artifacts', type, collection, `v${node.versionIndex ?? 0}`),
    }
  }

  async function linksOf(artifact: ArtifactFacts, mostEach: number, signal: AbortSignal) {
    const found = await allOf(mostEach, null, async (after) => {
      const answer = await graphql.ask(documents.artifactLinks, { id: artifact.id, after }, { signal })
      return answer.artifact?.artifactMemberships ?? null
    })
    const links: LineageLink[] = []
    for (const { versionIndex, aliases, artifactCollection } of found.list) {
      const home = placeOf(artifactCollection?.project)
      if (!artifactCollection || !home) continue
      const { name: collection } = artifactCollection
      const isBirth =
        collection === artifact.collection &&
        home.project === artifact.project &&
        home.entity === artifact.entity
      if (isBirth) continue
      const version = `v${versionIndex ?? 0}`
      const isRegistry = home.project.startsWith(registryPrefix)
      const organization = isRegistry ? await organizationOf(home.entity, signal) : null
      const url =
        organization === null
          ? pathOf(home.entity, home.project, 'artifacts', artifact.type, collection, version)
          : `${pathOf('orgs', organization, 'registry', home.project.slice(registryPrefix.length))}?selectionPath=${encodeURIComponent(`${home.entity}/${home.project}/${collection}`)}&view=membership&version=${version}`
      const names = aliases.map(({ alias }) => alias).filter((alias) => alias !== version)
      links.push({ ...home, collection, version, aliases: names.sort(), isRegistry, url })
    }
    return { links, hasMore: found.hasMore }
  }

  return {
    async artifact(id, mostEach, signal) {
      const ask = async (after: string | null) =>
        (await graphql.ask(documents.artifactLineage, { id, after }, { signal })).artifact
      const first = await ask(null)
      const artifact = first && toArtifact(first)
      if (!artifact) return null
      const users = await allOf(mostEach, first.usedBy, async (after) => (await ask(after))?.usedBy ?? null)
      const { links, hasMore } = await linksOf(artifact, mostEach, signal)
      return {
        artifact,
        madeBy: first.createdBy?.__typename === 'Run' ? toRun(first.createdBy) : null,
        usedBy: users.list.flatMap((node) => toRun(node) ?? []),
        links,
        hasMore: users.hasMore || hasMore,
      }
    },

    async run(place: RunPlace, mostEach, signal) {
      const at = { entity: place.entity, project: place.project, run: place.name }
      const { project } = await graphql.ask(documents.runLineage, at, { signal })
      const node = project?.run
      const run = node && toRun(node)
      if (!run) return null
      const more = (operation: typeof documents.runInputs) => async (after: string | null) => {
        const answer = await graphql.ask(operation, { ...at, after: after ?? '' }, { signal })
        return answer.project?.run?.artifacts ?? null
      }
      const inputs = await allOf(mostEach, node.inputArtifacts, more(documents.runInputs))
      const outputs = await allOf(mostEach, node.outputArtifacts, more(documents.runOutputs))
      return {
        run: { ...run, user: node.user?.username ?? null, metrics: metricsOf(node.summaryMetrics) },
        inputs: inputs.list.flatMap((one) => toArtifact(one) ?? []),
        outputs: outputs.list.flatMap((one) => toArtifact(one) ?? []),
        hasMore: inputs.hasMore || outputs.hasMore,
      }
    },
  }
}

/** Pages until there are `most`, or no more. A server that gives the same cursor again is not asked for ever. */
async function allOf<T>(
  most: number,
  first: Page<T> | null | undefined,
  next: (after: string | null) => Promise<Page<T> | null>,
): Promise<{ list: T[]; hasMore: boolean }> {
  const list: T[] = []
  let page = first ?? (await next(null))
  for (let after: string | null = null; page; ) {
    list.push(...page.edges.flatMap(({ node }) => (node === null ? [] : [node])))
    const { hasNextPage, endCursor } = page.pageInfo
    const isLast = !hasNextPage || endCursor === null || endCursor === after
    if (isLast || list.length >= most)
      return { list: list.slice(0, most), hasMore: !isLast || list.length > most }
    after = endCursor
    page = await next(after)
  }
  return { list, hasMore: false }
}

const placeOf = (home: Home) => (home ? { entity: home.entity.name, project: home.name } : null)

function timeOf(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : time
}

/** Numbers of the summary's top level; W&B's own, which begin with an underscore, say nothing to a person. */
function metricsOf(text: string | null | undefined): (readonly [string, number])[] {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return Object.entries(value)
      .filter((entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]))
      .filter(([name]) => !name.startsWith('_') && name.length <= 100)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, mostMetrics)
  } catch {
    return []
  }
}
