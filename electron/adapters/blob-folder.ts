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

/** Whole, synced bytes under a random name, and what they are to be known as. */
type Temporary = { readonly path: string; readonly ref: BlobRef }

/** One after the other, as a save does that has few, or many `beside` each other while this program goes on. */
type Syncing = 'now' | 'beside'
/** Files of many that are synced at once, while as many more are written. */
const perSync = 64

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

  /**
   * Moves finished bytes to their names, and syncs each folder once: then all of it is durable and known. When it rejects,
   * no row names any of it.
   */
  async function publish(finished: readonly Temporary[], syncing: Syncing): Promise<void> {
    if (finished.length === 0) return
    const breathe = createTimeSlice()
    const named: BlobDigest[] = []
    try {
      for (const { path, ref } of finished) {
        await rename(path, ref.digest)
        named.push(ref.digest)
        await breathe()
      }
      const folders = [...new Set(named.map((digest) => dirname(pathOf(digest))))]
      if (syncing === 'beside') await syncFolders(ops, folders)
      else for (const folder of folders) syncFolder(ops, folder)
      settle(finished.map(({ ref }) => ref))
    } catch (error) {
      // Syncing a folder again might say "done" about an entry the disk has lost. They are made anew instead.
      unpublish(named)
      for (const { path } of finished) quietly(() => ops.remove(path))
      throw error
    }
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
          await publish([{ path: temporary, ref: sealed.ref }], 'now')
          return sealed.ref
        } catch (error) {
          throw guarded(error)
        }
      },
      drop,
    }
  }

  /** Whole bytes of drafts, made durable: one after the other, most of the time would go to waiting for the disk. */
  async function publishAll(sealed: readonly SealedBlob[]): Promise<void> {
    const fresh = sealed.flatMap(({ ref, unpublished }) => (unpublished ? [{ ref, ...unpublished }] : []))
    try {
      await syncAndClose(
        ops,
        fresh.map(({ fd }) => fd),
      )
      await publish(
        fresh.map(({ ref, temporary }) => ({ path: temporary, ref })),
        'beside',
      )
    } catch (error) {
      for (const { temporary } of fresh) quietly(() => ops.remove(temporary))
      throw diskError(error)
    }
  }

  /** Writes whole bytes under a random name. They are not synced yet. */
  function writeNew(bytes: Uint8Array): { readonly fd: number; readonly path: string } {
    const path = join(folder, 'tmp', randomUUID())
    let fd: number | undefined
    try {
      fd = ops.open(path, 'wx', blobMode)
      writeFully(ops, fd, bytes)
      return { fd, path }
    } catch (error) {
      if (fd !== undefined) quietly(() => ops.close(fd!))
      quietly(() => ops.remove(path))
      throw error
    }
  }

  async function store(contents: Iterable<Uint8Array>, how: Syncing): Promise<BlobRef[]> {
    requireWritable({ readOnly })
    const breathe = createTimeSlice()
    const refs: BlobRef[] = []
    const fresh = new Map<BlobDigest, Temporary>()
    let unsynced: number[] = []
    let syncing = Promise.resolve()
    /** Begins to sync what was written, once what was begun before is done. */
    const sync = async () => {
      const fds = unsynced
      if (fds.length === 0) return
      await syncing
      unsynced = []
      syncing = syncAndClose(ops, fds)
      // It is waited for below, and told of there.
      syncing.catch(() => undefined)
    }
    try {
      for (const bytes of contents) {
        const ref: BlobRef = {
          digest: createHash('sha256').update(bytes).digest('hex') as BlobDigest,
          md5: createHash('md5').update(bytes).digest('base64') as EntryDigest,
          size: bytes.length,
        }
        refs.push(ref)
        if (!fresh.has(ref.digest) && !isStored(ref)) {
          const { fd, path } = writeNew(bytes)
          fresh.set(ref.digest, { path, ref })
          unsynced.push(fd)
          // A failed fsync must not be tried again on the same file: the kernel may have dropped the bytes. The file goes.
          if (how === 'now') ops.fsync(fd)
          if (how === 'now') ops.close(unsynced.pop()!)
          if (unsynced.length === perSync) await sync()
        }
        await breathe()
      }
      await sync()
      await syncing
      await publish([...fresh.values()], how)
      return refs
    } catch (error) {
      await syncing.catch(() => undefined)
      for (const fd of unsynced) quietly(() => ops.close(fd))
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

    put: async (bytes) => (await store([bytes], 'now'))[0]!,
    putAll: (contents) => store(contents, 'beside'),
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
