import { type ArtifactRole, artifactRoleSchema } from '../../shared/host/host-api.ts'
import { isRemoteName, isRemoteTag, roleTraits } from '../../shared/sync/push.ts'
import type { RoundTools } from './push-round.ts'

/**
 * Brings names of versions that the remote already has up to date: people name versions, and move names, long after they
 * were sent. Names that others gave on the remote stay. Rejects with AppError.
 */
export async function pushNames(tools: RoundTools, signal: AbortSignal): Promise<void> {
  const { remote, book, versions, say } = tools
  const named = (await versions.names?.()) ?? []
  for (const role of artifactRoleSchema.options) {
    const wanted = new Map(
      named.flatMap(({ versionId, aliases, tags }) => {
        const receipt = book.receipt(role, versionId)
        const names = { aliases: aliases.filter(isRemoteName), tags: tags.filter(isRemoteTag) }
        const says = names.aliases.length + names.tags.length > 0
        return receipt && says ? [[receipt.artifactId, names] as const] : []
      }),
    )
    if (wanted.size === 0) continue
    for (const found of await remote.versions(role, roleTraits[role].type, signal)) {
      const { aliases = [], tags = [] } = wanted.get(found.id) ?? {}
      const newAliases = aliases.filter((alias) => !found.aliases.includes(alias))
      const newTags = tags.filter((tag) => !found.tags.includes(tag))
      if (newAliases.length > 0) await remote.addAliases(found.id, role, newAliases, signal)
      if (newTags.length > 0) await remote.addTags(found.id, newTags, signal)
      const told = [...newAliases, ...newTags]
      if (told.length > 0)
        say({
          kind: 'sent',
          text: `${nameOf(role, found.version)} is called ${told.join(', ')} on the server too.`,
        })
    }
  }
}

const nameOf = (role: ArtifactRole, version: string | null) => `${role} ${version ?? ''}`.trim()
