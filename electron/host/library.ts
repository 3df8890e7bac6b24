import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { HostEvent, Notice } from '../../shared/host/host-api.ts'
import { createBlobFolder } from '../adapters/blob-folder.ts'
import { diskError, unreadableIndex } from '../adapters/disk-error.ts'
import { type FileOps, realFileOps, syncFolder } from '../adapters/file-ops.ts'
import { takeLibraryLock } from '../adapters/sqlite/library-lock.ts'
import { removeUnfinishedBackups } from '../adapters/sqlite/migration-backup.ts'
import { openAfterDoubt, openForWriting } from '../adapters/sqlite/open-database.ts'
import { openForReading } from '../adapters/sqlite/read-database.ts'
import { createReopeningDatabase, type ReopeningDatabase } from '../adapters/sqlite/reopening-database.ts'
import { createTransaction } from '../adapters/sqlite/transaction.ts'
import type { LibraryContext, Log } from './library-context.ts'
import { emptyTmp, hasBlobs, isBeingMade, makeFolder, makeTree, refuseNotEmpty } from './library-folder.ts'
import {
  hasFormat,
  type LibraryFormat,
  readFormat,
  refuseNewerFormat,
  writeFormat,
} from './library-format.ts'
import { removeOwnerNote } from './owner-note.ts'
import { readOnlyError } from './read-only.ts'
import { createReserve } from './reserve.ts'
import { beginRun, endRun, vouchForEarlierRuns } from './run-marker.ts'
import { refuseSharedFolder } from './shared-folder.ts'
import { checkSuspects, isQuickToCheck } from './suspects.ts'

export type Library = {
  readonly context: LibraryContext
  /** What the person should know about this opening. More may come later, as events. */
  readonly notices: readonly Notice[]
  /** Gives the space that is kept back for a full disk to a save; false when there is none. Nothing else may have it. */
  releaseReserve(): boolean
  /** Closes the database, syncs the folder, then lets go of the lock. Calling it again does nothing. */
  close(): Promise<void>
}

export type OpenOptions = {
  /** `read`: no lock, a connection that cannot write, and not one byte in the folder changes. */
  readonly mode: 'write' | 'read'
  /** Make the library when the folder is missing or empty. */
  readonly create?: boolean
  readonly deviceId: string
  readonly log: Log
  readonly emit: (event: HostEvent) => void
  readonly now?: () => number
  readonly ops?: FileOps
  /** Size of the space kept back for a full disk. */
  readonly reserveBytes?: number
}

/**
 * Opens a library. Rejects with AppError: `LIB_MISSING`, `LIB_NOT_EMPTY`, `LIB_BUSY` when another process writes to it,
 * `LIB_REMOTE_FS`, `FMT_TOO_NEW`, `DB_UNREADABLE` (then nothing was changed), or what the disk says (`DISK_…`).
 */
export async function openLibrary(folder: string, options: OpenOptions): Promise<Library> {
  const path = resolve(folder)
  try {
    return options.mode === 'read' ? await openReader(path, options) : await openWriter(path, options)
  } catch (error) {
    throw diskError(error)
  }
}

/** Makes a library in a missing or empty folder and leaves it closed. Same errors as `openLibrary`. */
export async function createLibrary(
  folder: string,
  options: Omit<OpenOptions, 'mode' | 'create' | 'emit'>,
): Promise<{ libraryId: string }> {
  if (existsSync(folder)) refuseNotEmpty(folder)
  const library = await openLibrary(folder, { ...options, mode: 'write', create: true, emit: () => {} })
  const { libraryId } = library.context
  await library.close()
  return { libraryId }
}

async function openReader(folder: string, options: OpenOptions): Promise<Library> {
  const format = readFormat(folder)
  refuseNewerFormat(format, 'read')
  const { db, close } = await openForReading(folder, format.format > 1)
  try {
    const now = options.now ?? Date.now
    const context: LibraryContext = {
      folder,
      libraryId: format.libraryId,
      deviceId: options.deviceId,
      readOnly: true,
      db,
      transaction: refuseWriting,
      nextSeq: refuseWriting,
      blobs: createBlobFolder({ folder, db, now, readOnly: true }),
      log: options.log,
      now,
      emit: options.emit,
    }
    return { context, notices: [], releaseReserve: () => false, close: async () => close() }
  } catch (error) {
    close()
    throw error
  }
}

function refuseWriting(): never {
  throw readOnlyError()
}

