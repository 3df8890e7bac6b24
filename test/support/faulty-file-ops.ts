import { type FileOps, realFileOps } from '../../electron/adapters/file-ops.ts'

export type FileCall = {
  readonly name: keyof FileOps
  readonly fd: number | null
  readonly path: string | null
}
export type FaultyFileOps = FileOps & {
  /** Every call so far, failed ones too, in order. A descriptor's number may come back for another file. */
  readonly calls: FileCall[]
  /** Lets calls fail from now on: each one for which `when` is true, `when` seeing its number from now, from 0. */
  fail(code: string, when: (n: number, call: FileCall) => boolean): void
  heal(): void
}

/**
 * The real file calls, which can be made to fail, to write one byte at a time, and which remember what was asked of them.
 * `fastSync` leaves the syncs themselves out, for tests that fail hundreds of calls and never cut the power.
 */
export function faultyFileOps(
  options: { readonly shortWrites?: boolean; readonly fastSync?: boolean } = {},
): FaultyFileOps {
  const calls: FileCall[] = []
  let failing: { code: string; when: (n: number, call: FileCall) => boolean; from: number } | null = null

  function through<T>(name: keyof FileOps, target: { fd?: number; path?: string }, call: () => T): T {
    const made = { name, fd: target.fd ?? null, path: target.path ?? null }
    calls.push(made)
    if (failing?.when(calls.length - 1 - failing.from, made)) {
      // A close that fails has still closed, as close(2) has it on Linux.
      if (name === 'close') call()
      throw Object.assign(new Error(`${failing.code}: made to fail, ${name}`), { code: failing.code })
    }
    return call()
  }

  const sync = (call: (fd: number) => void, fd: number) => {
    if (!options.fastSync) call(fd)
  }

  return {
    calls,
    fail(code, when) {
      failing = { code, when, from: calls.length }
    },
    heal() {
      failing = null
    },
    open: (path, flags, mode) => through('open', { path }, () => realFileOps.open(path, flags, mode)),
    write: (fd, bytes) =>
      through('write', { fd }, () =>
        realFileOps.write(fd, options.shortWrites ? bytes.subarray(0, 1) : bytes),
      ),
    fsync: (fd) => through('fsync', { fd }, () => sync(realFileOps.fsync, fd)),
    fdatasync: (fd) => through('fdatasync', { fd }, () => sync(realFileOps.fdatasync, fd)),
    close: (fd) => through('close', { fd }, () => realFileOps.close(fd)),
    rename: (from, to) => through('rename', { path: to }, () => realFileOps.rename(from, to)),
    mkdir: (path, mode) => through('mkdir', { path }, () => realFileOps.mkdir(path, mode)),
    remove: (path) => through('remove', { path }, () => realFileOps.remove(path)),
  }
}
