import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync, type Stats } from 'node:fs'
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import type { ImportOutcome, Sample } from '../../shared/host/host-api.ts'
import { pngDepth } from '../../shared/image/deep-samples.ts'
import { HEADER_BYTES, readHeader } from '../../shared/image/header.ts'
import { checkDimensions, checkFileSize } from '../../shared/image/limits.ts'
import { displayedSize } from '../../shared/image/orientation.ts'
import { toSampleName } from '../../shared/image/sample-name.ts'
import { type ImageFormat, mimeType, sniffFormat } from '../../shared/image/sniff.ts'
import { diskError } from '../adapters/disk-error.ts'
import { fileError } from '../adapters/file-error.ts'
import { quietly } from '../adapters/file-ops.ts'
import { createDerivedCache } from '../adapters/imaging/derived-cache.ts'
import type { Imaging } from '../adapters/imaging/imaging.ts'
import { deepSamples } from './deep-samples.ts'
import { findFiles } from './import-walk.ts'
import type { LibraryContext } from './library-context.ts'
import { requireWritable } from './read-only.ts'
import { createTurns } from './turns.ts'

/** Where imported images go. Resolves a clash of names, and recognises bytes that are there already. */
export interface SampleShelf {
  insert(image: {
    name: string
    image: BlobRef
    format: ImageFormat
    width: number
    height: number
    orientation: number
    /** What the sample is to be called, unless another one is. */
    id?: string | undefined
  }): InsertResult | Promise<InsertResult>
}
type InsertResult =
  | { readonly sample: Sample; readonly renamedFrom: string | null }
  | { readonly duplicateOf: string | { readonly name: string }; readonly inTrash?: boolean }

export type ImportProgress = {
  readonly done: number
  readonly total: number
  readonly outcome: ImportOutcome
}
export type ImageData = { readonly type: string; readonly bytes: Uint8Array }

/** Images in, and images out for a browser. A bad file is an outcome, never a rejection: the rest goes in. */
export interface Import {
  /**
   * Imports one file as it arrives: never more of it in memory than a chunk. `name` is its path relative to what was
   * dropped. Rejects only with `LIB_READ_ONLY`; everything else, cancelling too, is an outcome.
   */
  importStream(name: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<ImportOutcome>
  /** The same for a file on disk, which is only read and may be deleted afterwards. */
  importFile(path: string, name: string, signal?: AbortSignal, id?: string): Promise<ImportOutcome>
  /** Files and folders of a command line, in natural order. After `signal` it stops and answers what was done. */
  importPaths(
    paths: readonly string[],
    signal?: AbortSignal,
    onProgress?: (progress: ImportProgress) => void,
  ): Promise<ImportOutcome[]>
  /** WebP, longer side at most 320 px. Rejects with `NOT_FOUND`, `MISSING_BLOB`, `BLOB_CORRUPT` and what decoding says. */
  thumb(sampleId: SampleId): Promise<ImageData>
  /** Samples of 16 bits, framed as `deepPath` says; null when the picture has no more than 8. Rejects with AppError. */
  deep(sampleId: SampleId): Promise<Uint8Array | null>
  /** Bytes that a browser decodes to exactly the sample's width and height: the original ones where possible. */
  display(sampleId: SampleId): Promise<ImageData>
  /** The same two of an image among the blobs that is no sample. Rejects with `NOT_FOUND` for bytes that are no image. */
  storedThumb(image: BlobDigest): Promise<ImageData>
  storedDisplay(image: BlobDigest): Promise<ImageData>
  /** Waits until thumbnails that are being written are. */
  settled(): Promise<void>
}

export type ImportOptions = {
  /** Outside the library; may be deleted at any time. */
  readonly cacheFolder: string
}

/** What is known of an image; `width` and `height` as it is seen. */
type Picture = {
  readonly digest: BlobDigest
  readonly format: ImageFormat
  readonly width: number
  readonly height: number
  readonly orientation: number
}

const thumbCacheBytes = 512 * 1024 * 1024
const displayCacheBytes = 2 * 1024 * 1024 * 1024

export function createImport(
  context: LibraryContext,
  samples: SampleShelf,
  imaging: Imaging,
  options: ImportOptions,
): Import {
  const thumbs = createDerivedCache(join(options.cacheFolder, 'thumbs'), thumbCacheBytes)
  const displays = createDerivedCache(join(options.cacheFolder, 'display'), displayCacheBytes)
  const underWay = new Set<Promise<void>>()
  /** A window sends two at a time; they go in as they were sent, so the order of samples is the order of a folder. */
  const streams = createTurns()
  const selectSample = context.db.prepare(
    'SELECT image_digest AS digest, format, width, height, orientation FROM samples WHERE id = ?',
  )

  const incoming = join(options.cacheFolder, 'incoming')
  if (!context.readOnly) emptyFolder(incoming)

  /** Everything that can refuse a file, without writing into the library. */
  async function examine(path: string, signal: AbortSignal | undefined) {
    signal?.throwIfAborted()
    const { info, head } = await readHead(path)
    checkFileSize(info.size)
    const format = sniffFormat(head)
    if (!format) throw unsupported(head)
    const header = readHeader(head)
    if (header) checkDimensions(header.width, header.height, header.frames)
    return { info, inspected: await imaging.inspect(path, format, signal) }
  }

  async function take(
    path: string,
    name: string,
    signal: AbortSignal | undefined,
    examined: ReturnType<typeof examine>,
    id?: string,
  ): Promise<ImportOutcome> {
    examined.catch(() => {}) // a bad name is told first; then nobody awaits this one
    const safeName = toSampleName(name)
    const { info, inspected } = await examined
    signal?.throwIfAborted()
    const image = await context.blobs.putFile(path, signal)
    const after = await stat(path)
    if (after.size !== info.size || after.mtimeMs !== info.mtimeMs || image.size !== info.size) {
      throw new AppError('IN_FORMAT', 'The file changed while it was read.', {
        remedy: 'Import it again when nothing writes to it any more.',
      })
    }
    const { format, width, height, orientation, thumb } = inspected
    const result = await samples.insert({ id, name: safeName, image, format, width, height, orientation })
    if ('duplicateOf' in result) {
      const existing = typeof result.duplicateOf === 'string' ? result.duplicateOf : result.duplicateOf.name
      return { kind: 'duplicate', file: name, existing, ...(result.inTrash && { inTrash: true }) }
    }
    keepThumb(image.digest, thumb)
    const renamed = result.sample.name !== name.normalize('NFC')
    return { kind: 'added', file: name, sample: result.sample, renamedFrom: renamed ? name : null }
  }

  /** The thumbnail came with the check; writing it must not hold up the import, nor fail it. */
  function keepThumb(digest: BlobDigest, bytes: Uint8Array): void {
    const write = thumbs
      .put(`${digest}.webp`, bytes)
      .catch((error) => {
        context.log(
          'warn',
          'import',
          `a thumbnail could not be kept: ${(error as { code?: string }).code ?? 'error'}`,
        )
      })
      .finally(() => underWay.delete(write))
    underWay.add(write)
  }

  async function importFile(
    path: string,
    name: string,
    signal?: AbortSignal,
    examined?: ReturnType<typeof examine>,
    id?: string,
  ): Promise<ImportOutcome> {
    requireWritable(context)
    try {
      return await take(path, name, signal, examined ?? examine(path, signal), id)
    } catch (error) {
      const known = signal?.aborted ? cancelled() : toAppError(diskError(fileError(error)))
      if (known.code === 'INTERNAL') {
        const { code, name } = error as { code?: string; name?: string }
        context.log('error', 'import', `a file could not be imported: ${code ?? name ?? 'error'}`)
        // The whole message can name the file.
        context.log('debug', 'import', String(error))
      }
      return { kind: 'rejected', file: name, error: known.toInfo() }
    }
  }

  async function importAll(
    files: readonly { path: string; name: string }[],
    signal?: AbortSignal,
    onProgress?: (progress: ImportProgress) => void,
  ): Promise<ImportOutcome[]> {
    requireWritable(context)
    const outcomes: ImportOutcome[] = []
    // Two are looked at at a time, and they go in one after the other, so the order of samples is the order of files.
    const ahead: ReturnType<typeof examine>[] = []
    for (const [i, { path, name }] of files.entries()) {
      if (signal?.aborted) break
      for (const next of files.slice(i + ahead.length, i + 2)) {
        const examined = examine(next.path, signal)
        // Awaited when its turn comes; until then a refusal is nobody's unhandled rejection.
        examined.catch(() => {})
        ahead.push(examined)
      }
      const outcome = await importFile(path, name, signal, ahead.shift()!)
      if (outcome.kind === 'rejected' && outcome.error.code === 'CANCELLED') break
      outcomes.push(outcome)
      onProgress?.({ done: outcomes.length, total: files.length, outcome })
    }
    return outcomes
  }

  async function thumbOf({ digest, format }: Picture): Promise<ImageData> {
    const kept = await thumbs.get(`${digest}.webp`)
    if (kept && sniffFormat(kept) === 'webp') return { type: 'image/webp', bytes: kept }
    await requireBlob(digest)
    const { thumb } = await imaging.inspect(context.blobs.pathOf(digest), format)
    keepThumb(digest, thumb)
    return { type: 'image/webp', bytes: thumb }
  }

  async function displayOf({ digest, format, width, height, orientation }: Picture): Promise<ImageData> {
    if (format !== 'tiff' && (format === 'jpeg' || orientation === 1)) {
      const bytes = await context.blobs.get(digest)
      const header = readHeader(bytes)
      const shown = header && displayedSize(header.width, header.height, header.orientation)
      // A browser believes the header; where that is not the size we recorded, it gets a converted picture.
      const isSame = format === 'avif' || (shown?.width === width && shown.height === height)
      // In 8 bits a browser shows the upper half of 16, which may be nothing of what a sensor used.
      const depth = pngDepth(bytes)
      const isDeepGrey = depth?.bits === 16 && depth.isGrey
      if (isSame && !isDeepGrey) return { type: mimeType(format), bytes }
    }
    const kept = await displays.get(`${digest}.png`)
    if (kept && sniffFormat(kept) === 'png') return { type: 'image/png', bytes: kept }
    await requireBlob(digest)
    const bytes = await displays.fill(`${digest}.png`, (path) =>
      imaging.convert(context.blobs.pathOf(digest), format, path),
    )
    return { type: 'image/png', bytes }
  }

  async function findStored(digest: BlobDigest): Promise<Picture> {
    await requireBlob(digest)
    const path = context.blobs.pathOf(digest)
    const format = sniffFormat((await readHead(path)).head)
    // Whoever asks may name any blob, as a record or a mask; only pictures are shown.
    if (!format) {
      throw new AppError('NOT_FOUND', 'There is no such image in this library.', {
        remedy: 'Reload the comparison.',
      })
    }
    const { width, height, orientation } = await imaging.inspect(path, format)
    return { digest, format, width, height, orientation }
  }

  function find(sampleId: SampleId): Picture {
    const row = selectSample.get(sampleId) as Picture | undefined
    if (row) return row
    throw new AppError('NOT_FOUND', 'There is no such sample in this library.', {
      remedy: 'Reload the list of samples.',
    })
  }

  return {
    importFile: (path, name, signal, id) => importFile(path, name, signal, undefined, id),

    async importStream(name, content, signal) {
      requireWritable(context)
      const path = join(incoming, randomUUID())
      const receive = async () => {
        await mkdir(incoming, { recursive: true, mode: 0o700 })
        await writeFile(path, withinFileSize(content), { mode: 0o600, flag: 'wx' })
      }
      const received = receive()
      const examined = received.then(() => examine(path, signal))
      examined.catch(() => {}) // awaited when its turn comes
      try {
        return await streams.take('in', async () => {
          await received
          return importFile(path, name, signal, examined)
        })
      } catch (error) {
        const known = signal?.aborted ? cancelled() : toAppError(diskError(error))
        return { kind: 'rejected', file: name, error: known.toInfo() }
      } finally {
        await rm(path, { force: true })
      }
    },

    async importPaths(paths, signal, onProgress) {
      requireWritable(context)
      try {
        return await importAll(await findFiles(paths, signal), signal, onProgress)
      } catch (error) {
        if (signal?.aborted) return []
        throw fileError(error)
      }
    },

    thumb: async (sampleId) => thumbOf(find(sampleId)),
    display: async (sampleId) => displayOf(find(sampleId)),
    storedThumb: async (image) => thumbOf(await findStored(image)),
    storedDisplay: async (image) => displayOf(await findStored(image)),

    async deep(sampleId) {
      const { digest, format, width, height } = find(sampleId)
      if (format !== 'png' && format !== 'tiff') return null
      await requireBlob(digest)
      const path = context.blobs.pathOf(digest)
      return deepSamples({ path, digest, format, width, height }, { imaging, cache: displays })
    },

    async settled() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }

  async function requireBlob(digest: BlobDigest): Promise<void> {
    if (await context.blobs.has(digest)) return
    throw new AppError('MISSING_BLOB', `Stored data is missing from this library (${digest.slice(0, 12)}).`, {
      remedy: 'Run "tessera verify" to see what is affected.',
    })
  }
}

/** What an earlier run was receiving when it was killed. Nobody else writes to this library, so nothing else is there. */
function emptyFolder(folder: string): void {
  quietly(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true })
  })
}

