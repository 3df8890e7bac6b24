import { AppError } from '../../shared/base/app-error.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { HostOutput } from '../../shared/host/host-api.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import type { LabelShapes } from '../../shared/label/shape.ts'
import { explained } from '../adapters/disk-error.ts'
import type { LabelCodec } from '../adapters/label-codec.ts'
import type { LabelContents } from './label-content.ts'
import type { LabelRows, RevisionRow } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'
import { type RecordedLabel, recordedLabel } from './recorded-label.ts'

/** What is saved, read without changing it. Damage rejects as it does for all labels. */
export type LabelReading = {
  /** The map of a revision as `encodeIds` writes it. Rejects with `NOT_FOUND`. */
  pixels(revision: RevisionId): Promise<Uint8Array>
  /**
   * The stored PNG of a revision, also of one that only a version knows: that was pulled, or whose image was removed for
   * good. Rejects with `NOT_FOUND`.
   */
  png(revision: RevisionId): Promise<Uint8Array>
  /** The objects of a revision of this sample; null: of whichever, as of an image that is not here. Rejects like `png`. */
  objects(sample: SampleId | null, revision: RevisionId): Promise<readonly LabelObject[]>
  /** What a revision holds beside its mask and objects; null for nothing. Rejects like `png`. */
  shapes(revision: RevisionId): Promise<LabelShapes | null>
  /** The same as the file that is stored. */
  shapesFile(revision: RevisionId): Promise<Uint8Array | null>
  /** What is drawn of a revision. Rejects like `png`. */
  drawing(
    revision: RevisionId,
  ): Promise<{ width: number; height: number; objects: readonly LabelObject[]; png: Uint8Array }>
  revisions(sample: SampleId): Promise<HostOutput<'label.revisions'>>
}

export function createLabelReading(tools: {
  readonly context: Pick<LibraryContext, 'blobs'>
  readonly rows: LabelRows
  readonly contents: LabelContents
  readonly codec: Pick<LabelCodec, 'decode'>
}): {
  readonly calls: LabelReading
  /** Of this sample, if one is given. Throws AppError `NOT_FOUND`. */
  requireRevision(id: RevisionId, sample?: SampleId): RevisionRow
} {
  const { context, rows, contents, codec } = tools

  async function requireRecorded(id: RevisionId): Promise<RecordedLabel> {
    const found = await recordedLabel(context.blobs, id)
    if (found) return found
    throw unknownRevision(id)
  }

  function requireRevision(id: RevisionId, sample?: SampleId): RevisionRow {
    const row = rows.revision(id)
    if (row && (sample === undefined || row.sampleId === sample)) return row
    throw unknownRevision(id)
  }

  function unknownRevision(id: RevisionId): AppError {
    return new AppError('NOT_FOUND', `There is no saved label ${id.slice(0, 12)} here.`, {
      remedy: 'Open the image again to see what is saved.',
    })
  }

  const calls: LabelReading = {
    pixels: (revision) =>
      explained(async () => {
        const row = rows.revision(revision)
        if (!row) return codec.decode(await requireRecorded(revision))
        const { width, height } = rows.sample(row.sampleId)
        return codec.decode({ width, height, png: await context.blobs.get(row.mask) })
      }),

    png: (revision) =>
      explained(async () => {
        const row = rows.revision(revision)
        return row ? context.blobs.get(row.mask) : (await requireRecorded(revision)).png
      }),

    objects: (sample, revision) =>
      explained(async () => {
        const row = rows.revision(revision)
        if (!row) return (await requireRecorded(revision)).objects
        requireRevision(revision, sample ?? undefined)
        return contents.objects(rows.sample(row.sampleId), row)
      }),

    shapes: (revision) => explained(() => contents.shapes(requireRevision(revision).shapes)),

    shapesFile: (revision) =>
      explained(async () => {
        const { shapes } = requireRevision(revision)
        return shapes === null ? null : context.blobs.get(shapes)
      }),

    drawing: (revision) =>
      explained(async () => {
        const row = rows.revision(revision)
        if (!row) return requireRecorded(revision)
        const sample = rows.sample(row.sampleId)
        const objects = await contents.objects(sample, row)
        return { width: sample.width, height: sample.height, objects, png: await context.blobs.get(row.mask) }
      }),

    revisions: (id) =>
      explained(async () => {
        const { head } = rows.sample(id)
        return rows.revisionsOf(id).map(({ id: revision, parents, createdAt, tool, author, status }) => ({
          revision,
          parents: [...parents],
          createdAt,
          tool,
          author,
          status,
          isHead: revision === head,
        }))
      }),
  }
  return { calls, requireRevision }
}
