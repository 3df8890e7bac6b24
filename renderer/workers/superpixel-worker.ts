import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import { buildHierarchy } from '../../shared/superpixel/build.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'

/** Builds the superpixels of one image and is then thrown away: its memory goes with it. */
export type SuperpixelAnswer =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'built'; readonly hierarchy: Hierarchy }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }

addEventListener('message', ({ data }: MessageEvent<Blob>) => void build(data))

/** The request is the encoded image, the same bytes that are shown. */
async function build(data: Blob): Promise<void> {
  try {
    const image = await readPixels(data)
    const hierarchy = buildHierarchy(image, {
      onProgress: (fraction) => answer({ kind: 'progress', fraction }, []),
    })
    const { leaf, parent, lo, hi, runStart, runs } = hierarchy
    const arrays = [leaf, parent, lo, hi, runStart, runs].map((array) => array.buffer as ArrayBuffer)
    answer({ kind: 'built', hierarchy }, [...new Set(arrays)])
  } catch (error) {
    answer({ kind: 'failed', error: toAppError(error).toInfo() }, [])
  }
}

/** With the browser's default colour handling, as the image is shown: cells follow what the person sees. */
async function readPixels(blob: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(blob)
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

function answer(message: SuperpixelAnswer, transfer: Transferable[]): void {
  postMessage(message, { transfer })
}
