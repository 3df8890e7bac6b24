import type { Version } from '../../shared/host/host-api.ts'
import type { ArtifactRemote } from '../../shared/sync/artifact-remote.ts'
import type { RemoteItem } from '../../shared/sync/artifact-source.ts'
import { isRemoteTag, type RemoteRole, roleTraits } from '../../shared/sync/push.ts'
import { RemoteError } from '../../shared/sync/remote-error.ts'
import type { DeliveryBook } from './delivery-book.ts'
import type { VersionTags } from './version-tags.ts'

const roles = Object.keys(roleTraits) as RemoteRole[]

/** The artifacts of a remote and whose tags they bear: of versions that share one, the first that was here. */
function bearers(all: readonly Version[], book: DeliveryBook): Map<string, Version> {
  const found = new Map<string, Version>()
  for (const version of all.toSorted((a, b) => a.number - b.number)) {
    for (const role of roles) {
      const id = book.receipt(role, version.id)?.artifactId
      if (id !== undefined && !found.has(id)) found.set(id, version)
    }
  }
  return found
}

/**
 * Brings tags of versions to the artifacts that bear them, as far as they were changed here since both agreed; of those of
 * others none is taken away. Costs no request while nothing was changed. Rejects with AppError when all that can be brought
 * was.
 */
export async function pushTags(
  tools: {
    readonly all: readonly Version[]
    readonly tags: Pick<VersionTags, 'list'>
    readonly book: DeliveryBook
    readonly remote: Pick<ArtifactRemote, 'changeTags'>
    say(text: string): void
  },
  signal: AbortSignal,
): Promise<void> {
  const { all, book, remote, say } = tools
  const here = Map.groupBy(
    tools.tags.list().filter(({ tag }) => isRemoteTag(tag)),
    ({ version }) => version,
  )
  const agreed = book.tags()
  if (here.size + agreed.size === 0) return
  let refused: unknown = null
  for (const [artifact, { id, number }] of bearers(all, book)) {
    const wanted = (here.get(id) ?? []).map(({ tag }) => tag)
    const before = agreed.get(artifact) ?? new Map<string, boolean>()
    const add = wanted.filter((tag) => before.get(tag) !== true)
    const remove = [...before.keys()].filter((tag) => !wanted.includes(tag))
    if (add.length + remove.length === 0) continue
    try {
      // Noted before: one whose answer is lost, and that is taken away here meanwhile, is taken away there too.
      book.saveTags(artifact, new Map([...before, ...add.map((tag) => [tag, false] as const)]))
      await remote.changeTags(artifact, add, remove, signal)
      book.saveTags(artifact, new Map(wanted.map((tag) => [tag, true])))
    } catch (thrown) {
      // What one artifact refuses, as it was deleted, is nothing to the others.
      if (!(thrown instanceof RemoteError) || !thrown.code.startsWith('REMOTE_')) throw thrown
      refused ??= thrown
      continue
    }
    const told = [...add.map((tag) => `+${tag}`), ...remove.map((tag) => `−${tag}`)].join(', ')
    say(`Tags of v${number} on the server: ${told}.`)
  }
  if (refused !== null) throw refused
}

/**
 * Takes over what was changed of tags on the server since both agreed: `items` are artifacts as they were read while
 * `book.tagStamp()` was `stamp`. When tags were sent since, what was read says nothing of them, and nothing is done.
 * Returns whether a version has other tags now.
 */
export function takeTags(
  tools: {
    readonly all: readonly Version[]
    readonly tags: VersionTags
    readonly book: DeliveryBook
    readonly at: number
  },
  items: Iterable<Pick<RemoteItem, 'id' | 'tags'>>,
  stamp: number,
): boolean {
  const { all, tags, book, at } = tools
  if (book.tagStamp() !== stamp) return false
  const versionOf = bearers(all, book)
  const agreed = book.tags()
  let isChanged = false
  for (const item of items) {
    const version = versionOf.get(item.id)
    if (!version) continue
    const before = agreed.get(item.id) ?? new Map<string, boolean>()
    const there = item.tags.filter(isRemoteTag)
    if (there.length + before.size === 0) continue
    const add = there.filter((tag) => !before.has(tag))
    const remove = [...before].flatMap(([tag, isAgreed]) => (isAgreed && !there.includes(tag) ? [tag] : []))
    if (tags.change(version.id, { add, remove }, { author: 'W&B', at })) isChanged = true
    const asked = [...before].filter(([tag, isAgreed]) => !isAgreed && !there.includes(tag))
    const after = new Map([...asked, ...there.map((tag) => [tag, true] as const)])
    const isSame = after.size === before.size && [...after].every(([tag, is]) => before.get(tag) === is)
    if (!isSame) book.saveTags(item.id, after)
  }
  return isChanged
}
