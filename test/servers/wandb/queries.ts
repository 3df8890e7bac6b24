import { collectionId, type Desk, type Nodes } from './nodes.ts'
import { text, textOrNull } from './refusal.ts'
import type { Args, Node } from './schema.ts'

/** Everything that can be asked, by the name of the field. */
export function createQueries({ store, options }: Desk, nodes: Nodes): Record<string, (args: Args) => Node> {
  const { state } = store
  const project = (args: Args) => {
    const found = store.project(textOrNull(args.entityName) ?? options.entity, text(args.name))
    return found ? nodes.project(found) : null
  }
  return {
    viewer: nodes.viewer,
    serverInfo: () => ({
      features: options.features.map((name) => ({ name, isEnabled: true })),
      cliVersionInfo: { max_cli_version: '9.9.9', min_cli_version: '0.0.0' },
    }),
    entity: (args) => nodes.entity(text(args.name)),
    organization: () => null,
    models: (args) => {
      const entity = textOrNull(args.entityName) ?? options.entity
      return nodes.page(
        state.projects.filter((p) => p.entity === entity),
        args,
        nodes.project,
      )
    },
    model: project,
    project,
    artifact: (args) => {
      const found = store.artifact(text(args.id))
      return found ? nodes.artifact(found) : null
    },
    artifactCollection: (args) => {
      const found = state.artifacts.find((a) => collectionId(a.entity, a.project, a.collection) === args.id)
      return found ? nodes.collection(found) : null
    },
    clientIDMapping: (args) => {
      const found = state.artifacts.findLast((a) => a.clientID === args.clientID)
      return found && (options.pendingVisible || found.state === 'COMMITTED') ? { serverID: found.id } : null
    },
  }
}
