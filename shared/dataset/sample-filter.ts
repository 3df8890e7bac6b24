import { z } from 'zod'
import { statusSchema } from '../label/status.ts'
import { splitSchema, tagSchema } from './card.ts'

/**
 * Which samples a list shows: conditions that all hold. The same tree is what the host runs, what chips show, and what
 * the search text says (`filter-text.ts`).
 */

export const comparisonSchema = z.enum(['=', '>=', '>', '<=', '<'])
export type Comparison = z.infer<typeof comparisonSchema>

const word = z.string().min(1).max(200)
const many = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(50)

export const conditionSchema = z.discriminatedUnion('kind', [
  /** Occurs in the name, whatever the case. */
  z.strictObject({ kind: z.literal('name'), text: word }),
  /** Any of them; so for tags and splits. */
  z.strictObject({ kind: z.literal('status'), any: many(statusSchema) }),
  z.strictObject({ kind: z.literal('tag'), any: many(tagSchema) }),
  z.strictObject({ kind: z.literal('split'), any: many(z.union([splitSchema, z.literal('none')])) }),
  /** Objects of one category. A category that does not exist has none. */
  z.strictObject({
    kind: z.literal('category'),
    name: word,
    comparison: comparisonSchema,
    count: z.int().min(0).max(65_535),
  }),
  z.strictObject({
    kind: z.literal('objects'),
    comparison: comparisonSchema,
    count: z.int().min(0).max(65_535),
  }),
  z.strictObject({ kind: z.literal('issues'), state: z.enum(['open', 'any', 'none']) }),
  /** Differs from the version with that number, or from the last one when null; a sample it does not have differs. */
  z.strictObject({ kind: z.literal('changed'), since: z.int().min(1).nullable() }),
  /** A day of the host's calendar. */
  z.strictObject({
    kind: z.literal('added'),
    comparison: comparisonSchema,
    day: z.iso.date(),
  }),
  /** Image pixels as displayed. */
  z.strictObject({
    kind: z.literal('size'),
    side: z.enum(['width', 'height']),
    comparison: comparisonSchema,
    pixels: z.int().min(0).max(1_000_000),
  }),
  z.strictObject({
    kind: z.literal('priority'),
    comparison: comparisonSchema,
    value: z.int().min(-1000).max(1000),
  }),
  /** Who saved the label last. */
  z.strictObject({ kind: z.literal('by'), author: word }),
  /** Has metadata under this key, whatever it says. */
  z.strictObject({ kind: z.literal('has'), key: word }),
  /** `=` compares as text, whatever the case; the others compare numbers. */
  z.strictObject({
    kind: z.literal('metadata'),
    key: word,
    comparison: comparisonSchema,
    value: z.string().max(200),
  }),
])
export type Condition = z.infer<typeof conditionSchema>

export const termSchema = z.strictObject({ negated: z.boolean(), condition: conditionSchema })
export type Term = z.infer<typeof termSchema>

/** Holds for a sample when every term does; without terms, for all. */
export const sampleFilterSchema = z.array(termSchema).max(50)
export type SampleFilter = z.infer<typeof sampleFilterSchema>

export const sortKeys = [
  'added',
  'name',
  'modified',
  'status',
  'objects',
  'labeled',
  'unlabeled',
  'priority',
  'review',
] as const
/**
 * `labeled` and `unlabeled`: share of the image's pixels, most first. `review`: mine in progress, mine that were
 * rejected, what waits for review, the rest; within each the higher priority, then the older.
 */
export const sampleSortSchema = z.strictObject({ by: z.enum(sortKeys), reversed: z.boolean().default(false) })
export type SampleSort = z.infer<typeof sampleSortSchema>

/** The term about the status that the filter has, if it is the only one and not negated: what buttons of statuses show. */
export function statusesOf(filter: SampleFilter): readonly z.infer<typeof statusSchema>[] {
  const found = filter.filter(({ condition }) => condition.kind === 'status')
  const [only] = found
  return found.length === 1 && only && !only.negated && only.condition.kind === 'status'
    ? only.condition.any
    : []
}

/** The filter with its terms about the status replaced by one for any of `any`; by none when that is empty. */
export function withStatuses(
  filter: SampleFilter,
  any: readonly z.infer<typeof statusSchema>[],
): SampleFilter {
  const rest = filter.filter(({ condition }) => condition.kind !== 'status')
  return any.length === 0 ? rest : [...rest, { negated: false, condition: { kind: 'status', any: [...any] } }]
}
