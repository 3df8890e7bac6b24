import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type Readable, Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest, EntryDigest } from '../../shared/dataset/digest.ts'
import type { FileBlobStore, SealedBlob } from '../host/library-context.ts'
import { requireWritable } from '../host/read-only.ts'
import { createTimeSlice } from '../host/time-slice.ts'
import { blobIsWhole, blobPath, quarantineBlob } from './blob-file.ts'
import { diskError } from './disk-error.ts'
import { fileError } from './file-error.ts'
import {
  type FileOps,
  quietly,
  realFileOps,
  syncAndClose,
  syncFolder,
  syncFolders,
  writeFully,
} from './file-ops.ts'

export type BlobFolderOptions = {
  /** The library folder; blobs lie in `blobs/sha256/ab/<digest>`, unfinished ones in `tmp/`. */
  readonly folder: string
  /** The index of the library. Absent, nothing is remembered of MD5s and `stat` knows nothing. */
  readonly db?: DatabaseSync
  readonly ops?: FileOps
  readonly now?: () => number
  /** Blobs of a run that did not end well: re-hashed before they are reused, and taken out of the set then. */
  readonly suspects?: Set<BlobDigest>
  /** Nothing is ever written: storing is refused, and damaged bytes stay where they are. */
  readonly readOnly?: boolean
  readonly platform?: NodeJS.Platform
}

/** A blob that was last hashed longer ago than this is hashed before it is reused. */
const trustMs = 30 * 24 * 3600 * 1000

/** What Windows says while a virus scanner looks at a new file, and the longest it is waited for. */
const heldCodes: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY'])
const heldMs = 2000

/** Whole, synced bytes under a random name, and the name they are to get. */
type Temporary = { readonly path: string; readonly digest: BlobDigest }

/** Published bytes are never changed; whoever makes a blob may still write through the descriptor it was made with. */
const blobMode = 0o400

/**
 * Blobs as files, after the save path of `docs/formats/library.md`: a random name in `tmp/`, every byte written,
 * fsync, rename, fsync of the folder. A final name therefore always holds whole bytes.
 */
