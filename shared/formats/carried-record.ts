import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { isJsonRecord, type Json, type JsonRecord, parseExactJson } from '../base/exact-json.ts'
import { sha256Schema } from './blob-schema.ts'

/**
 * A sample of another program that Tessera cannot show (a point cloud, a sequence, a text): what that program says of it
 * and of its labels, whole. Kept in the library, in versions and as `carried/<name>.json` of an artifact, and given back
 * as it came. The format page is `docs/formats/carried.md`.
 */
export type CarriedRecord = {
  /** As the other program calls it; unique among what is carried. */
  readonly name: string
  /** The program's word for it: `pointcloud-cuboid-sequence`. */
  readonly taskType: string
  readonly sample: JsonRecord
  /** By name of the set of labels; null: it has none there. */
  readonly labels: { readonly [labelset: string]: Json }
}

const record = z.custom<JsonRecord>(isJsonRecord, 'is no object')
export const carriedNameSchema = z.string().min(1).max(1000)

/**
 * `taskType` of what is said of an image that is shown, beside what is shown of it: labels of other labelsets, metadata. Its
 * name is that of the image. No dataset is for that, so none gets it as a sample of its own.
 */
export const besideImage = 'other labelsets'

export const carriedRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('carried'),
  name: carriedNameSchema,
  taskType: z.string().max(200),
  sample: record,
  labels: record,
})

/** The blob's text; the same record gives the same text. Throws ZodError on a name that is none. */
export function carriedRecordText({ name, taskType, sample, labels }: CarriedRecord): string {
  return canonicalJson(carriedRecordSchema.parse({ v: 1, kind: 'carried', name, taskType, sample, labels }))
}

/** Throws ZodError or SyntaxError on what is no such record of ours. */
export function parseCarriedRecord(text: string): CarriedRecord {
  const { v: _v, kind: _kind, ...rest } = carriedRecordSchema.parse(parseExactJson(text))
  return rest
}

/**
 * Which names got which record, when and by whom: with these records the rows of the index can be made again. Null takes
 * one away.
 */
export const carriedChangeSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('carried-change'),
  seq: z.int().min(1),
  author: z.string(),
  createdAt: z.number(),
  deviceId: z.string(),
  /** By name, by code point. */
  carried: z.array(z.tuple([carriedNameSchema, sha256Schema.nullable()])).min(1),
})
export type CarriedChange = z.infer<typeof carriedChangeSchema>

export const carriedChangeText = (change: CarriedChange): string => canonicalJson(change)

/** Throws ZodError or SyntaxError on what is no such record of ours. */
export function parseCarriedChange(text: string): CarriedChange {
  return carriedChangeSchema.parse(JSON.parse(text))
}

/** One that a version has. */
export type CarriedRow = { readonly name: string; readonly record: string }

/** What a version carries: parted like a manifest. */
export const carriedListSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('carried-list'),
  count: z.int().min(0),
  /** Blobs that list the parts. */
  parts: z.array(sha256Schema),
})

const carriedPartSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('carried-part'),
  /** Name and record; by name, by code point. */
  carried: z.array(z.tuple([carriedNameSchema, sha256Schema])),
})

export function carriedPartText(rows: readonly CarriedRow[]): string {
  return canonicalJson({
    v: 1,
    kind: 'carried-part',
    carried: rows.map(({ name, record }) => [name, record]),
  })
}

/** Throws ZodError or SyntaxError on what is no part of such a list of ours. */
export function parseCarriedPart(text: string): CarriedRow[] {
  return carriedPartSchema.parse(JSON.parse(text)).carried.map(([name, record]) => ({ name, record }))
}

// What a file cannot be called everywhere, and the sign that stands for it here.
const unportable = /[%:*?"<>|\\\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u
const utf8 = new TextEncoder()

/**
 * Where it lies in an artifact. Its name may be any text, so whatever a path cannot hold is written as the bytes of its
 * UTF-8, `%2A` for a star: no two names have one path.
 */
export function carriedPath(name: string): string {
  const segments = name.split('/')
  return `carried/${segments.map(pathSegment).join('/')}.json`
}

function pathSegment(segment: string, at: number, all: readonly string[]): string {
  if (segment === '') return '%'
  const isLast = at === all.length - 1
  const characters = [...segment]
  const isEdge = (i: number) => i === 0 || (i === characters.length - 1 && !isLast)
  const isKept = (character: string, i: number) =>
    character.isWellFormed() && !unportable.test(character) && !(isEdge(i) && /[. ~]/.test(character))
  const portable = characters.map((each, i) => (isKept(each, i) ? each : escaped(each))).join('')
  // A file of one must not be a folder of another.
  const plain = isLast ? portable : portable.replace(/\.(?=json$)/i, '%2E')
  // In another composition it would be another path to some systems, and the same one to others.
  if (plain.normalize('NFC') === plain) return plain
  return [...plain].map((each) => (/[ -~]/.test(each) ? each : escaped(each))).join('')
}

function escaped(character: string): string {
  // Half of a pair is no character, and has no UTF-8.
  if (!character.isWellFormed()) return `%u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return [...utf8.encode(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}
