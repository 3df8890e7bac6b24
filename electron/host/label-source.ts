import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { Source } from '../../shared/formats/exchange/format.ts'
import { checkFileSize } from '../../shared/image/limits.ts'
import { toSampleName } from '../../shared/image/sample-name.ts'
import { fileError } from '../adapters/file-error.ts'
import { decodeRaster } from '../adapters/raster-png.ts'
import { openZip } from '../adapters/zip-file.ts'
import { findFiles } from './import-walk.ts'

/** A text of more is refused: as one piece it would not fit. */
const mostTextBytes = 256 * 1024 * 1024
const pieceBytes = 1024 * 1024

/** Files of a folder, of a zip archive, or one file by itself. `refused`: names that lead elsewhere, with the reason. */
export type LabelSource = Omit<Source, 'image'> & {
  readonly refused: readonly { readonly file: string; readonly reason: string }[]
  /** A file as it is. Rejects with AppError. */
  bytes(path: string): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

/** Rejects with AppError `IN_PATH`, `IN_FORMAT`, `IN_TOO_BIG`. */
export async function openLabelSource(path: string, signal?: AbortSignal): Promise<LabelSource> {
  try {
    const info = await stat(path)
    if (info.isFile() && (await isZip(path))) return await zipSource(path, signal)
    if (!info.isFile() && !info.isDirectory()) throw Object.assign(new Error('no file'), { code: 'ENOENT' })
    const files = new Map((await findFiles([path], signal)).map((file) => [file.name, file.path]))
    const read = async (name: string) => {
      const place = files.get(name)
      if (place === undefined) throw missing(name)
      return readWhole(place)
    }
    const pieces = (name: string) => {
      const place = files.get(name)
      if (place === undefined) throw missing(name)
      return piecesOfFile(place)
    }
    return sourceOf([...files.keys()], { read, pieces }, { refused: [], signal, close: async () => {} })
  } catch (error) {
    throw fileError(error)
  }
}

async function isZip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(4)
    await file.read(head, 0, 4, 0)
    return head.readUInt32LE(0) === 0x04034b50 || head.readUInt32LE(0) === 0x06054b50
  } finally {
    await file.close()
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      checkFileSize((await file.stat()).size)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(error)
  }
}

async function zipSource(path: string, signal?: AbortSignal): Promise<LabelSource> {
  const zip = await openZip(path)
  const refused: { file: string; reason: string }[] = []
  const names: string[] = []
  for (const name of zip.names) {
    if (name.startsWith('__MACOSX/')) continue
    try {
      // What would lead out of a folder is not read, though nothing is ever written by these names.
      toSampleName(name)
      names.push(name)
    } catch (error) {
      refused.push({ file: name.slice(0, 200), reason: (error as Error).message })
    }
  }
  const read = (name: string) => zip.read(name)
  async function* pieces(name: string) {
    const bytes = await read(name)
    checkTextSize(bytes.length)
    yield bytes
  }
  return sourceOf(names, { read, pieces }, { refused, signal, close: () => zip.close() })
}

type Reading = {
  read(name: string): Promise<Uint8Array>
  pieces(name: string): AsyncIterable<Uint8Array>
}

async function* piecesOfFile(path: string): AsyncGenerator<Uint8Array> {
  try {
    checkTextSize((await stat(path)).size)
    yield* createReadStream(path, { highWaterMark: pieceBytes }) as AsyncIterable<Uint8Array>
  } catch (error) {
    throw fileError(error)
  }
}

function checkTextSize(bytes: number): void {
  if (bytes <= mostTextBytes) return
  throw new AppError('IN_TOO_BIG', `The text has ${bytes} bytes; at most ${mostTextBytes} are read.`, {
    remedy: 'Cut it into parts.',
  })
}

function sourceOf(
  names: readonly string[],
  { read, pieces }: Reading,
  { refused, signal, close }: Pick<LabelSource, 'refused' | 'close'> & { signal: AbortSignal | undefined },
): LabelSource {
  return {
    paths: [...names].sort(compareCodePoints),
    refused,
    close,
    decode: decodeRaster,
    async bytes(name) {
      signal?.throwIfAborted()
      // Not shared with another thread, so as it is; a photograph can be large.
      return (await read(name)) as Uint8Array<ArrayBuffer>
    },
    async raster(name) {
      signal?.throwIfAborted()
      return decodeRaster(await read(name))
    },
    async *pieces(name) {
      signal?.throwIfAborted()
      for await (const piece of pieces(name)) {
        signal?.throwIfAborted()
        yield piece
      }
    },
    async text(name) {
      signal?.throwIfAborted()
      const bytes = await read(name)
      checkTextSize(bytes.length)
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      } catch (cause) {
        throw new AppError('IN_FORMAT', 'The text is no UTF-8.', { remedy: 'Save it as UTF-8.', cause })
      }
    },
  }
}

const missing = (name: string) =>
  new AppError('NOT_FOUND', `There is no file "${name.slice(0, 200)}".`, { remedy: 'Give all files.' })
