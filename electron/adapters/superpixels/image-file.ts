import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../shared/base/app-error.ts'
import { HEADER_BYTES } from '../../../shared/image/header.ts'
import { checkFileSize } from '../../../shared/image/limits.ts'
import { type ImageFormat, sniffFormat } from '../../../shared/image/sniff.ts'
import type { DivisibleImage } from '../../../shared/superpixel/colour.ts'
import { imageOfSamples, type Samples } from '../../../shared/superpixel/samples.ts'
import { fileError } from '../file-error.ts'
import type { SampleFile } from '../imaging/decoder-message.ts'
import { createImaging } from '../imaging/imaging.ts'

/**
 * The picture in a file, decoded in a process of its own, upright and as the engine wants it. Rejects with AppError
 * `IN_PATH`, `IN_FORMAT`, `IN_TOO_BIG`, `IN_TIMEOUT`, `CANCELLED`.
 */
export async function readImageFile(path: string, signal?: AbortSignal): Promise<DivisibleImage> {
  const format = await formatOf(path)
  const imaging = createImaging({ decoders: 1 })
  const folder = await mkdtemp(join(tmpdir(), 'tessera-samples-'))
  try {
    const out = join(folder, 'samples')
    const about = await imaging.sample(path, format, out, signal)
    return imageOfSamples(samplesOf(about, await readFile(out)))
  } finally {
    imaging.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function formatOf(path: string): Promise<ImageFormat> {
  try {
    const file = await open(path, 'r')
    try {
      const about = await file.stat()
      if (!about.isFile()) {
        throw new AppError('IN_PATH', 'This is not a file.', { remedy: 'Give the path of an image.' })
      }
      checkFileSize(about.size)
      const head = new Uint8Array(Math.min(about.size, HEADER_BYTES))
      await file.read(head, 0, head.length, 0)
      const format = sniffFormat(head)
      if (format) return format
      throw new AppError('IN_FORMAT', 'The file is no image that can be read.', {
        remedy: 'Give a JPEG, PNG, WebP, TIFF, GIF or AVIF file.',
      })
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(error)
  }
}

function samplesOf({ depth, ...about }: SampleFile, file: Buffer): Samples {
  // Pooled buffers begin anywhere; numbers of several bytes may not.
  const bytes = Uint8Array.from(file)
  if (depth === 'uchar') return { ...about, data: bytes }
  if (depth === 'ushort') return { ...about, data: new Uint16Array(bytes.buffer) }
  return { ...about, data: new Float32Array(bytes.buffer) }
}
