import { AppError } from '../../shared/base/app-error.ts'
import type { BlobStore } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { cutParts } from '../../shared/formats/parts.ts'
import { createTimeSlice } from './time-slice.ts'

/** Stores a sorted list in parts; those that an earlier list had too cost nothing. Returns their blobs in order. */
export async function putParts<T>(
  blobs: BlobStore,
  rows: readonly T[],
  keyOf: (row: T) => string,
  textOf: (part: readonly T[]) => string,
): Promise<BlobDigest[]> {
  const breathe = createTimeSlice()
  const digests: BlobDigest[] = []
  for (const part of cutParts(rows, keyOf)) {
    const { digest } = await blobs.put(Buffer.from(textOf(part)))
    digests.push(digest)
    await breathe()
  }
  return digests
}

/** Reads such a list back. Rejects with AppError `MISSING_BLOB`, `BLOB_CORRUPT` or `FMT_TOO_NEW`. */
export async function getParts<T>(
  blobs: BlobStore,
  digests: readonly string[],
  parse: (text: string) => T[],
): Promise<T[]> {
  const breathe = createTimeSlice()
  const rows: T[] = []
  for (const digest of digests) {
    for (const row of await getRecord(blobs, digest, parse)) rows.push(row)
    await breathe()
  }
  return rows
}

/** A record read back through its schema. Same errors as `getParts`. */
export async function getRecord<T>(blobs: BlobStore, digest: string, parse: (text: string) => T): Promise<T> {
  const text = Buffer.from(await blobs.get(digest as BlobDigest)).toString('utf8')
  try {
    return parse(text)
  } catch (cause) {
    // The bytes are what was once written, so it is this program that does not know them.
    throw new AppError(
      'FMT_TOO_NEW',
      `A record of a version is written in an unknown way (${digest.slice(0, 12)}).`,
      {
        remedy: 'Update Tessera.',
        cause,
      },
    )
  }
}
