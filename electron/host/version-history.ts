import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { type ManifestEntry, sortEntries } from '../../shared/dataset/manifest.ts'
import { datasetFileText } from '../../shared/formats/dataset-file.ts'
import { parseRevisionRecord } from '../../shared/formats/revision-record.ts'
import { parseSnapshotPart, snapshotRecordSchema } from '../../shared/formats/snapshot.ts'
import { parseVersionRecord } from '../../shared/formats/version-record.ts'
import type { LibraryContext } from './library-context.ts'
import { getParts, getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'

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
  { blobs }: Pick<LibraryContext, 'blobs'>,
  version: string,
): Promise<ManifestEntry[]> {
  const record = await getRecord(blobs, version, parseVersionRecord)
  const { parts: own, ontology } = await snapshotOf(record.snapshot.digest)
  const old = await Promise.all(
    record.parents.map(async (parent) =>
      snapshotOf((await getRecord(blobs, parent, parseVersionRecord)).snapshot.digest).then(
        ({ parts }) => parts,
      ),
    ),
  )
  const oldParts = new Set(old.flat())
  const newParts = own.filter((part) => !oldParts.has(part))
  const ownParts = new Set(own)
  const before = await getParts(
    blobs,
    [...new Set(old.flat().filter((part) => !ownParts.has(part)))],
    parseSnapshotPart,
  )
  const known = new Set(before.map(({ head }) => head))
  const needed = new Set<string>([record.snapshot.digest, ontology.digest, ...newParts])
  const breathe = createTimeSlice()
  for (const { head } of await getParts(blobs, newParts, parseSnapshotPart)) {
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
  const dataset = await blobs.put(Buffer.from(datasetFileText({ role: 'history', version })))
  const records = await blobs.put(Buffer.from(lines.join('')))
  return sortEntries([
    entry(historyPaths.dataset, dataset),
    entry(historyPaths.records, records),
    entry(historyPaths.version, requireRef(version)),
  ])

  function snapshotOf(snapshot: string) {
    return getRecord(blobs, snapshot, (text) => snapshotRecordSchema.parse(JSON.parse(text)))
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
