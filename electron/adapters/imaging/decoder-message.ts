import type { ErrorCode } from '../../../shared/base/app-error.ts'
import type { Orientation } from '../../../shared/image/orientation.ts'
import type { ImageFormat } from '../../../shared/image/sniff.ts'

/** What the host asks of a decoder process. Paths are absolute; the file is only read. */
export type DecoderRequest =
  /** Decodes the whole file and answers what it is, with its thumbnail: both come from one decoding. */
  | { readonly kind: 'inspect'; readonly path: string; readonly format: ImageFormat }
  /** Writes the picture upright, sRGB, 8 bits a channel as PNG to `out`. */
  | { readonly kind: 'convert'; readonly path: string; readonly format: ImageFormat; readonly out: string }
  /** Writes the samples of the picture, upright, to `out`: what `SampleFile` says of them. */
  | {
      readonly kind: 'sample'
      readonly path: string
      readonly format: ImageFormat
      readonly out: string
      /** Only of a picture of 16 bits a channel, and at most so many bytes; of others nothing is written. */
      readonly deepUpTo?: number
    }

/** Longer side of a thumbnail in pixels. */
export const THUMB_SIDE = 320

export type Inspected = {
  readonly format: ImageFormat
  /** As displayed: orientation applied. */
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
  readonly frames: number
  /** WebP, longer side at most `THUMB_SIDE`. */
  readonly thumb: Uint8Array
}

/**
 * A file of nothing but samples, as `Samples` of the engine: little-endian, rows from the top, channels of a pixel side
 * by side. Colours are sRGB. One that has more than 8 bits keeps them.
 */
export type SampleFile = {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly depth: 'uchar' | 'ushort' | 'float'
}

export type DecoderAnswer =
  | { readonly kind: 'inspected'; readonly value: Inspected }
  | { readonly kind: 'converted' }
  | { readonly kind: 'sampled'; readonly value: SampleFile }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly remedy: string }

/** The decoder ends itself with this code when a picture needs more memory than it may have. */
export const OVER_MEMORY_EXIT = 75
