import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../../../shared/base/app-error.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import type { UploadEntry } from '../../../shared/sync/artifact-remote.ts'
import type { Body } from '../net/exchange.ts'
import * as documents from './documents.ts'
import type { WandbGraphql } from './graphql.ts'
import type { FileNode } from './send-files.ts'

export type FileEntry = Extract<UploadEntry, { kind: 'file' }>
/** Bytes of blobs, by path: the files are opened, never loaded, but for small ones. */
export type BlobFiles = { pathOf(digest: BlobDigest): string }
/** Files of `from` bytes and more go in parts of `size`. */
export type PartRule = { readonly from: number; readonly size: number }

/** W&B's own rule: 2 GiB and more go in parts of 100 MiB, and no file has more than 10,000 parts. */
export const usualParts: PartRule = { from: 2 ** 31, size: 100 * 1024 * 1024 }
const mostParts = 10_000
const parallelParts = 4
const chunkBytes = 256 * 1024
type Tools = { readonly graphql: WandbGraphql; readonly blobs: BlobFiles; readonly signal: AbortSignal }
/** Told how many more bytes of the file have gone out; less than none when they have to go again. */
type Moved = (bytes: number) => void

/** Sends one file. Rejects with `BLOB_CORRUPT` before its last bytes are out when they are not what they were. */
export async function putFile(tools: Tools, file: FileEntry, node: FileNode, moved: Moved): Promise<void> {
  const source = await openBlob(tools.blobs, file)
  try {
    const body = await source.body(0, file.size, file.digest, moved)
    const headers = headersOf(node.uploadHeaders)
    await tools.graphql.http.storage(node.uploadUrl!, { signal: tools.signal, method: 'PUT', headers, body })
  } finally {
    await source.close()
  }
}

/** The hashes by which the server knows the parts of a large file. Rejects with `BLOB_CORRUPT`. */
export async function hashParts(
  blobs: BlobFiles,
  file: FileEntry,
  rule: PartRule,
  signal: AbortSignal,
): Promise<documents.PartInput[]> {
  const size = partSize(file.size, rule)
  const source = await openBlob(blobs, file)
  const whole = createHash('md5')
  const parts: documents.PartInput[] = []
  try {
    for (let at = 0; at < file.size; at += size) {
      const hash = createHash('md5')
      for await (const chunk of source.chunks(at, Math.min(size, file.size - at))) {
        signal.throwIfAborted()
        hash.update(chunk)
        whole.update(chunk)
      }
      parts.push({ partNumber: parts.length + 1, hexMD5: hash.digest('hex') })
    }
  } finally {
    await source.close()
  }
  if (whole.digest('base64') !== file.digest) throw corrupt(file)
  return parts
}

/** Sends a large file, part by part, and has the server join them. */
export async function putParts(
  tools: Tools & { readonly parts: PartRule },
  file: FileEntry,
  node: FileNode,
  parts: readonly documents.PartInput[],
  moved: Moved,
): Promise<void> {
  const { graphql, signal } = tools
  const { uploadID, uploadUrlParts } = node.uploadMultipartUrls!
  const size = partSize(file.size, tools.parts)
  if (uploadUrlParts.length !== parts.length) {
    throw new AppError('REMOTE_REFUSED', 'W&B gave addresses for another number of parts.', {
      remedy: 'Try again; if it stays so, report it.',
    })
  }
  const type = headersOf(node.uploadHeaders)['content-type']
  const source = await openBlob(tools.blobs, file)
  const tags: string[] = []
  const queue = uploadUrlParts.map(({ uploadUrl }, i) => ({ uploadUrl, i }))
  const stop = new AbortController()
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { uploadUrl, i } = next
      const digest = Buffer.from(parts[i]!.hexMD5, 'hex').toString('base64')
      const length = Math.min(size, file.size - i * size)
      const body = await source.body(i * size, length, digest, moved)
      const headers = { 'content-md5': digest, ...(type && { 'content-type': type }) }
      const both = AbortSignal.any([signal, stop.signal])
      const answer = await graphql.http.put(uploadUrl, { signal: both, headers, body })
      // The tag is how the storage knows the part again; without it the parts cannot be joined.
      if (!answer.etag)
        throw new AppError('REMOTE_REFUSED', 'The storage gave no tag for a part of a file.', {
          remedy: 'Try again; if it stays so, report it.',
        })
      tags[i] = answer.etag
    }
  }
  try {
    await Promise.all(
      Array.from({ length: parallelParts }, () =>
        lane().catch((error: unknown) => {
          queue.length = 0
          stop.abort()
          throw error
        }),
      ),
    )
  } finally {
    await source.close()
  }
  await graphql.ask(
    documents.completeMultipart,
    {
      action: 'Complete',
      parts: tags.map((hexMD5, i) => ({ partNumber: uploadUrlParts[i]!.partNumber, hexMD5 })),
      artifactID: node.artifact.id,
      path: node.storagePath ?? '',
      uploadID,
    },
    { signal },
  )
}

