import { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { ManifestEntry } from '../../shared/dataset/manifest.ts'
import { parseDatasetFile } from '../../shared/formats/dataset-file.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import type { ArtifactRole, Version } from '../../shared/host/host-api.ts'
import type { ArtifactSource, Place, RemoteItem } from '../../shared/sync/artifact-source.ts'
import { checkFiles } from '../../shared/sync/pull.ts'
import { isRemoteTag, type RemoteRole, roleTraits } from '../../shared/sync/push.ts'
import type { DeliveryBook } from './delivery-book.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { fetchFiles, type PullTools } from './pull-files.ts'
import { createTimeSlice } from './time-slice.ts'
import { manifestRows } from './version-files.ts'
import { historyPaths } from './version-history.ts'
import type { Versions } from './versions.ts'
import { corrupt, createWholeCheck } from './whole-version.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const sourceSchema = z.object({
  versionId: sha256,
  version: z.int(),
  parents: z.array(sha256),
  libraryId: z.string(),
  deviceId: z.string(),
  author: z.string().default(''),
  createdAt: z.number().default(0),
})
/** What an artifact of ours says of itself. */
export type ItemSource = z.infer<typeof sourceSchema>
export function sourceOf(item: Pick<RemoteItem, 'metadata'>): ItemSource | null {
  const found = sourceSchema.safeParse(item.metadata)
  return found.success ? found.data : null
}

export async function allItems(
  source: ArtifactSource,
  place: Place,
  collection: string,
  type: string,
  signal: AbortSignal,
): Promise<RemoteItem[]> {
  const { entity, project } = place
  const found: RemoteItem[] = []
  for (let after: string | null = null; ; ) {
    const asked = { entity, project, type, collection }
    const page: Awaited<ReturnType<ArtifactSource['items']>> = await source.items(asked, after, signal)
    found.push(...page.list)
    if (page.next === null || page.next === after) return found
    after = page.next
  }
}

export const roleItems = (source: ArtifactSource, place: Place, role: RemoteRole, signal: AbortSignal) =>
  allItems(source, place, role, roleTraits[role].type, signal)

/** The versions that libraries have brought to a project in whole, by id. */
export type RemoteVersions = ReadonlyMap<string, { readonly item: RemoteItem; readonly says: ItemSource }>
export async function remoteVersions(
  source: ArtifactSource,
  place: Place,
  signal: AbortSignal,
): Promise<RemoteVersions> {
  const items = await roleItems(source, place, 'history', signal)
  return new Map(
    items.flatMap((item) => {
      const says = sourceOf(item)
      return says ? [[says.versionId, { item, says }] as const] : []
    }),
  )
}

/** Those that `heads` come from and that are not here, each after what it comes from. Throws AppError `REMOTE_GONE`. */
export function missingVersions(
  remote: RemoteVersions,
  heads: readonly string[],
  isHere: (version: string) => boolean,
): string[] {
  const order: string[] = []
  const seen = new Set<string>()
  const open = heads.map((id) => ({ id, isDone: false }))
  for (let next = open.pop(); next; next = open.pop()) {
    const { id, isDone } = next
    if (isDone) order.push(id)
    if (isDone || seen.has(id) || isHere(id)) continue
    seen.add(id)
    const there = remote.get(id)
    if (!there) {
      throw new AppError(
        'REMOTE_GONE',
        `A version that this one comes from is not on the server (${id.slice(0, 12)}).`,
        {
          remedy: 'Pull the images and labels alone, or ask whether it was deleted.',
        },
      )
    }
    open.push({ id, isDone: true }, ...there.says.parents.map((parent) => ({ id: parent, isDone: false })))
  }
  return order
}

/** Whether what comes from `parents` has no version in common with those that are `here`, of which there are some. */
export function isUnrelated(
  remote: RemoteVersions,
  parents: readonly string[],
  here: ReadonlySet<string>,
): boolean {
  if (here.size === 0) return false
  const seen = new Set<string>()
  const open = [...parents]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (here.has(next)) return false
    if (seen.has(next)) continue
    seen.add(next)
    open.push(...(remote.get(next)?.says.parents ?? []))
  }
  return true
}

/** Versions that nothing there comes from. */
export function remoteHeads(remote: RemoteVersions): string[] {
  const parents = new Set([...remote.values()].flatMap(({ says }) => says.parents))
  return [...remote.keys()].filter((id) => !parents.has(id)).sort()
}

/**
 * Brings versions here, in order: all bytes, then the records, then the rows. A version is here in whole or not at all; what
 * came before a stop need not come again. Rejects with `REMOTE_CORRUPT` for what does not hold together, and as
 * `fetchFiles` does.
 */
