import type { z } from 'zod'
import { AppError } from '../base/app-error.ts'
import {
  type AttributeDefinition,
  attributeDefinitionSchema,
  foldAttribute,
  foreignSchema,
} from '../label/attributes.ts'
import {
  type Category,
  categoryNameSchema,
  colorSchema,
  maxCategories,
  type Ontology,
} from '../label/ontology.ts'
import { ontologyFileSchema, parseOntologyFile } from './ontology-file.ts'

/** A category as a file describes it. A file may leave ids and colours to whoever reads it. */
export type ReadCategory = Omit<Category, 'id' | 'color'> & {
  readonly id: number | null
  readonly color: string | null
}
export type ReadOntology = {
  readonly source: 'tessera' | 'segments'
  /** Null when the file does not say. */
  readonly task: Ontology['task'] | null
  readonly imageAttributes: Ontology['imageAttributes']
  readonly categories: readonly ReadCategory[]
  /** What was read otherwise than it stands in the file, as sentences. */
  readonly remarks: readonly string[]
}

/** Characters; 4,096 categories with some attributes each stay far below. */
export const mostOntologyText = 1024 * 1024

/**
 * Reads `ontology.json`, or the `task_attributes` of a Segments.ai dataset: by themselves, in a dataset, or in a release.
 * Throws AppError `IN_TOO_BIG`, `IN_FORMAT` with everything that is wrong in one message, `FMT_TOO_NEW`.
 */
export function readOntology(text: string): ReadOntology {
  if (text.length > mostOntologyText) {
    throw tooBig(`The file has ${text.length} characters; categories have at most ${mostOntologyText}.`)
  }
  const value = parse(text.replace(/^\uFEFF/, ''))
  if (!isObject(value)) throw refused('It holds no categories.')
  if (value.format !== undefined) return readOwn(text, value)
  const taskAttributes = findTaskAttributes(value)
  if (!taskAttributes) throw refused('It holds no categories.')
  return readSegments(taskAttributes)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      // As a key of an object it would be lost, or worse.
      if (key === '__proto__') throw refused('A key is named "__proto__".')
      return value
    })
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw refused('It is no JSON.', cause)
  }
}

function readOwn(text: string, value: Record<string, unknown>): ReadOntology {
  if (value.format !== 'tessera-ontology') throw refused(`Its format is ${shown(value.format)}.`)
  if (typeof value.format_version === 'number' && value.format_version > 1) {
    throw new AppError('FMT_TOO_NEW', 'The categories were written by a newer version of Tessera.', {
      remedy: 'Update Tessera, then import them again.',
    })
  }
  refuseTooMany(value.categories)
  const checked = ontologyFileSchema.safeParse(value)
  if (!checked.success) throw refused(problemsOf(checked.error))
  const { task, imageAttributes, categories } = parseOntologyFile(text.replace(/^\uFEFF/, ''))
  refuseTwins(categories)
  return { source: 'tessera', task, imageAttributes, categories, remarks: [] }
}

