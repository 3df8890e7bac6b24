import {
  copyFileSync,
  existsSync,
  constants as fsConstants,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../shared/base/app-error.ts'
import { diskError, unreadableIndex } from '../disk-error.ts'
import { type DatabaseFiles, databaseAddress, databaseExists, databaseFiles } from './database-files.ts'
import { migrate } from './migrate.ts'
import { assertSqliteVersion, scalar } from './pragma.ts'
import { migrations } from './schema.ts'
import { assertTables } from './schema-check.ts'

export type ReadDatabase = { readonly db: DatabaseSync; close(): void }

/** Folders whose own index files this process has open for reading. */
const borrowed = new Map<string, number>()

/** A writer in the same process would inherit the reader's view of the shared file, which cannot be written. */
export function isBorrowed(folder: string): boolean {
  return (borrowed.get(realpathSync(folder)) ?? 0) > 0
}

/**
 * Opens a library's index for reading, beside its writer or without one, and changes no byte in its folder.
 * `allowNewer`: the library's FORMAT says that this reader understands it although a newer Tessera made it.
 * Throws `FMT_TOO_NEW` and `DB_UNREADABLE`.
 */
export async function openForReading(folder: string, allowNewer: boolean): Promise<ReadDatabase> {
  assertSqliteVersion()
  const files = databaseFiles(folder)
  for (let attempt = 1; ; attempt++) {
    try {
      // Without a log SQLite would make one, even to read.
      const isInUse = existsSync(files.shared) && existsSync(files.log)
      const opened = isInUse ? openBeside(realpathSync(folder), files) : openCopy(files)
      if (opened && isOlder(opened.db)) {
        // What reads it asks for columns that it does not have yet: a copy gets them.
        opened.close()
        const copy = openCopy(files, (copy) => migrate(copy, null))
        if (copy) return checked(copy, allowNewer)
      } else if (opened) return checked(opened, allowNewer)
    } catch (error) {
      // A writer that starts or stops in these moments makes or removes the files that were just looked at.
      if (attempt >= 10 || !isPassing(error)) throw readError(error)
    }
    if (attempt >= 10) throw readError(new Error('the index is missing, empty, or kept changing'))
    await sleep(50)
  }
}

/** While a writer is there, or was killed: SQLite reads its log, and promises not to touch the shared index of it. */
function openBeside(folder: string, files: DatabaseFiles): ReadDatabase {
  const db = connect(databaseAddress(files.main, 'readonly_shm'))
  borrowed.set(folder, (borrowed.get(folder) ?? 0) + 1)
  let open = true
  const close = () => {
    if (!open) return
    open = false
    borrowed.set(folder, (borrowed.get(folder) ?? 1) - 1)
    db.close()
  }
  try {
    scalar(db, 'PRAGMA user_version')
    return { db, close }
  } catch (error) {
    close()
    throw error
  }
}

/**
 * Nobody writes. SQLite would make its companion files to read a database with a log, so it gets a copy to do that in.
 * Undefined when the files changed while they were copied.
 */
function openCopy(files: DatabaseFiles, change?: (db: DatabaseSync) => void): ReadDatabase | undefined {
  // Missing may also mean that it is being made.
  if (!databaseExists(files)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'tessera-read-index-'))
  const copy = databaseFiles(folder)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const before = stamp(files)
    copyFileSync(files.main, copy.main, fsConstants.COPYFILE_FICLONE)
    if (existsSync(files.log)) copyFileSync(files.log, copy.log, fsConstants.COPYFILE_FICLONE)
    if (stamp(files) !== before) {
      remove()
      return undefined
    }
    const db = connect(copy.main, false)
    if (change) {
      db.exec('PRAGMA query_only = OFF')
      change(db)
      db.exec('PRAGMA query_only = ON')
    }
    return {
      db,
      close() {
        if (db.isOpen) db.close()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

function isOlder(db: DatabaseSync): boolean {
  const found = Number(scalar(db, 'PRAGMA user_version'))
  return found > 0 && found < migrations.length
}

/** Changes whenever a writer has come near. */
function stamp(files: DatabaseFiles): string {
  return [files.main, files.log, files.shared]
    .map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }))
    .map((stat) => (stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : '-'))
    .join()
}

/** `query_only` holds where the file itself could be written: in a copy. */
function connect(address: string | URL, readOnly = true): DatabaseSync {
  const db = new DatabaseSync(address, { readOnly, allowExtension: false })
  try {
    db.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA query_only = ON',
    )
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function checked(opened: ReadDatabase, allowNewer: boolean): ReadDatabase {
  try {
    const found = Number(scalar(opened.db, 'PRAGMA user_version'))
    if (found === 0) throw new Error('the index is empty')
    if (found > migrations.length && !allowNewer) {
      throw new AppError('FMT_TOO_NEW', 'A newer Tessera made this library.', {
        remedy: 'Update Tessera to open it.',
      })
    }
    assertTables(opened.db)
    return opened
  } catch (error) {
    opened.close()
    throw readError(error)
  }
}

function isPassing(error: unknown): boolean {
  const failure = error as { code?: string; errcode?: number } | null
  if (failure?.code === 'ENOENT') return true
  // Cannot open, busy, or a shared index that is being made (SQLITE_READONLY_CANTINIT).
  return [14, 5, 8].includes((failure?.errcode ?? 0) & 0xff)
}

function readError(error: unknown): AppError {
  const known = diskError(error)
  return known instanceof AppError && known.code !== 'DISK_READONLY' ? known : unreadableIndex(error)
}
