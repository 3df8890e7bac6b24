import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Files that can be made again, kept outside the library: thumbnails and converted pictures by name. Bounded, and safe
 * to delete at any time. Only whole files get their name, so a reader never sees half of one.
 */
export interface DerivedCache {
  /** The bytes, or undefined when they are not there or cannot be read. */
  get(name: string): Promise<Uint8Array | undefined>
  /** Keeps what `make` writes to the path it is given, and answers its bytes. A cache that cannot write is an error. */
  fill(name: string, make: (path: string) => Promise<void>): Promise<Uint8Array>
  /** Keeps bytes. */
  put(name: string, bytes: Uint8Array): Promise<void>
}

/**
 * Prunes the least recently used files down to nine tenths of `maxBytes` whenever that is passed. `write` makes a file of
 * bytes.
 */
export function createDerivedCache(
  folder: string,
  maxBytes: number,
  write: (path: string, bytes: Uint8Array) => Promise<void> = (path, bytes) =>
    writeFile(path, bytes, { mode: 0o600 }),
): DerivedCache {
  let bytesWritten = Number.POSITIVE_INFINITY // unknown until first counted
  let pruning: Promise<void> | undefined

  async function publish(name: string, make: (path: string) => Promise<void>): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const temporary = join(folder, `.${randomUUID()}`)
    try {
      await make(temporary)
      const { size } = await stat(temporary)
      await rename(temporary, join(folder, name))
      bytesWritten += size
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    if (bytesWritten > maxBytes) {
      pruning ??= prune(name).finally(() => {
        pruning = undefined
      })
      await pruning
    }
  }

  /** Removes old files, but never `keep`, which somebody is about to read. */
  async function prune(keep: string): Promise<void> {
    const files: { path: string; size: number; usedAt: number; name: string }[] = []
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      const found = await stat(path).catch(() => undefined)
      if (found?.isFile()) files.push({ name, path, size: found.size, usedAt: found.mtimeMs })
    }
    let total = files.reduce((sum, file) => sum + file.size, 0)
    if (total > maxBytes) {
      files.sort((a, b) => a.usedAt - b.usedAt)
      for (const file of files) {
        if (total <= maxBytes * 0.9) break
        // Names with a dot are being written now, unless a crash left them an hour ago.
        const isUnderWay = file.name.startsWith('.') && Date.now() - file.usedAt < 3_600_000
        if (file.name === keep || isUnderWay) continue
        await rm(file.path, { force: true })
        total -= file.size
      }
    }
    bytesWritten = total
  }

  async function get(name: string): Promise<Uint8Array | undefined> {
    const path = join(folder, name)
    try {
      const bytes = await readFile(path)
      if (bytes.length === 0) return undefined
      const now = new Date()
      await utimes(path, now, now).catch(() => {})
      return bytes
    } catch {
      return undefined
    }
  }

  return {
    get,
    async fill(name, make) {
      await publish(name, make)
      return readFile(join(folder, name))
    },
    put: (name, bytes) => publish(name, (path) => write(path, bytes)),
  }
}
