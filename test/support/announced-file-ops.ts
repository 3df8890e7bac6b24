import { type FileOps, realFileOps } from '../../electron/adapters/file-ops.ts'

/** The real file calls, each told before it is made. */
export function announcedFileOps(event: () => void): FileOps {
  const told =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      event()
      return call(...args)
    }
  const { open, write, fsync, fdatasync, close, rename, mkdir, remove } = realFileOps
  return {
    open: told(open),
    write: told(write),
    fsync: told(fsync),
    fdatasync: told(fdatasync),
    close: told(close),
    rename: told(rename),
    mkdir: told(mkdir),
    remove: told(remove),
  }
}
