import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * The files of a library's index. Only the modules of this folder know their names, and none opens them other than through
 * SQLite while a connection exists: on POSIX, closing any descriptor of such a file drops the locks of the whole process.
 */
export type DatabaseFiles = { readonly main: string; readonly log: string; readonly shared: string }

export function databaseFiles(folder: string): DatabaseFiles {
  const main = join(folder, 'library.db')
  return { main, log: `${main}-wal`, shared: `${main}-shm` }
}

/** Whether there is an index with something in it. */
export function databaseExists(files: DatabaseFiles): boolean {
  return existsSync(files.log) || (statSync(files.main, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** Makes the file that SQLite would make readable for others; its companions take their mode from it. */
export function createDatabaseFile(files: DatabaseFiles): void {
  if (!existsSync(files.main)) closeSync(openSync(files.main, 'wx', 0o600))
}

/** The database as an address with options of SQLite's own, https://sqlite.org/uri.html. */
export function databaseAddress(path: string, option: 'immutable' | 'readonly_shm'): URL {
  const address = pathToFileURL(path)
  address.search = `${option}=1`
  return address
}
