import {
  type AttributeDefinition,
  type AttributeType,
  attributeDefinitionSchema,
  foldAttribute,
} from '../../../shared/label/attributes.ts'
import { text } from './text.ts'

/** An attribute as it stands in the form: what was typed, right or not yet. */
export type AttributeDraft = {
  /** Of the row, for React. */
  readonly key: string
  /** Its name when the form was opened; null for a new one. */
  readonly savedName: string | null
  readonly name: string
  readonly type: AttributeType
  readonly required: boolean
  /** One choice a line. */
  readonly options: string
  readonly min: string
  readonly max: string
  readonly step: string
  /** For a checkbox `true`, `false` or nothing; for several choices one a line. */
  readonly standard: string
  readonly other: AttributeDefinition['other']
}

let made = 0

export function newDraft(): AttributeDraft {
  const empty = { name: '', options: '', min: '', max: '', step: '', standard: '' }
  return { ...empty, key: `new-${++made}`, savedName: null, type: 'text', required: false, other: undefined }
}

export function draftOf(definition: AttributeDefinition): AttributeDraft {
  const { name, type, required = false, other, default: standard } = definition
  const number = (value: number | undefined) => (value === undefined ? '' : String(value))
  return {
    ...newDraft(),
    savedName: name,
    name,
    type,
    required,
    other,
    options: 'options' in definition ? definition.options.join('\n') : '',
    ...(definition.type === 'number' && {
      min: number(definition.min),
      max: number(definition.max),
      step: number(definition.step),
    }),
    standard: Array.isArray(standard) ? standard.join('\n') : standard === undefined ? '' : String(standard),
  }
}

const lines = (words: string) =>
  words.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))

/** What a draft says; `problem` as a sentence when it cannot be. */
export function readDraft(draft: AttributeDraft): { definition: AttributeDefinition } | { problem: string } {
  const { name, type, required, other } = draft
  const common = { name: name.trim(), ...(required && { required: true }), ...(other && { other }) }
  const number = (value: string) => (value.trim() === '' ? undefined : Number(value))
  const fields = {
    text: () => ({ default: draft.standard || undefined }),
    number: () => ({
      min: number(draft.min),
      max: number(draft.max),
      step: number(draft.step),
      default: number(draft.standard),
    }),
    select: () => ({ options: lines(draft.options), default: draft.standard.trim() || undefined }),
    multiselect: () => {
      const standard = lines(draft.standard)
      return { options: lines(draft.options), default: standard.length > 0 ? standard : undefined }
    },
    checkbox: () => ({ default: draft.standard === '' ? undefined : draft.standard === 'true' }),
  }[type]()
  const given = Object.entries({ ...common, type, ...fields }).filter(([, value]) => value !== undefined)
  const parsed = attributeDefinitionSchema.safeParse(Object.fromEntries(given))
  if (parsed.success) return { definition: parsed.data }
  const { path } = parsed.error.issues[0]!
  return { problem: text.attributeProblems[String(path[0])] ?? text.attributeProblems.other! }
}

/** All of them, or the first problem of each by its key. */
export function readDrafts(
  drafts: readonly AttributeDraft[],
): { definitions: AttributeDefinition[] } | { problems: ReadonlyMap<string, string> } {
  const definitions: AttributeDefinition[] = []
  const problems = new Map<string, string>()
  const names = new Set<string>()
  for (const draft of drafts) {
    const read = readDraft(draft)
    const name = foldAttribute(draft.name.trim())
    if ('problem' in read) problems.set(draft.key, read.problem)
    else if (names.has(name)) problems.set(draft.key, text.attributeProblems.twice!)
    else definitions.push(read.definition)
    names.add(name)
  }
  return problems.size > 0 ? { problems } : { definitions }
}
