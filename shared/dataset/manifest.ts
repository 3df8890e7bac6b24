import { compareCodePoints } from '../base/canonical-json.ts'
import type { BlobDigest, EntryDigest } from './digest.ts'

/** One file of an artifact: where it lies in it, the MD5 that W&B knows it by, and the blob that holds its bytes. */
export type ManifestEntry = {
  /** Relative, POSIX. */
  readonly path: string
  readonly digest: EntryDigest
  readonly size: number
  readonly blob: BlobDigest
}

/**
 * Entries in the order of a manifest: by path, by code point. Throws Error when a path is there twice, for W&B would
 * silently keep one of the two.
 */
export function sortEntries<T extends { readonly path: string }>(entries: readonly T[]): T[] {
  const sorted = entries.toSorted((a, b) => compareCodePoints(a.path, b.path))
  const twin = sorted.findIndex((entry, i) => entry.path === sorted[i + 1]?.path)
  if (twin >= 0) throw new Error(`"${sorted[twin]!.path}" is in the manifest twice`)
  return sorted
}

/**
 * The text whose MD5, in hex, is W&B's digest of an artifact: this line, then those of the sorted entries, all of UTF-8.
 * Source: wandb/wandb `wandb/sdk/artifacts/artifact_manifests/artifact_manifest_v1.py`.
 */
export const manifestDigestHeader = 'wandb-artifact-manifest-v1\n'

/** Lines of a stretch of `sortEntries`. Sizes and blobs do not enter the digest. */
export function manifestDigestLines(sorted: readonly Pick<ManifestEntry, 'path' | 'digest'>[]): string {
  return sorted.map(({ path, digest }) => `${path}:${digest}\n`).join('')
}

/** The whole text at once; a long list is better hashed in stretches. */
export function manifestDigestText(sorted: readonly Pick<ManifestEntry, 'path' | 'digest'>[]): string {
  return manifestDigestHeader + manifestDigestLines(sorted)
}
