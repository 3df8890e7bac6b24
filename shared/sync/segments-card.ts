import { canonicalJson } from '../base/canonical-json.ts'
import type { Json, JsonObject } from '../base/json.ts'
import {
  type Card,
  type CardChange,
  type MetadataValue,
  metadataValueSchema,
  splits,
  tagSchema,
} from '../dataset/card.ts'

/**
 * The card of a sample and what Segments.ai says of it besides the label: metadata, priority. Each field on its own, by what
 * both sides had last. What cannot be said here stays there as it is.
 */

/** Keys of the metadata there that say something of ours: nobody's own metadata is called so. */
export const ownKeys = { name: 'tessera_name', image: 'tessera_image', tags: 'tessera_tags' } as const
const splitKey = 'split'
/** No key of metadata: they are trimmed. */
const priorityField = ' priority'

/** Fields by key, as both sides can say them. */
export type CardFields = ReadonlyMap<string, Json>

export function cardFields({ metadata, tags, split, priority }: Card): CardFields {
  const fields = new Map<string, Json>(Object.entries(metadata).filter(([key]) => !isOwn(key)))
  if (split !== null) fields.set(splitKey, split)
  if (tags.length > 0) fields.set(ownKeys.tags, tags)
  if (priority !== 0) fields.set(priorityField, priority)
  return fields
}

type SampleThere = { readonly metadata: JsonObject; readonly priority: number }

/** Only what a card can hold. */
export function fieldsThere({ metadata, priority }: SampleThere): CardFields {
  const fields = new Map<string, Json>()
  for (const [key, value] of Object.entries(metadata)) {
    if (key === ownKeys.tags) {
      const tags = Array.isArray(value)
        ? (value as readonly Json[]).filter((tag) => tagSchema.safeParse(tag).success)
        : []
      if (tags.length > 0) fields.set(key, tags.slice(0, 200))
    } else if (canHold(key, value)) fields.set(key, value)
  }
  const whole = Math.max(-1000, Math.min(1000, Math.round(priority)))
  if (whole !== 0) fields.set(priorityField, whole)
  return fields
}

function canHold(key: string, value: Json): boolean {
  const isKey = key.trim() === key && key !== '' && key.length <= 200 && key !== '__proto__'
  return isKey && !isOwn(key) && metadataValueSchema.safeParse(value).success
}
const isOwn = (key: string): boolean => key === ownKeys.name || key === ownKeys.image

export type CardMerge = {
  readonly toHere: readonly CardChange[]
  /** Keys of metadata to set there, null to take away; and the priority, when that changes. */
  readonly toThere: {
    readonly metadata: Readonly<Record<string, Json>>
    readonly priority: number | null
  } | null
  /** What both have once that is done. */
  readonly agreed: JsonObject
  /** Both changed them, and differently: mine stands. With what the other side said. */
  readonly contested: readonly { readonly key: string; readonly there: Json }[]
}

/** `agreed`: as of the last time; null when cards were never compared. */
export function mergeCards(input: {
  readonly agreed: JsonObject | null
  readonly here: CardFields
  readonly there: CardFields
  readonly sends: boolean
  readonly takes: boolean
}): CardMerge {
  const { here, there, sends, takes } = input
  const before = new Map(Object.entries(input.agreed ?? {}))
  const after = new Map<string, Json>()
  const toThere: Record<string, Json> = {}
  const contested: { key: string; there: Json }[] = []
  let priority: number | null = null
  const takeKeys: string[] = []
  for (const key of [...new Set([...before.keys(), ...here.keys(), ...there.keys()])].sort()) {
    const [a, h, t] = [before.get(key), here.get(key), there.get(key)]
    const keep = (value: Json | undefined) => value !== undefined && after.set(key, value)
    const send = () => {
      if (key === priorityField) priority = (h ?? 0) as number
      else toThere[key] = h ?? null
      keep(h)
    }
    if (isSame(h, t)) keep(h)
    else if (isSame(h, a)) {
      if (takes) takeKeys.push(key)
      keep(takes ? t : a)
    } else if (isSame(t, a)) {
      if (sends) send()
      else keep(a)
    } else {
      // Nobody chooses silently: mine goes, and what it replaces is told.
      contested.push({ key, there: t ?? null })
      if (sends) send()
      else keep(a)
    }
  }
  const isSent = Object.keys(toThere).length > 0 || priority !== null
  return {
    toHere: changesOf(takeKeys, here, there),
    toThere: isSent ? { metadata: toThere, priority } : null,
    agreed: Object.fromEntries(after),
    contested,
  }
}

function changesOf(keys: readonly string[], here: CardFields, there: CardFields): CardChange[] {
  const changes: CardChange[] = []
  const set: Record<string, MetadataValue> = {}
  const remove: string[] = []
  for (const key of keys) {
    const value = there.get(key)
    if (key === priorityField) changes.push({ kind: 'priority', priority: Number(value ?? 0) })
    else if (key === ownKeys.tags) {
      const [old, fresh] = [here.get(key) ?? [], value ?? []] as [string[], string[]]
      changes.push({
        kind: 'tags',
        add: fresh.filter((tag) => !old.includes(tag)),
        remove: old.filter((tag) => !fresh.includes(tag)),
      })
    } else if (key === splitKey && isSplit(value ?? null)) {
      changes.push({ kind: 'split', split: value === undefined ? null : (value as Card['split']) })
    } else if (value === undefined) remove.push(key)
    else set[key] = value as MetadataValue
  }
  if (Object.keys(set).length > 0 || remove.length > 0) changes.push({ kind: 'metadata', set, remove })
  return changes
}

const isSplit = (value: Json): boolean => value === null || splits.some((split) => split === value)
const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b))

/** All the metadata there after a change; what cannot be said here stays. */
export function metadataAfter(there: JsonObject, change: Readonly<Record<string, Json>>): JsonObject {
  const kept = Object.entries(there).filter(([key]) => !Object.hasOwn(change, key))
  const set = Object.entries(change).filter(([, value]) => value !== null)
  return Object.fromEntries([...kept, ...set])
}

/** What a sample says of itself when it is made there. */
export function metadataOfNew(
  sample: { readonly name: string; readonly nameThere: string; readonly image: string },
  fields: CardFields,
): JsonObject {
  const own = [...fields].filter(([key]) => key !== priorityField)
  return {
    ...Object.fromEntries(own),
    ...(sample.name !== sample.nameThere && { [ownKeys.name]: sample.name }),
    [ownKeys.image]: sample.image,
  }
}
