import { type FileOps, realFileOps } from '../../electron/adapters/file-ops.ts'
import type { LibraryContext } from '../../electron/host/library-context.ts'

/** Has `event` called before, inside and after each transaction of a library. */
export function announceTransactions(context: LibraryContext, event: () => void): void {
  const { transaction } = context
  Object.assign(context, {
    transaction<T>(work: () => T): T {
      event()
      const result = transaction(() => {
        const done = work()
        event()
        return done
      })
      event()
      return result
    },
  })
}

/** The real file calls, each told before it is made. */
export function announced(event: () => void): FileOps {
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
