import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../shared/base/app-error.ts'
import { assertWhole, scalar } from './pragma.ts'

/**
 * Copies that are kept, the new one with them. Each is as large as the index. What is wrong with an upgrade shows after it
 * or after the next one: with three there is always one from before both.
 */
const keptCopies = 3
/** The copy, the log of the steps, and what the steps write, which may be the index once more; with some room left. */
const roomFactor = 2.5
const spareBytes = 64 * 1024 * 1024

const finished = /^index-v\d+-(\d+)-[0-9a-f]{8}\.db$/
const unfinished = /^\.index-[0-9a-f]{8}\.part(-journal)?$/
type Options = {
  /** Bytes that the disk of a folder has left for this user. */
  readonly freeBytes?: (folder: string) => number
}

/**
 * Writes a verified copy of the index into `backups/`, then removes the oldest copies. Throws `DISK_LOW` before anything is
 * written when there is no room for the copy and the steps after it; else `MIG_NO_BACKUP`, and then no new copy is left and
 * no old one is gone.
 */
export function backUpIndex(
  db: DatabaseSync,
  library: string,
  version: number,
  { freeBytes = freeBytesOf }: Options = {},
): void {
  const folder = join(library, 'backups')
  const id = randomUUID().slice(0, 8)
  const part = join(folder, `.index-${id}.part`)
  const name = `index-v${version}-${Date.now()}-${id}.db`
  requireRoom(Number(scalar(db, 'PRAGMA page_count')) * Number(scalar(db, 'PRAGMA page_size')), () =>
    freeBytes(library),
  )
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
    renameSync(part, join(folder, name))
    if (process.platform !== 'win32') sync(folder, 'r')
  } catch (error) {
    for (const path of [part, `${part}-journal`, join(folder, name)]) remove(path)
    throw new AppError('MIG_NO_BACKUP', 'No safe copy of the index could be made. Nothing was changed.', {
      remedy: 'Free some space and make the folder "backups" of the library writable, then try again.',
      cause: error,
    })
  }
  removeOld(folder, name)
}

/** Removes what a crash left of a copy. For whoever holds the lock of the library, before a copy is begun. */
export function removeUnfinishedBackups(library: string): void {
  const folder = join(library, 'backups')
  for (const name of namesIn(folder)) if (unfinished.test(name)) remove(join(folder, name))
}

/** Whatever its name says of the time, `newest` is not an old one. What is called otherwise is somebody else's. */
function removeOld(folder: string, newest: string): void {
  const old = namesIn(folder).filter((name) => name !== newest && finished.test(name))
  const time = (name: string) => Number(finished.exec(name)![1])
  old.sort((a, b) => time(b) - time(a))
  for (const name of old.slice(keptCopies - 1)) remove(join(folder, name))
}

function requireRoom(indexBytes: number, freeBytes: () => number): void {
  const needed = indexBytes * roomFactor + spareBytes
  let free: number
  try {
    free = freeBytes()
  } catch {
    // A file system that does not tell refuses the copy itself when it is full.
    return
  }
  if (free >= needed) return
  const mebibytes = (n: number) => `${Math.ceil(n / 1048576)} MiB`
  throw new AppError(
    'DISK_LOW',
    `To bring the index up to date takes ${mebibytes(needed)} of space, and the disk has ${mebibytes(free)} left. Nothing was changed.`,
    { remedy: 'Free some space on that disk, then open the library again. It can be read meanwhile.' },
  )
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Out of reach, or no file: it only takes up space.
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
