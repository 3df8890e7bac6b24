import { AppError } from '../base/app-error.ts'
import type { Smoothing } from './blur.ts'

/** Called now and then with the fraction of a stage that is done. Throws AppError `CANCELLED` when the build must stop. */
export type Checkpoint = (fraction: number) => void

export type BuildOptions = {
  /** Gets rising values from 0 to 1. */
  readonly onProgress?: (fraction: number) => void
  /** Asked often; answering true ends the build with AppError `CANCELLED`. */
  readonly shouldStop?: () => boolean
  /** 0.5 unless told. */
  readonly smoothing?: Smoothing | undefined
  /** From 0, regions that follow all that is seen, to 1, round ones, in steps of a quarter. 0.5 unless told. */
  readonly compactness?: number | undefined
  /** Larger images are divided on a copy reduced by a whole factor. 64 million pixels unless told. */
  readonly mostPixels?: number
  /** Longest side of a tile; what `tilesOf` says unless told. */
  readonly tileSide?: number | undefined
}

/** Checkpoints whose stage covers `from … to` of the whole build; reports at most once per percent. */
export function progressOf(options: BuildOptions): (from: number, to: number) => Checkpoint {
  let reported = -1
  return (from, to) => (fraction) => {
    if (options.shouldStop?.()) {
      throw new AppError('CANCELLED', 'Computing superpixels was stopped.', {
        remedy: 'Open the image again.',
      })
    }
    const percent = Math.floor((from + (to - from) * fraction) * 100)
    if (percent <= reported) return
    reported = percent
    options.onProgress?.(percent / 100)
  }
}
