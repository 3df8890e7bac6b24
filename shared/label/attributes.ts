import { z } from 'zod'
import type { Json, JsonRecord } from '../base/exact-json.ts'

/**
 * What a person says of one object, or of a whole image, beyond its pixels: values by the name of an attribute. A category
 * defines which attributes its objects have; the dataset, which ones its images have. Values without a definition, from
 * other programs or from before a definition was removed, are kept.
 */

const text = z.string().max(4000)
/** `__proto__` is no name for anything: as a key of an object it would be lost. */
export const attributeNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((name) => name !== '__proto__', 'is no name')

/** Null: somebody says that there is no value. Arrays are the chosen ones of several, in the order of their definition. */
export const attributeValueSchema = z.union([
  text,
  z.number(),
  z.boolean(),
  z.null(),
  z.array(text).max(256).readonly(),
])
export type AttributeValue = z.infer<typeof attributeValueSchema>
export const valuesSchema = z.record(z.string().max(200), attributeValueSchema)
export type AttributeValues = Readonly<Record<string, AttributeValue>>

/** Levels that what is kept may have: databases and recursive readers end somewhere, and what people write ends before. */
const deepest = 64

const isDeeper = (value: unknown, than: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (than === 0 || Object.values(value).some((each) => isDeeper(each, than - 1)))

/**
 * What other programs say of a category or an attribute and Tessera does not know: kept, and given back. JSON of at most
 * 16,384 characters and 64 levels.
 */
export const foreignSchema = z
  .record(z.string().max(200), z.unknown())
  .refine((keys) => !isDeeper(keys, deepest), 'is nested too deeply')
  .refine((keys) => isDeeper(keys, deepest) || JSON.stringify(keys).length <= 16_384, 'holds too much')

const options = z
  .array(z.string().trim().min(1).max(200))
  .min(1)
  .max(256)
  .refine(isDistinct, 'are not distinct')
const common = {
  name: attributeNameSchema,
  /** Without a value the label cannot be marked as labeled. */
  required: z.literal(true).optional(),
  other: foreignSchema.optional(),
}

const definitionSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('text'), default: text.min(1).optional() }),
  z.strictObject({
    ...common,
    type: z.literal('number'),
    min: z.number().optional(),
    max: z.number().optional(),
    step: z.number().positive().optional(),
    default: z.number().optional(),
  }),
  z.strictObject({ ...common, type: z.literal('select'), options, default: z.string().optional() }),
  z.strictObject({
    ...common,
    type: z.literal('multiselect'),
    options,
    default: z.array(z.string()).min(1).max(256).optional(),
  }),
  /** Three states: nothing was said, no, yes. */
  z.strictObject({ ...common, type: z.literal('checkbox'), default: z.boolean().optional() }),
])
export type AttributeDefinition = z.infer<typeof definitionSchema>
export type AttributeType = AttributeDefinition['type']
export const attributeTypes: readonly AttributeType[] = [
  'text',
  'number',
  'select',
  'multiselect',
  'checkbox',
]

/** One definition whose default is a value that it allows. */
export const attributeDefinitionSchema = definitionSchema.superRefine((definition, context) => {
  if (definition.type === 'number') {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = definition
    if (min > max) context.addIssue({ code: 'custom', path: ['max'], message: 'is less than min' })
  }
  if (definition.default === undefined) return
  const problem = problemOf(definition, definition.default)
  if (problem) context.addIssue({ code: 'custom', path: ['default'], message: problem })
})
/** In the order of the form; names differ by more than case. */
export const attributesSchema = z
  .array(attributeDefinitionSchema)
  .max(100)
  .refine((all) => isDistinct(all.map(({ name }) => name)), 'have the same name')

function isDistinct(names: readonly string[]): boolean {
  return new Set(names.map(foldAttribute)).size === names.length
}

/** Two names that fold to one are the same attribute for a person. */
export const foldAttribute = (name: string): string => name.normalize('NFC').toLowerCase()

/** What is wrong with a value, to come after its name ("is not one of the choices"); null when nothing is. */
export function problemOf(definition: AttributeDefinition, value: AttributeValue): string | null {
  if (value === null) return null
  switch (definition.type) {
    case 'text':
      return typeof value === 'string' ? null : 'is not a text'
    case 'number': {
      if (typeof value !== 'number') return 'is not a number'
      const { min, max, step } = definition
      if (min !== undefined && value < min) return `is less than ${min}`
      if (max !== undefined && value > max) return `is more than ${max}`
      if (step === undefined) return null
      // Steps such as 0.1 are no binary fractions, so what is near enough is on one.
      const steps = (value - (min ?? 0)) / step
      return Math.abs(steps - Math.round(steps)) < 1e-6 ? null : `is not in steps of ${step}`
    }
    case 'select':
      return typeof value === 'string' && definition.options.includes(value)
        ? null
        : 'is not one of the choices'
    case 'multiselect':
      return Array.isArray(value) && value.every((each) => definition.options.includes(each))
        ? null
        : 'is not made of the choices'
    case 'checkbox':
      return typeof value === 'boolean' ? null : 'is neither yes nor no'
  }
}

/** Nobody said anything: no value, null, an empty text, none chosen. */
export function isUnset(value: AttributeValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** What a new object or image begins with. */
export function defaultValues(
  definitions: readonly AttributeDefinition[] = [],
): Record<string, AttributeValue> {
  return Object.fromEntries(
    definitions.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])),
  )
}

/** One thing that keeps a label from being marked as labeled. */
export type Shortcoming = { readonly name: string; readonly problem: 'missing' | string }

/** Required attributes without a value, and values that their definition does not allow, in the order of the form. */
export function shortcomings(
  definitions: readonly AttributeDefinition[] = [],
  values: AttributeValues,
): Shortcoming[] {
  return definitions.flatMap((definition) => {
    const { name, required } = definition
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (isUnset(value)) return required ? [{ name, problem: 'missing' }] : []
    const problem = problemOf(definition, value!)
    return problem ? [{ name, problem }] : []
  })
}

export function isSameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b)) return false
  return a.length === b.length && a.every((each, i) => each === b[i])
}

/** The values with one of them changed; `undefined` takes it away. The same object when nothing is different. */
export function withValue(
  values: AttributeValues,
  name: string,
  value: AttributeValue | undefined,
): AttributeValues {
  const before = Object.hasOwn(values, name) ? values[name] : undefined
  if (isSameValue(before, value)) return values
  const after = new Map(Object.entries(values))
  if (value === undefined) after.delete(name)
  else after.set(name, value)
  return Object.fromEntries(after)
}

/** Values that label files and cards hold, and what they do not. */
export function heldValues(values: JsonRecord): { held: AttributeValues; rest: JsonRecord } {
  const held: Record<string, AttributeValue> = {}
  const rest: Record<string, Json> = {}
  for (const [name, value] of Object.entries(values)) {
    const [asName, asValue] = [attributeNameSchema.safeParse(name), attributeValueSchema.safeParse(value)]
    if (asName.success && asName.data === name && asValue.success) held[name] = asValue.data
    else Object.defineProperty(rest, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return { held, rest }
}
