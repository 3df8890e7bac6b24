import type { BlobDigest, EntryDigest } from './digest.ts'

/** What is known of a stored blob. `md5` is computed in the pass that stored it. */
export type BlobRef = { readonly digest: BlobDigest; readonly md5: EntryDigest; readonly size: number }

/** Immutable bytes by digest. A blob is whole or absent: no reader ever sees part of one. */
export interface BlobStore {
  /** Stores `bytes` durably (fsynced, published by rename); storing the same bytes again writes nothing. */
  put(bytes: Uint8Array): Promise<BlobRef>
  /**
   * The same for many, in their order, and far sooner than one after the other: the disk takes some while the next ones are
   * made. None is acknowledged before all are durable; when it rejects, any of them may be there.
   */
  putAll(contents: Iterable<Uint8Array>): Promise<BlobRef[]>
  /** Whether a whole blob of that name is there. Does not re-hash. */
  has(digest: BlobDigest): Promise<boolean>
  /** Rejects with AppError `MISSING_BLOB`, or `BLOB_CORRUPT` when the bytes no longer match their name. */
  get(digest: BlobDigest): Promise<Uint8Array>
}
