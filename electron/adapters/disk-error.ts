import { AppError } from '../../shared/base/app-error.ts'

/** A refusal of the file system or of SQLite as something a person can act on; other errors stay as they are. */
export function diskError(error: unknown): unknown {
  const failure = error as { code?: string; errcode?: number } | null
  switch (failure?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(error)
    case 'EIO':
      return diskFailing(error)
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return readOnlyDisk(error)
    case 'EMFILE':
    case 'ENFILE':
      return new AppError('DISK_FAILING', 'Too many files are open on this computer.', {
        remedy: 'Close other programs and try again.',
        cause: error,
      })
    case 'EBUSY':
      return new AppError('LIB_BUSY', 'Another program holds a file of this library.', {
        remedy: 'Close that program or wait until it is done, then try again.',
        cause: error,
      })
    case 'ERR_SQLITE_ERROR':
      return sqliteError(error, failure.errcode ?? 0)
    default:
      return error
  }
}

/** A refusal of the disk as something a person can act on. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskError(error)
  }
}

/** Whether the file system or SQLite says the disk is full. */
export function isFull(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT' || isSqliteFull(error)
}

/** Whether this process, or the computer, has as many files open as it may. */
export function isOutOfFiles(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code
  return code === 'EMFILE' || code === 'ENFILE'
}

/** Whether SQLite says the disk is full. */
export function isSqliteFull(error: unknown): boolean {
  const errcode = (error as { errcode?: number } | null)?.errcode ?? 0
  // The index of the write-ahead log is grown by writing to it; a full disk shows as its size being wrong.
  return (errcode & 0xff) === sqlite.full || errcode === sqlite.ioerrShmSize
}

/** Whether SQLite failed to read, write or sync. */
export function isSqliteIoError(error: unknown): boolean {
  return (((error as { errcode?: number } | null)?.errcode ?? 0) & 0xff) === sqlite.ioerr
}

/** Whether SQLite refused a row because something that it points to is not there. */
export function isSqliteMissingKey(error: unknown): boolean {
  return (error as { errcode?: number } | null)?.errcode === sqlite.constraintForeignKey
}

/** Result codes, https://sqlite.org/rescode.html: the primary code is the low byte. */
const sqlite = {
  busy: 5,
  locked: 6,
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADatabase: 26,
  constraintForeignKey: 787,
  ioerrShmSize: 4874,
} as const

function sqliteError(error: unknown, errcode: number): unknown {
  if (isSqliteFull(error)) return diskFull(error)
  switch (errcode & 0xff) {
    case sqlite.ioerr:
      return diskFailing(error)
    case sqlite.readonly:
    case sqlite.cantOpen:
      return readOnlyDisk(error)
    case sqlite.busy:
    case sqlite.locked:
      return new AppError('LIB_BUSY', 'Another program is using the index of this library.', {
        remedy: 'Close that program, then try again.',
        cause: error,
      })
    case sqlite.corrupt:
    case sqlite.notADatabase:
      return unreadableIndex(error)
    default:
      return error
  }
}

/** The database cannot be read. Nothing has been changed. */
export function unreadableIndex(cause: unknown): AppError {
  return new AppError('DB_UNREADABLE', 'The index of this library cannot be read. Nothing was changed.', {
    remedy: 'Keep the folder as it is and restore a backup of it. Your labels are also in its blobs folder.',
    cause,
  })
}

function diskFull(cause: unknown): AppError {
  return new AppError('DISK_FULL', 'The disk is full. What was there before is unharmed.', {
    remedy: 'Free some space. Your last edits are kept and will be saved then.',
    cause,
  })
}

function diskFailing(cause: unknown): AppError {
  return new AppError('DISK_FAILING', 'The disk reports an error.', {
    remedy: 'Copy the library to another disk soon.',
    cause,
  })
}

function readOnlyDisk(cause: unknown): AppError {
  return new AppError('DISK_READONLY', 'The library’s folder cannot be written to.', {
    remedy: 'Make the folder writable, or save a copy elsewhere.',
    cause,
  })
}
