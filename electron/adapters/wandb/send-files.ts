import type { z } from 'zod'
import { AppError } from '../../../shared/base/app-error.ts'
import type { UploadWatch } from '../../../shared/sync/artifact-remote.ts'
import * as documents from './documents.ts'
import type { WandbGraphql } from './graphql.ts'
import { type BlobFiles, type FileEntry, hashParts, type PartRule, putFile, putParts } from './put-file.ts'

/** Addresses asked for at once: they are short-lived, so no more than can be used soon. */
const mostInBatch = 25
const mostBytesInBatch = 64 * 1024 * 1024
/** Batches at a time, and files of each: while one waits for addresses, the others send. */
const parallelBatches = 4
const parallelPuts = 4
/** How often one file is given an address before its refusal counts. */
export const freshAddresses = 3

export type Sending = {
  readonly graphql: WandbGraphql
  readonly blobs: BlobFiles
  readonly parts: PartRule
  readonly artifactId: string
  readonly manifestId: string
  readonly watch: UploadWatch
  readonly signal: AbortSignal
}
type Waiting = { readonly file: FileEntry; readonly tries: number }

/**
 * Sends the files that `births` does not name yet, and adds each to it once the server has it. The first failure is
 * thrown when the batches under way have ended; what they brought over is kept.
 */
export async function sendFiles(
  sending: Sending,
  files: readonly FileEntry[],
  births: Map<string, string>,
): Promise<void> {
  const { watch, signal } = sending
  const finished = files.filter(({ path }) => births.has(path))
  const waiting = files.filter(({ path }) => !births.has(path)).map((file): Waiting => ({ file, tries: 1 }))
  watch.advance('Sending files', finished.length, bytesOf(finished))
  let failure: unknown = null
  const lane = async () => {
    while (waiting.length > 0 && failure === null) {
      const batch = waiting.splice(0, batchSize(waiting))
      try {
        await watch.gate?.(signal)
        const { done, refused, failed } = await sendBatch(sending, batch)
        for (const [path, birth] of done) births.set(path, birth)
        if (done.size > 0) watch.keep({ files: done })
        waiting.push(...refused)
        failure ??= failed
      } catch (error) {
        failure ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: parallelBatches }, lane))
  if (failure !== null) throw failure
}

const bytesOf = (files: readonly FileEntry[]) => files.reduce((sum, { size }) => sum + size, 0)

/** How many of those that wait go together; at least one. */
function batchSize(waiting: readonly Waiting[]): number {
  let bytes = 0
  const cut = waiting.findIndex(({ file }, i) => {
    bytes += file.size
    return i > 0 && (i >= mostInBatch || bytes > mostBytesInBatch)
  })
  return cut < 0 ? waiting.length : cut
}

async function sendBatch(sending: Sending, batch: readonly Waiting[]) {
  const { watch, signal } = sending
  const done = new Map<string, string>()
  const refused: Waiting[] = []
  let failed: unknown = null
  const addressed = await addresses(sending, batch)
  const lane = async () => {
    for (let next = addressed.shift(); next !== undefined && failed === null; next = addressed.shift()) {
      const { file, tries, node, parts } = next
      let counted = 0
      const moved = (bytes: number) => {
        counted += bytes
        watch.advance('Sending files', 0, bytes)
      }
      try {
        await watch.gate?.(signal)
        if (node.uploadMultipartUrls) await putParts(sending, file, node, parts ?? [], moved)
        else if (node.uploadUrl) await putFile(sending, file, node, moved)
        done.set(file.path, node.artifact.id)
        watch.advance('Sending files', 1, file.size - counted)
      } catch (error) {
        // What was on its way is not there.
        watch.advance('Sending files', 0, -counted)
        if (isExpired(error) && tries < freshAddresses) refused.push({ file, tries: tries + 1 })
        else failed ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: parallelPuts }, lane))
  return { done, refused, failed }
}

async function addresses(
  { graphql, blobs, parts: rule, artifactId, manifestId, signal }: Sending,
  batch: readonly Waiting[],
) {
  const inParts = await Promise.all(
    batch.map(async ({ file }) => (file.size >= rule.from ? hashParts(blobs, file, rule, signal) : null)),
  )
  const artifactFiles = batch.map(({ file }, i) => ({
    artifactID: artifactId,
    artifactManifestID: manifestId,
    name: file.path,
    md5: file.digest,
    uploadPartsInput: inParts[i] ?? null,
  }))
  const { createArtifactFiles } = await graphql.ask(
    documents.createFiles,
    { input: { storageLayout: 'V2', artifactFiles } },
    { signal },
  )
  const { edges } = createArtifactFiles.files
  if (edges.length !== batch.length) throw malformed('answered for another number of files')
  return batch.map(
    (waiting, i): Waiting & { node: FileNode; parts: readonly documents.PartInput[] | null } => ({
      ...waiting,
      node: edges[i]!.node,
      parts: inParts[i] ?? null,
    }),
  )
}
export type FileNode = z.infer<typeof documents.fileNode>

export const isExpired = (error: unknown) => error instanceof AppError && error.cause === 'expired'

export function malformed(what: string): AppError {
  return new AppError('REMOTE_REFUSED', `W&B ${what}.`, { remedy: 'Try again; if it stays so, report it.' })
}
