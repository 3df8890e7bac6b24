import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { BlobRef, BlobStore } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import {
  type ManifestEntry,
  manifestDigestHeader,
  manifestDigestLines,
} from '../../shared/dataset/manifest.ts'
import {
  type CarriedRow,
  carriedListSchema,
  carriedPartText,
  parseCarriedPart,
} from '../../shared/formats/carried-record.ts'
import {
  type ManifestRecord,
  manifestPartText,
  manifestRecordSchema,
  parseManifestPart,
} from '../../shared/formats/manifest-record.ts'
import type { PartRef } from '../../shared/formats/part-index.ts'
import {
  parseSnapshotPart,
  type SnapshotRecord,
  type SnapshotSample,
  snapshotPartText,
  snapshotRecordSchema,
} from '../../shared/formats/snapshot.ts'
import { parseVersionRecord, type VersionRecord } from '../../shared/formats/version-record.ts'
import {
  createPartedLists,
  getRecord,
  type PartedList,
  type PartedLists,
  type RowForm,
} from './parted-list.ts'

export const manifestRows: RowForm<ManifestEntry> = {
  keyOf: ({ path }) => path,
  textOf: manifestPartText,
  parse: parseManifestPart,
}
export const snapshotRows: RowForm<SnapshotSample> = {
  keyOf: ({ name }) => name,
  textOf: snapshotPartText,
  parse: parseSnapshotPart,
}

export const carriedRows: RowForm<CarriedRow> = {
  keyOf: ({ name }) => name,
  textOf: carriedPartText,
  parse: parseCarriedPart,
}

/**
 * The record of a version and its long lists among the blobs. Reading rejects with AppError `MISSING_BLOB`,
 * `BLOB_CORRUPT` or `FMT_TOO_NEW`.
 */
export type VersionFiles = {
  readonly lists: PartedLists
  record(version: string): Promise<VersionRecord>
  putManifest(list: PartedList): Promise<BlobRef>
  manifest(blob: string): Promise<PartRef[]>
  /** The entries, if they are those of the artifact with this digest, as far as that is known. */
  getManifest(blob: string, artifactDigest: string | null): Promise<ManifestEntry[]>
  /** W&B's digest of a manifest. Rejects with the reason of `signal` too. */
  artifactDigest(blob: string, signal?: AbortSignal): Promise<string>
  putSnapshot(list: PartedList, ontology: BlobRef): Promise<BlobRef>
  snapshot(blob: string): Promise<{ list: PartRef[]; ontology: BlobRef }>
  putCarried(list: PartedList): Promise<BlobRef>
  /** What a version carries. */
  carried(record: Pick<VersionRecord, 'carried'>): Promise<PartRef[]>
  getSnapshot(blob: string): Promise<{ samples: SnapshotSample[]; ontology: BlobRef }>
}

export function createVersionFiles(blobs: BlobStore): VersionFiles {
  const lists = createPartedLists(blobs)
  const count = (list: PartedList) => list.reduce((sum, { rows }) => sum + rows, 0)
  const rowsOf = <T>(form: RowForm<T>, list: PartedList) =>
    lists.rows(
      form,
      list.map(({ blob }) => blob),
    )

  async function listOf(parts: readonly string[], expected: number): Promise<PartRef[]> {
    const list = await lists.readIndex(parts)
    if (count(list) !== expected) throw damagedList()
    return list
  }

  async function manifest(blob: string): Promise<PartRef[]> {
    const record = await getRecord(blobs, blob, (text) => manifestRecordSchema.parse(JSON.parse(text)))
    return listOf(record.parts, record.count)
  }

  async function snapshot(blob: string) {
    const record = await getRecord(blobs, blob, (text) => snapshotRecordSchema.parse(JSON.parse(text)))
    return { list: await listOf(record.parts, record.count), ontology: record.ontology }
  }

  return {
    lists,
    record: (version) => getRecord(blobs, version as BlobDigest, parseVersionRecord),

    async putManifest(list) {
      const parts = await lists.writeIndex(list)
      const record: ManifestRecord = { v: 1, kind: 'manifest', count: count(list), parts }
      return blobs.put(Buffer.from(canonicalJson(record)))
    },

    manifest,

    async getManifest(blob, digest) {
      const entries = await rowsOf(manifestRows, await manifest(blob))
      if (digest === null) return entries
      const hash = createHash('md5').update(manifestDigestHeader)
      for (let i = 0; i < entries.length; i += 5000) {
        hash.update(manifestDigestLines(entries.slice(i, i + 5000)))
      }
      if (hash.digest('hex') === digest) return entries
      throw damagedList()
    },

    async artifactDigest(blob, signal) {
      const hash = createHash('md5').update(manifestDigestHeader)
      const parts = (await manifest(blob)).map((part) => part.blob)
      for await (const entries of lists.stretches(manifestRows, parts)) {
        signal?.throwIfAborted()
        hash.update(manifestDigestLines(entries))
      }
      return hash.digest('hex')
    },

    async putSnapshot(list, ontology) {
      const parts = await lists.writeIndex(list)
      const record: SnapshotRecord = { v: 1, kind: 'snapshot', count: count(list), ontology, parts }
      return blobs.put(Buffer.from(canonicalJson(record)))
    },

    snapshot,

    async putCarried(list) {
      const parts = await lists.writeIndex(list)
      return blobs.put(Buffer.from(canonicalJson({ v: 1, kind: 'carried-list', count: count(list), parts })))
    },

    async carried({ carried }) {
      if (!carried) return []
      const record = await getRecord(blobs, carried.digest, (text) =>
        carriedListSchema.parse(JSON.parse(text)),
      )
      return listOf(record.parts, record.count)
    },

    async getSnapshot(blob) {
      const { list, ontology } = await snapshot(blob)
      return { samples: await rowsOf(snapshotRows, list), ontology }
    },
  }
}

export function damagedList(): AppError {
  return new AppError('BLOB_CORRUPT', 'The list of files of a version is not what was committed.', {
    remedy: 'Run "tessera verify" to see what is affected.',
  })
}
