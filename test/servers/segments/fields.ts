import type { z } from 'zod'
import { Refusal } from './refusal.ts'

/** What a request holds, by its schema; else a 400 in the words and the form of Django REST framework. */
export function read<T>(schema: z.ZodType<T>, data: unknown): T {
  const found = schema.safeParse(data)
  if (found.success) return found.data
  throw new Refusal(400, complaints(found.error.issues, data))
}

/** The same of a list: one object of complaints for each item, empty where it is right. */
export function readEach<T>(schema: z.ZodType<T>, data: unknown): T[] {
  if (!Array.isArray(data))
    throw new Refusal(400, {
      non_field_errors: [`Expected a list of items but got type "${pythonType(data)}".`],
    })
  const found = data.map((item) => schema.safeParse(item))
  if (found.some(({ success }) => !success))
    throw new Refusal(
      400,
      found.map(({ error }, i) => (error ? complaints(error.issues, data[i]) : {})),
    )
  return found.map(({ data: item }) => item!)
}

function complaints(issues: readonly z.core.$ZodIssue[], data: unknown): Record<string, string[]> {
  // A field may have any name.
  const told: Record<string, string[]> = Object.create(null)
  const tell = (path: readonly PropertyKey[], message: string) => {
    const [field, ...inner] = path.map(String)
    const text = inner.length > 0 ? `${inner.join('.')}: ${message}` : message
    const name = field ?? 'non_field_errors'
    told[name] = [...(told[name] ?? []), text]
  }
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) tell([...issue.path, key], 'Unexpected field.')
    else tell(issue.path, wordsOf(issue, valueAt(data, issue.path)))
  }
  return told
}

function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  const isWhole = issue.path.length === 0
  if (issue.code === 'custom') return issue.message
  if (value === undefined && !isWhole) return 'This field is required.'
  if (value === null && !isWhole) return 'This field may not be null.'
  switch (issue.code) {
    case 'invalid_type':
      return isWhole && issue.expected === 'object'
        ? `Invalid data. Expected a dictionary, but got ${pythonType(value)}.`
        : typeWords(issue.expected, value)
    case 'invalid_value':
      return `"${String(value)}" is not a valid choice.`
    case 'invalid_format':
      return issue.message
    case 'too_small':
      if (issue.origin === 'string') return 'This field may not be blank.'
      if (issue.origin === 'array') return `Ensure this field has at least ${issue.minimum} elements.`
      return `Ensure this value is greater than or equal to ${issue.minimum}.`
    case 'too_big':
      if (issue.origin === 'string') return `Ensure this field has no more than ${issue.maximum} characters.`
      if (issue.origin === 'array') return `Ensure this field has no more than ${issue.maximum} elements.`
      return `Ensure this value is less than or equal to ${issue.maximum}.`
    default:
      return 'Invalid value.'
  }
}

function typeWords(expected: string, value: unknown): string {
  if (expected === 'string') return 'Not a valid string.'
  if (expected === 'int') return 'A valid integer is required.'
  if (expected === 'number') return 'A valid number is required.'
  if (expected === 'boolean') return 'Must be a valid boolean.'
  if (expected === 'array') return `Expected a list of items but got type "${pythonType(value)}".`
  return `Expected a dictionary of items but got type "${pythonType(value)}".`
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = data
  for (const key of path) at = (at as Record<PropertyKey, unknown> | null | undefined)?.[key]
  return at
}

function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return 'dict'
}
