import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
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
 * Brings the schema up to date. Each step is one transaction. A step after the first will need a verified backup before it
 * runs; there is none yet.
 */
export function migrate(db: DatabaseSync): void {
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
