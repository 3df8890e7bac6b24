import { z } from 'zod'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * One imported image as a record of its own, kept as a canonical JSON blob: the row of `samples` can be rebuilt from it.
 * The format page is `docs/formats/library.md`.
 */
export const sampleRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('sample'),
  id: z.uuid(),
  name: z.string().min(1),
  image: z.strictObject({ digest: sha256, md5: z.string(), size: z.int().min(0) }),
  format: z.enum(['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif']),
  /** Pixels as displayed: EXIF orientation applied. */
  width: z.int().min(1),
  height: z.int().min(1),
  /** EXIF 1 … 8. */
  orientation: z.int().min(1).max(8),
  addedAt: z.number(),
})
export type SampleRecord = z.infer<typeof sampleRecordSchema>
