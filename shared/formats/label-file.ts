import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { type LabelObject, labelObjectSchema } from '../label/ontology.ts'
import { type LabelStatus, statusSchema } from '../label/status.ts'

/**
 * `labels/<name>.json` of an artifact: what the ids in the mask beside it are. No time stamps and no names, so that a
 * file changes only when the label does. The format page is `docs/formats/label.md`.
 */
export const labelFileSchema = z.strictObject({
  format: z.literal('tessera-label'),
  format_version: z.literal(1),
  /** Pixels as displayed: EXIF orientation applied. */
  width: z.int().min(1),
  height: z.int().min(1),
  status: statusSchema,
  /** In order of id. */
  annotations: z.array(
    z.strictObject({
      id: labelObjectSchema.shape.id,
      category_id: labelObjectSchema.shape.categoryId,
      attributes: labelObjectSchema.shape.attributes,
      locked: labelObjectSchema.shape.locked,
    }),
  ),
})

export type LabelFile = {
  readonly width: number
  readonly height: number
  readonly status: LabelStatus
  readonly objects: readonly LabelObject[]
}

/** The file's text; the same objects in any order give the same text. */
export function labelFileText({ width, height, status, objects }: LabelFile): string {
  const file: z.infer<typeof labelFileSchema> = {
    format: 'tessera-label',
    format_version: 1,
    width,
    height,
    status,
    annotations: [...objects]
      .sort((a, b) => a.id - b.id)
      .map(({ id, categoryId, attributes, locked }) => ({
        id,
        category_id: categoryId,
        attributes,
        ...(locked && { locked }),
      })),
  }
  return canonicalJson(file)
}

/** Objects in order of id. Throws ZodError or SyntaxError on what is no label file of ours. */
export function parseLabelFile(text: string): LabelFile {
  const { width, height, status, annotations } = labelFileSchema.parse(JSON.parse(text))
  const objects = annotations.map(({ id, category_id, attributes, locked }) => ({
    id,
    categoryId: category_id,
    attributes,
    ...(locked && { locked }),
  }))
  return { width, height, status, objects }
}