function problemsOf(error: z.ZodError): string {
  const lines = error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`)
  return listed(lines)
}

const listed = (lines: readonly string[]) =>
  `${lines
    .slice(0, 10)
    .map((line) => line.slice(0, 200))
    .join('; ')}${lines.length > 10 ? `; and ${lines.length - 10} more` : ''}.`

function refuseTooMany(categories: unknown): void {
  if (!Array.isArray(categories) || categories.length <= maxCategories) return
  throw tooBig(`The file has ${categories.length} categories; a library can have ${maxCategories}.`)
}

function refuseTwins(categories: readonly { readonly id: number | null; readonly name: string }[]): void {
  const problems: string[] = []
  const names = new Set<string>()
  const ids = new Set<number>()
  for (const { id, name } of categories) {
    const key = foldAttribute(name)
    if (names.has(key)) problems.push(`there are two categories "${name}"`)
    if (id !== null && ids.has(id)) problems.push(`there are two categories with the id ${id}`)
    names.add(key)
    if (id !== null) ids.add(id)
  }
  if (problems.length > 0) throw refused(listed(problems))
}

/** By itself, in a dataset, in a release. */
function findTaskAttributes(value: Record<string, unknown>): Record<string, unknown> | null {
  for (const place of [
    value,
    value.task_attributes,
    isObject(value.dataset) && value.dataset.task_attributes,
  ]) {
    if (isObject(place) && Array.isArray(place.categories)) return place
  }
  return null
}

function readSegments(file: Record<string, unknown>): ReadOntology {
  refuseTooMany(file.categories)
  const problems: string[] = []
  const remarks = new Set<string>()
  const categories = (file.categories as unknown[]).flatMap((entry, i) => {
    const where = `categories.${i}`
    if (!isObject(entry)) {
      problems.push(`${where}: is no object`)
      return []
    }
    return segmentsCategory(entry, where, problems, remarks)
  })
  const { read: imageAttributes } = segmentsAttributes(
    file.image_attributes,
    'image_attributes',
    problems,
    remarks,
  )
  if (problems.length > 0) throw refused(listed(problems))
  refuseTwins(categories)
  return { source: 'segments', task: null, imageAttributes, categories, remarks: [...remarks] }
}

const knownKeys = new Set(['id', 'name', 'color', 'has_instances', 'attributes', 'description', 'void'])

function segmentsCategory(
  entry: Record<string, unknown>,
  where: string,
  problems: string[],
  remarks: Set<string>,
): ReadCategory[] {
  const name = categoryNameSchema.safeParse(entry.name)
  if (!name.success) problems.push(`${where}.name: ${shown(entry.name)} is no name`)
  const id = wholeNumber(entry.id)
  if (id === null || id < 0 || id > maxCategories) problems.push(`${where}.id: ${shown(entry.id)} is no id`)
  if (id === 0) remarks.add('A category with the id 0 gets another one: 0 stands for unlabeled.')
  const color = readColor(entry.color)
  if (color === undefined) problems.push(`${where}.color: ${shown(entry.color)} is no colour`)
  if (entry.has_instances !== undefined && typeof entry.has_instances !== 'boolean') {
    problems.push(`${where}.has_instances: ${shown(entry.has_instances)} is neither true nor false`)
  }
  if (entry.has_instances === undefined) {
    remarks.add('Categories that do not say whether they have instances are taken as things.')
  }
  const description = typeof entry.description === 'string' ? entry.description.trim().slice(0, 4000) : ''
  const { read: attributes, kept } = segmentsAttributes(
    entry.attributes,
    `${where}.attributes`,
    problems,
    remarks,
  )
  const other: Record<string, unknown> = Object.fromEntries(
    Object.entries(entry).filter(([key]) => !knownKeys.has(key)),
  )
  if (kept.length > 0) other.unsupported_attributes = kept
  const foreign = foreignSchema.safeParse(other)
  if (!foreign.success) {
    problems.push(`${where}: what is not known here ${foreign.error.issues[0]!.message}`)
  }
  if (!name.success) return []
  return [
    {
      id: id === 0 ? null : id,
      name: name.data.normalize('NFC'),
      color: color ?? null,
      hasInstances: entry.has_instances !== false,
      ...(description !== '' && { description }),
      // The service keeps what it does not know; this is how we tell it.
      ...(entry.void === true && { isVoid: true as const }),
      ...(attributes.length > 0 && { attributes }),
      ...(Object.keys(other).length > 0 && { other }),
    },
  ]
}

/** `#rrggbb`, null when there is none, undefined when it is no colour. A fourth channel says nothing here. */
function readColor(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') {
    const text = value.toLowerCase()
    return colorSchema.safeParse(text).success ? text : undefined
  }
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return undefined
  const channels = value.slice(0, 3).map((each) => (typeof each === 'number' ? Math.round(each) : -1))
  if (channels.some((channel) => !(channel >= 0 && channel <= 255))) return undefined
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

const attributeKeys = new Set([
  'name',
  'input_type',
  'is_mandatory',
  'values',
  'default_value',
  'min',
  'max',
  'step',
])

/** `kept`: those of a kind that Tessera does not have, as they stand in the file. */
function segmentsAttributes(
  value: unknown,
  where: string,
  problems: string[],
  remarks: Set<string>,
): { read: AttributeDefinition[]; kept: unknown[] } {
  const read: AttributeDefinition[] = []
  const kept: unknown[] = []
  if (value === undefined || value === null) return { read, kept }
  if (!Array.isArray(value) || value.length > 100) {
    problems.push(`${where}: is no list of at most 100 attributes`)
    return { read, kept }
  }
  for (const [i, entry] of value.entries()) {
    const at = `${where}.${i}`
    if (!isObject(entry)) {
      problems.push(`${at}: is no object`)
      continue
    }
    const { input_type: type } = entry
    if (type === 'vector3' || type === 'quaternion' || type === 'points') {
      kept.push(entry)
      remarks.add(`Attributes of the kind ${type} are kept, but there is no field for them here.`)
      continue
    }
    const candidate = segmentsAttribute(entry)
    let checked = attributeDefinitionSchema.safeParse(candidate)
    if (!checked.success && 'default' in candidate) {
      const { default: _, ...rest } = candidate
      checked = attributeDefinitionSchema.safeParse(rest)
      if (checked.success)
        remarks.add(`The default of ${shown(entry.name)} is none of its values and is left out.`)
    }
    if (!checked.success) {
      problems.push(...checked.error.issues.map((issue) => `${at}.${issue.path.join('.')}: ${issue.message}`))
    } else if (read.some(({ name }) => foldAttribute(name) === foldAttribute(checked.data!.name))) {
      problems.push(`${at}: there are two attributes ${shown(entry.name)}`)
    } else read.push(checked.data)
  }
  return { read, kept }
}

function segmentsAttribute(entry: Record<string, unknown>): Record<string, unknown> {
  const { name, input_type: type, is_mandatory, values, default_value: given } = entry
  const other = Object.fromEntries(Object.entries(entry).filter(([key]) => !attributeKeys.has(key)))
  const number = (value: unknown) => (value === '' || value === null ? undefined : Number(value))
  const limits =
    type === 'number' ? { min: number(entry.min), max: number(entry.max), step: number(entry.step) } : {}
  const hasOptions = type === 'select' || type === 'multiselect'
  const isGiven = given !== undefined && given !== null && given !== ''
  const standard =
    type === 'multiselect' && typeof given === 'string' ? [given] : type === 'number' ? Number(given) : given
  const fields = {
    name,
    type,
    ...(is_mandatory === true && { required: true }),
    ...limits,
    ...(hasOptions && { options: Array.isArray(values) ? [...new Set(values as unknown[])] : values }),
    ...(isGiven && { default: standard }),
    ...(Object.keys(other).length > 0 && { other }),
  }
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && !Number.isNaN(value)),
  )
}

function wholeNumber(value: unknown): number | null {
  if (Number.isInteger(value)) return value as number
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const shown = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 60)

function refused(what: string, cause?: unknown): AppError {
  return new AppError('IN_FORMAT', `The categories cannot be read. ${what}`, {
    remedy:
      'Choose an ontology.json of Tessera, or the task_attributes of a Segments.ai dataset, and correct it.',
    cause,
  })
}

function tooBig(what: string): AppError {
  return new AppError('IN_TOO_BIG', what, { remedy: 'Check that it is the file you mean.' })
}
