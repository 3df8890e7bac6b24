import { AppError, type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import type { PullResult } from '../../shared/host/host-api.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import { MAX_OBJECT_ID } from '../../shared/label/label-map.ts'
import { type PullFile, pairMasks } from '../../shared/sync/pull.ts'
import { decodeMask } from '../adapters/mask-file.ts'
import type { Categories } from './categories.ts'
import type { Import } from './import.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import type { Samples } from './samples.ts'

type Imported = NonNullable<PullResult['imported']>

/** The category of objects of masks that do not say what they are. */
const plainCategory = 'object'

/**
 * Adds the images of an artifact that is not ours, each checked as any import is; a mask that fits becomes the label of an
 * image that has none. What is refused is told and stops nothing. Rejects with what the disk says, and `CANCELLED`.
 */
export async function importImages(
  tools: {
    readonly context: LibraryContext
    readonly imports: Import
    readonly samples: Samples
    readonly labels: Labels
    readonly categories: Categories
    advance(step: string, files: number, bytes: number): void
  },
  files: readonly PullFile[],
  blobs: ReadonlyMap<string, BlobRef>,
  signal: AbortSignal,
): Promise<Imported> {
  const { context, imports, samples, labels, categories, advance } = tools
  const result = { added: 0, duplicates: 0, labels: 0, refused: [] as { file: string; error: ErrorInfo }[] }
  const refuse = (file: string, thrown: unknown) => {
    const error = toAppError(thrown)
    if (error.code.startsWith('DISK_') || error.code === 'SAVE_UNCERTAIN') throw error
    result.refused.push({ file, error: error.toInfo() })
  }
  for (const { image, mask } of pairMasks(files)) {
    signal.throwIfAborted()
    const blob = blobs.get(image.path)!
    const outcome = await imports.importFile(context.blobs.pathOf(blob.digest), image.path, signal)
    advance('Adding images', 0, 0)
    signal.throwIfAborted()
    if (outcome.kind === 'rejected') {
      refuse(image.path, AppError.fromInfo(outcome.error))
      continue
    }
    if (outcome.kind === 'added') result.added++
    else result.duplicates++
    if (!mask) continue
    try {
      if (await label(blob.digest, blobs.get(mask.path)!.digest)) result.labels++
    } catch (error) {
      refuse(mask.path, error)
    }
  }
  return result

  /** False for an image that has a label already: nobody's work is written over. */
  async function label(image: BlobDigest, mask: BlobDigest): Promise<boolean> {
    const row = context.db
      .prepare('SELECT id FROM samples WHERE image_digest = ? AND trashed_at IS NULL')
      .get(image)
    if (!row) return false
    const sample = samples.get(String(row.id))
    if (sample.headRevision !== null) return false
    const map = await decodeMask(await context.blobs.get(mask))
    if (map.width !== sample.width || map.height !== sample.height) {
      throw new AppError(
        'IN_SIZE_MISMATCH',
        `The mask has ${map.width} × ${map.height} pixels, its image ${sample.width} × ${sample.height}.`,
        { remedy: 'Make masks of the size at which the image is shown.' },
      )
    }
    const ids = [...new Set(map.ids)].filter((id) => id !== 0).sort((a, b) => a - b)
    const last = ids.at(-1) ?? 0
    if (ids.length > 65_535 || last > MAX_OBJECT_ID) {
      throw new AppError('IN_TOO_BIG', `The mask has ${ids.length} objects; a label can have 65,535.`, {
        remedy: 'It may be a picture and no mask of ids.',
      })
    }
    const categoryId = ids.length > 0 ? plainId() : 0
    await labels.save(
      sample.id as SampleId,
      {
        base: null,
        status: 'prelabeled',
        objects: ids.map((id) => ({ id, categoryId, attributes: {} })),
        nextObjectId: last + 1,
        tool: 'pull',
        journal: null,
      },
      encodeIds(map.ids),
    )
    return true
  }

  function plainId(): number {
    const there = categories.list().find(({ name }) => name.toLowerCase() === plainCategory)
    return (there ?? categories.create({ name: plainCategory, hasInstances: true })).id
  }
}
