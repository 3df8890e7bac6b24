import { z } from 'zod'
import type { BlobDigest } from '../dataset/digest.ts'
import { sha256Schema } from './blob-schema.ts'

/** One part of a long list: the key of its last row, the blob that holds it, and how many rows it has. */
export type PartRef = { readonly last: string; readonly blob: BlobDigest; readonly rows: number }

/**
 * A stretch of the list of parts of a manifest or a snapshot: which part a key is in can be told without reading any.
 * Cut like the rows themselves (`parts.ts`); the format page is `docs/formats/version.md`.
 */
export const partIndexSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('part-index'),
  /** Last key, blob, rows; in the order of the list. */
  parts: z.array(z.tuple([z.string().min(1), sha256Schema, z.int().min(1)])),
})

/** Canonical JSON, written fast as the parts are. */
export function partIndexText(parts: readonly PartRef[]): string {
  const rows: z.infer<typeof partIndexSchema>['parts'] = parts.map(({ last, blob, rows }) => [
    last,
    blob,
    rows,
  ])
  return `{"kind":"part-index","parts":${JSON.stringify(rows)},"v":1}`
}

/** Throws ZodError or SyntaxError on what is no stretch of a list of parts of ours. */
export function parsePartIndex(text: string): PartRef[] {
  return partIndexSchema
    .parse(JSON.parse(text))
    .parts.map(([last, blob, rows]) => ({ last, blob: blob as BlobDigest, rows }))
}
