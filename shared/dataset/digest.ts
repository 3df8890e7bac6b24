import { AppError } from '../base/app-error.ts'
import type { Brand } from '../base/brand.ts'

/** Lower-case hex SHA-256 of a blob's bytes; also its name in the blob store. */
export type BlobDigest = Brand<string, 'BlobDigest'>
/** Base64 MD5 of a file's bytes, as W&B manifests spell it. */
export type EntryDigest = Brand<string, 'EntryDigest'>
/** Hex MD5 over a manifest, as W&B names the content of an artifact version. */
export type ArtifactDigest = Brand<string, 'ArtifactDigest'>
/** Hex SHA-256 of a version record; names the version in the library. */
export type VersionId = Brand<string, 'VersionId'>
/** Hex SHA-256 of a revision record; names one saved state of one sample's label. */
export type RevisionId = Brand<string, 'RevisionId'>
/** Hex SHA-256 over width, height and ids of a label map: same pixels, same identity. */
export type LabelIdentity = Brand<string, 'LabelIdentity'>
/** UUID of one image with its label. */
export type SampleId = Brand<string, 'SampleId'>

const hex64 = /^[0-9a-f]{64}$/

/** Checks a SHA-256 name read from disk or network. Throws AppError `BAD_REQUEST`. */
export function parseSha256<T extends BlobDigest | VersionId | RevisionId | LabelIdentity>(text: string): T {
  if (hex64.test(text)) return text as T
  throw new AppError('BAD_REQUEST', 'Expected 64 hexadecimal digits.', {
    remedy: 'Check the id and try again.',
  })
}
