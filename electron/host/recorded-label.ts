import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, RevisionId } from '../../shared/dataset/digest.ts'
import { parseLabelFile } from '../../shared/formats/label-file.ts'
import type { RevisionRecord } from '../../shared/formats/revision-record.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { readRevisionRecord } from './label-counter.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'

export type RecordedLabel = {
  readonly width: number
  readonly height: number
  readonly objects: readonly LabelObject[]
  /** As it is stored. */
  readonly png: Uint8Array
}

/**
 * A label that only versions know: of a version that came from elsewhere and is not merged, or of an image that was removed
 * for good. Read for looking at it. Null when there is no such revision. Rejects with `MISSING_BLOB`, `BLOB_CORRUPT`.
 */
export async function recordedLabel(
  blobs: LibraryContext['blobs'],
  revision: RevisionId,
): Promise<RecordedLabel | null> {
  const record = await recordOf(blobs, revision)
  const digestOf = (role: string) => record?.payloads.find((each) => each.role === role)?.digest
  const [mask, label] = [digestOf('mask'), digestOf('label')]
  if (mask === undefined || label === undefined) return null
  const { width, height, objects } = await getRecord(blobs, label, parseLabelFile)
  return { width, height, objects, png: await blobs.get(mask as BlobDigest) }
}

/** Null for bytes that are none, too: whoever asks may name any blob. */
async function recordOf(
  blobs: LibraryContext['blobs'],
  revision: RevisionId,
): Promise<RevisionRecord | null> {
  if (!(await blobs.has(revision as string as BlobDigest))) return null
  try {
    return await readRevisionRecord(blobs, revision)
  } catch (error) {
    if (error instanceof AppError && error.code === 'ROW_CORRUPT') return null
    throw error
  }
}
