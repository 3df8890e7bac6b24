import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
import { backUpIndex } from './migration-backup.ts'
import { scalar } from './pragma.ts'
import { migrations } from './schema.ts'

/** Steps of the schema that it has. Throws AppError `FMT_TOO_NEW` for more than this program knows. */
export function refuseNewer(db: DatabaseSync): number {
  const found = Number(scalar(db, 'PRAGMA user_version'))
  if (found > migrations.length) {
    throw new AppError('FMT_TOO_NEW', 'A newer Tessera made this library.', {
      remedy: 'Update Tessera, or open the library for reading only.',
    })
  }
  return found
}

/**
 * Brings the schema up to date. Each step is one transaction. An index that has a schema already is copied into
 * `backups/` of `library` first; throws `MIG_NO_BACKUP`, with nothing changed, when that cannot be done. Null: it is only a copy
 * to read from.
 */
export function migrate(db: DatabaseSync, library: string | null): void {
  const found = refuseNewer(db)
  if (library !== null && found > 0 && found < migrations.length) backUpIndex(db, library, found)
  for (let version = found; version < migrations.length; version++) {
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
