import { z } from 'zod'
import { type AttributeValue, attributeValueSchema, isSameValue } from '../label/attributes.ts'
import { type Dismissal, isSameSubject } from '../label/checks/finding.ts'

/**
 * What is said about one sample besides its label: tags, metadata, split, priority, attributes of the image, and issues,
 * which are comments pinned to a place. A change is a pure function of the card, so that two windows that change
 * different things of it never undo one another.
 */

const text = z.string().trim().min(1).max(4000)
export const tagSchema = z.string().trim().min(1).max(100)
export const splitSchema = z.enum(['train', 'val', 'test'])
export type Split = z.infer<typeof splitSchema>
export const splits: readonly Split[] = splitSchema.options

/** `__proto__` is no name for anything: as a key of an object it would be lost. */
const keySchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((key) => key !== '__proto__')
export const metadataValueSchema = z.union([z.string().max(4000), z.number(), z.boolean()])
export type MetadataValue = z.infer<typeof metadataValueSchema>

export const replySchema = z.strictObject({
  id: z.uuid(),
  author: z.string().max(200),
  /** Wall time in milliseconds, for display only. */
  createdAt: z.number(),
  text,
})

export const issueSchema = z.strictObject({
  id: z.uuid(),
  /** Image pixels as displayed, from the top left; null when the whole image is meant. */
  at: z.strictObject({ x: z.number().min(0), y: z.number().min(0) }).nullable(),
  objectId: z.int().min(1).nullable(),
  text,
  /** What kind of thing is wrong: "loose edge", "missing object". */
  tags: z.array(tagSchema).max(20),
  author: z.string().max(200),
  createdAt: z.number(),
  /** Null while it is open. */
  resolved: z.strictObject({ by: z.string().max(200), at: z.number() }).nullable(),
  replies: z.array(replySchema).max(500),
})
export type Issue = z.infer<typeof issueSchema>

/** A finding of the checks that somebody called no problem; good as long as the pixels of its objects have this print. */
export const dismissalSchema = z.strictObject({
  check: z.string().min(1).max(40),
  objects: z.array(z.int().min(1)).max(8),
  print: z.string().max(200),
})

export const cardSchema = z.strictObject({
  /** Sorted, no two that differ in case only. */
  tags: z.array(tagSchema).max(200),
  metadata: z.record(keySchema, metadataValueSchema),
  split: splitSchema.nullable(),
  /** Higher comes first. */
  priority: z.int().min(-1000).max(1000),
  /** Attributes of the whole image, as objects have them. */
  attributes: z.record(keySchema, attributeValueSchema),
  /** Oldest first. */
  issues: z.array(issueSchema).max(1000),
  /** Oldest first; left out when there are none. */
  dismissed: z.array(dismissalSchema).min(1).max(2000).optional(),
})
export type Card = z.infer<typeof cardSchema>

export const emptyCard: Card = {
  tags: [],
  metadata: {},
  split: null,
  priority: 0,
  attributes: {},
  issues: [],
}

export function isEmptyCard(card: Card): boolean {
  const { tags, metadata, split, priority, attributes, issues, dismissed } = card
  const isBare = (record: object) => Object.keys(record).length === 0
  return (
    tags.length === 0 &&
    issues.length === 0 &&
    dismissed === undefined &&
    split === null &&
    priority === 0 &&
    isBare(metadata) &&
    isBare(attributes)
  )
}

/** What somebody does to a card. Ids of issues and replies come from who makes them: sent again, they are there already. */
export const cardChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tags'),
    add: z.array(tagSchema).max(200).default([]),
    remove: z.array(tagSchema).max(200).default([]),
  }),
  z.strictObject({ kind: z.literal('split'), split: splitSchema.nullable() }),
  z.strictObject({ kind: z.literal('priority'), priority: cardSchema.shape.priority }),
  z.strictObject({
    kind: z.literal('metadata'),
    set: z.record(keySchema, metadataValueSchema).default({}),
    remove: z.array(keySchema).max(500).default([]),
  }),
  z.strictObject({
    kind: z.literal('attributes'),
    set: z.record(keySchema, attributeValueSchema).default({}),
    remove: z.array(keySchema).max(500).default([]),
  }),
  z.strictObject({
    kind: z.literal('issue'),
    id: z.uuid(),
    at: issueSchema.shape.at,
    objectId: issueSchema.shape.objectId,
    text,
    tags: issueSchema.shape.tags.default([]),
  }),
  z.strictObject({ kind: z.literal('reply'), issue: z.uuid(), id: z.uuid(), text }),
  z.strictObject({ kind: z.literal('resolve'), issue: z.uuid(), resolved: z.boolean() }),
  z.strictObject({ kind: z.literal('finding'), ...dismissalSchema.shape, dismissed: z.boolean() }),
])
export type CardChange = z.infer<typeof cardChangeSchema>

/** Who changes a card and when, in milliseconds since 1970. */
export type Hand = { readonly author: string; readonly at: number }

/** Two tags that fold to one are the same tag. */
export const foldTag = (tag: string): string => tag.normalize('NFC').toLowerCase()

