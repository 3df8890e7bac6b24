import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type FileOps, realFileOps, writeFully } from '../adapters/file-ops.ts'

/**
 * `host.json`: who holds the library, for other processes that want to reach the owner. Information only: the lock is what
 * counts, so a note may be stale, and it holds no secret.
 */
const noteSchema = z.object({
  pid: z.int(),
  appVersion: z.string().max(200),
  /** Path of the owner's socket or pipe; null when it listens nowhere. */
  endpoint: z.string().max(4096).nullable(),
})
export type OwnerNote = z.infer<typeof noteSchema>

const notePath = (folder: string) => join(folder, 'host.json')

/** Replaces whatever note is there. Only the owner of the lock calls this. */
export function writeOwnerNote(folder: string, note: OwnerNote, ops: FileOps = realFileOps): void {
  const temporary = join(folder, 'tmp', randomUUID())
  const fd = ops.open(temporary, 'wx', 0o600)
  try {
    writeFully(ops, fd, Buffer.from(`${JSON.stringify(note)}\n`))
  } finally {
    ops.close(fd)
  }
  // Not synced: after a power cut there is no owner to find.
  ops.rename(temporary, notePath(folder))
}

/** Null when there is no note or it makes no sense. */
export function readOwnerNote(folder: string): OwnerNote | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(notePath(folder), 'utf8')))
  } catch {
    return null
  }
}

export function removeOwnerNote(folder: string): void {
  rmSync(notePath(folder), { force: true })
}
