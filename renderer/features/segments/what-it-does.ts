import type { SegmentsMode, SegmentsPlan, SegmentsResult } from '../../../shared/host/segments-methods.ts'
import { text } from './text.ts'

/** `a, b and c`. */
const listed = (parts: readonly string[]): string =>
  parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? '')
/** Clauses as one sentence. */
function sentence(parts: readonly string[]): string {
  const said = listed(parts)
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`
}
const some = (count: number | undefined, words: (count: number) => string): readonly string[] =>
  count ? [words(count)] : []
const clause = (verb: string, nouns: readonly string[]): readonly string[] =>
  nouns.length > 0 ? [`${verb} ${listed(nouns)}`] : []

/**
 * What a run of one way would do, as one or two sentences. `dataset`: its name; `waiting`: labels that lie beside each other
 * already.
 */
export function whatItDoes(mode: SegmentsMode, plan: SegmentsPlan, dataset: string, waiting = 0): string {
  const { counts, categories, cards, kept } = plan
  const { noun } = text
  const sends = [
    ...(plan.dataset === null ? [text.makes(dataset)] : []),
    ...clause(text.sends, [
      ...some((counts['create there'] ?? 0) - kept.send, noun.imagesWithLabels),
      ...some(counts.push, noun.labels),
      ...some(cards.push, noun.cards),
      ...some(kept.send, text.part.carried),
    ]),
    ...(plan.dataset !== null && categories.newThere.length > 0
      ? [text.sendsCategories(categories.newThere)]
      : []),
  ]
  const brings = [
    ...clause(text.brings, [
      ...some(counts['create here'], noun.newImages),
      ...some(counts.pull, noun.labels),
      ...some(cards.pull, noun.cards),
    ]),
    ...some(Math.max(0, (counts.conflict ?? 0) - waiting), text.bringsBeside),
    ...(categories.newHere.length > 0 ? [text.bringsCategories(categories.newHere)] : []),
    ...some(kept.take, text.bringsKept),
  ]
  if (mode === 'publish')
    return sends.length === 0 ? text.nothingToSend : `${sentence(sends)} ${text.publishStays}`
  if (mode === 'pull') return brings.length === 0 ? text.nothingToGet : `${sentence(brings)} ${text.getStays}`
  return sends.length + brings.length === 0 ? text.nothingToDo : text.bothDoes
}

/** What a run did, as a few sentences; empty when that was nothing. */
export function whatItDid({ dataset, sent, got, agreed }: SegmentsResult): string {
  const { part } = text
  const out = [
    ...some(sent.samples, part.samples),
    ...some(sent.labels, part.labels),
    ...some(sent.cards, part.cards),
    ...some(sent.isDatasetNew ? 0 : sent.categories, part.categories),
    ...some(sent.issues, part.issues),
  ]
  const home = [
    ...some(got.samples, part.samples),
    ...some(got.labels, part.labels),
    ...some(got.cards, part.cards),
    ...some(got.categories, part.categories),
    ...some(got.issues, part.issues),
    ...some(got.carried, part.carried),
  ]
  const parts = [
    ...(sent.isDatasetNew ? [text.madeDataset(dataset)] : []),
    ...(out.length > 0 ? [text.sent(out.join(', '))] : []),
    ...(home.length > 0 ? [text.got(home.join(', '))] : []),
    ...some(agreed, text.agreed),
  ]
  return parts.map((part) => `${part}.`).join(' ')
}
