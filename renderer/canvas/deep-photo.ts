import { AppError } from '../../shared/base/app-error.ts'
import {
  type DeepLevel,
  type DepthWindow,
  shownPixels,
  windowTable,
} from '../../shared/image/deep-samples.ts'
import type { DeepAnswer } from '../workers/deep-worker.ts'
import type { ReadPhoto } from './layers/photo-tiles.ts'

/** A picture of 16 bits a channel, with smaller copies as `Photo` has them. */
export type DeepPhoto = {
  readonly levels: readonly DeepLevel[]
  /** Without the half percent of its values at either end. */
  readonly auto: DepthWindow
  /** From its darkest to its brightest value. */
  readonly occurring: DepthWindow
}

/**
 * Reads what `deepPath` answers, in a worker, and makes `levels` sizes of it. Rejects with AppError `IN_SIZE_MISMATCH`
 * when it is not a picture of that size, or `CANCELLED`.
 */
export function readDeepPhoto(
  blob: Blob,
  size: { readonly width: number; readonly height: number },
  levels: number,
  signal: AbortSignal,
): Promise<DeepPhoto> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../workers/deep-worker.ts', import.meta.url), { type: 'module' })
    const end = (error: AppError) => {
      worker.terminate()
      reject(error)
    }
    const stop = () =>
      end(new AppError('CANCELLED', 'Another image was opened.', { remedy: 'Open this one again.' }))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    worker.onerror = () =>
      end(
        new AppError('IN_FORMAT', 'The 16-bit values of the image cannot be read.', {
          remedy: 'It is shown with 8 bits. Open it again.',
        }),
      )
    worker.onmessage = ({ data }: MessageEvent<DeepAnswer>) => {
      signal.removeEventListener('abort', stop)
      if (data.kind === 'failed') return end(AppError.fromInfo(data.error))
      worker.terminate()
      resolve(data.photo)
    }
    worker.postMessage({ blob, ...size, levels })
  })
}

/** What of it is shown through a window. */
export function throughWindow({ levels }: DeepPhoto, window: DepthWindow): ReadPhoto {
  const table = windowTable(window)
  return (level, rect) => {
    const pixels = shownPixels(levels[level]!, rect, table)
    return new ImageData(new Uint8ClampedArray(pixels.buffer), rect.x1 - rect.x0, rect.y1 - rect.y0)
  }
}

/** The values of one pixel as they are in the file. */
export function valuesAt({ levels }: DeepPhoto, x: number, y: number): readonly number[] {
  const { width, channels, data } = levels[0]!
  return [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)]
}
