import { createHash, randomUUID } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type Readable, Transform } from 'node:stream'
import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest, EntryDigest } from '../../shared/dataset/digest.ts'
import type { FileBlobStore } from '../host/library-context.ts'
import { diskError } from './disk-error.ts'
import { type FileOps, realFileOps, syncFolder, writeFully } from './file-ops.ts'

export type BlobFolderOptions = {
  /** The library folder; blobs lie in `blobs/sha256/ab/<digest>`, unfinished ones in `tmp/`. */
  readonly folder: string
  /** The index of the library. Absent, nothing is remembered of MD5s and `stat` knows nothing. */
  readonly db?: DatabaseSync
  readonly ops?: FileOps
  readonly now?: () => number
  /** Called on ENOSPC before the one retry, to give back the reserved space. */
  readonly releaseReserve?: () => void
}

/**
 * Blobs as files, after the save path of `docs/formats/library.md`: a random name in `tmp/`, every byte written,
 * fsync, rename, fsync of the folder. A final name therefore always holds whole bytes.
 */
export function createBlobFolder(options: BlobFolderOptions): FileBlobStore {
  const { folder, db, ops = realFileOps, now = Date.now, releaseReserve } = options
  const selectBlob = db?.prepare('SELECT md5, size FROM blobs WHERE digest = ?')
  const insertBlob = db?.prepare(
    `INSERT INTO blobs (digest, md5, size, published_seq, verified_at)
     VALUES (?, ?, ?, (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'seq'), ?) ON CONFLICT (digest) DO NOTHING`,
  )

  const pathOf = (digest: BlobDigest) => join(folder, 'blobs', 'sha256', digest.slice(0, 2), digest)

  function makeFolder(path: string): void {
    if (existsSync(path)) return
    makeFolder(dirname(path))
    try {
      ops.mkdir(path, 0o700)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error
    }
    syncFolder(ops, dirname(path))
  }

  function remember(ref: BlobRef): BlobRef {
    insertBlob?.run(ref.digest, ref.md5, ref.size, now())
    return ref
  }

  /** Moves finished bytes to their name. */
  function publish(temporary: string, digest: BlobDigest): void {
    const final = pathOf(digest)
    makeFolder(dirname(final))
    ops.rename(temporary, final)
    syncFolder(ops, dirname(final))
  }

  /** Whole bytes are there already? A file of the right size under its final name was published by a rename. */
  function present(digest: BlobDigest, size: number): boolean {
    try {
      return statSync(pathOf(digest)).size === size
    } catch {
      return false
    }
  }

  function writeNew(bytes: Uint8Array, digest: BlobDigest): void {
    const temporary = join(folder, 'tmp', randomUUID())
    let fd: number | undefined
    try {
      fd = ops.open(temporary, 'wx', 0o600)
      writeFully(ops, fd, bytes)
      ops.fsync(fd)
      const finished = fd
      fd = undefined
      ops.close(finished)
      publish(temporary, digest)
    } catch (error) {
      // A failed fsync must not be tried again on the same file: the kernel may have dropped the bytes. The file goes.
      if (fd !== undefined) tryQuietly(() => ops.close(fd!))
      tryQuietly(() => ops.remove(temporary))
      throw error
    }
  }

  /** Runs `work`; when the disk is full, gives back the reserve and runs it once more. */
  function withReserve(work: () => void): void {
    try {
      work()
    } catch (error) {
      const code = (error as { code?: string }).code
      if ((code !== 'ENOSPC' && code !== 'EDQUOT') || !releaseReserve) throw diskError(error)
      releaseReserve()
      try {
        work()
      } catch (again) {
        throw diskError(again)
      }
    }
  }

  function corrupt(digest: BlobDigest): AppError {
    const path = pathOf(digest)
    const quarantine = join(folder, 'quarantine')
    // The bytes are kept for a person to look at, but nothing may take them for the blob again.
    tryQuietly(() => {
      mkdirSync(quarantine, { recursive: true, mode: 0o700 })
      renameSync(path, join(quarantine, `${digest}-${randomUUID()}`))
      writeFileSync(
        join(quarantine, `${digest}.json`),
        JSON.stringify({ digest, why: 'The bytes no longer match their name.', at: now() }),
        { mode: 0o600 },
      )
    })
    return new AppError('BLOB_CORRUPT', `Stored data was damaged on disk (${digest.slice(0, 12)}).`, {
      remedy: 'Run "tessera verify" to see what is affected. The damaged file is kept in quarantine.',
    })
  }

  function missing(digest: BlobDigest): AppError {
    return new AppError(
      'MISSING_BLOB',
      `Stored data is missing from this library (${digest.slice(0, 12)}).`,
      {
        remedy: 'Run "tessera verify" to see what is affected.',
      },
    )
  }

  return {
    pathOf,

    async put(bytes) {
      const digest = createHash('sha256').update(bytes).digest('hex') as BlobDigest
      const md5 = createHash('md5').update(bytes).digest('base64') as EntryDigest
      const ref = { digest, md5, size: bytes.length }
      if (!present(digest, bytes.length)) withReserve(() => writeNew(bytes, digest))
      return remember(ref)
    },

    async putFile(path, signal) {
      const temporary = join(folder, 'tmp', randomUUID())
      const sha256 = createHash('sha256')
      const md5 = createHash('md5')
      let size = 0
      let fd: number | undefined
      try {
        fd = ops.open(temporary, 'wx', 0o600)
        for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
          const bytes = chunk as Uint8Array
          sha256.update(bytes)
          md5.update(bytes)
          size += bytes.length
          writeFully(ops, fd, bytes)
        }
        const ref: BlobRef = {
          digest: sha256.digest('hex') as BlobDigest,
          md5: md5.digest('base64') as EntryDigest,
          size,
        }
        const finished = fd
        if (present(ref.digest, size)) {
          fd = undefined
          ops.close(finished)
          ops.remove(temporary)
          return remember(ref)
        }
        ops.fsync(fd)
        fd = undefined
        ops.close(finished)
        publish(temporary, ref.digest)
        return remember(ref)
      } catch (error) {
        if (fd !== undefined) tryQuietly(() => ops.close(fd!))
        tryQuietly(() => ops.remove(temporary))
        if (signal?.aborted) {
          throw new AppError('CANCELLED', 'The import was cancelled.', {
            remedy: 'Import again when you like.',
          })
        }
        throw diskError(error)
      }
    },

    async has(digest) {
      return existsSync(pathOf(digest))
    },

    async get(digest) {
      let bytes: Uint8Array
      try {
        bytes = await readFile(pathOf(digest))
      } catch (error) {
        if ((error as { code?: string }).code === 'ENOENT') throw missing(digest)
        throw diskError(error)
      }
      if (createHash('sha256').update(bytes).digest('hex') !== digest) throw corrupt(digest)
      return bytes
    },

    read(digest): Readable {
      const hash = createHash('sha256')
      const checked = new Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          hash.update(chunk)
          done(null, chunk)
        },
        flush(done) {
          done(hash.digest('hex') === digest ? null : corrupt(digest))
        },
      })
      const source = createReadStream(pathOf(digest))
      source.on('error', (error) =>
        checked.destroy((error as { code?: string }).code === 'ENOENT' ? missing(digest) : (error as Error)),
      )
      return source.pipe(checked)
    },

    stat(digest) {
      const row = selectBlob?.get(digest) as { md5: string; size: number } | undefined
      return row && { digest, md5: row.md5 as EntryDigest, size: row.size }
    },
  }
}

function tryQuietly(work: () => void): void {
  try {
    work()
  } catch {
    // Cleaning up after a failure must not hide that failure.
  }
}

/** Whether the file under a blob's name still hashes to it. False too when there is none. */
export function blobIsWhole(path: string, digest: BlobDigest): boolean {
  return existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === digest
}
