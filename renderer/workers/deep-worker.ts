import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import { unframe } from '../../shared/host/data-plane.ts'
import { autoWindow, deepLevel, depthHistogram, halved, occurring } from '../../shared/image/deep-samples.ts'
import type { DeepPhoto } from '../canvas/deep-photo.ts'

/** Samples of 16 bits as the host frames them, of a picture of this size, and how many sizes of it to make. */
export type DeepRequest = {
  readonly blob: Blob
  readonly width: number
  readonly height: number
  readonly levels: number
}
export type DeepAnswer =
  | { readonly kind: 'read'; readonly photo: DeepPhoto }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }

addEventListener('message', ({ data }: MessageEvent<DeepRequest>) => void read(data))

async function read({ blob, width, height, levels }: DeepRequest): Promise<void> {
  try {
    const { header, body } = unframe(new Uint8Array(await blob.arrayBuffer()))
    const channels = Number((header as { channels?: unknown } | null)?.channels)
    const made = [deepLevel({ width, height, channels }, body)]
    const histogram = depthHistogram(made[0]!)
    while (made.length < levels) made.push(halved(made.at(-1)!))
    const photo = { levels: made, auto: autoWindow(histogram), occurring: occurring(histogram) }
    const buffers = new Set(made.map(({ data }) => data.buffer as ArrayBuffer))
    answer({ kind: 'read', photo }, [...buffers])
  } catch (error) {
    answer({ kind: 'failed', error: toAppError(error).toInfo() }, [])
  }
}

function answer(message: DeepAnswer, transfer: Transferable[]): void {
  postMessage(message, { transfer })
}
