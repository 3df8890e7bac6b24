import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../shared/base/app-error.ts'
import { diskError } from '../disk-error.ts'

/** The file whose lock says who writes a library. It stays empty; nothing else ever opens it. */
export const lockFile = 'owner.lock'

export type LibraryLock = { release(): void }

/**
 * Takes the library for this process, or rejects with AppError `LIB_BUSY` within a tenth of a second.
 *
 * The lock is the kernel's, held through SQLite: it goes with the process however that ends, and stays while the process
 * is merely stopped. So there is no time after which it would count as abandoned, and it is never taken by force.
 */
export async function takeLibraryLock(folder: string): Promise<LibraryLock> {
  const path = join(folder, lockFile)
  try {
    // Made here and not by SQLite, which would let others read it. When it exists it is left alone: closing any
    // descriptor of the file would drop a lock that this process may hold.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw diskError(error)
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return lock(path)
    } catch (error) {
      const known = diskError(error)
      if (!(known instanceof AppError) || known.code !== 'LIB_BUSY') throw known
      if (attempt < attempts) {
        await sleep(5 + Math.random() * 20)
        continue
      }
      throw new AppError('LIB_BUSY', 'This library is open in another window or program.', {
        remedy: 'Use that window, or open the library for reading only.',
        cause: error,
      })
    }
  }
}

/**
 * SQLite takes the lock in steps, and two that meet half-way both step back: without a second attempt a free library could
 * end up with nobody.
 */
const attempts = 5

function lock(path: string): LibraryLock {
  const db = new DatabaseSync(path, { timeout: 0, allowExtension: false })
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    throw error
  }
  return { release: () => db.close() }
}
