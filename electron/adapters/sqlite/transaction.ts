import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
import { diskError, isSqliteFull, isSqliteIoError } from '../disk-error.ts'

export type TransactionOptions = {
  /** Gives back reserved space on a full disk; false when there was none. */
  readonly releaseReserve?: () => boolean
  /** Called once, when the disk did not confirm a commit. */
  readonly onUncertain?: (error: AppError) => void
}

/**
 * Runs work inside BEGIN IMMEDIATE … COMMIT. Returning means that the disk has it; a throw means that the caller must not
 * say "saved". On a full disk the reserve is given back and the work, which was rolled back, is run a second time.
 *
 * When COMMIT fails to reach the disk nobody knows which state a restart would find, so nothing is written through this
 * connection any more (`SAVE_UNCERTAIN`): opening the library again lets SQLite read the truth from the disk.
 */
export function createTransaction(
  db: Pick<DatabaseSync, 'exec' | 'isTransaction'>,
  options: TransactionOptions = {},
): <T>(work: () => T) => T {
  let uncertain: AppError | null = null

  function attempt<T>(work: () => T): T {
    db.exec('BEGIN IMMEDIATE')
    let result: T
    try {
      result = work()
      if (result instanceof Promise) throw new TypeError('a transaction cannot wait')
    } catch (error) {
      rollback()
      throw error
    }
    try {
      db.exec('COMMIT')
    } catch (error) {
      rollback()
      if (isSqliteIoError(error) && !isSqliteFull(error)) {
        uncertain = unconfirmed(error)
        options.onUncertain?.(uncertain)
        throw uncertain
      }
      throw error
    }
    return result
  }

  /** After some errors SQLite has rolled back by itself. */
  function rollback(): void {
    try {
      if (db.isTransaction) db.exec('ROLLBACK')
    } catch {
      // The error that led here is the one to tell; the next BEGIN fails if this connection is stuck.
    }
  }

  return (work) => {
    if (db.isTransaction) throw new Error('transactions are not nested')
    if (uncertain) throw uncertain
    try {
      return attempt(work)
    } catch (error) {
      if (!isSqliteFull(error) || !options.releaseReserve?.()) throw diskError(error)
    }
    try {
      return attempt(work)
    } catch (error) {
      throw diskError(error)
    }
  }
}

function unconfirmed(cause: unknown): AppError {
  return new AppError('SAVE_UNCERTAIN', 'The disk did not confirm the last save.', {
    remedy: 'Open the library again to see what was saved. If it happens again, copy it to another disk.',
    cause,
  })
}
