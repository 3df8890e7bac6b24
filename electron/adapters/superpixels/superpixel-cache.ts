import { setImmediate } from 'node:timers/promises'
import type { Log } from '../../host/library-context.ts'
import { type FileOps, quietly, realFileOps, writeFully } from '../file-ops.ts'
import { createDerivedCache } from '../imaging/derived-cache.ts'

/** Built superpixels by `superpixelKey`, for all libraries of this user: see docs/formats/superpixel-cache.md. */
export type SuperpixelCache = {
  /** Whatever the file holds; undefined when there is none or it cannot be read. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Keeps a file if it can. Never rejects: without it the superpixels are built again. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Waits until what is being written is. */
  settled(): Promise<void>
}

const GIBIBYTE = 2 ** 30
/** Written in one go: about a millisecond in which nobody else is answered. */
const PIECE_BYTES = 2 ** 20

/** `folder` may be deleted at any time. One line is logged when writing begins to fail. */
export function createSuperpixelCache(
  folder: string,
  options: { readonly log: Log; readonly ops?: FileOps | undefined; readonly maxBytes?: number },
): SuperpixelCache {
  const { log, ops = realFileOps, maxBytes = GIBIBYTE } = options
  const files = createDerivedCache(folder, maxBytes, (path, bytes) => writeInPieces(ops, path, bytes))
  const underWay = new Set<Promise<void>>()
  let isFailing = false

  async function keep(key: string, bytes: Uint8Array): Promise<void> {
    try {
      await files.put(key, bytes)
      isFailing = false
    } catch (error) {
      const code = (error as { code?: string } | null)?.code ?? 'unknown reason'
      if (!isFailing) log('warn', 'superpixels', `Superpixels cannot be kept for the next time: ${code}`)
      isFailing = true
    }
  }

  return {
    get: files.get,
    async put(key, bytes) {
      const done = keep(key, bytes)
      underWay.add(done)
      await done
      underWay.delete(done)
    },
    async settled() {
      await Promise.all(underWay)
    },
  }
}

async function writeInPieces(ops: FileOps, path: string, bytes: Uint8Array): Promise<void> {
  const fd = ops.open(path, 'wx', 0o600)
  try {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      writeFully(ops, fd, bytes.subarray(at, at + PIECE_BYTES))
      await setImmediate()
    }
  } catch (error) {
    quietly(() => ops.close(fd))
    throw error
  }
  ops.close(fd)
}
