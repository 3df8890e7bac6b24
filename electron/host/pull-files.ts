import { statfs } from 'node:fs/promises'
import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest, EntryDigest } from '../../shared/dataset/digest.ts'
import type { ArtifactSource } from '../../shared/sync/artifact-source.ts'
import { type PullFile, pullLimits } from '../../shared/sync/pull.ts'
import type { LibraryContext, SealedBlob } from './library-context.ts'

/** Files asked about at once: their addresses are short-lived. */
const mostInBatch = 200
const mostBytesInBatch = 256 * 1024 * 1024
const parallelBatches = 2
const parallelGets = 8
/** Files are published together, so many at a time: a kill may cost as many. */
const mostInGroup = 32
const mostBytesInGroup = 16 * 1024 * 1024
/** How often one file is asked for anew, with a fresh address, before its refusal counts. */
const mostTries = 3
/** Room that a pull leaves on the disk, in bytes: saves need some. */
const spareBytes = 256 * 1024 * 1024

/** A body may be this much longer than it should before it is cut off, in bytes: then it is told as wrong, not as a bad network. */
const overshoot = 65_536

/** Which bytes the library has, by the MD5 that servers know them by. */
export type HeldBlobs = {
  of(file: Pick<PullFile, 'digest' | 'size'>): Promise<BlobRef | null>
  add(ref: BlobRef): void
}

export function createHeldBlobs({ db, blobs }: Pick<LibraryContext, 'db' | 'blobs'>): HeldBlobs {
  const known = new Map<string, BlobRef>()
  for (const { digest, md5, size } of db.prepare('SELECT digest, md5, size FROM blobs').all()) {
    const ref = { digest: digest as BlobDigest, md5: md5 as EntryDigest, size: Number(size) }
    known.set(ref.md5, ref)
  }
  return {
    async of({ digest, size }) {
      const ref = known.get(digest)
      if (!ref || (size !== null && size !== ref.size)) return null
      return (await blobs.has(ref.digest)) ? ref : null
    },
    add: (ref) => void known.set(ref.md5, ref),
  }
}

export type PullWatch = {
  /** More is wanted than was known before. */
  expect(files: number, bytes: number): void
  advance(step: string, files: number, bytes: number): void
}
export type PullTools = {
  readonly context: Pick<LibraryContext, 'blobs' | 'folder'>
  readonly source: ArtifactSource
  readonly held: HeldBlobs
  readonly watch: PullWatch
  readonly signal: AbortSignal
}
type Wanted = {
  readonly file: PullFile
  readonly from: string
  readonly path: string
  readonly tries: number
}

/**
 * Brings the bytes of files of one version here, as far as the library does not hold them; each is checked by MD5 and size
 * before anything can read it. What was brought stays when the rest fails. Returns the blob of each path. Rejects with
 * `REMOTE_CORRUPT` for bytes that are wrong twice, `REMOTE_GONE`, `DISK_FULL`, `CANCELLED`, and as the source does.
 */
export async function fetchFiles(
  tools: PullTools,
  item: string,
  files: readonly PullFile[],
): Promise<Map<string, BlobRef>> {
  const { context, held, watch, signal } = tools
  const wanted = new Map<string, Wanted>()
  for (const file of files) {
    if (await held.of(file)) continue
    const { at } = file
    const place = at.kind === 'own' ? { from: item, path: file.path } : { from: at.id, path: at.path }
    if (!wanted.has(file.digest)) wanted.set(file.digest, { file, ...place, tries: 1 })
  }
  const bytes = bytesOf([...wanted.values()])
  watch.expect(wanted.size, bytes)
  if (wanted.size > 0) await requireRoom(context.folder, bytes)
  await fetchAll(tools, [...wanted.values()])
  signal.throwIfAborted()
  const found = new Map<string, BlobRef>()
  for (const file of files) {
    const ref = await held.of(file)
    if (!ref) throw gone(file.path)
    found.set(file.path, ref)
  }
  return found
}

/** How much of it is here. */
export async function heldOf(
  held: HeldBlobs,
  files: readonly PullFile[],
): Promise<{ files: number; bytes: number }> {
  const sum = { files: 0, bytes: 0 }
  for (const file of files) {
    const ref = await held.of(file)
    if (!ref) continue
    sum.files++
    sum.bytes += ref.size
  }
  return sum
}

async function fetchAll(tools: PullTools, all: readonly Wanted[]): Promise<void> {
  // Files of one artifact together: addresses are asked for by artifact.
  const waiting = all.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  let failure: unknown = null
  const lane = async () => {
    while (waiting.length > 0 && failure === null) {
      const batch = waiting.splice(0, batchSize(waiting))
      try {
        waiting.push(...(await fetchBatch(tools, batch, () => failure !== null)))
      } catch (error) {
        failure ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: parallelBatches }, lane))
  if (failure !== null) throw failure
}

