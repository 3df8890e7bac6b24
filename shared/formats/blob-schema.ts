import { z } from 'zod'
import type { BlobRef } from '../dataset/blob-store.ts'
import type { BlobDigest, EntryDigest } from '../dataset/digest.ts'

/** Lower-case hex of a SHA-256. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)
/** Base64 of an MD5, as W&B spells it. */
export const md5Schema = z.string().regex(/^[A-Za-z0-9+/]{22}==$/)

/** How a record names a blob. */
export const blobSchema = z
  .strictObject({ digest: sha256Schema, md5: md5Schema, size: z.int().min(0) })
  .transform(
    ({ digest, md5, size }): BlobRef => ({ digest: digest as BlobDigest, md5: md5 as EntryDigest, size }),
  )
