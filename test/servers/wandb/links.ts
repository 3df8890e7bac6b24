import { Refusal, text } from './refusal.ts'
import type { Args, Node } from './schema.ts'
import type { DoubleStore, StoredArtifact, StoredLink } from './state.ts'

/** Collections of a registry, or portfolios of a project: they hold artifacts that were born elsewhere. */
export function linkNodes(
  store: DoubleStore,
  nodes: {
    entity(name: string): Node
    artifact(artifact: StoredArtifact): Node
    opaque(type: string, key: string): string
  },
) {
  const keyOf = (link: StoredLink) => `${link.entity}/${link.project}/${link.portfolio}`
  const idOf = (link: StoredLink) => nodes.opaque('ArtifactPortfolio', keyOf(link))
  const portfolio = (link: StoredLink): Node => ({
    __typename: 'ArtifactPortfolio',
    id: idOf(link),
    name: link.portfolio,
    description: null,
    state: 'READY',
    createdAt: link.createdAt,
    updatedAt: null,
    project: {
      id: nodes.opaque('Project', `${link.entity}/${link.project}`),
      internalId: nodes.opaque('ProjectInternalId', link.project),
      name: link.project,
      entityName: link.entity,
      entity: nodes.entity(link.entity),
      isBenchmark: false,
      createdAt: link.createdAt,
      runCount: 0,
    },
    tags: { edges: [] },
  })
  const membership = (link: StoredLink): Node => ({
    id: nodes.opaque('ArtifactCollectionMembership', `${keyOf(link)}:${link.artifact}`),
    versionIndex: link.versionIndex,
    createdAt: link.createdAt,
    aliases: [...link.aliases, `v${link.versionIndex}`].map((alias) => ({
      id: nodes.opaque('ArtifactAlias', `${keyOf(link)}:${alias}`),
      alias,
      artifactCollection: () => portfolio(link),
    })),
    artifactCollection: () => portfolio(link),
    artifact: () => nodes.artifact(store.artifact(link.artifact)!),
  })
  return {
    idOf,
    membership,
    /** `collection:alias`; without an alias the newest. */
    find(place: { entity: string; name: string }, name: string): Node {
      const [collection, alias = 'latest'] = name.split(':')
      const found = store.state.links.find(
        (link) =>
          link.entity === place.entity &&
          link.project === place.name &&
          link.portfolio === collection &&
          (link.aliases.includes(alias) || `v${link.versionIndex}` === alias),
      )
      return found ? membership(found) : null
    },
    of: (artifact: StoredArtifact): Node[] =>
      store.state.links.filter((link) => link.artifact === artifact.id).map(membership),
  }
}

/** What is done with them. `committed` finds the artifact or refuses. */
export function linkMutations(
  store: DoubleStore,
  links: ReturnType<typeof linkNodes>,
  committed: (id: Args[string] | undefined, what: string) => StoredArtifact,
  enter: (entity: string, project: string) => unknown,
) {
  const { state } = store
  return {
    linkArtifact(input: Args): Node {
      const artifact = committed(input.artifactID, 'a link')
      const place = {
        entity: text(input.entityName),
        project: text(input.projectName),
        portfolio: text(input.artifactPortfolioName),
      }
      enter(place.entity, place.project)
      const isIn = (link: StoredLink) =>
        link.entity === place.entity && link.project === place.project && link.portfolio === place.portfolio
      const known = state.links.find((link) => isIn(link) && link.artifact === artifact.id)
      const versionIndex = known?.versionIndex ?? state.links.filter(isIn).length
      const wanted = ((input.aliases ?? []) as Args[]).map((one) => text(one.alias))
      const aliases = ['latest', ...wanted]
      for (const link of state.links.filter(isIn))
        link.aliases = link.aliases.filter((alias) => !aliases.includes(alias))
      const link = known ?? {
        ...place,
        artifact: artifact.id,
        versionIndex,
        aliases: [],
        createdAt: new Date().toISOString(),
      }
      link.aliases = [...new Set([...link.aliases, ...aliases])]
      if (!known) state.links.push(link)
      return { versionIndex, artifactMembership: () => links.membership(link) }
    },

    unlinkArtifact(input: Args): Node {
      const at = state.links.findIndex(
        (link) => link.artifact === input.artifactID && links.idOf(link) === input.artifactPortfolioID,
      )
      if (at < 0) throw new Refusal('no such link')
      state.links.splice(at, 1)
      return { success: true }
    },
  }
}
