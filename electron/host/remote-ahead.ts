import { createGraph } from '../../shared/history/graph.ts'
import { type ArtifactRole, artifactRoleSchema, type Version } from '../../shared/host/host-api.ts'
import type { RemoteAhead } from '../../shared/host/pull-methods.ts'
import type { RemoteItem } from '../../shared/sync/artifact-source.ts'
import { isUnrelated, type RemoteVersions, remoteVersions, roleItems, sourceOf } from './pull-versions.ts'
import { versionHere } from './remote-views.ts'
import type { Connection } from './sync.ts'
import type { Versions } from './versions.ts'

/** What the linked project has that no branch of this library leads to. */
export type RemoteNews = {
  readonly remote: RemoteVersions
  /** Versions that are in none of this library's branches, though the server has them. */
  readonly ahead: ReadonlySet<string>
  /** By other programs, oldest first. */
  readonly foreign: readonly { readonly role: ArtifactRole; readonly item: RemoteItem }[]
  readonly told: Omit<RemoteAhead, 'checkedAt'>
  /** All that was read, and how tags stood then. */
  readonly items: readonly RemoteItem[]
  readonly tagStamp: number
}

export async function readNews(
  connection: Connection,
  versions: Versions,
  signal: AbortSignal,
): Promise<RemoteNews> {
  const { source, place, inputs, book } = connection
  const tagStamp = book.tagStamp()
  // Those of what was just made of others' files may still be being worked out.
  await versions.digested()
  const all = await versions.list()
  const known = new Set(all.map(({ id }) => id))
  const reached = reachable(all, versions)
  const mine = branchVersions(all, versions)
  const remote = await remoteVersions(source, place, signal)
  const ahead = new Set([...remote.keys()].filter((id) => !reached.has(id)))
  const foreign: RemoteNews['foreign'][number][] = []
  const read = [...remote.values()].map(({ item }) => item)
  const list: RemoteAhead['versions'] = []
  const collections: RemoteAhead['collections'] = []
  for (const [id, { item, says }] of remote) {
    if (!ahead.has(id)) continue
    list.push({
      versionId: id,
      message: item.description,
      author: says.author,
      createdAt: says.createdAt,
      artifact: item.id,
      collection: item.collection,
      remoteVersion: `v${item.index}`,
      isUnfinished: false,
      isUnrelated: isUnrelated(remote, says.parents, mine),
    })
  }
  for (const role of artifactRoleSchema.options) {
    const items = await roleItems(source, place, role, signal)
    read.push(...items)
    const digests = new Set(
      all.flatMap(({ id, artifacts }) =>
        reached.has(id) ? artifacts.filter((one) => one.role === role).map(({ digest }) => digest) : [],
      ),
    )
    const isHere = (item: RemoteItem) => {
      const version = versionHere(connection, known, item)
      return version !== null ? reached.has(version) : digests.has(item.digest)
    }
    for (const item of items) {
      if (isHere(item) || inputs.has(item.id)) continue
      const says = sourceOf(item)
      if (says && remote.has(says.versionId)) continue
      if (!says) foreign.push({ role, item })
      list.push({
        versionId: says?.versionId ?? null,
        message: item.description,
        author:
          says?.author ??
          (item.createdBy?.kind === 'run' ? item.createdBy.title : (item.createdBy?.name ?? '')),
        createdAt: says?.createdAt ?? item.createdAt,
        artifact: item.id,
        collection: item.collection,
        remoteVersion: `v${item.index}`,
        isUnfinished: says !== null,
        isUnrelated: says !== null && isUnrelated(remote, says.parents, mine),
      })
    }
    const newest = items.reduce<RemoteItem | null>((a, b) => (a && a.index > b.index ? a : b), null)
    const newestHere = items
      .filter(isHere)
      .reduce<RemoteItem | null>((a, b) => (a && a.index > b.index ? a : b), null)
    collections.push({
      collection: role,
      role,
      newest: newest && `v${newest.index}`,
      known: newestHere && `v${newestHere.index}`,
      isAhead: items.some((item) => !isHere(item) && !inputs.has(item.id)),
    })
  }
  list.sort((a, b) => a.createdAt - b.createdAt)
  foreign.sort((a, b) => a.item.createdAt - b.item.createdAt || a.item.index - b.item.index)
  return { remote, ahead, foreign, told: { versions: list, collections }, items: read, tagStamp }
}

/** The versions that the branch the library is on comes from, with the one it stands on. */
export function branchVersions(
  all: readonly Version[],
  versions: Pick<Versions, 'head'>,
): ReadonlySet<string> {
  const head = versions.head()
  return head ? createGraph(all).ancestors(head.id) : new Set()
}

/** The versions that names of this library lead to. */
export function reachable(all: readonly Version[], versions: Pick<Versions, 'refs'>): Set<string> {
  const graph = createGraph(all)
  return new Set(versions.refs.list().flatMap(({ version }) => [...graph.ancestors(version)]))
}
