import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import { type FileOps, syncFolder } from '../adapters/file-ops.ts'
import { lockFile } from '../adapters/sqlite/library-lock.ts'

/** The folders of a library, outermost first. */
const folders = [
  'blobs',
  'blobs/sha256',
  'tmp',
  'journal',
  'steps',
  'trash',
  'quarantine',
  'backups',
] as const

/** What systems leave in every folder that a person has looked into. */
const droppings = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini'])
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Makes a folder, with its parents, for this user alone. */
export function makeFolder(ops: FileOps, folder: string): void {
  if (existsSync(folder)) return
  makeFolder(ops, dirname(folder))
  try {
    ops.mkdir(folder, 0o700)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  }
  syncFolder(ops, dirname(folder))
}

/** Whether a library is being made there, or its making was interrupted. What else is there is only told under the lock. */
export function isBeingMade(folder: string): boolean {
  return existsSync(join(folder, lockFile))
}

/**
 * Throws `LIB_NOT_EMPTY` when the folder holds something that is not ours. What an interrupted making of a library leaves
 * (a lock, empty folders, an unfinished file in `tmp/`) does not count.
 */
export function refuseNotEmpty(folder: string): void {
  if (!statSync(folder).isDirectory()) {
    throw new AppError('LIB_NOT_EMPTY', `${folder} is a file.`, {
      remedy: 'Choose an empty folder, or one that does not exist yet.',
    })
  }
  const ours = new Set<string>(folders)
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  const foreign = entries.find((entry) => {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (entry.isDirectory()) return !ours.has(path)
    return path !== lockFile && !droppings.has(path) && !(dirname(path) === 'tmp' && uuid.test(entry.name))
  })
  if (foreign === undefined) return
  throw new AppError('LIB_NOT_EMPTY', `The folder ${folder} is not empty.`, {
    remedy: 'Choose an empty folder, or one that does not exist yet.',
  })
}

/** Makes what is missing of the tree. Synced in any case: a process that was killed may have left that undone. */
export function makeTree(ops: FileOps, folder: string): void {
  for (const name of folders) makeFolder(ops, join(folder, name))
  syncFolder(ops, folder)
}

/** Throws away what a stopped process left unfinished. The caller holds the lock, so nothing in there is in use. */
export function emptyTmp(folder: string): void {
  for (const name of readdirSync(join(folder, 'tmp'))) {
    rmSync(join(folder, 'tmp', name), { recursive: true, force: true })
  }
}

/** Whether anything was ever stored. */
export function hasBlobs(folder: string): boolean {
  const root = join(folder, 'blobs', 'sha256')
  return existsSync(root) && readdirSync(root).some((name) => readdirSync(join(root, name)).length > 0)
}
