import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { type ManifestEntry, sortEntries } from '../../shared/dataset/manifest.ts'
import { fileEntry } from '../../shared/formats/artifact-layout.ts'
import { datasetFileText } from '../../shared/formats/dataset-file.ts'
import { parseRevisionRecord } from '../../shared/formats/revision-record.ts'
import { snapshotRecordSchema } from '../../shared/formats/snapshot.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import type { ArtifactRole } from '../../shared/host/host-api.ts'
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
 * of its parents stands on. Made of the version alone, so whoever has it makes the same bytes of it. `digestOf` says W&B's
 * digest of one of its artifacts, null when it is not known. Rejects as reading a snapshot does.
 */
export async function historyFiles(
  { blobs, files }: Pick<LibraryContext, 'blobs'> & { readonly files: VersionFiles },
  version: string,
  digestOf: (role: ArtifactRole) => string | null,
): Promise<ManifestEntry[]> {
  const record = await files.record(version)
  const own = await snapshotOf(record)
  const old = await Promise.all(record.parents.map(async (parent) => snapshotOf(await files.record(parent))))
  const [ownParts, ownBlobs] = [new Set(own.parts), new Set(own.blobs)]
  const [oldParts, oldBlobs] = [
    new Set(old.flatMap(({ parts }) => parts)),
    new Set(old.flatMap(({ blobs }) => blobs)),
  ]
  const apart = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].filter((blob) => !b.has(blob))
  const newParts = apart(ownParts, oldParts)
  const before = await files.lists.rows(snapshotRows, apart(oldParts, ownParts))
  const known = new Set(before.map(({ head }) => head))
  const needed = new Set<string>([
    record.snapshot.digest,
    own.ontology,
    ...newParts,
    ...apart(ownBlobs, oldBlobs),
  ])
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
  const artifacts: Partial<Record<ArtifactRole, string>> = {}
  for (const { role, manifest } of record.artifacts) {
    artifacts[role] = digestOf(role) ?? (await files.artifactDigest(manifest.digest))
  }
  const [dataset, records] = await blobs.putAll([
    Buffer.from(datasetFileText({ role: 'history', version, artifacts })),
    Buffer.from(lines.join('')),
  ])
  return sortEntries([
    fileEntry(historyPaths.dataset, dataset!),
    fileEntry(historyPaths.records, records!),
    fileEntry(historyPaths.version, requireRef(version)),
  ])

  /** The parts of a snapshot, and the blobs that list them. */
  async function snapshotOf({ snapshot: { digest } }: VersionRecord) {
    const record = await getRecord(blobs, digest, (text) => snapshotRecordSchema.parse(JSON.parse(text)))
    const parts = (await files.lists.readIndex(record.parts)).map(({ blob }) => blob as string)
    return { parts, blobs: record.parts as readonly string[], ontology: record.ontology.digest as string }
  }
  function requireRef(digest: string): BlobRef {
    const ref = blobs.stat(digest as BlobDigest)
    if (ref) return ref
    throw new AppError('MISSING_BLOB', `The record of a version is missing (${digest.slice(0, 12)}).`, {
      remedy: 'Run "tessera verify" to see what is affected.',
    })
  }
}
