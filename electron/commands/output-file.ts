import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import { diskError } from '../adapters/disk-error.ts'

/** Whole or not at all, so that a full disk does not leave half a picture where a good one was. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}`)
  try {
    await writeFile(temporary, bytes, { flag: 'wx' })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw outputError(error, path)
  }
}

/** What a failure to write at `path` is for the person: `DISK_*` as `diskError` says, else `IN_PATH`. */
export function outputError(error: unknown, path: string): unknown {
  const code = (error as { code?: string } | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') return diskError(error)
  return new AppError('IN_PATH', `${path} cannot be written (${code ?? 'unknown reason'}).`, {
    remedy: 'Choose another place, or make this one writable.',
    cause: error,
  })
}
