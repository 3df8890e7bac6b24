import { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { ManifestEntry } from '../../shared/dataset/manifest.ts'
import { parseCarriedRecord } from '../../shared/formats/carried-record.ts'
import { parseDatasetFile } from '../../shared/formats/dataset-file.ts'
import { parseRevisionRecord } from '../../shared/formats/revision-record.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import type { ArtifactRole, Version } from '../../shared/host/host-api.ts'
import { foldName, isSampleName } from '../../shared/image/sample-name.ts'
import type { ArtifactSource, Place, RemoteItem } from '../../shared/sync/artifact-source.ts'
import { checkFiles } from '../../shared/sync/pull.ts'
import { type RemoteRole, roleTraits } from '../../shared/sync/push.ts'
import type { DeliveryBook } from './delivery-book.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { fetchFiles, type PullTools } from './pull-files.ts'
import { createTimeSlice } from './time-slice.ts'
import { carriedRows, manifestRows, snapshotRows } from './version-files.ts'
import { historyPaths } from './version-history.ts'
import type { Versions } from './versions.ts'

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
  /** Parts of snapshots whose samples are here in whole. */
  const checked = new Map<string, PartFacts>()
  /** How names were spelled last, by fold. Two spellings may be of two versions: only then are all names of one looked at. */
  const spellings = new Map<string, string>()
  let mayHaveTwins = false
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
    for (const [role, item] of book ? items : []) book!.saveReceipt(receiptOf(role, version, item))
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

  /** Everything that a version names is here, and says what it has to. */
  async function requireWhole(id: string, record: VersionRecord): Promise<void> {
    const breathe = createTimeSlice()
    const { list, ontology } = await versions.files.snapshot(record.snapshot.digest)
    const samples: SnapshotSample[] = []
    const fresh = new Map<string, PartFacts>()
    let before: string | null = null
    for (const { blob, last, rows } of list) {
      let facts = checked.get(blob) ?? fresh.get(blob)
      if (!facts) {
        const part = await versions.files.lists.rows(snapshotRows, [blob])
        facts = factsOf(part)
        fresh.set(blob, facts)
        samples.push(...part)
      }
      const isNext = before === null || compareCodePoints(before, facts.first) < 0
      // A name is looked for only where it has to be: it must not be elsewhere.
      if (!facts.isSorted || facts.rows !== rows || facts.last !== last || !isNext)
        throw corrupt(id, 'its list of images is not in order')
      before = last
    }
    for (const { name } of samples) {
      // Files get these names when a version is exported.
      if (!isSampleName(name))
        throw corrupt(id, `an image has the name ${JSON.stringify(name.slice(0, 120))}`)
      const fold = foldName(name)
      mayHaveTwins ||= (spellings.get(fold) ?? name) !== name
      spellings.set(fold, name)
      await breathe()
    }
    if (mayHaveTwins) {
      const all = await versions.files.lists.rows(
        snapshotRows,
        list.map(({ blob }) => blob),
      )
      if (new Set(all.map(({ name }) => foldName(name))).size < all.length)
        throw corrupt(id, 'two of its images have names that differ in case or accents only')
    }
    if (!(await blobs.has(ontology.digest))) throw corrupt(id, 'its categories are missing')
    for (const { name, image, head, card } of samples) {
      const needed = [image, card]
      if (head !== null) {
        const { payloads } = await getRecord(blobs, head, parseRevisionRecord)
        needed.push(...payloads.filter(({ role }) => role !== 'ontology').map(({ digest }) => digest))
      }
      for (const digest of needed) {
        if (digest === null || (await blobs.has(digest as BlobDigest))) continue
        throw corrupt(id, `a file of "${name.slice(0, 120)}" is missing`)
      }
      await breathe()
    }
    let last: string | null = null
    const carried = (await versions.files.carried(record)).map(({ blob }) => blob)
    for (const { name, record: digest } of await versions.files.lists.rows(carriedRows, carried)) {
      if (last !== null && compareCodePoints(last, name) >= 0)
        throw corrupt(id, 'its list of kept samples is not in order')
      last = name
      if (!(await blobs.has(digest as BlobDigest))) throw corrupt(id, 'a kept sample is missing')
      if ((await getRecord(blobs, digest, parseCarriedRecord)).name !== name)
        throw corrupt(id, 'a kept sample has another name than it says')
      await breathe()
    }
    for (const [part, facts] of fresh) checked.set(part, facts)
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

/** What an index of parts has to say of one. */
type PartFacts = {
  readonly first: string
  readonly last: string
  readonly rows: number
  readonly isSorted: boolean
}
function factsOf(part: readonly SnapshotSample[]): PartFacts {
  const isSorted = part.every(({ name }, i) => i === 0 || compareCodePoints(part[i - 1]!.name, name) < 0)
  return { first: part[0]?.name ?? '', last: part.at(-1)?.name ?? '', rows: part.length, isSorted }
}

function corrupt(what: string, why: string): AppError {
  const name = /^[0-9a-f]{64}$/.test(what) ? `Version ${what.slice(0, 12)}` : what
  return new AppError('REMOTE_CORRUPT', `${name} on the server does not hold together: ${why}.`, {
    remedy: 'Nothing of it was taken. Try again; if it stays so, ask who pushed it to push it again.',
  })
}
