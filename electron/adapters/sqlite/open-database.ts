import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
import { diskError, unreadableIndex } from '../disk-error.ts'
import {
  createDatabaseFile,
  type DatabaseFiles,
  databaseAddress,
  databaseExists,
  databaseFiles,
} from './database-files.ts'
import { migrate, refuseNewer } from './migrate.ts'
import { assertSqliteVersion, assertWhole, scalar } from './pragma.ts'
import { isBorrowed } from './read-database.ts'
import { assertTables } from './schema-check.ts'

/** What a writer's connection must report, or the promises about power cuts do not hold. */
const expected: Record<string, string | number> = {
  journal_mode: 'wal',
  synchronous: 2,
  foreign_keys: 1,
  trusted_schema: 0,
  cell_size_check: 1,
  temp_store: 2,
  recursive_triggers: 1,
  mmap_size: 0,
  busy_timeout: 5000,
  fullfsync: 1,
  checkpoint_fullfsync: 1,
  secure_delete: 0,
  wal_autocheckpoint: 1000,
  journal_size_limit: 67108864,
}

const pragmas = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA secure_delete = OFF;
  PRAGMA recursive_triggers = ON;
  PRAGMA mmap_size = 0;
  PRAGMA wal_autocheckpoint = 1000;
  PRAGMA journal_size_limit = 67108864;
`

/**
 * Opens a library's index as its one writer: damage looked for, settings asserted, schema brought up to date.
 * The caller holds the library's lock. `mayBeNew`: there is nothing yet that an empty index would forget.
 *
 * Throws `FMT_TOO_NEW` when a newer Tessera made it, and `DB_UNREADABLE` when it is damaged or gone; then no byte of it
 * was changed.
 */
export function openForWriting(folder: string, mayBeNew: boolean): DatabaseSync {
  assertSqliteVersion()
  const files = databaseFiles(folder)
  if (isBorrowed(folder)) {
    throw new AppError('LIB_BUSY', 'This program still has the library open for reading.', {
      remedy: 'Close that view of it, then try again.',
    })
  }
  const exists = databaseExists(files)
  if (exists) examine(files, mayBeNew)
  else if (!mayBeNew) throw unreadableIndex(new Error('the file is missing or empty'))
  return connect(files, folder)
}

/**
 * Opens the index again after a commit that the disk did not confirm. What its log holds may be in memory only, so it is
 * written into the index itself, and synced, before anybody builds on it. Throws like `openForWriting`, or what SQLite says.
 */
export function openAfterDoubt(folder: string): DatabaseSync {
  const db = openForWriting(folder, false)
  try {
    if (scalar(db, 'PRAGMA wal_checkpoint(TRUNCATE)') !== 0)
      throw new Error('the log could not be written back')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Looks at a database through a connection that cannot write, so that a damaged one stays as it was found:
 * a writer that opens and closes it would already carry its log over.
 */
function examine(files: DatabaseFiles, mayBeNew: boolean): void {
  const address = !existsSync(files.log)
    ? databaseAddress(files.main, 'immutable')
    : existsSync(files.shared)
      ? databaseAddress(files.main, 'readonly_shm')
      : files.main
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(address, { readOnly: true, allowExtension: false })
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0')
    const version = refuseNewer(db)
    assertWhole(db)
    assertTables(db)
    if (version === 0 && !mayBeNew) throw new Error('the index is empty')
  } catch (error) {
    throw asUnreadable(error)
  } finally {
    db?.close()
  }
}

function connect(files: DatabaseFiles, folder: string): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    createDatabaseFile(files)
    db = new DatabaseSync(files.main, { allowExtension: false })
    db.exec(pragmas)
    for (const [name, value] of Object.entries(expected)) {
      const found = scalar(db, `PRAGMA ${name}`)
      if (found !== value) throw new Error(`PRAGMA ${name} is ${found}, not ${value}`)
    }
    migrate(db, folder)
    return db
  } catch (error) {
    db?.close()
    throw asUnreadable(error)
  }
}

function asUnreadable(error: unknown): AppError {
  const known = diskError(error)
  return known instanceof AppError ? known : unreadableIndex(error)
}