/**
 * The card after a change; the same object when nothing is different. Throws RangeError when it would hold more than a
 * card may, or when the change is about an issue that is not there.
 */
export function changeCard(card: Card, change: CardChange, hand: Hand): Card {
  switch (change.kind) {
    case 'tags':
      return withTags(card, change.add, change.remove)
    case 'split':
      return card.split === change.split ? card : { ...card, split: change.split }
    case 'priority':
      return card.priority === change.priority ? card : { ...card, priority: change.priority }
    case 'metadata': {
      const metadata = withEntries(card.metadata, change.set, change.remove, 500)
      return metadata === card.metadata ? card : { ...card, metadata }
    }
    case 'attributes': {
      const attributes = withEntries(card.attributes, change.set, change.remove, 500)
      return attributes === card.attributes ? card : { ...card, attributes }
    }
    case 'issue': {
      if (card.issues.some(({ id }) => id === change.id)) return card
      if (card.issues.length >= 1000) throw new RangeError('An image can have 1,000 issues.')
      const { id, at, objectId, text, tags } = change
      const issue: Issue = {
        id,
        at,
        objectId,
        text,
        tags,
        author: hand.author,
        createdAt: hand.at,
        resolved: null,
        replies: [],
      }
      return { ...card, issues: [...card.issues, issue] }
    }
    case 'reply':
      return withIssue(card, change.issue, (issue) => {
        if (issue.replies.some(({ id }) => id === change.id)) return issue
        if (issue.replies.length >= 500) throw new RangeError('An issue can have 500 replies.')
        const reply = { id: change.id, author: hand.author, createdAt: hand.at, text: change.text }
        return { ...issue, replies: [...issue.replies, reply] }
      })
    case 'resolve':
      return withIssue(card, change.issue, (issue) => {
        if ((issue.resolved !== null) === change.resolved) return issue
        return { ...issue, resolved: change.resolved ? { by: hand.author, at: hand.at } : null }
      })
    case 'finding': {
      const { kind: _, dismissed, ...finding } = change
      return withDismissal(card, finding, dismissed)
    }
  }
}

function withTags(card: Card, add: readonly string[], remove: readonly string[]): Card {
  const gone = new Set(remove.map(foldTag))
  const byFold = new Map<string, string>()
  for (const tag of [...card.tags, ...add]) {
    const fold = foldTag(tag)
    // The spelling that is there stays.
    if (!gone.has(fold) && !byFold.has(fold)) byFold.set(fold, tag.normalize('NFC'))
  }
  if (byFold.size > 200) throw new RangeError('An image can have 200 tags.')
  const tags = [...byFold.values()].sort(byCodeUnit)
  const isSame = tags.length === card.tags.length && tags.every((tag, i) => tag === card.tags[i])
  return isSame ? card : { ...card, tags }
}

function withEntries<T extends AttributeValue>(
  before: Readonly<Record<string, T>>,
  set: Readonly<Record<string, T>>,
  remove: readonly string[],
  most: number,
): Record<string, T> {
  const after = new Map(Object.entries(before))
  for (const key of remove) after.delete(key)
  // A minus zero would be written as 0 and compare as something else.
  for (const [key, value] of Object.entries(set)) after.set(key, (value === 0 ? 0 : value) as T)
  if (after.size > most) throw new RangeError(`An image can have ${most} of these.`)
  const isSame =
    after.size === Object.keys(before).length &&
    [...after].every(([key, value]) => Object.hasOwn(before, key) && isSameValue(before[key]!, value))
  return isSame ? (before as Record<string, T>) : Object.fromEntries(after)
}

function withIssue(card: Card, id: string, work: (issue: Issue) => Issue): Card {
  const found = card.issues.find((issue) => issue.id === id)
  if (!found) throw new RangeError('There is no such issue on this image.')
  const next = work(found)
  if (next === found) return card
  return { ...card, issues: card.issues.map((issue) => (issue === found ? next : issue)) }
}

/** One about the same objects takes the place of the one before: their pixels have changed since. */
function withDismissal(card: Card, finding: Dismissal, isDismissed: boolean): Card {
  const { dismissed = [], ...rest } = card
  const known = dismissed.find((each) => isSameSubject(each, finding))
  if (isDismissed ? known?.print === finding.print : !known) return card
  const others = dismissed.filter((each) => each !== known)
  if (isDismissed && others.length >= 2000) {
    throw new RangeError('On one image, 2,000 findings can be dismissed.')
  }
  const next = isDismissed ? [...others, { ...finding, objects: [...finding.objects] }] : others
  return next.length === 0 ? rest : { ...rest, dismissed: next }
}

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export const openIssues = (card: Card): number =>
  card.issues.reduce((count, { resolved }) => count + Number(resolved === null), 0)

/** What somebody typed as a value of metadata: true, false, a number that is printed just so, or text. */
export function typedValue(words: string): MetadataValue {
  const text = words.trim()
  if (text === 'true' || text === 'false') return text === 'true'
  // Ids with zeros in front or of many digits have to come back as they went in.
  const number = Number(text)
  return Number.isFinite(number) && String(number) === text ? number : text
}
