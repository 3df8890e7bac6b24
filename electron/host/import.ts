import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { ImportOutcome, Sample } from '../../shared/host/host-api.ts'
import { readHeader } from '../../shared/image/header.ts'
import { checkDimensions, checkFileSize } from '../../shared/image/limits.ts'
import { toSampleName } from '../../shared/image/sample-name.ts'
import { type ImageFormat, sniffFormat } from '../../shared/image/sniff.ts'
import { diskError } from '../adapters/disk-error.ts'
import { fileError } from '../adapters/file-error.ts'
import { quietly } from '../adapters/file-ops.ts'
import type { Imaging } from '../adapters/imaging/imaging.ts'
import { findFiles } from './import-walk.ts'
import type { LibraryContext } from './library-context.ts'
import { createPictures, type Pictures, readHead } from './pictures.ts'
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

/** Images in, and images out for a browser. A bad file is an outcome, never a rejection: the rest goes in. */
export interface Import extends Omit<Pictures, 'keepThumb'> {
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
}

export type ImportOptions = {
  /** Outside the library; may be deleted at any time. */
  readonly cacheFolder: string
}

export function createImport(
  context: LibraryContext,
  samples: SampleShelf,
  imaging: Imaging,
  options: ImportOptions,
): Import {
  const { keepThumb, ...shown } = createPictures(context, imaging, options)
  /** A window sends two at a time; they go in as they were sent, so the order of samples is the order of a folder. */
  const streams = createTurns()
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

  return {
    ...shown,
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
