import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { blobPath } from '../adapters/blob-file.ts'
import type { Finding } from './verify.ts'

/** A blob as the index has it. */
export type IndexedBlob = { readonly digest: BlobDigest; readonly md5: string; readonly size: number }
export type BlobCheck = { readonly findings: Finding[]; readonly files: number; readonly bytes: number }

const digestPattern = /^[0-9a-f]{64}$/

/**
 * Re-hashes every stored file and compares it with its name and with what the index says of it. Only reads. A file
 * that the index does not know is named, but is no damage: a stop between storing and using leaves such files.
 */
export async function verifyBlobs(
  folder: string,
  indexed: readonly IndexedBlob[],
  options: { signal: AbortSignal; progress?: (done: number, total: number, bytes: number) => void },
): Promise<BlobCheck> {
  const { signal, progress } = options
  const known = new Map(indexed.map((blob) => [blob.digest, blob]))
  const strangers = storedNames(folder).filter((name) => !known.has(name))
  const findings: Finding[] = []
  let files = 0
  let bytes = 0
  const total = known.size + strangers.length
  for (const digest of [...known.keys(), ...strangers]) {
    signal.throwIfAborted()
    const found = await hashBoth(blobPath(folder, digest), signal)
    const finding = judge(digest, known.get(digest), found)
    if (finding) findings.push(finding)
    if (found !== 'missing' && found !== 'unreadable') {
      files++
      bytes += found.size
    }
    progress?.(files, total, bytes)
  }
  return { findings, files, bytes }
}

type Hashed = { readonly sha256: string; readonly md5: string; readonly size: number }

function judge(
  digest: BlobDigest,
  blob: IndexedBlob | undefined,
  found: Hashed | 'missing' | 'unreadable',
): Finding | null {
  const about = { id: digest, affects: [] }
  if (found === 'missing') {
    return { ...about, code: 'MISSING_BLOB', severity: 'error', message: 'A stored file is missing.' }
  }
  if (found === 'unreadable') {
    return { ...about, code: 'BLOB_CORRUPT', severity: 'error', message: 'A stored file cannot be read.' }
  }
  if (found.sha256 !== digest) {
    const message = `A stored file was damaged: its ${found.size} bytes no longer match their name.`
    return { ...about, code: 'BLOB_CORRUPT', severity: blob ? 'error' : 'info', message }
  }
  if (!blob) {
    const message = 'A stored file that nothing refers to. It does no harm.'
    return { ...about, code: 'ORPHAN_BLOB', severity: 'info', message }
  }
  if (blob.md5 === found.md5 && blob.size === found.size) return null
  const message = 'The index says another size or MD5 of a stored file than it has.'
  return { ...about, code: 'INDEX_BAD', severity: 'error', message }
}

async function hashBoth(path: string, signal: AbortSignal): Promise<Hashed | 'missing' | 'unreadable'> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')]
  let size = 0
  try {
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
      sha256.update(part as Uint8Array)
      md5.update(part as Uint8Array)
      size += (part as Uint8Array).length
    }
  } catch (error) {
    signal.throwIfAborted()
    return (error as { code?: string }).code === 'ENOENT' ? 'missing' : 'unreadable'
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('base64'), size }
}

function storedNames(folder: string): BlobDigest[] {
  const root = join(folder, 'blobs', 'sha256')
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(/[\\/]/).at(-1)!)
    .filter((name) => digestPattern.test(name))
    .sort() as BlobDigest[]
}