export function createBlobFolder(options: BlobFolderOptions): FileBlobStore {
  const {
    folder,
    db,
    ops = realFileOps,
    now = Date.now,
    suspects,
    readOnly = false,
    platform = process.platform,
  } = options
  const selectBlob = db?.prepare('SELECT md5, size, verified_at FROM blobs WHERE digest = ?')
  const insertBlobs = readOnly
    ? undefined
    : db?.prepare(
        `INSERT INTO blobs (digest, md5, size, published_seq, verified_at)
         SELECT value ->> 'digest', value ->> 'md5', value ->> 'size',
           (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'seq'), ?2 FROM json_each(?1) WHERE TRUE
         ON CONFLICT (digest) DO UPDATE SET
           verified_at = excluded.verified_at, published_seq = excluded.published_seq`,
      )

  const pathOf = (digest: BlobDigest) => blobPath(folder, digest)

  /** Folders whose entry in their parent is known to be on disk. */
  const durable = new Set<string>([folder])

  /** A folder that is there may have been made by a process that was killed before it could sync it, so that is done once. */
  function makeFolder(path: string): void {
    if (durable.has(path)) return
    makeFolder(dirname(path))
    try {
      if (!existsSync(path)) ops.mkdir(path, 0o700)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error
    }
    syncFolder(ops, dirname(path))
    durable.add(path)
  }

  function row(digest: BlobDigest): { md5: string; size: number; verified_at: number } | undefined {
    return selectBlob?.get(digest) as { md5: string; size: number; verified_at: number } | undefined
  }

  /** Writes into the index that the bytes are there and were hashed just now: in one statement, so that it is synced once. */
  function remember(refs: readonly BlobRef[]): void {
    if (refs.length > 0) insertBlobs?.run(JSON.stringify(refs), now())
    for (const { digest } of refs) suspects?.delete(digest)
  }

  /** Takes names back whose folder could not be synced, unless somebody else stored the same bytes meanwhile, synced them and counts on them. */
  function unpublish(digests: readonly BlobDigest[]): void {
    for (const digest of digests) if (!row(digest)) quietly(() => ops.remove(pathOf(digest)))
  }

  /** `remember` for bytes that were just published. Throws plain Error when somebody who stored the same ones took the name back. */
  function settle(refs: readonly BlobRef[]): void {
    for (const { digest } of refs) {
      if (!existsSync(pathOf(digest)))
        throw Object.assign(new Error('a name was taken back'), { code: 'EIO' })
    }
    remember(refs)
  }

  /** Moves finished bytes to their names, and syncs each folder once. */
  async function publish(finished: readonly Temporary[]): Promise<void> {
    const breathe = createTimeSlice()
    for (const { path, digest } of finished) {
      await rename(path, digest)
      await breathe()
    }
    const folders = Map.groupBy(finished, ({ digest }) => dirname(pathOf(digest)))
    const failed: unknown[] = []
    for (const [folder, within] of folders) {
      try {
        syncFolder(ops, folder)
      } catch (error) {
        // Syncing the folder again might say "done" about an entry the disk has lost. They are made anew instead.
        unpublish(within.map(({ digest }) => digest))
        failed.push(error)
      }
      await breathe()
    }
    if (failed.length > 0) throw failed[0]
  }

  async function rename(temporary: string, digest: BlobDigest): Promise<void> {
    const final = pathOf(digest)
    makeFolder(dirname(final))
    for (let waited = 0, pause = 20; ; waited += pause, pause *= 2) {
      try {
        ops.rename(temporary, final)
        break
      } catch (error) {
        const code = (error as { code?: string }).code ?? ''
        if (platform !== 'win32' || !heldCodes.has(code) || waited + pause > heldMs) throw error
        // Somebody else may have stored the same bytes meanwhile.
        if (blobIsWhole(final, digest)) return ops.remove(temporary)
        await sleep(pause)
      }
    }
  }

  /**
   * Whether the bytes are there already. A final name was given by a rename to whole, synced bytes, so its size is enough,
   * unless the index does not know it, nobody has hashed it for long, or the run that published it did not end well.
   * What turns out damaged is moved away.
   */
  function isStored(ref: BlobRef): boolean {
    const { digest, size } = ref
    const found = statSync(pathOf(digest), { throwIfNoEntry: false })
    if (!found) return false
    const known = row(digest)
    // A clock that was set back must not make old news look fresh.
    const age = known ? now() - known.verified_at : Number.POSITIVE_INFINITY
    if (found.size === size && age >= 0 && age < trustMs && !suspects?.has(digest)) return true
    if (found.size === size && blobIsWhole(pathOf(digest), digest)) {
      // A process that was killed after the rename has not synced the entry.
      makeFolder(dirname(pathOf(digest)))
      syncFolder(ops, dirname(pathOf(digest)))
      remember([ref])
      return true
    }
    quarantine(digest)
    return false
  }

  /** Without an expectation whatever came is kept. */
  function createDraft() {
    requireWritable({ readOnly })
    const temporary = join(folder, 'tmp', randomUUID())
    const [sha256, md5] = [createHash('sha256'), createHash('md5')]
    let size = 0
    let fd: number | undefined
    const close = () => {
      const open = fd
      fd = undefined
      if (open !== undefined) ops.close(open)
    }
    const drop = () => {
      quietly(close)
      quietly(() => ops.remove(temporary))
    }
    const guarded = (error: unknown) => {
      drop()
      return diskError(error)
    }
    return {
      write(part: Uint8Array) {
        try {
          fd ??= ops.open(temporary, 'wx', blobMode)
          sha256.update(part)
          md5.update(part)
          size += part.length
          writeFully(ops, fd, part)
        } catch (error) {
          throw guarded(error)
        }
      },
      seal(expected: { readonly md5: string; readonly size: number | null } | null): SealedBlob | null {
        try {
          fd ??= ops.open(temporary, 'wx', blobMode)
          const ref: BlobRef = {
            digest: sha256.digest('hex') as BlobDigest,
            md5: md5.digest('base64') as EntryDigest,
            size,
          }
          const isWrong = expected && (expected.md5 !== ref.md5 || (expected.size ?? size) !== size)
          if (isWrong || isStored(ref)) {
            drop()
            return isWrong ? null : { ref, unpublished: null }
          }
          const unpublished = { fd, temporary }
          fd = undefined
          return { ref, unpublished }
        } catch (error) {
          throw guarded(error)
        }
      },
      async keep(expected: { readonly md5: string; readonly size: number | null } | null) {
        const sealed = this.seal(expected)
        if (!sealed?.unpublished) return sealed?.ref ?? null
        try {
          fd = sealed.unpublished.fd
          ops.fsync(fd)
          close()
          await publish([{ path: temporary, digest: sealed.ref.digest }])
          settle([sealed.ref])
          return sealed.ref
        } catch (error) {
          throw guarded(error)
        }
      },
      drop,
    }
  }

  /** What `publish` does, for many: one after the other, most of the time would go to waiting for the disk. */
  async function publishAll(sealed: readonly SealedBlob[]): Promise<void> {
    const fresh = sealed.flatMap(({ ref, unpublished }) => (unpublished ? [{ ref, ...unpublished }] : []))
    const named: BlobDigest[] = []
    try {
      await syncAndClose(
        ops,
        fresh.map(({ fd }) => fd),
      )
      for (const { ref, temporary } of fresh) {
        await rename(temporary, ref.digest)
        named.push(ref.digest)
      }
      await syncFolders(ops, [...new Set(named.map((digest) => dirname(pathOf(digest))))])
      settle(fresh.map(({ ref }) => ref))
    } catch (error) {
      unpublish(named)
      for (const { temporary } of fresh) quietly(() => ops.remove(temporary))
      throw diskError(error)
    }
  }

  /** Writes whole, synced bytes under a random name. */
  function writeNew(bytes: Uint8Array): string {
    const temporary = join(folder, 'tmp', randomUUID())
    let fd: number | undefined
    try {
      fd = ops.open(temporary, 'wx', blobMode)
      writeFully(ops, fd, bytes)
      ops.fsync(fd)
      const finished = fd
      fd = undefined
      ops.close(finished)
      return temporary
    } catch (error) {
      // A failed fsync must not be tried again on the same file: the kernel may have dropped the bytes. The file goes.
      if (fd !== undefined) quietly(() => ops.close(fd!))
      quietly(() => ops.remove(temporary))
      throw error
    }
  }

  async function putAll(contents: readonly Uint8Array[]): Promise<BlobRef[]> {
    requireWritable({ readOnly })
    const refs = contents.map((bytes): BlobRef => {
      const digest = createHash('sha256').update(bytes).digest('hex') as BlobDigest
      const md5 = createHash('md5').update(bytes).digest('base64') as EntryDigest
      return { digest, md5, size: bytes.length }
    })
    const breathe = createTimeSlice()
    const fresh = new Map<BlobDigest, Temporary & { readonly ref: BlobRef }>()
    try {
      for (const [i, ref] of refs.entries()) {
        const { digest } = ref
        if (fresh.has(digest) || isStored(ref)) continue
        fresh.set(digest, { path: writeNew(contents[i]!), digest, ref })
        await breathe()
      }
      await publish([...fresh.values()])
      settle([...fresh.values()].map(({ ref }) => ref))
      return refs
    } catch (error) {
      for (const { path } of fresh.values()) quietly(() => ops.remove(path))
      throw diskError(error)
    }
  }

  /** Damaged bytes are kept for a person to look at, but nothing may take them for the blob again. */
  function quarantine(digest: BlobDigest): void {
    if (!readOnly) quarantineBlob(folder, digest, now())
  }

  function corrupt(digest: BlobDigest): AppError {
    // Reading takes time, and meanwhile a good copy may have been stored under the name.
    if (!isWholeNow(digest)) quarantine(digest)
    return new AppError('BLOB_CORRUPT', `Stored data was damaged on disk (${digest.slice(0, 12)}).`, {
      remedy: 'Run "tessera verify" to see what is affected. The damaged file is kept in quarantine.',
    })
  }

  function isWholeNow(digest: BlobDigest): boolean {
    try {
      return blobIsWhole(pathOf(digest), digest)
    } catch {
      return false
    }
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

    put: async (bytes) => (await putAll([bytes]))[0]!,
    putAll,
    draft: createDraft,
    publish: publishAll,

    async putFile(path, signal) {
      const draft = createDraft()
      try {
        for await (const bytes of sourceBytes(path, signal)) draft.write(bytes)
        return (await draft.keep(null))!
      } catch (error) {
        draft.drop()
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
      const known = row(digest)
      return known && { digest, md5: known.md5 as EntryDigest, size: known.size }
    },
  }
}

/** The bytes of a file of the person's; what stands in the way of reading it is not the library's. */
async function* sourceBytes(path: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20, signal })
  } catch (error) {
    throw fileError(error)
  }
}
