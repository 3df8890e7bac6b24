import { z } from 'zod'
import type { BlobDigest, EntryDigest } from '../dataset/digest.ts'
import type { ManifestEntry } from '../dataset/manifest.ts'
import { md5Schema, sha256Schema } from './blob-schema.ts'

/**
 * The files of one artifact of one version, as canonical JSON blobs: parts, each a stretch of the sorted entries
 * (`parts.ts`), and lists of these (`part-index.ts`). The format page is `docs/formats/version.md`.
 */
export const manifestRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('manifest'),
  /** Entries of all parts together. */
  count: z.int().min(0),
  /** Blobs that list the parts. */
  parts: z.array(sha256Schema),
})
export type ManifestRecord = z.infer<typeof manifestRecordSchema>

export const manifestPartSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('manifest-part'),
  /** Path, MD5, size, blob. */
  entries: z.array(z.tuple([z.string().min(1), md5Schema, z.int().min(0), sha256Schema])),
})

/** Canonical JSON; strings and whole numbers have one spelling, so what makes up all but the frame is written fast. */
export function manifestPartText(entries: readonly ManifestEntry[]): string {
  const rows: z.infer<typeof manifestPartSchema>['entries'] = entries.map(({ path, digest, size, blob }) => [
    path,
    digest,
    size,
    blob,
  ])
  return `{"entries":${JSON.stringify(rows)},"kind":"manifest-part","v":1}`
}

/** Throws ZodError or SyntaxError on what is no part of a manifest of ours. */
export function parseManifestPart(text: string): ManifestEntry[] {
  return manifestPartSchema.parse(JSON.parse(text)).entries.map(([path, digest, size, blob]) => ({
    path,
    digest: digest as EntryDigest,
    size,
    blob: blob as BlobDigest,
  }))
}
