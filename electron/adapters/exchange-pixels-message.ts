import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { Draft, Drawn, FormatId, ReadLabel, WriteLabel } from '../../shared/formats/exchange/format.ts'
import type { ShapeFacts } from '../../shared/formats/exchange/losses.ts'
import type { Comparison } from '../../shared/formats/exchange/proof.ts'
import type { Category } from '../../shared/label/ontology.ts'

/** What crosses between `exchange-pixels.ts` and its workers. A worker does one job at a time. */

/** What all jobs of a pool are about. */
export type PixelSetup = { readonly format: FormatId; readonly categories: readonly Category[] }

/** A label of the library, its pixels as the stored PNG. */
export type StoredLabel = Omit<WriteLabel, 'map'> & {
  readonly width: number
  readonly height: number
  readonly png: Uint8Array
}

/** The fingerprint of a label's `HeldForm`, and its objects with pixels. */
export type HeldSum = { readonly sum: string; readonly objects: number }

/** Answered with what was drawn, or, for formats that do not draw, with the ids of the pixels. */
export type WriteJob = { readonly kind: 'write'; readonly label: StoredLabel }
export type WritePixels = HeldSum & { readonly drawn: Drawn | null; readonly ids: Uint32Array | null }
/** Answered with null when the draft cannot be read. */
export type ReadJob = { readonly kind: 'read'; readonly draft: Draft }
/** What came back of a label, `read` or of a draft; null: nothing. */
export type CompareJob = {
  readonly kind: 'compare'
  readonly label: StoredLabel
  readonly read: Pick<ReadLabel, 'map' | 'objects'> | Draft | null
}
export type ShapesJob = {
  readonly kind: 'shapes'
  readonly label: Pick<StoredLabel, 'width' | 'height' | 'png'>
}

export type PixelJob = WriteJob | ReadJob | CompareJob | ShapesJob
export type PixelResult<J extends PixelJob> = J extends WriteJob
  ? WritePixels
  : J extends ReadJob
    ? HeldSum | null
    : J extends CompareJob
      ? Comparison
      : ShapeFacts

export type FromPixels =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }
