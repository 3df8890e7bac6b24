import { randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import { foldName, toSampleName } from '../../shared/image/sample-name.ts'
import { diskError } from '../adapters/disk-error.ts'
import type { Scratch } from './scratch.ts'

/** What may wait to be read. */
export type UploadLimits = { readonly files: number; readonly bytes: number }
export const uploadLimits: UploadLimits = { files: 100_000, bytes: 4 * 1024 ** 3 }

/** Files of labels that a page sent, in a folder that nobody sees. One drop at a time. */
export type Uploads = {
  /** What was taken before goes. */
  begin(): Promise<string>
  /** One file as it arrives. Rejects with `NOT_FOUND`, `IN_PATH`, `IN_TOO_BIG`, `DISK_…`; then nothing of it is kept. */
  take(upload: string, name: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>
  /** Where it lies, for a reader of labels: a folder, or the one file. Throws `NOT_FOUND`. */
  find(upload: string): {
    readonly path: string
    /** What it is called to the person. */
    readonly name: string
    readonly files: number
    readonly bytes: number
  }
  discard(upload: string): Promise<void>
}

type Upload = {
  readonly id: string
  readonly folder: string
  readonly names: Set<string>
  readonly folds: Set<string>
  bytes: number
}

export function createUploads(scratch: Scratch, limits: UploadLimits = uploadLimits): Uploads {
  let current: Upload | null = null

  function of(upload: string): Upload {
    if (current?.id === upload) return current
    throw new AppError('NOT_FOUND', 'What was dropped is no longer here.', { remedy: 'Drop it again.' })
  }
  async function drop(): Promise<void> {
    const old = current
    current = null
    if (old) await rm(old.folder, { recursive: true, force: true })
  }

  return {
    async begin() {
      await drop()
      const id = randomUUID()
      const folder = join(scratch.folder(), `in-${id}`)
      await mkdir(folder, { mode: 0o700 })
      current = { id, folder, names: new Set(), folds: new Set(), bytes: 0 }
      return id
    },

    async take(id, name, content, signal) {
      const upload = of(id)
      const safe = toSampleName(name)
      const fold = foldName(safe)
      if (upload.folds.has(fold)) {
        throw new AppError('IN_PATH', `There are two files called ${safe.slice(0, 120)}.`, {
          remedy: 'Drop them one after the other.',
        })
      }
      if (upload.names.size >= limits.files) {
        throw tooMuch(`more than ${limits.files.toLocaleString('en')} files`)
      }
      upload.names.add(safe)
      upload.folds.add(fold)
      const path = join(upload.folder, ...safe.split('/'))
      let own = 0
      async function* counted() {
        for await (const chunk of content) {
          signal?.throwIfAborted()
          // A new drop takes the place of this one.
          of(id)
          own += chunk.length
          upload.bytes += chunk.length
          if (upload.bytes > limits.bytes)
            throw tooMuch(`more than ${Math.round(limits.bytes / 1024 ** 3)} GiB`)
          yield chunk
        }
      }
      let isMade = false
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        const file = await open(path, 'wx', 0o600)
        isMade = true
        try {
          await file.writeFile(counted())
        } finally {
          await file.close()
        }
      } catch (error) {
        upload.names.delete(safe)
        upload.folds.delete(fold)
        upload.bytes -= own
        // What was there before is not this call's to remove.
        if (isMade) await rm(path, { force: true }).catch(() => {})
        throw diskError(error)
      }
    },

    find(id) {
      const { folder, names, bytes } = of(id)
      const [first = '', ...others] = [...names]
      const files = names.size
      if (files === 1) return { path: join(folder, ...first.split('/')), name: first, files, bytes }
      // Names begin with the folder that was dropped; labels are told by what is in it.
      const top = first.includes('/') ? first.slice(0, first.indexOf('/') + 1) : ''
      const isOne = top !== '' && others.every((name) => name.startsWith(top))
      const name = isOne ? top.slice(0, -1) : 'What was dropped'
      return { path: isOne ? join(folder, top) : folder, name, files, bytes }
    },

    async discard(id) {
      if (current?.id === id) await drop()
    },
  }
}

const tooMuch = (what: string) =>
  new AppError('IN_TOO_BIG', `What was dropped has ${what}.`, {
    remedy: 'Use "tessera import-labels", which reads it where it lies.',
  })
