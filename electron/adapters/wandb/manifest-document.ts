import { z } from 'zod'
import { AppError } from '../../../shared/base/app-error.ts'
import type { UploadEntry } from '../../../shared/sync/artifact-remote.ts'

/** The document of W&B's manifest v1. Assembled by hand: an object would reorder names like `10` and lose `__proto__`. */
export function manifestBytes(
  entries: readonly UploadEntry[],
  births: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  const sorted = entries
    .map((entry) => ({ entry, key: Buffer.from(entry.path) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
  const contents = sorted.map(({ entry }) => {
    const { digest, size } = entry
    const value =
      entry.kind === 'file'
        ? { digest, size, birthArtifactID: births.get(entry.path) }
        : { digest, ref: entry.ref, size }
    return `${JSON.stringify(entry.path)}:${JSON.stringify(value)}`
  })
  const head =
    '{"version":1,"storagePolicy":"wandb-storage-policy-v1","storagePolicyConfig":{"storageLayout":"V2"},"contents":{'
  return new TextEncoder().encode(`${head}${contents.join(',')}}}`)
}

/** Digest and size by path. Throws AppError `REMOTE_CORRUPT` for what is no such document. */
export function readManifestBytes(bytes: Uint8Array): Map<string, { digest: string; size: number }> {
  const entry = z.object({ digest: z.string(), size: z.number().nullish() })
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const { contents } = z.object({ contents: z.looseObject({}) }).parse(JSON.parse(text))
    return new Map(
      Object.entries(contents).map(([path, value]) => {
        const { digest, size } = entry.parse(value)
        return [path, { digest, size: size ?? 0 }]
      }),
    )
  } catch (cause) {
    throw new AppError('REMOTE_CORRUPT', 'The manifest the server keeps cannot be read.', {
      remedy: 'Your version is safe here. Try again later.',
      cause,
    })
  }
}
