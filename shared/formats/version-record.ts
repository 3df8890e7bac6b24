import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { blobSchema, sha256Schema } from './blob-schema.ts'

const count = z.int().min(0)

/**
 * One commit, kept as a canonical JSON blob whose SHA-256 is the version's id. It names all that a version is made of, so
 * the rows of a library can be rebuilt from it. The format page is `docs/formats/version.md`.
 */
export const versionRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('version'),
  parents: z.array(sha256Schema),
  message: z.string(),
  author: z.string(),
  /** Wall time in milliseconds, for display only. */
  createdAt: z.number(),
  deviceId: z.string(),
  artifacts: z.array(
    z.strictObject({
      role: z.enum(['raw_data', 'labeled_data']),
      manifest: blobSchema,
      files: count,
      bytes: count,
    }),
  ),
  snapshot: blobSchema,
  /** What it carries without showing it (`carried-record.ts`); left out when that is nothing. */
  carried: blobSchema.optional(),
  counts: z.strictObject({
    samples: count,
    labeled: count,
    objects: count,
    /** Labels with shapes, and what is carried; left out when there are none. */
    shaped: count.optional(),
    carried: count.optional(),
  }),
  changes: z.strictObject({
    added: count,
    removed: count,
    relabeled: count,
    recarded: count,
    /** What is carried and came, changed or went; left out for none. */
    recarried: count.optional(),
    ontologyChanged: z.boolean(),
  }),
})
export type VersionRecord = z.infer<typeof versionRecordSchema>

export function versionRecordText(record: VersionRecord): string {
  return canonicalJson(record)
}

/** Throws ZodError or SyntaxError on what is no version record of ours. */
export function parseVersionRecord(text: string): VersionRecord {
  return versionRecordSchema.parse(JSON.parse(text))
}
