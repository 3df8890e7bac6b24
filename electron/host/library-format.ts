import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import { type FileOps, syncFolder, writeFully } from '../adapters/file-ops.ts'

/** What this Tessera writes and understands. The format page is `docs/formats/library.md`. */
export const libraryFormat = 1

/** `FORMAT`: read before anything else of a library. Newer Tesseras may add fields. */
const formatSchema = z.object({
  format: z.int().min(1),
  /** The lowest format that a program must understand to read this library. */
  minReader: z.int().min(1),
  libraryId: z.uuid(),
})
export type LibraryFormat = z.infer<typeof formatSchema>

const formatPath = (folder: string) => join(folder, 'FORMAT')

export function hasFormat(folder: string): boolean {
  return existsSync(formatPath(folder))
}

/** Throws `LIB_MISSING` when the folder holds no library, `DB_UNREADABLE` when the file is damaged. */
export function readFormat(folder: string): LibraryFormat {
  let text: string
  try {
    // A file that is larger than a few hundred bytes is not ours; reading it whole would be its author's choice.
    text = statSync(formatPath(folder)).size > 65_536 ? '' : readFileSync(formatPath(folder), 'utf8')
  } catch (error) {
    throw new AppError('LIB_MISSING', `There is no Tessera library in ${folder}.`, {
      remedy: 'Choose another folder, or make a library with "tessera init".',
      cause: error,
    })
  }
  try {
    return formatSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new AppError('DB_UNREADABLE', 'The file FORMAT of this library is damaged. Nothing was changed.', {
      remedy: 'Restore FORMAT from a backup of the folder.',
      cause: error,
    })
  }
}

/** Throws `FMT_TOO_NEW` when this program must not write, or not even read, such a library. */
export function refuseNewerFormat(found: LibraryFormat, mode: 'write' | 'read'): void {
  const needed = mode === 'write' ? Math.max(found.format, found.minReader) : found.minReader
  if (needed <= libraryFormat) return
  const canRead = found.minReader <= libraryFormat
  throw new AppError('FMT_TOO_NEW', 'A newer Tessera made this library.', {
    remedy: canRead ? 'Update Tessera, or open the library for reading only.' : 'Update Tessera to open it.',
  })
}

/** Writes the file in one step: whole or not at all. `tmp/` exists. */
export function writeFormat(ops: FileOps, folder: string, libraryId: string): void {
  const format: LibraryFormat = { format: libraryFormat, minReader: 1, libraryId }
  const temporary = join(folder, 'tmp', libraryId)
  const fd = ops.open(temporary, 'wx', 0o600)
  try {
    writeFully(ops, fd, Buffer.from(`${JSON.stringify(format)}\n`))
    ops.fsync(fd)
  } finally {
    ops.close(fd)
  }
  ops.rename(temporary, formatPath(folder))
  syncFolder(ops, folder)
}
