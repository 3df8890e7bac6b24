import { type ArtifactRole, artifactRoleSchema } from '../../shared/host/host-api.ts'
import { isRemoteName, roleTraits } from '../../shared/sync/push.ts'
import type { RoundTools } from './push-round.ts'

/**
 * Brings names of versions that the remote already has up to date: people name versions, move names and take them away,
 * long after they were sent. A name goes there only from where this library gave it. Names that others gave on the remote
 * stay, and one that somebody moved there is not taken back. Rejects with AppError.
 */
export async function pushNames(tools: RoundTools, signal: AbortSignal): Promise<void> {
  const { remote, book, versions, say } = tools
  const named = (await versions.names?.()) ?? []
  const inUse = new Set(named.flatMap(({ aliases }) => aliases))
  for (const role of artifactRoleSchema.options) {
    // Versions with the same images are one and the same artifact there.
    const wanted = new Map<string, string[]>()
    for (const { versionId, aliases } of named) {
      const id = book.receipt(role, versionId)?.artifactId
      if (id === undefined) continue
      const all = [...(wanted.get(id) ?? []), ...aliases.filter(isRemoteName)]
      if (all.length > 0) wanted.set(id, all)
    }
    const given = book.names(role)
    // One that moved to a version that is still to be sent goes along with that.
    const gone = [...given].filter(([alias]) => !inUse.has(alias))
    if (wanted.size === 0 && gone.length === 0) continue
    const kept = new Map([...given].filter(([alias]) => inUse.has(alias)))
    for (const found of await remote.versions(role, roleTraits[role].type, signal)) {
      const aliases = wanted.get(found.id) ?? []
      const newAliases = aliases.filter(
        (alias) => !found.aliases.includes(alias) && given.get(alias) !== found.id,
      )
      const old = gone.flatMap(([alias, id]) =>
        id === found.id && found.aliases.includes(alias) ? [alias] : [],
      )
      if (newAliases.length > 0) await remote.addAliases(found.id, role, newAliases, signal)
      if (old.length > 0) await remote.removeAliases(found.id, role, old, signal)
      for (const alias of aliases) kept.set(alias, found.id)
      const name = nameOf(role, found.version)
      if (newAliases.length > 0)
        say({ kind: 'sent', text: `${name} is called ${newAliases.join(', ')} on the server too.` })
      if (old.length > 0)
        say({ kind: 'sent', text: `${name} is not called ${old.join(', ')} on the server any more.` })
    }
    if (!isSame(kept, given)) book.saveNames(role, kept)
  }
}

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) =>
  a.size === b.size && [...a].every(([alias, id]) => b.get(alias) === id)
const nameOf = (role: ArtifactRole, version: string | null) => `${role} ${version ?? ''}`.trim()
