import {
  closeSync,
  fdatasyncSync,
  fsync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'

/**
 * The file calls on which durability stands, as a port: tests fail the K-th call, cut writes short,
 * or record them all and replay what a power cut would have left.
 */
export interface FileOps {
  open(path: string, flags: string, mode?: number): number
  /** May write fewer bytes than it was given, as the system call may. */
  write(fd: number, bytes: Uint8Array): number
  fsync(fd: number): void
  fdatasync(fd: number): void
  close(fd: number): void
  rename(from: string, to: string): void
  mkdir(path: string, mode: number): void
  remove(path: string): void
  /** Syncs several files beside each other; where it is left out, one after the other. */
  fsyncAll?(fds: readonly number[]): Promise<void>
}

const fsyncLater = promisify(fsync)

export const realFileOps: FileOps = {
  open: (path, flags, mode) => openSync(path, flags, mode),
  write: (fd, bytes) => writeSync(fd, bytes),
  fsync: (fd) => fsyncSync(fd),
  fdatasync: (fd) => fdatasyncSync(fd),
  close: (fd) => closeSync(fd),
  rename: (from, to) => renameSync(from, to),
  mkdir: (path, mode) => mkdirSync(path, { mode }),
  remove: (path) => rmSync(path, { force: true }),
  async fsyncAll(fds) {
    // All are waited for: whoever is told of a failure closes them.
    const results = await Promise.allSettled(fds.map((fd) => fsyncLater(fd)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  },
}

export function writeFully(ops: FileOps, fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    const count = ops.write(fd, bytes.subarray(written))
    if (count <= 0) throw Object.assign(new Error('write made no progress'), { code: 'EIO' })
    written += count
  }
}

async function syncAll(ops: FileOps, fds: readonly number[]): Promise<void> {
  if (ops.fsyncAll) return ops.fsyncAll(fds)
  for (const fd of fds) ops.fsync(fd)
}

/** Makes files durable and closes them, whatever becomes of it. */
export async function syncAndClose(ops: FileOps, fds: readonly number[]): Promise<void> {
  const open = [...fds]
  try {
    await syncAll(ops, fds)
    for (let fd = open.shift(); fd !== undefined; fd = open.shift()) ops.close(fd)
  } finally {
    for (const fd of open) quietly(() => ops.close(fd))
  }
}

/** `syncFolder` for several. */
export async function syncFolders(ops: FileOps, paths: readonly string[]): Promise<void> {
  if (process.platform === 'win32') return
  const fds: number[] = []
  try {
    for (const path of paths) fds.push(ops.open(path, 'r'))
  } catch (error) {
    for (const fd of fds) quietly(() => ops.close(fd))
    throw error
  }
  await syncAndClose(ops, fds)
}

/** Makes the entries of a folder durable. A folder cannot be fsynced on Windows, where a flushed rename has to do. */
export function syncFolder(ops: FileOps, path: string): void {
  if (process.platform === 'win32') return
  const fd = ops.open(path, 'r')
  try {
    ops.fsync(fd)
  } finally {
    ops.close(fd)
  }
}

/** For cleaning up after a failure, which must not be hidden by the next one. */
export function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // The failure that led here is the one to tell.
  }
}
