import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type FileOps, quietly, syncFolder, writeFully } from '../adapters/file-ops.ts'
import type { Log } from './library-context.ts'

/** Space of the disk kept back in `reserve.bin`, so that the last edits can still be saved when it is full. */
export type Reserve = {
  /** Keeps it back, unless it is or the disk is short of space. Never rejects: a library without a reserve works. */
  keep(): Promise<void>
  /** Gives it back to a save; false when there was none. It is kept again as soon as the disk has room. */
  release(): boolean
  /** Resolves when nothing of it is being written any more. */
  close(): Promise<void>
}

const reserveFile = 'reserve.bin'
const usualBytes = 32 * 1024 * 1024
/** Below this much free space nothing is kept back: saving needs it more. */
const spareBytes = 256 * 1024 * 1024
/** Written and synced at a time, so that nothing else waits long. */
const blockBytes = 1 << 20
const againMs = 30_000

export function createReserve(
  { ops, folder, log }: { readonly ops: FileOps; readonly folder: string; readonly log: Log },
  options: {
    readonly bytes?: number
    readonly againMs?: number
    /** Bytes that the disk has free for us. */
    readonly free?: () => number
  } = {},
): Reserve {
  const { bytes = usualBytes, free = () => freeBytes(folder) } = options
  const path = join(folder, reserveFile)
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let making: Promise<void> | null = null
  let isToldOf = false

  function keep(): Promise<void> {
    making ??= make().finally(() => {
      making = null
    })
    return making
  }

  async function make(): Promise<void> {
    if (stop.signal.aborted || bytes === 0 || isKept()) return
    const temporary = join(folder, 'tmp', randomUUID())
    try {
      if (free() < bytes + spareBytes) throw new Error('too little is free')
      const fd = ops.open(temporary, 'wx', 0o600)
      try {
        // Random, or a file system that compresses would hold nothing back.
        const block = randomBytes(Math.min(bytes, blockBytes))
        for (let left = bytes; left > 0; left -= block.length) {
          writeFully(ops, fd, block.subarray(0, left))
          ops.fsync(fd)
          await turn()
          stop.signal.throwIfAborted()
        }
      } finally {
        ops.close(fd)
      }
      ops.rename(temporary, path)
      syncFolder(ops, folder)
      isToldOf = false
    } catch {
      // What cannot be removed goes when `tmp/` is emptied at the next start.
      quietly(() => ops.remove(temporary))
      if (!isToldOf) log('warn', 'library', 'no space is kept back for a full disk')
      isToldOf = true
      tryLater()
    }
  }

  function tryLater(): void {
    if (stop.signal.aborted) return
    clearTimeout(timer)
    timer = setTimeout(() => void keep(), options.againMs ?? againMs).unref()
  }

  const isKept = () => statSync(path, { throwIfNoEntry: false })?.size === bytes

  return {
    keep,
    release() {
      if (!existsSync(path)) return false
      log('warn', 'library', 'the disk is full, giving back the reserve')
      rmSync(path, { force: true })
      tryLater()
      return true
    },
    async close() {
      stop.abort()
      clearTimeout(timer)
      await making
    },
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
