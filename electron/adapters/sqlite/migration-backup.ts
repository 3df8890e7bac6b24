import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
import { assertWhole, scalar } from './pragma.ts'

/** Writes a verified copy of the index into `backups/`. Throws `MIG_NO_BACKUP`; then no copy is left. */
export function backUpIndex(db: DatabaseSync, library: string, version: number): void {
  const folder = join(library, 'backups')
  const id = randomUUID().slice(0, 8)
  const part = join(folder, `.index-${id}.part`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (scalar(db, 'PRAGMA wal_checkpoint(TRUNCATE)') !== 0)
      throw new Error('the log could not be written back')
    closeSync(openSync(part, 'wx', 0o600))
    db.prepare('VACUUM INTO ?').run(part)
    const copy = new DatabaseSync(part, { readOnly: true, allowExtension: false })
    try {
      assertWhole(copy)
      if (Number(scalar(copy, 'PRAGMA user_version')) !== version) throw new Error('the version differs')
      if (rowCounts(copy) !== rowCounts(db)) throw new Error('the rows differ')
    } finally {
      copy.close()
    }
    sync(part, 'r+')
    renameSync(part, join(folder, `index-v${version}-${Date.now()}-${id}.db`))
    if (process.platform !== 'win32') sync(folder, 'r')
  } catch (error) {
    try {
      rmSync(part, { force: true })
    } catch {
      // Its folder is no folder, or out of reach: that is what is told.
    }
    throw new AppError('MIG_NO_BACKUP', 'No safe copy of the index could be made. Nothing was changed.', {
      remedy: 'Free some space and make the folder "backups" of the library writable, then try again.',
      cause: error,
    })
  }
}

function rowCounts(db: DatabaseSync): string {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
  return JSON.stringify(
    tables.map(({ name }) => [
      name,
      scalar(db, `SELECT count(*) FROM "${String(name).replaceAll('"', '""')}"`),
    ]),
  )
}

function sync(path: string, flags: string): void {
  const fd = openSync(path, flags)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
