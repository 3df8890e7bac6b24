import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { Notice } from '../../shared/host/host-api.ts'
import { blobPath, quarantineBlob } from '../adapters/blob-file.ts'
import { hashFile } from '../adapters/hash-file.ts'
import type { Log } from './library-context.ts'
import type { Suspect } from './run-marker.ts'

/** Up to so many bytes are hashed before the library is shown, which takes about a tenth of a second. */
const beforehand = 64 * 1024 * 1024

export function isQuickToCheck(left: readonly Suspect[]): boolean {
  return left.reduce((sum, { size }) => sum + size, 0) <= beforehand
}

/**
 * Re-hashes what a run published that did not end well, newest first, and quarantines what a power cut left damaged.
 * `suspects` shrinks as it goes; whoever wants to reuse one of them meanwhile checks it for himself.
 * Resolves with whether all were looked at; false after `signal`.
 */
export async function checkSuspects(work: {
  readonly folder: string
  readonly left: readonly Suspect[]
  readonly suspects: Set<BlobDigest>
  readonly signal: AbortSignal
  readonly now: () => number
  readonly log: Log
  readonly tell: (notice: Notice) => void
}): Promise<boolean> {
  const { folder, left, suspects, signal, log } = work
  let damaged = 0
  for (const { digest } of left) {
    if (signal.aborted) break
    if (!suspects.has(digest)) continue
    const found = await hashFile(blobPath(folder, digest), signal).catch((error: unknown) => {
      if (signal.aborted) return undefined
      throw error
    })
    if (found === undefined) break
    // Somebody may have stored it anew while it was read.
    if (!suspects.delete(digest) || found === digest) continue
    damaged += 1
    log('error', 'library', 'a blob of an interrupted run is damaged', { blob: digest.slice(0, 12) })
    if (found !== null) quarantineBlob(folder, digest, work.now())
  }
  if (damaged > 0) work.tell(damagedNotice(damaged))
  if (left.length > 0) log('info', 'library', 'checked blobs of an interrupted run', { count: left.length })
  return suspects.size === 0
}

function damagedNotice(count: number): Notice {
  const error = new AppError(
    'BLOB_CORRUPT',
    `${count === 1 ? 'One stored file was' : `${count} stored files were`} damaged when Tessera was interrupted.`,
    { remedy: 'Run "tessera verify" to see what is affected. Damaged files are kept in quarantine.' },
  )
  return { key: 'blobs-damaged', severity: 'error', error: error.toInfo() }
}
