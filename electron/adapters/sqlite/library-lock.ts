import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
import { diskError } from '../disk-error.ts'

/** The file whose lock says who writes a library. It stays empty; nothing else ever opens it. */
export const lockFile = 'owner.lock'

export type LibraryLock = { release(): void }

/**
 * Takes the library for this process, or throws AppError `LIB_BUSY` at once.
 *
 * The lock is the kernel's, held through SQLite: it goes with the process however that ends, and stays while the process
 * is merely stopped. So there is no time after which it would count as abandoned, and it is never taken by force.
 */
export function takeLibraryLock(folder: string): LibraryLock {
  const path = join(folder, lockFile)
  try {
    // Made here and not by SQLite, which would let others read it. When it exists it is left alone: closing any
    // descriptor of the file would drop a lock that this process may hold.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw diskError(error)
  }
  const db = new DatabaseSync(path, { timeout: 0, allowExtension: false })
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    const known = diskError(error)
    if (!(known instanceof AppError) || known.code !== 'LIB_BUSY') throw known
    throw new AppError('LIB_BUSY', 'This library is open in another window or program.', {
      remedy: 'Use that window, or open the library for reading only.',
      cause: error,
    })
  }
  return { release: () => db.close() }
}
