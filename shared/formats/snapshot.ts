import { z } from 'zod'
import { blobSchema, sha256Schema } from './blob-schema.ts'

/**
 * Every sample of a library at the moment of a commit, with the revision that its label was at, and what the categories
 * were: from it a version can be restored, and the next one compared. Parted like a manifest; the format page is
 * `docs/formats/version.md`.
 */
export const snapshotRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('snapshot'),
  count: z.int().min(0),
  ontology: blobSchema,
  /** Blobs that list the parts. */
  parts: z.array(sha256Schema),
})
export type SnapshotRecord = z.infer<typeof snapshotRecordSchema>

/** One sample as a version has it. */
export type SnapshotSample = {
  readonly name: string
  readonly id: string
  readonly image: string
  /** Null when it had no label. */
  readonly head: string | null
  /** Null when nothing was said of it. */
  readonly card: string | null
}

export const snapshotPartSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('snapshot-part'),
  /** Name, sample id, digest of the image, head revision, card; by name, by code point. */
  samples: z.array(
    z.tuple([z.string().min(1), z.uuid(), sha256Schema, sha256Schema.nullable(), sha256Schema.nullable()]),
  ),
})

/** Canonical JSON, written fast as parts of manifests are. */
export function snapshotPartText(samples: readonly SnapshotSample[]): string {
  const rows: z.infer<typeof snapshotPartSchema>['samples'] = samples.map(
    ({ name, id, image, head, card }) => [name, id, image, head, card],
  )
  return `{"kind":"snapshot-part","samples":${JSON.stringify(rows)},"v":1}`
}

/** Throws ZodError or SyntaxError on what is no part of a snapshot of ours. */
export function parseSnapshotPart(text: string): SnapshotSample[] {
  return snapshotPartSchema
    .parse(JSON.parse(text))
    .samples.map(([name, id, image, head, card]) => ({ name, id, image, head, card }))
}