function batchSize(waiting: readonly Wanted[]): number {
  let bytes = 0
  const cut = waiting.findIndex(({ file, from }, i) => {
    bytes += file.size ?? 0
    return i > 0 && (i >= mostInBatch || bytes > mostBytesInBatch || from !== waiting[0]!.from)
  })
  return cut < 0 ? waiting.length : cut
}

/** Returns those that are to be asked for again. */
async function fetchBatch(
  { source, context, held, watch, signal }: PullTools,
  batch: readonly Wanted[],
  isOver: () => boolean,
): Promise<Wanted[]> {
  const again: Wanted[] = []
  // Others write to the disk too.
  await requireRoom(context.folder, bytesOf(batch))
  const addresses = await source.addresses(
    batch[0]!.from,
    batch.map(({ path }) => path),
    signal,
  )
  const queue = [...batch]
  const group = createGroup(context.blobs, (refs) => {
    for (const ref of refs) held.add(ref)
  })
  let failed: unknown = null
  const lane = async () => {
    for (let next = queue.shift(); next && failed === null && !isOver(); next = queue.shift()) {
      const { file, path, tries } = next
      const address = addresses.get(path)
      try {
        if (address === undefined) throw gone(file.path)
        const sealed = await fetchOne(file, address)
        if (sealed) {
          // A person watches files come, not groups of them.
          watch.advance('Getting files', 1, 0)
          await group.add(sealed)
        } else if (tries < mostTries - 1) again.push({ ...next, tries: tries + 1 })
        else throw wrong(file.path)
      } catch (error) {
        const isExpired = error instanceof AppError && error.cause === 'expired'
        if (isExpired && tries < mostTries) again.push({ ...next, tries: tries + 1 })
        else failed ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: parallelGets }, lane))
  // What has come whole stays, whatever became of the rest.
  await group.flush().catch((error: unknown) => {
    failed ??= error
  })
  if (failed !== null) throw failed
  return again

  /** Null when the bytes are not those of the file. */
  async function fetchOne(file: PullFile, address: string): Promise<SealedBlob | null> {
    let draft = context.blobs.draft()
    let counted = 0
    const uncount = () => {
      watch.advance('Getting files', 0, -counted)
      counted = 0
    }
    try {
      const begin = () => {
        draft.drop()
        draft = context.blobs.draft()
        uncount()
      }
      const take = (part: Uint8Array) => {
        draft.write(part)
        counted += part.length
        watch.advance('Getting files', 0, part.length)
      }
      await source.receive(address, { begin, take }, (file.size ?? pullLimits.fileBytes) + overshoot, signal)
      const sealed = draft.seal({ md5: file.digest, size: file.size })
      if (!sealed) uncount()
      return sealed
    } catch (error) {
      draft.drop()
      uncount()
      throw error
    }
  }
}

/** Collects files until it is worth while to make them durable together. */
function createGroup(blobs: LibraryContext['blobs'], done: (refs: readonly BlobRef[]) => void) {
  let waiting: SealedBlob[] = []
  let bytes = 0
  async function flush(): Promise<void> {
    const all = waiting
    waiting = []
    bytes = 0
    await blobs.publish(all)
    done(all.map(({ ref }) => ref))
  }
  return {
    flush,
    async add(sealed: SealedBlob): Promise<void> {
      waiting.push(sealed)
      bytes += sealed.ref.size
      if (waiting.length >= mostInGroup || bytes >= mostBytesInGroup) await flush()
    },
  }
}

/** Throws AppError `DISK_FULL` before a byte is fetched that would find no room. */
async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= bytes + spareBytes) return
  const mebibytes = (n: number) => `${Math.ceil(n / 1048576)} MiB`
  throw new AppError(
    'DISK_FULL',
    `The pull needs ${mebibytes(bytes)} and leaves ${mebibytes(spareBytes)} free, and the disk has ${mebibytes(free)} left.`,
    {
      remedy: 'Free some space, then pull again: what has come already stays.',
    },
  )
}

const bytesOf = (files: readonly Wanted[]) => files.reduce((sum, { file }) => sum + (file.size ?? 0), 0)

function gone(path: string): AppError {
  return new AppError('REMOTE_GONE', `The server does not have the file "${path.slice(0, 120)}" any more.`, {
    remedy: 'Ask who keeps the project whether the version was deleted.',
  })
}

function wrong(path: string): AppError {
  return new AppError(
    'REMOTE_CORRUPT',
    `The bytes of "${path.slice(0, 120)}" are not those that the version names.`,
    {
      remedy: 'Nothing of that file was taken. Pull again; if it stays so, tell the keeper of the server.',
    },
  )
}