/** As W&B's own client cuts: equal parts but the last, of whole pages where there would be too many. */
function partSize(bytes: number, rule: PartRule): number {
  const fits = Math.ceil(bytes / rule.size) < mostParts
  return fits ? rule.size : Math.ceil(Math.ceil(bytes / mostParts) / 4096) * 4096
}

async function openBlob(blobs: BlobFiles, file: FileEntry) {
  let handle: FileHandle
  try {
    handle = await open(blobs.pathOf(file.blob))
  } catch (cause) {
    throw new AppError('MISSING_BLOB', `The bytes of "${file.path}" are not in the library.`, {
      remedy: 'Run "Verify library"; nothing was sent for this version.',
      cause,
    })
  }
  const { size } = await handle.stat()
  if (size !== file.size) {
    await handle.close()
    throw corrupt(file)
  }
  async function* chunks(start: number, length: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let at = 0; at < length; ) {
      // A buffer of its own each: the socket may still hold the one before.
      const buffer = new Uint8Array(Math.min(chunkBytes, length - at))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, start + at)
      if (bytesRead === 0) throw corrupt(file)
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }
  return {
    chunks,
    close: () => handle.close(),
    /** `length` bytes whose MD5 is to be `digest`. What fits one chunk is checked at once, the rest while it is sent. */
    async body(start: number, length: number, digest: string, moved: Moved): Promise<Body> {
      if (length <= chunkBytes) {
        const parts: Uint8Array[] = []
        for await (const chunk of chunks(start, length)) parts.push(chunk)
        const bytes = Buffer.concat(parts)
        if (createHash('md5').update(bytes).digest('base64') !== digest) throw corrupt(file)
        return bytes
      }
      let sent = 0
      return {
        size: length,
        async *stream() {
          // A repeated try sends everything again.
          moved(-sent)
          sent = 0
          const hash = createHash('md5')
          for await (const chunk of chunks(start, length)) {
            hash.update(chunk)
            const isLast = sent + chunk.length === length
            if (isLast && hash.digest('base64') !== digest) throw corrupt(file)
            yield chunk
            sent += chunk.length
            moved(chunk.length)
          }
        },
      }
    },
  }
}

function corrupt(file: FileEntry): AppError {
  return new AppError(
    'BLOB_CORRUPT',
    `The bytes of "${file.path}" are damaged on this disk, so they were not sent.`,
    { remedy: 'Run "Verify library" to see what can be repaired.' },
  )
}

/** `Name:value` strings as headers, cut at the first colon; they are part of the signature and sent unchanged. */
export function headersOf(lines: readonly string[] | null | undefined): Record<string, string> {
  return Object.fromEntries(
    (lines ?? [])
      .filter((line) => line.includes(':'))
      .map((line) => {
        const cut = line.indexOf(':')
        return [line.slice(0, cut).toLowerCase(), line.slice(cut + 1).trim()]
      }),
  )
}