export async function fetchVersions(
  tools: PullTools & {
    readonly context: LibraryContext
    readonly versions: Versions
    /** Null when the place is not what the library is linked to. */
    readonly book: DeliveryBook | null
    readonly place: Place
  },
  remote: RemoteVersions,
  order: readonly string[],
): Promise<Version[]> {
  const { context, source, versions, book, place, signal } = tools
  const { blobs } = context
  const byDigest = new Map<ArtifactRole, Map<string, RemoteItem>>()
  const made: Version[] = []
  const requireWhole = createWholeCheck(context, versions)
  for (const id of order) {
    signal.throwIfAborted()
    const { item: history, says } = remote.get(id)!
    const { record, digests } = await takeRecords(id, history)
    // Their order, and whether all are there, were taken from what the artifact says.
    if (record.parents.join() !== says.parents.join())
      throw corrupt(id, 'it comes from other versions than it says')
    const items: [RemoteRole, RemoteItem][] = [['history', history]]
    for (const artifact of record.artifacts)
      items.push([artifact.role, await takeArtifact(artifact, digests[artifact.role])])
    const version = await versions.adopt(id, digests, () => requireWhole(id, record))
    made.push(version)
    // Those that it got since are found with the next look at the server; from another place than the linked one, never.
    const tags = history.tags.filter(isRemoteTag)
    versions.tags.change(id, { add: tags }, { author: 'W&B', at: context.now() })
    for (const [role, item] of book ? items : []) book!.saveReceipt(receiptOf(role, version, item))
    book?.saveTags(history.id, new Map(tags.map((tag) => [tag, true])))
  }
  return made

  async function takeRecords(id: string, item: RemoteItem) {
    const { here } = checkFiles(await source.files(item, signal))
    const names = new Set<string>(Object.values(historyPaths))
    const wanted = here.filter(({ path }) => names.has(path))
    const found = await fetchFiles(tools, item.id, wanted)
    const [version, records] = [found.get(historyPaths.version), found.get(historyPaths.records)]
    // The id is the sum of the record, so nobody can pass off another one.
    if (version?.digest !== (id as string) || !records) throw corrupt(id, 'its record is another one')
    const dataset = found.get(historyPaths.dataset)
    const says = dataset && (await getRecord(blobs, dataset.digest, parseDatasetFile))
    if (says?.role !== 'history') throw corrupt(id, 'it does not say which artifacts it has')
    const breathe = createTimeSlice()
    for (const line of linesOf(await blobs.get(records.digest))) {
      tools.held.add(await blobs.put(line))
      await breathe()
    }
    return { record: await versions.files.record(id), digests: says.artifacts }
  }

  async function takeArtifact(
    artifact: VersionRecord['artifacts'][number],
    digest: string | undefined,
  ): Promise<RemoteItem> {
    const { role, manifest } = artifact
    if (digest === undefined) throw corrupt(role, 'its digest is missing')
    const item = await itemOf(role, digest)
    const isTheSame = (files: number, bytes: number) => files === artifact.files && bytes === artifact.bytes
    if (await blobs.has(manifest.digest)) {
      // As a version before it. Of one that is here in part, or has another digest, the server's list decides.
      const entries = await versions.files.getManifest(manifest.digest, digest).catch(() => [])
      const has = await Promise.all(entries.map(({ blob }) => blobs.has(blob)))
      const isHere = entries.length > 0 && has.every(Boolean)
      if (isHere && isTheSame(entries.length, bytesOf(entries))) return item
    }
    const { here, outside } = checkFiles(await source.files(item, signal))
    if (outside > 0) throw corrupt(item.collection, 'some of its files lie elsewhere')
    const found = await fetchFiles(tools, item.id, here)
    const entries = here.map(({ path }) => [path, entryOf(path, found.get(path)!)] as const)
    const { list } = await versions.files.lists.change(manifestRows, [], new Map(entries))
    const made = await versions.files.putManifest(list)
    const isRight = isTheSame(entries.length, bytesOf(entries.map(([, entry]) => entry)))
    if (made.digest !== manifest.digest || !isRight)
      throw corrupt(role, 'its files are not those of its record')
    return item
  }

  async function itemOf(role: ArtifactRole, digest: string): Promise<RemoteItem> {
    let known = byDigest.get(role)
    if (!known) {
      known = new Map((await roleItems(source, place, role, signal)).map((item) => [item.digest, item]))
      byDigest.set(role, known)
    }
    const item = known.get(digest)
    if (item) return item
    throw new AppError('REMOTE_GONE', `The ${role} of a version is not on the server any more.`, {
      remedy: 'Ask who keeps the project whether it was deleted.',
    })
  }

  function receiptOf(role: RemoteRole, { id }: Version, item: RemoteItem) {
    return {
      role,
      versionId: id,
      digest: item.digest,
      artifactId: item.id,
      remoteVersion: `v${item.index}`,
      runName: item.createdBy?.kind === 'run' ? item.createdBy.name : '',
      url: source.urlOf(item),
      sentAt: item.createdAt,
    }
  }
}

/** Lines one at a time, as views: a file of them may be half a gigabyte. Empty ones are left out. */
export function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0x0a, from)
    const to = end < 0 ? bytes.length : end
    if (to > from) yield bytes.subarray(from, to)
    from = to + 1
  }
}

const bytesOf = (entries: readonly ManifestEntry[]) => entries.reduce((sum, { size }) => sum + size, 0)

export const entryOf = (path: string, { digest, md5, size }: BlobRef): ManifestEntry => ({
  path,
  digest: md5,
  size,
  blob: digest,
})
