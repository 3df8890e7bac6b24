import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { statusSchema } from '../label/status.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A blob that a revision is made of. `mask`: the PNG; `label`: the label file; `ontology`: what its categories meant; `shapes`: what there is beside them, if anything. */
export const payloadSchema = z.strictObject({
  role: z.enum(['mask', 'label', 'ontology', 'shapes']),
  digest: sha256,
  /** Base64, as W&B spells it. */
  md5: z.string().regex(/^[A-Za-z0-9+/]{22}==$/),
  size: z.int().min(0),
})

/**
 * One saved state of one sample's label, kept as a canonical JSON blob whose SHA-256 is the revision's id: the rows of
 * a library can be rebuilt from these. The format page is `docs/formats/label.md`.
 */
export const revisionRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('revision'),
  sampleId: z.uuid(),
  /** The revisions this one was made from: none for the first, several when a person chose between siblings. */
  parents: z.array(sha256),
  /**
   * Only of a label that a merge, or the place that it came from, kept beside another one: what both were made from; null for
   * nothing.
   * Parents do not tell: going to a branch and back makes its labels ancestors of what comes after.
   */
  mergeBase: sha256.nullable().optional(),
  /** Label identity: pixels only. */
  identity: sha256,
  payloads: z.array(payloadSchema),
  status: statusSchema,
  objectCount: z.int().min(0),
  labeledPixels: z.int().min(0),
  nextObjectId: z.int().min(1),
  tool: z.string(),
  /** Who made it, as they are called in the settings. */
  author: z.string(),
  createdAt: z.number(),
  deviceId: z.string(),
  /** Place in the library's own order. */
  seq: z.int().min(1),
})
export type RevisionRecord = z.infer<typeof revisionRecordSchema>

/** The blob's text. */
export function revisionRecordText(record: RevisionRecord): string {
  return canonicalJson(record)
}

/** Throws ZodError or SyntaxError on what is no revision record of ours. */
export function parseRevisionRecord(text: string): RevisionRecord {
  return revisionRecordSchema.parse(JSON.parse(text))
}
