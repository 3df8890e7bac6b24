import { type LabelStatus, statuses } from '../label/status.ts'
import { splits } from './card.ts'
import {
  type Comparison,
  type Condition,
  conditionSchema,
  type SampleFilter,
  type Term,
} from './sample-filter.ts'

/**
 * The search text of a filter: words of the name, `status:reviewed,rejected`, `tag:night`, `car:>=5`, `weather:rain`,
 * `-` in front of a term for its opposite. Terms stand apart by spaces; what holds spaces, commas or colons stands in
 * double quotes. A key that is a category counts its objects, any other unknown one is metadata; `class.` and `meta.`
 * in front say which is meant.
 */

/** A part of the text that means nothing; the rest of the filter holds without it. */
export type Mistake = {
  /** Where it is, as indices into the text. */
  readonly from: number
  readonly to: number
  /** What would be right, one sentence. */
  readonly hint: string
}

const fold = (text: string) => text.normalize('NFC').toLowerCase()

const reserved: ReadonlySet<string> = new Set([
  'name',
  'status',
  'tag',
  'split',
  'objects',
  'issues',
  'changed',
  'added',
  'width',
  'height',
  'priority',
  'by',
  'has',
])

type Token = {
  readonly from: number
  readonly to: number
  readonly negated: boolean
  /** Null when there is no colon: a word of the name. */
  readonly key: string | null
  readonly comparison: Comparison | null
  readonly values: readonly string[]
  readonly isCut: boolean
}

/** Reads a search text. `categories` are the names that count objects. Never throws. */
export function parseFilter(
  text: string,
  categories: readonly string[],
): { readonly filter: SampleFilter; readonly mistakes: readonly Mistake[] } {
  const known = new Set(categories.map(fold))
  const filter: Term[] = []
  const mistakes: Mistake[] = []
  for (const token of tokensOf(text)) {
    const read = token.isCut ? 'The quotation mark is not closed.' : conditionOf(token, known)
    const { from, to } = token
    if (typeof read === 'string') mistakes.push({ from, to, hint: read })
    else {
      const parsed = conditionSchema.safeParse(read)
      if (!parsed.success)
        mistakes.push({ from, to, hint: 'This is longer or larger than a condition can be.' })
      else if (filter.length >= 50) mistakes.push({ from, to, hint: 'A filter can have 50 conditions.' })
      else filter.push({ negated: token.negated, condition: parsed.data })
    }
  }
  return { filter, mistakes }
}

/** The search text of a filter, which `parseFilter` reads back to the same filter. */
export function printFilter(filter: SampleFilter, categories: readonly string[]): string {
  const known = new Set(categories.map(fold))
  return filter
    .map(({ negated, condition }) => `${negated ? '-' : ''}${printCondition(condition, known)}`)
    .join(' ')
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const isSpace = () => /\s/.test(text[at]!)

  /** One word, up to a space or one of `ends`; quoted stretches may hold anything. */
  function readWord(ends: string): { word: string; isCut: boolean } {
    let word = ''
    while (at < text.length && !isSpace() && !ends.includes(text[at]!)) {
      if (text[at] !== '"') {
        word += text[at++]
        continue
      }
      at++
      for (;;) {
        if (at >= text.length) return { word, isCut: true }
        const character = text[at++]!
        if (character === '"') break
        if (character === '\\' && at < text.length) word += text[at++]
        else word += character
      }
    }
    return { word, isCut: false }
  }

  for (;;) {
    while (at < text.length && isSpace()) at++
    if (at >= text.length) return tokens
    const from = at
    const negated = text[at] === '-'
    if (negated) at++
    const first = readWord(':')
    if (text[at] !== ':' || first.isCut) {
      tokens.push({
        from,
        to: at,
        negated,
        key: null,
        comparison: null,
        values: [first.word],
        isCut: first.isCut,
      })
      continue
    }
    at++
    const comparison =
      (['>=', '<=', '>', '<', '='] as const).find((sign) => text.startsWith(sign, at)) ?? null
    at += comparison?.length ?? 0
    const values: string[] = []
    let isCut = false
    for (;;) {
      const value = readWord(',')
      values.push(value.word)
      isCut ||= value.isCut
      if (text[at] !== ',') break
      at++
    }
    tokens.push({ from, to: at, negated, key: first.word, comparison, values, isCut })
  }
}

