import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { statusSchema } from '../label/status.ts'
import { sha256Schema } from './blob-schema.ts'

const count = z.int().min(0)
const md5Hex = z.string().regex(/^[0-9a-f]{32}$/)

/**
 * `dataset.json` of an artifact: what format the rest is in, and how much there is of it. The counts of `raw_data` say
 * nothing of labels, so that labeling does not make another version of the images. The format page is
 * `docs/formats/artifact.md`.
 */
export const datasetFileSchema = z.discriminatedUnion('role', [
  z.strictObject({
    format: z.literal('tessera-dataset'),
    format_version: z.literal(1),
    role: z.literal('raw_data'),
    counts: z.strictObject({ images: count }),
  }),
  z.strictObject({
    format: z.literal('tessera-dataset'),
    format_version: z.literal(1),
    role: z.literal('labeled_data'),
    counts: z.strictObject({
      images: count,
      objects: count,
      /** Images by status; a status that no image has is left out. */
      statuses: z.partialRecord(statusSchema, count),
      /** Labels with shapes, and samples that are carried; left out when there are none. */
      shaped: count.optional(),
      carried: count.optional(),
    }),
  }),
  z.strictObject({
    format: z.literal('tessera-dataset'),
    format_version: z.literal(1),
    role: z.literal('history'),
    /** The version that the records beside it are of. */
    version: sha256Schema,
    /** W&B's digests of the artifacts of that version. */
    artifacts: z.strictObject({ raw_data: md5Hex.optional(), labeled_data: md5Hex.optional() }),
  }),
])
export type DatasetFile = z.infer<typeof datasetFileSchema>
type DistributiveOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never

/** The file's text; the same counts give the same text. */
export function datasetFileText(content: DistributiveOmit<DatasetFile, 'format' | 'format_version'>): string {
  return canonicalJson({ format: 'tessera-dataset', format_version: 1, ...content })
}

/** Throws ZodError or SyntaxError on what is no such file. */
export function parseDatasetFile(text: string): DatasetFile {
  return datasetFileSchema.parse(JSON.parse(text))
}
