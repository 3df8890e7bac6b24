import { z } from 'zod'
import { MAX_OBJECT_ID } from './label-map.ts'

/** `#rrggbb`, lower case. */
export const colorSchema = z.string().regex(/^#[0-9a-f]{6}$/)
export const categoryNameSchema = z.string().trim().min(1).max(200)

/** A meaning that objects can have. `id` is stable for the life of the dataset: renaming keeps it, deleting never reuses it. */
export const categorySchema = z.strictObject({
  id: z.int().min(1).max(4096),
  name: categoryNameSchema,
  color: colorSchema,
  /** True for things (each stroke may start another object), false for stuff (one region per image). */
  hasInstances: z.boolean(),
})
export type Category = z.infer<typeof categorySchema>

export const attributeValueSchema = z.union([z.string().max(4000), z.number(), z.boolean(), z.null()])

/** One instance, or the one region of a stuff category. Its pixels are those with its id in the label map. */
export const labelObjectSchema = z.strictObject({
  id: z.int().min(1).max(MAX_OBJECT_ID),
  categoryId: z.int().min(1).max(4096),
  attributes: z.record(z.string().max(200), attributeValueSchema).default({}),
  /** Its pixels cannot change, and it cannot be deleted. Left out of objects that are not locked. */
  locked: z.literal(true).optional(),
})
export type LabelObject = z.infer<typeof labelObjectSchema>
