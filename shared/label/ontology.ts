import { z } from 'zod'
import { attributesSchema, foreignSchema, valuesSchema } from './attributes.ts'
import { MAX_OBJECT_ID } from './label-map.ts'

/** `#rrggbb`, lower case. */
export const colorSchema = z.string().regex(/^#[0-9a-f]{6}$/)
export const categoryNameSchema = z.string().trim().min(1).max(200)
export const descriptionSchema = z.string().trim().max(4000)
/** The highest id of a category, and so the most that a library can ever have had. */
export const maxCategories = 4096

/**
 * `count` ids that are not in `taken`, which holds all that were ever given out: behind the highest, or where there is no
 * room behind it, the lowest that are free. Fewer where there are not as many.
 */
export function freshCategoryIds(taken: ReadonlySet<number>, count: number): number[] {
  const ids: number[] = []
  for (let id = 1 + Math.max(0, ...taken); ids.length < count && id <= maxCategories; id++) ids.push(id)
  const all = new Set([...taken, ...ids])
  for (let id = 1; ids.length < count && id <= maxCategories; id++) if (!all.has(id)) ids.push(id)
  return ids
}

/**
 * A meaning that objects can have. `id` is stable for the life of the dataset: renaming keeps it, deleting never reuses
 * it. What is left out is empty, so that a category without it is written as it was before there was such a thing.
 */
export const categorySchema = z.strictObject({
  id: z.int().min(1).max(maxCategories),
  name: categoryNameSchema,
  color: colorSchema,
  /** True for things (each stroke may start another object), false for stuff (one region per image). */
  hasInstances: z.boolean(),
  description: descriptionSchema.min(1).optional(),
  /** Void: somebody decided, and it is not counted. Not the same as unlabeled, where nobody decided yet. */
  isVoid: z.literal(true).optional(),
  attributes: attributesSchema.min(1).optional(),
  other: foreignSchema.optional(),
})
export type Category = z.infer<typeof categorySchema>

/**
 * How the labels of a dataset are read: `semantic` by category alone, so each category is one region per image;
 * `instance` by object alone, so every category has objects; `panoptic` both, each category as it says.
 */
export const taskSchema = z.enum(['panoptic', 'semantic', 'instance'])
export type Task = z.infer<typeof taskSchema>
export const tasks: readonly Task[] = taskSchema.options

/** What all categories share. */
export const datasetRulesSchema = z.strictObject({
  task: taskSchema,
  /** What is asked of every image as a whole. */
  imageAttributes: attributesSchema,
})
export type DatasetRules = z.infer<typeof datasetRulesSchema>
export const defaultRules: DatasetRules = { task: 'panoptic', imageAttributes: [] }

export const ontologySchema = z.strictObject({
  ...datasetRulesSchema.shape,
  /** In the order of the number keys. */
  categories: z.array(categorySchema).max(maxCategories),
})
export type Ontology = DatasetRules & { readonly categories: readonly Category[] }

/** The category as labels are made by it: the task of the dataset goes before what it says itself. */
export function underTask(category: Category, task: Task): Category {
  const hasInstances = task === 'panoptic' ? category.hasInstances : task === 'instance'
  return hasInstances === category.hasInstances ? category : { ...category, hasInstances }
}

/** One instance, or the one region of a stuff category. Its pixels are those with its id in the label map. */
export const labelObjectSchema = z.strictObject({
  id: z.int().min(1).max(MAX_OBJECT_ID),
  categoryId: z.int().min(1).max(maxCategories),
  attributes: valuesSchema.default({}),
  /** Its pixels cannot change, and it cannot be deleted. Left out of objects that are not locked. */
  locked: z.literal(true).optional(),
})
export type LabelObject = z.infer<typeof labelObjectSchema>
