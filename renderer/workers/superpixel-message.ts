import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { SuperpixelOptions } from '../../shared/superpixel/cache-key.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'

/** What `superpixel-worker.ts` is asked: one `build` in its life, and one `read` before it. */
export type SuperpixelRequest =
  /** Read superpixels that were kept: answered with `built` or `unreadable`. */
  | {
      readonly kind: 'read'
      readonly file: Blob
      readonly key: string
      readonly width: number
      readonly height: number
      readonly options: SuperpixelOptions
    }
  | {
      readonly kind: 'build'
      /** The encoded image, the same bytes that are shown. */
      readonly blob: Blob
      readonly width: number
      readonly height: number
      readonly rough: RoughCopy | null
      readonly options: SuperpixelOptions
      readonly threads: number
      /** Pack what was built as a file with this key; null: do not. */
      readonly key: string | null
    }

/** The image at 1 / `factor` of its size, rounded up. */
export type RoughCopy = { readonly bitmap: ImageBitmap; readonly factor: number }

export type SuperpixelAnswer =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'progress'; readonly fraction: number }
  /** Superpixels of the copy, laid over the image. */
  | { readonly kind: 'rough'; readonly hierarchy: Hierarchy }
  | { readonly kind: 'built'; readonly hierarchy: Hierarchy }
  /** After `built`, the last answer: what is to be kept of it; null when it is not worth keeping. */
  | { readonly kind: 'packed'; readonly file: Uint8Array<ArrayBuffer> | null }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }
