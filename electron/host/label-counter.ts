import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { parseRevisionRecord, type RevisionRecord } from '../../shared/formats/revision-record.ts'
import { damaged, type RevisionRow } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'

/** Rejects with `MISSING_BLOB`, `BLOB_CORRUPT`, `ROW_CORRUPT`. */
export async function readRevisionRecord(
  blobs: LibraryContext['blobs'],
  id: string,
): Promise<RevisionRecord> {
  const bytes = await blobs.get(id as BlobDigest)
  try {
    return parseRevisionRecord(Buffer.from(bytes).toString())
  } catch (cause) {
    throw damaged('The record of a saved label', cause)
  }
}

/**
 * Whether ids of both were given out by this library alone: on one installation, and mine made after theirs, for then it
 * begins above them. States that came from elsewhere had a counter of their own.
 */
export async function areOfOneCounter(
  blobs: LibraryContext['blobs'],
  mine: RevisionRow | null,
  theirs: RevisionRow,
): Promise<boolean> {
  if (!mine || theirs.sampleId !== mine.sampleId || mine.nextObjectId < theirs.nextObjectId) return false
  const [own, other] = [await readRevisionRecord(blobs, mine.id), await readRevisionRecord(blobs, theirs.id)]
  return own.deviceId === other.deviceId && own.seq > other.seq
}
