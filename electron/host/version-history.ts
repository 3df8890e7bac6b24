import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { type ManifestEntry, sortEntries } from '../../shared/dataset/manifest.ts'
import { carriedListSchema } from '../../shared/formats/carried-record.ts'
import { datasetFileText } from '../../shared/formats/dataset-file.ts'
import { parseRevisionRecord } from '../../shared/formats/revision-record.ts'
import { snapshotRecordSchema } from '../../shared/formats/snapshot.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import type { Version } from '../../shared/host/host-api.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'
import { snapshotRows, type VersionFiles } from './version-files.ts'

/** Files of the artifact `history`, by path (`docs/formats/artifact.md`). */
export const historyPaths = {
  dataset: 'dataset.json',
  version: 'version.json',
  records: 'records.ndjson',
} as const

/**
 * What makes a version the same version in another library: its record, and of the records that it stands on those that none
 * of its parents stands on. Made of the version alone, so whoever has it makes the same bytes of it. Rejects as reading a
 * snapshot does.
 */
export async function historyFiles(
  { blobs, files }: Pick<LibraryContext, 'blobs'> & { readonly files: VersionFiles },
  { id, parents, artifacts }: Pick<Version, 'id' | 'parents' | 'artifacts'>,
): Promise<ManifestEntry[]> {
  const own = await snapshotOf(id)
  const old = await Promise.all(parents.map(snapshotOf))
  const oldLists = old.flatMap(({ list }) => list)
  const oldIndexes = new Set(old.flatMap(({ indexes }) => indexes))
  const [newParts, goneParts] = files.lists.apart(own.list, oldLists)
  const before = await files.lists.rows(snapshotRows, [...new Set(goneParts)])
  const known = new Set(before.map(({ head }) => head))
  const newIndexes = own.indexes.filter((index) => !oldIndexes.has(index))
  const needed = new Set<string>([own.snapshot, own.ontology, ...newIndexes, ...newParts])
  if (own.carried) {
    // The records themselves are files of labeled_data.
    const known = new Set(old.flatMap(({ carried }) => carried?.blobs ?? []))
    for (const blob of own.carried.blobs) if (!known.has(blob)) needed.add(blob)
  }
  const breathe = createTimeSlice()
  for (const { head } of await files.lists.rows(snapshotRows, newParts)) {
    if (head === null || known.has(head) || needed.has(head)) continue
    needed.add(head)
    const { payloads } = await getRecord(blobs, head, parseRevisionRecord)
    const ontology = payloads.find((payload) => payload.role === 'ontology')
    // Emptying the trash may have taken it with the label; nothing of the version needs it.
    if (ontology && (await blobs.has(ontology.digest as BlobDigest))) needed.add(ontology.digest)
    await breathe()
  }
  const lines: string[] = []
  for (const digest of [...needed].sort(compareCodePoints)) {
    lines.push(`${Buffer.from(await blobs.get(digest as BlobDigest)).toString('utf8')}\n`)
    await breathe()
  }
  const dataset = await blobs.put(
    Buffer.from(datasetFileText({ role: 'history', version: id, artifacts: digestsOf(artifacts) })),
  )
  const records = await blobs.put(Buffer.from(lines.join('')))
  return sortEntries([
    entry(historyPaths.dataset, dataset),
    entry(historyPaths.records, records),
    entry(historyPaths.version, requireRef(id)),
  ])

  async function snapshotOf(version: string) {
    const record = await files.record(version)
    const { digest } = record.snapshot
    const { list, ontology } = await files.snapshot(digest)
    const { parts: indexes } = await getRecord(blobs, digest, (text) =>
      snapshotRecordSchema.parse(JSON.parse(text)),
    )
    return { snapshot: digest, list, indexes, ontology: ontology.digest, carried: await carriedOf(record) }
  }
  async function carriedOf(record: VersionRecord): Promise<{ blobs: string[] } | null> {
    if (!record.carried) return null
    const { parts: indexes } = await getRecord(blobs, record.carried.digest, (text) =>
      carriedListSchema.parse(JSON.parse(text)),
    )
    const parts = await files.carried(record)
    return { blobs: [record.carried.digest, ...indexes, ...parts.map(({ blob }) => blob)] }
  }
  function requireRef(digest: string): BlobRef {
    const ref = blobs.stat(digest as BlobDigest)
    if (ref) return ref
    throw new AppError('MISSING_BLOB', `The record of a version is missing (${digest.slice(0, 12)}).`, {
      remedy: 'Run "tessera verify" to see what is affected.',
    })
  }
}

const entry = (path: string, { digest, md5, size }: BlobRef): ManifestEntry => ({
  path,
  digest: md5,
  size,
  blob: digest,
})

/** Throws plain Error for one that is not known yet: what is sent has all of them. */
function digestsOf(artifacts: Version['artifacts']): { raw_data?: string; labeled_data?: string } {
  return Object.fromEntries(
    artifacts.map(({ role, digest }) => {
      if (digest === null) throw new Error(`the digest of ${role} is not known`)
      return [role, digest]
    }),
  )
}
