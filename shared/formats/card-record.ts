import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { type Card, cardSchema } from '../dataset/card.ts'
import { sha256Schema } from './blob-schema.ts'

/**
 * The card of a sample as a canonical JSON blob, and as `samples/<name>.json` of an artifact. It says nothing of which
 * sample it belongs to, so a thousand samples with the same tag share one. The format page is `docs/formats/card.md`.
 */
export const cardRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('card'),
  ...cardSchema.shape,
})

/** The blob's text; the same card gives the same text. Throws RangeError on one that could not be read back. */
export function cardRecordText(card: Card): string {
  const record = { v: 1, kind: 'card', ...card }
  // A tag may be longer in its normal form than it was when it came in.
  if (!cardRecordSchema.safeParse(record).success) throw new RangeError('A tag, a key or a text is too long.')
  return canonicalJson(record)
}

/** Throws ZodError or SyntaxError on what is no card of ours. */
export function parseCardRecord(text: string): Card {
  const { v: _v, kind: _kind, ...card } = cardRecordSchema.parse(JSON.parse(text))
  return card
}

/**
 * Which samples got which card, when and by whom: with these records and the cards the index can be rebuilt. One for all
 * samples that were changed together.
 */
export const cardChangeRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('card-change'),
  /** Place in the library's own order. */
  seq: z.int().min(1),
  author: z.string(),
  createdAt: z.number(),
  deviceId: z.string(),
  /** Sample and its card from here on; null is the empty card. By sample. */
  cards: z.array(z.tuple([z.uuid(), sha256Schema.nullable()])).min(1),
})
export type CardChangeRecord = z.infer<typeof cardChangeRecordSchema>

export function cardChangeText(record: CardChangeRecord): string {
  return canonicalJson(record)
}

/** Throws ZodError or SyntaxError on what is no such record of ours. */
export function parseCardChange(text: string): CardChangeRecord {
  return cardChangeRecordSchema.parse(JSON.parse(text))
}
