import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'

/** The first value that a statement gives. */
export function scalar(db: DatabaseSync, sql: string): string | number | undefined {
  const row = db.prepare(sql).get()
  return row === undefined ? undefined : (Object.values(row)[0] as string | number)
}

/** Throws AppError `DB_UNREADABLE` on a SQLite that cannot keep the promises. */
export function assertSqliteVersion(): void {
  const [major = 0, minor = 0, patch = 0] = process.versions.sqlite!.split('.').map(Number)
  // Earlier versions carry a race in resetting the write-ahead log that can lose committed pages.
  if (major * 1e6 + minor * 1e3 + patch < 3_051_003) {
    throw new AppError('DB_UNREADABLE', `SQLite ${process.versions.sqlite} is too old to keep labels safe.`, {
      remedy: `Node ${process.versions.node} brings it. Run Tessera with the newest Node 24, or a newer one.`,
    })
  }
}

/** Throws on damage that SQLite's quick look finds. */
export function assertWhole(db: DatabaseSync): void {
  const check = scalar(db, 'PRAGMA quick_check(1)')
  if (check !== 'ok') throw new Error(`quick_check: ${check}`)
}
