import { z } from 'zod'

/** How far the labeling of one sample has come. Only an explicit act moves it past `in progress`. */
export const statusSchema = z.enum([
  'unlabeled',
  'prelabeled',
  'in progress',
  'labeled',
  'reviewed',
  'rejected',
  'skipped',
])
export type LabelStatus = z.infer<typeof statusSchema>
export const statuses: readonly LabelStatus[] = statusSchema.options
