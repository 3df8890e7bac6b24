import { AppError } from '../../shared/base/app-error.ts'
import type { PhotoAnswer } from '../workers/photo-worker.ts'

/** Sizes of a photo: whole, a half, a quarter and an eighth. */
export const PHOTO_LEVELS = 4

/** A decoded image with smaller copies. */
export type Photo = {
  readonly width: number
  readonly height: number
  /** `levels[i]` has 1 / 2^i of the size, rounded up at each halving. */
  readonly levels: readonly ImageBitmap[]
}

/** Decodes in a worker. Rejects with AppError `IN_FORMAT` or `CANCELLED`. The bitmaps are closed by `closePhoto`. */
export function decodePhoto(blob: Blob, name: string, signal: AbortSignal): Promise<Photo> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../workers/photo-worker.ts', import.meta.url), { type: 'module' })
    const stop = () => {
      worker.terminate()
      reject(new AppError('CANCELLED', 'Another image was opened.', { remedy: 'Open this one again.' }))
    }
    const fail = () => {
      worker.terminate()
      reject(
        new AppError('IN_FORMAT', `The image ${name} cannot be displayed.`, {
          remedy: 'Check that the file opens in another program, then import it again.',
        }),
      )
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    worker.onerror = fail
    worker.onmessage = ({ data }: MessageEvent<PhotoAnswer>) => {
      signal.removeEventListener('abort', stop)
      const full = data.kind === 'decoded' ? data.bitmaps[0] : undefined
      if (data.kind === 'failed' || !full) return fail()
      worker.terminate()
      resolve({ width: full.width, height: full.height, levels: data.bitmaps })
    }
    worker.postMessage({ blob, levels: PHOTO_LEVELS })
  })
}

export function closePhoto(photo: Photo): void {
  for (const bitmap of photo.levels) bitmap.close()
}

/** Reads single pixels of a photo, for the status bar. */
export class PixelProbe {
  readonly #context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!

  /** Red, green and blue, 0 … 255. `x` and `y` must lie inside. */
  read(photo: Photo, x: number, y: number): readonly [number, number, number] {
    this.#context.drawImage(photo.levels[0]!, x, y, 1, 1, 0, 0, 1, 1)
    const [r, g, b] = this.#context.getImageData(0, 0, 1, 1).data
    return [r!, g!, b!]
  }
}
