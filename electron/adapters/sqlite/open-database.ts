import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
import { migrations } from './schema.ts'

/** What a writer's connection must report, or the promises about power cuts do not hold. */
const expected: Record<string, string | number> = {
  journal_mode: 'wal',
  synchronous: 2,
  foreign_keys: 1,
  trusted_schema: 0,
  cell_size_check: 1,
  mmap_size: 0,
  busy_timeout: 5000,
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
  PRAGMA recursive_triggers = ON;
  PRAGMA mmap_size = 0;
  PRAGMA wal_autocheckpoint = 1000;
  PRAGMA journal_size_limit = 67108864;
`

function scalar(db: DatabaseSync, sql: string): string | number | undefined {
  const row = db.prepare(sql).get()
  return row === undefined ? undefined : (Object.values(row)[0] as string | number)
}

function assertSqliteVersion(): void {
  const [major = 0, minor = 0, patch = 0] = process.versions.sqlite!.split('.').map(Number)
  // Earlier versions carry a race in resetting the write-ahead log that can lose committed pages.
  if (major * 1e6 + minor * 1e3 + patch < 3_051_003) {
    throw new AppError('DB_UNREADABLE', `SQLite ${process.versions.sqlite} is too old to keep labels safe.`, {
      remedy: 'Run Tessera with Node 24 or newer.',
    })
  }
}

/**
 * Opens `library.db` as its one writer: settings asserted, damage looked for, schema brought up to date.
 * Throws `FMT_TOO_NEW` when a newer Tessera made it and `DB_UNREADABLE` when SQLite cannot read it.
 */
export function openForWriting(path: string): DatabaseSync {
  assertSqliteVersion()
  const db = open(path, false)
  try {
    db.exec(pragmas)
    for (const [name, value] of Object.entries(expected)) {
      const found = scalar(db, `PRAGMA ${name}`)
      if (found !== value) throw new Error(`PRAGMA ${name} is ${found}, not ${value}`)
    }
    const check = scalar(db, 'PRAGMA quick_check(1)')
    if (check !== 'ok') throw new Error(`quick_check: ${check}`)
    migrate(db)
    return db
  } catch (error) {
    db.close()
    throw asUnreadable(error)
  }
}

/** Opens `library.db` for reading beside its writer. Same errors as `openForWriting`. */
export function openForReading(path: string): DatabaseSync {
  assertSqliteVersion()
  const db = open(path, true)
  try {
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;')
    refuseNewer(db)
    return db
  } catch (error) {
    db.close()
    throw asUnreadable(error)
  }
}

function open(path: string, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly, allowExtension: false })
  } catch (error) {
    throw asUnreadable(error)
  }
}

function asUnreadable(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('DB_UNREADABLE', 'The index of this library cannot be read.', {
    remedy:
      'Keep the folder as it is and restore library.db from the backups folder. Your labels are also in blobs.',
    cause: error,
  })
}

function refuseNewer(db: DatabaseSync): number {
  const found = Number(scalar(db, 'PRAGMA user_version'))
  if (found > migrations.length) {
    throw new AppError('FMT_TOO_NEW', 'A newer Tessera made this library.', {
      remedy: 'Update Tessera, or open the library read-only.',
    })
  }
  return found
}

function migrate(db: DatabaseSync): void {
  for (let version = refuseNewer(db); version < migrations.length; version++) {
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(migrations[version]!)
      db.exec(`PRAGMA user_version = ${version + 1}`)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}
