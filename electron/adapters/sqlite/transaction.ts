import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
import { diskError, isSqliteFull, isSqliteIoError } from '../disk-error.ts'
import { quietly } from '../file-ops.ts'

export type TransactionOptions = {
  /** Closes the connection and opens it again, so that it shows what the disk has. Throws when that cannot be read. */
  readonly reopen?: () => void
  /** Called once each time the disk did not confirm a commit and could not be read again either. */
  readonly onUncertain?: (error: AppError) => void
}

/**
 * Runs work inside BEGIN IMMEDIATE … COMMIT. Returning means that the disk has it; a throw means that the caller must not
 * say "saved".
 *
 * When COMMIT fails to reach the disk nobody knows whether it happened (`SAVE_UNCERTAIN`). The index is then opened again,
 * and whoever asked for the work does it once more on what is there. Until it can be opened nothing is written.
 */
export function createTransaction(
  db: Pick<DatabaseSync, 'exec' | 'isTransaction'>,
  options: TransactionOptions = {},
): <T>(work: () => T) => T {
  let uncertain: AppError | null = null
  let isTold = false

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
      if (!isSqliteIoError(error) || isSqliteFull(error)) throw error
      uncertain = unconfirmed(error)
      const told = uncertain
      quietly(settle)
      throw told
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

  /** Looks at the disk anew; throws while that does not work. */
  function settle(): void {
    const open = uncertain
    if (open === null) return
    try {
      if (!options.reopen) throw open
      options.reopen()
      uncertain = null
      isTold = false
    } catch {
      if (!isTold) options.onUncertain?.(open)
      isTold = true
      throw open
    }
  }

  return (work) => {
    settle()
    if (db.isTransaction) throw new Error('transactions are not nested')
    try {
      return attempt(work)
    } catch (error) {
      throw diskError(error)
    }
  }
}

function unconfirmed(cause: unknown): AppError {
  return new AppError('SAVE_UNCERTAIN', 'The disk did not confirm the last save.', {
    remedy:
      'Tessera looks at the disk and tries again; keep this window open until it says "Saved". If it does not, copy the library to another disk.',
    cause,
  })
}