/** The same chunks, until they are more than a file may have. */
async function* withinFileSize(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let size = 0
  for await (const chunk of content) {
    size += chunk.length
    checkFileSize(size)
    yield chunk
  }
}

/** The first bytes of a regular file, and what the file system says of it. Never blocks on a pipe or a device. */
async function readHead(path: string): Promise<{ info: Stats; head: Uint8Array }> {
  const found = await stat(path)
  if (!found.isFile()) {
    throw new AppError('IN_PATH', 'This is not a file.', {
      remedy: 'Choose image files, or a folder of them.',
    })
  }
  const file = await open(path, 'r')
  try {
    const info = await file.stat()
    const head = new Uint8Array(Math.min(info.size, HEADER_BYTES))
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    return { info, head: head.subarray(0, bytesRead) }
  } finally {
    await file.close()
  }
}

function unsupported(head: Uint8Array): AppError {
  const start = new TextDecoder().decode(head.subarray(0, 256)).trimStart().toLowerCase()
  const isHeic = start.slice(4, 8) === 'ftyp' && /hei[cfxms]|mif1/.test(start.slice(8, 32))
  const what = isHeic
    ? 'is HEIC, which cannot be read here'
    : start.startsWith('<!doctype html') || start.startsWith('<html')
      ? 'is a web page, not an image'
      : /^<\?xml|^<svg/.test(start)
        ? 'is XML or SVG, which is a drawing and has no pixels'
        : 'is no image that can be read here'
  return new AppError('IN_FORMAT', `The file ${what}.`, {
    remedy: 'Use JPEG, PNG, WebP, TIFF, AVIF or GIF.',
  })
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'The import was cancelled.', { remedy: 'Import it again when you like.' })
}
