import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'

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
}

export const realFileOps: FileOps = {
  open: (path, flags, mode) => openSync(path, flags, mode),
  write: (fd, bytes) => writeSync(fd, bytes),
  fsync: (fd) => fsyncSync(fd),
  fdatasync: (fd) => fdatasyncSync(fd),
  close: (fd) => closeSync(fd),
  rename: (from, to) => renameSync(from, to),
  mkdir: (path, mode) => mkdirSync(path, { mode }),
  remove: (path) => rmSync(path, { force: true }),
}

export function writeFully(ops: FileOps, fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    const count = ops.write(fd, bytes.subarray(written))
    if (count <= 0) throw Object.assign(new Error('write made no progress'), { code: 'EIO' })
    written += count
  }
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
