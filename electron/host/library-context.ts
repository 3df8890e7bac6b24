import type { DatabaseSync } from 'node:sqlite'
import type { Readable } from 'node:stream'
import type { BlobRef, BlobStore } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { HostEvent } from '../../shared/host/host-api.ts'

/** The blob store on this disk: the port, and what only files can do. */
export interface FileBlobStore extends BlobStore {
  /** Copies a file into the store in one pass (hash, write, fsync, rename). The source is only read. */
  putFile(path: string, signal?: AbortSignal): Promise<BlobRef>
  /** Room for bytes that are still arriving: nobody sees them before they are whole. Throws `LIB_READ_ONLY`. */
  draft(): BlobDraft
  /** Publishes sealed drafts durably, all of them or (rejecting with what the disk says) none that any row names. */
  publish(sealed: readonly SealedBlob[]): Promise<void>
  /** Where a blob's bytes lie, for tools that need a path. The file must not be changed. */
  pathOf(digest: BlobDigest): string
  /** Streams the bytes and fails with `BLOB_CORRUPT` at the end when they do not match their name. */
  read(digest: BlobDigest): Readable
  /** What the index knows of a blob, or undefined. */
  stat(digest: BlobDigest): BlobRef | undefined
}

/** Bytes on their way into the store. Each rejects or throws with what the disk says; then the draft is gone. */
export type BlobDraft = {
  write(part: Uint8Array): void
  /** Publishes them durably if they are what was expected; null, and nothing is kept, when they are not. */
  keep(expected: { readonly md5: string; readonly size: number | null }): Promise<BlobRef | null>
  /** The same without publishing yet: `publish` does that for many at once. */
  seal(expected: { readonly md5: string; readonly size: number | null }): SealedBlob | null
  drop(): void
}
/** Bytes that are what they have to be, and that nobody sees yet. */
export type SealedBlob = {
  readonly ref: BlobRef
  readonly unpublished: { fd: number; temporary: string } | null
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** Structured, redacted at the sink: `ids` holds our own opaque ids and numbers, never names or secrets. */
export type Log = (
  level: LogLevel,
  area: string,
  message: string,
  ids?: Record<string, string | number>,
) => void

/** What every service of the host works on: one open library. */
export type LibraryContext = {
  /** Absolute path of the library folder. */
  readonly folder: string
  readonly libraryId: string
  /** This installation, so that two laptops can be told apart. */
  readonly deviceId: string
  readonly readOnly: boolean
  /** The one connection that writes. Services keep transactions short and use `transaction`. */
  readonly db: DatabaseSync
  /** Runs `work` inside BEGIN IMMEDIATE … COMMIT; a throw rolls back. Synchronous, never nested. */
  transaction<T>(work: () => T): T
  /** The next number of the library's own order. Call inside a transaction. */
  nextSeq(): number
  readonly blobs: FileBlobStore
  readonly log: Log
  /** Wall time in milliseconds, for display only. */
  now(): number
  emit(event: HostEvent): void
}
