import type { SegmentsMode, SegmentsPlan, SegmentsResult } from '../../../shared/host/segments-methods.ts'
import { text } from './text.ts'

/** A list of clauses as one sentence. */
const sentence = (parts: readonly string[]): string => {
  const said = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? '')
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`
}
const some = (count: number | undefined, words: (count: number) => string): readonly string[] =>
  count ? [words(count)] : []

/** What a run of one way would do, as one or two sentences. `dataset`: its name. */
export function whatItDoes(mode: SegmentsMode, plan: SegmentsPlan, dataset: string): string {
  const { counts, categories, cards } = plan
  const sends = [
    ...(plan.dataset === null ? [text.makes(dataset)] : []),
    ...some(counts['create there'], text.sendsImages),
    ...some(counts.push, text.sendsLabels),
    ...some(cards.push, text.sendsCards),
    ...(plan.dataset !== null && categories.newThere.length > 0
      ? [text.sendsCategories(categories.newThere)]
      : []),
  ]
  const brings = [
    ...some(counts['create here'], text.bringsImages),
    ...some(counts.pull, text.bringsLabels),
    ...some(counts.conflict, text.bringsBeside),
    ...some(cards.pull, text.bringsCards),
    ...(categories.newHere.length > 0 ? [text.bringsCategories(categories.newHere)] : []),
    ...some(counts.carried, text.bringsKept),
  ]
  if (mode === 'publish')
    return sends.length === 0 ? text.nothingToSend : `${sentence(sends)} ${text.publishStays}`
  if (mode === 'pull') return brings.length === 0 ? text.nothingToGet : `${sentence(brings)} ${text.getStays}`
  return sends.length + brings.length === 0 ? text.nothingToDo : text.bothDoes
}

/** What a run did, as one sentence; empty when that was nothing. */
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
  return parts.length === 0 ? '' : sentence(parts)
}
