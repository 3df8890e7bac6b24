import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { BlobRef, BlobStore } from '../../shared/dataset/blob-store.ts'
import {
  type ManifestEntry,
  manifestDigestHeader,
  manifestDigestLines,
} from '../../shared/dataset/manifest.ts'
import {
  type ManifestRecord,
  manifestPartText,
  manifestRecordSchema,
  parseManifestPart,
} from '../../shared/formats/manifest-record.ts'
import {
  parseSnapshotPart,
  type SnapshotRecord,
  type SnapshotSample,
  snapshotPartText,
  snapshotRecordSchema,
} from '../../shared/formats/snapshot.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import type { ArtifactRole } from '../../shared/host/host-api.ts'
import { getParts, getRecord, putParts } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'

/**
 * The long lists of a version among the blobs. Reading rejects with AppError `MISSING_BLOB`, `BLOB_CORRUPT` or
 * `FMT_TOO_NEW`.
 */
export type VersionFiles = {
  /** `entries` come from `sortEntries`. */
  putManifest(
    role: ArtifactRole,
    entries: readonly ManifestEntry[],
  ): Promise<VersionRecord['artifacts'][number]>
  /** The entries, if they are those of the artifact with this digest. */
  getManifest(blob: string, artifactDigest: string): Promise<ManifestEntry[]>
  /** `samples` are sorted by name, by code point. */
  putSnapshot(samples: readonly SnapshotSample[], ontology: BlobRef): Promise<BlobRef>
  getSnapshot(blob: string): Promise<{ samples: SnapshotSample[]; ontology: BlobRef }>
}

export function createVersionFiles(blobs: BlobStore): VersionFiles {
  return {
    async putManifest(role, entries) {
      const parts = await putParts(blobs, entries, ({ path }) => path, manifestPartText)
      const record: ManifestRecord = { v: 1, kind: 'manifest', count: entries.length, parts }
      return {
        role,
        digest: await artifactDigest(entries),
        manifest: await blobs.put(Buffer.from(canonicalJson(record))),
        files: entries.length,
        bytes: entries.reduce((sum, { size }) => sum + size, 0),
      }
    },

    async getManifest(blob, digest) {
      const record = await getRecord(blobs, blob, (text) => manifestRecordSchema.parse(JSON.parse(text)))
      const entries = await getParts(blobs, record.parts, parseManifestPart)
      if (entries.length === record.count && (await artifactDigest(entries)) === digest) return entries
      throw new AppError('BLOB_CORRUPT', 'The list of files of a version does not have its digest.', {
        remedy: 'Run "tessera verify" to see what is affected.',
      })
    },

    async putSnapshot(samples, ontology) {
      const parts = await putParts(blobs, samples, ({ name }) => name, snapshotPartText)
      const record: SnapshotRecord = { v: 1, kind: 'snapshot', count: samples.length, ontology, parts }
      return blobs.put(Buffer.from(canonicalJson(record)))
    },

    async getSnapshot(blob) {
      const { parts, ontology } = await getRecord(blobs, blob, (text) =>
        snapshotRecordSchema.parse(JSON.parse(text)),
      )
      return { samples: await getParts(blobs, parts, parseSnapshotPart), ontology }
    },
  }
}

const entriesPerSlice = 5000

/** W&B's digest of the artifact with these files. */
export async function artifactDigest(sorted: readonly ManifestEntry[]): Promise<string> {
  const breathe = createTimeSlice()
  const hash = createHash('md5').update(manifestDigestHeader)
  for (let i = 0; i < sorted.length; i += entriesPerSlice) {
    hash.update(manifestDigestLines(sorted.slice(i, i + entriesPerSlice)))
    await breathe()
  }
  return hash.digest('hex')
}
