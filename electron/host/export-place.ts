import { randomUUID } from 'node:crypto'
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import type { WrittenFile } from '../../shared/formats/exchange/format.ts'
import { diskError } from '../adapters/disk-error.ts'
import { createZip } from '../adapters/zip-file.ts'

/** Files on their way to a folder or an archive. */
export type ExportPlace = {
  /** Where the files are until they are kept. */
  readonly path: string
  put(file: WrittenFile): Promise<void>
  finish(): Promise<void>
  keep(): Promise<void>
  discard(): Promise<void>
}

/** The pieces of a file, however it is given. */
export const piecesOf = ({ bytes }: Pick<WrittenFile, 'bytes'>): readonly Uint8Array[] =>
  bytes instanceof Uint8Array ? [bytes] : bytes

/**
 * Looks at where somebody wants the files before any work is done. They are written beside it, under a name that ends in
 * `token`, and moved there when all is done. Rejects with `IN_PATH`, and later with what the disk says.
 */
export async function prepareExportPlace(
  out: string,
  library: string,
  token: string = randomUUID().slice(0, 8),
): Promise<{ open(): Promise<ExportPlace> }> {
  const way = relative(resolve(library), resolve(out))
  if (!leaves(way)) {
    throw new AppError('IN_PATH', `${basename(out)} would lie inside the library.`, {
      remedy: 'Choose a place outside of it.',
    })
  }
  const isZip = /\.zip$/i.test(out)
  const info = await stat(out).catch(() => null)
  if (info && (isZip || !info.isDirectory() || (await readdir(out)).length > 0)) {
    throw new AppError(
      'IN_PATH',
      `${basename(out)} is there already${info.isDirectory() ? ' and is not empty' : ''}.`,
      {
        remedy: 'Choose another name, or take it away first.',
      },
    )
  }
  const path = besidePath(out, token)
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof AppError) throw error
      throw writeError(error, out)
    }
  }
  return {
    open: () =>
      failing(async () => {
        await mkdir(dirname(out), { recursive: true })
        const zip = isZip ? await createZip(path) : null
        if (!zip) await mkdir(path)
        const folders = new Set<string>()
        return {
          path,
          put: (file) =>
            failing(async () => {
              const segments = file.path.split('/')
              const place = join(path, ...segments)
              const way = relative(path, place)
              // Names were looked at when they came; what writes into folders of others does not count on it.
              if (leaves(way) || way !== segments.join(sep)) throw leadsOut(file.path)
              if (zip) return zip.add(file.path, piecesOf(file))
              const folder = dirname(place)
              if (!folders.has(folder)) await mkdir(folder, { recursive: true })
              folders.add(folder)
              await writePieces(place, piecesOf(file))
            }),
          finish: () => failing(async () => zip?.finish()),
          keep: () =>
            failing(async () => {
              if (info) await rmdir(out)
              if (zip) await moveNew(path, out)
              else await rename(path, out)
            }),
          async discard() {
            await zip?.close()
            await rm(path, { recursive: true, force: true })
          },
        }
      }),
  }
}

/** Where the files for `out` are until they are kept. */
export const besidePath = (out: string, token: string) => join(dirname(out), `.${basename(out)}.${token}`)

/** Moves a file to a name that nobody has taken meanwhile. */
async function moveNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const code = (error as { code?: string }).code ?? ''
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR', 'EINVAL'].includes(code))
      throw error
    // A disk without links, as exFAT: the best there is.
    if (await stat(to).catch(() => null)) throw Object.assign(new Error('It exists.'), { code: 'EEXIST' })
    return rename(from, to)
  }
  await unlink(from)
}

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  let file: FileHandle | null = null
  try {
    file = await open(path, 'wx')
    for (const bytes of pieces) {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
    }
  } finally {
    await file?.close()
  }
}

/** Whether a relative path leads out of where it begins; on another drive it is absolute. */
const leaves = (way: string) => way.split(sep)[0] === '..' || isAbsolute(way)

const leadsOut = (path: string) =>
  new AppError('IN_PATH', `${JSON.stringify(path.slice(0, 120))} would lie outside of what is written.`, {
    remedy: 'Nothing was written. Rename the image, or leave it out.',
  })

function writeError(error: unknown, out: string): unknown {
  const code = (error as { code?: string }).code
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') return diskError(error)
  if (code === undefined) return error
  return new AppError('IN_PATH', `${basename(out)} cannot be written (${code}).`, {
    remedy: 'Choose another place, or make this one writable.',
    cause: error,
  })
}