/** The condition, or what would be right instead. */
function conditionOf(token: Token, known: ReadonlySet<string>): Condition | string {
  const { key, values } = token
  const value = values.join(',')
  if (key === null)
    return value === '' ? 'Write a word of the name after the minus.' : { kind: 'name', text: value }
  const comparison = token.comparison ?? '='
  const whole = /^-?\d{1,7}$/.test(value) ? Number(value) + 0 : null
  const folded = fold(key)
  switch (folded) {
    case 'name':
      return value === '' ? 'Write a part of the name after "name:".' : { kind: 'name', text: value }
    case 'status': {
      const any = values.map((each) => statuses.find((status) => same(status, each)))
      if (token.comparison || !isWhole(any)) return `A status is one of: ${statuses.join(', ')}.`
      return { kind: 'status', any: unique<LabelStatus>(any) }
    }
    case 'tag':
      if (token.comparison || values.some((each) => each.trim() === '')) return 'Write a tag after "tag:".'
      return { kind: 'tag', any: unique(values.map((each) => each.trim())) }
    case 'split': {
      const any = values.map((each) => [...splits, 'none' as const].find((split) => same(split, each)))
      if (token.comparison || !isWhole(any)) return 'A split is one of: train, val, test, none.'
      return { kind: 'split', any: unique(any) }
    }
    case 'issues': {
      const state = (['open', 'any', 'none'] as const).find((each) => same(each, value))
      return state && !token.comparison ? { kind: 'issues', state } : 'Issues are one of: open, any, none.'
    }
    case 'objects':
      if (whole === null || whole < 0) return 'Write a number, as in "objects:>=5".'
      return { kind: 'objects', comparison, count: whole }
    case 'changed': {
      const number = /^v?([1-9]\d{0,6})$/i.exec(value)?.[1]
      if (token.comparison || (number === undefined && !same(value, 'last'))) {
        return 'Write a version, as in "changed:v7", or "changed:last".'
      }
      return { kind: 'changed', since: number === undefined ? null : Number(number) }
    }
    case 'added':
      if (!conditionSchema.safeParse({ kind: 'added', comparison, day: value }).success) {
        return 'Write a day, as in "added:>=2026-03-01".'
      }
      return { kind: 'added', comparison, day: value }
    case 'width':
    case 'height':
      if (whole === null || whole < 0) return `Write pixels, as in "${folded}:>=1920".`
      return { kind: 'size', side: folded, comparison, pixels: whole }
    case 'priority':
      if (whole === null) return 'Write a number, as in "priority:>0".'
      return { kind: 'priority', comparison, value: whole }
    case 'has':
      if (value === '' || token.comparison) return 'Write a key of the metadata after "has:".'
      return { kind: 'has', key: value }
    case 'by':
      return value === '' || token.comparison ? 'Write a name after "by:".' : { kind: 'by', author: value }
  }
  const explicit = /^(class|meta)\.(.+)$/is.exec(key)
  const isCategory = explicit ? fold(explicit[1]!) === 'class' : known.has(folded)
  const name = explicit ? explicit[2]! : key
  if (name === '') return 'Write what it is about before the colon.'
  if (isCategory) {
    if (whole === null || whole < 0) return `Write how many objects, as in "${name}:>=1".`
    return { kind: 'category', name, comparison, count: whole }
  }
  if (token.comparison && token.comparison !== '=' && !isNumeric(value)) {
    return `Write a number, as in "${name}:${token.comparison}5".`
  }
  return { kind: 'metadata', key: name, comparison, value }
}

function printCondition(condition: Condition, known: ReadonlySet<string>): string {
  switch (condition.kind) {
    case 'name':
      return quoted(condition.text, /^-|[\s":\\]/)
    case 'status':
    case 'tag':
    case 'split':
      return `${condition.kind}:${condition.any.map((each) => quotedValue(each)).join(',')}`
    case 'issues':
      return `issues:${condition.state}`
    case 'objects':
      return `objects:${compared(condition.comparison, condition.count)}`
    case 'changed':
      return `changed:${condition.since === null ? 'last' : `v${condition.since}`}`
    case 'added':
      return `added:${compared(condition.comparison, condition.day)}`
    case 'size':
      return `${condition.side}:${compared(condition.comparison, condition.pixels)}`
    case 'priority':
      return `priority:${compared(condition.comparison, condition.value)}`
    case 'has':
      return `has:${quotedValue(condition.key)}`
    case 'by':
      return `by:${quotedValue(condition.author)}`
    case 'category': {
      const { name, comparison, count } = condition
      const isPlain = known.has(fold(name)) && !isSpecial(name)
      return `${quotedKey(isPlain ? name : `class.${name}`)}:${compared(comparison, count)}`
    }
    case 'metadata': {
      const { key, comparison, value } = condition
      const isPlain = !known.has(fold(key)) && !isSpecial(key)
      const sign = comparison === '=' ? '' : comparison
      return `${quotedKey(isPlain ? key : `meta.${key}`)}:${sign}${quotedValue(value)}`
    }
  }
}

const isSpecial = (key: string) => reserved.has(fold(key)) || /^(class|meta)\./i.test(key.normalize('NFC'))
const compared = (comparison: Comparison, value: number | string) =>
  `${comparison === '=' ? '' : comparison}${value}`
const same = (a: string, b: string) => fold(a) === fold(b).replace(/-/g, ' ')
const isNumeric = (text: string) => text.trim() !== '' && Number.isFinite(Number(text))
const unique = <T>(items: readonly T[]): T[] => [...new Set(items)]
const isWhole = <T>(items: readonly (T | undefined)[]): items is readonly T[] =>
  items.every((item) => item !== undefined)

const quoted = (text: string, when: RegExp) =>
  text === '' || when.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
const quotedKey = (key: string) => quoted(key, /^-|[\s":\\]/)
const quotedValue = (value: string) => quoted(value, /^[<>=]|[\s",\\]/)

/** One term as a chip shows it. */
export function printTerm(term: Term, categories: readonly string[]): string {
  return printFilter([term], categories)
}