async function openWriter(folder: string, options: OpenOptions): Promise<Library> {
  const ops = options.ops ?? realFileOps
  refuseSharedFolder(folder)
  if (hasFormat(folder)) assertFormat(folder)
  else if (options.create) claimFolder(ops, folder)
  else readFormat(folder)
  // What was read so far may have been another process's library in the making; from here on it is ours.
  const lock = await takeLibraryLock(folder)
  try {
    if (!hasFormat(folder)) {
      refuseNotEmpty(folder)
      makeTree(ops, folder)
      writeFormat(ops, folder, randomUUID())
    }
    const { libraryId } = assertFormat(folder)
    makeTree(ops, folder)
    emptyTmp(folder)
    removeUnfinishedBackups(folder)
    removeOwnerNote(folder)
    let open = () => openForWriting(folder, !hasBlobs(folder))
    const index = createReopeningDatabase(() => open())
    open = () => openAfterDoubt(folder)
    try {
      return await startRun({ folder, libraryId, index, ops, options, release: () => lock.release() })
    } catch (error) {
      index.db.close()
      throw error
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Makes the folder, or takes an empty one for this user alone. */
function claimFolder(ops: FileOps, folder: string): void {
  try {
    makeFolder(ops, folder)
  } catch (error) {
    const known = diskError(error)
    if (known instanceof AppError) throw known
    throw new AppError('LIB_MISSING', `The folder ${folder} cannot be made.`, {
      remedy: 'Choose another folder.',
      cause: error,
    })
  }
  if (isBeingMade(folder)) return
  refuseNotEmpty(folder)
  chmodSync(folder, 0o700)
}

function assertFormat(folder: string): LibraryFormat {
  const format = readFormat(folder)
  refuseNewerFormat(format, 'write')
  return format
}

type Opened = {
  readonly folder: string
  readonly libraryId: string
  readonly index: ReopeningDatabase
  readonly ops: FileOps
  readonly options: OpenOptions
  readonly release: () => void
}

async function startRun(opened: Opened): Promise<Library> {
  const { folder, libraryId, index, ops, options, release } = opened
  const { db } = index
  const { log } = options
  const now = options.now ?? Date.now
  const notices: Notice[] = []
  const tell = (notice: Notice) => {
    notices.push(notice)
    options.emit({ type: 'notice', notice })
  }
  const transaction = createTransaction(db, {
    reopen() {
      log('warn', 'library', 'the disk did not confirm a commit, opening the index again')
      index.reopen()
    },
    onUncertain: (error) => {
      log('error', 'library', 'the index could not be opened again')
      tell({ key: 'save-uncertain', severity: 'error', error: error.toInfo() })
    },
  })
  const bumpSeq = db.prepare(
    `UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE key = 'seq'
     RETURNING CAST(value AS INTEGER) AS seq`,
  )
  const nextSeq = () => {
    if (!db.isTransaction) throw new Error('a number is only taken inside a transaction')
    return Number(bumpSeq.get()!.seq)
  }

  const run = transaction(() => {
    claimIndex(db, libraryId)
    const seq = nextSeq()
    return { seq, left: beginRun(db, seq) }
  })
  const suspects = new Set<BlobDigest>(run.left.map(({ digest }) => digest))
  const reserve = createReserve(
    { ops, folder, log },
    options.reserveBytes === undefined ? {} : { bytes: options.reserveBytes },
  )
  await reserve.keep()
  const blobs = createBlobFolder({ folder, db, ops, now, suspects })
  const stop = new AbortController()
  const check = checkSuspects({ folder, left: run.left, suspects, signal: stop.signal, now, log, tell })
    .then((finished) => {
      if (finished && run.left.length > 0) transaction(() => vouchForEarlierRuns(db, run.seq))
    })
    .catch((error: unknown) => log('error', 'library', `blobs could not be checked: ${String(error)}`))

  if (isQuickToCheck(run.left)) await check

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    stop.abort()
    await check
    await reserve.close()
    try {
      if (suspects.size === 0) transaction(() => endRun(db))
    } catch (error) {
      // Without the mark the next start checks more than it had to.
      log('warn', 'library', `the end of this run could not be marked: ${String(error)}`)
    }
    try {
      db.close()
      syncFolder(ops, folder)
      removeOwnerNote(folder)
    } finally {
      release()
    }
  }

  const context: LibraryContext = {
    folder,
    libraryId,
    deviceId: options.deviceId,
    readOnly: false,
    db,
    transaction,
    nextSeq,
    blobs,
    log,
    now,
    emit: options.emit,
  }
  return {
    context,
    notices,
    releaseReserve: reserve.release,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** The index of another library, put here by mistake, would show that one's labels as this one's. */
function claimIndex(db: DatabaseSync, libraryId: string): void {
  const row = db.prepare("SELECT value FROM meta WHERE key = 'library_id'").get()
  if (row === undefined) {
    db.prepare("INSERT INTO meta (key, value) VALUES ('library_id', ?)").run(libraryId)
  } else if (row.value !== libraryId) {
    throw unreadableIndex(new Error('the index belongs to another library'))
  }
}
