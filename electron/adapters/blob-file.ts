import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { quietly } from './file-ops.ts'

/** Where a blob of a library lies. */
export function blobPath(folder: string, digest: BlobDigest): string {
  return join(folder, 'blobs', 'sha256', digest.slice(0, 2), digest)
}

/** Moves the file under a blob's name to `quarantine/`, with a note that says why. Never throws. */
export function quarantineBlob(folder: string, digest: BlobDigest, at: number): void {
  const target = join(folder, 'quarantine')
  quietly(() => {
    mkdirSync(target, { recursive: true, mode: 0o700 })
    const name = `${digest}-${randomUUID()}`
    renameSync(blobPath(folder, digest), join(target, name))
    const note = { digest, file: name, why: 'The bytes no longer match their name.', at }
    writeFileSync(join(target, `${name}.json`), `${JSON.stringify(note)}\n`, { mode: 0o600 })
  })
}

/** Keeps bytes that could not be read as what they should be, as a file of `quarantine/` with a note. Never throws. */
export function quarantineBytes(
  folder: string,
  what: string,
  bytes: Uint8Array,
  note: Readonly<Record<string, string>>,
  at: number,
): void {
  const target = join(folder, 'quarantine')
  quietly(() => {
    mkdirSync(target, { recursive: true, mode: 0o700 })
    const name = `${what}-${randomUUID()}`
    writeFileSync(join(target, name), bytes, { mode: 0o600 })
    writeFileSync(join(target, `${name}.json`), `${JSON.stringify({ file: name, ...note, at })}\n`, {
      mode: 0o600,
    })
  })
}

/** Whether the file under a blob's name still hashes to it. False too when there is none. */
export function blobIsWhole(path: string, digest: BlobDigest): boolean {
  return existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === digest
}
