import type { Scores } from '../metrics/scores.ts'
import type { Offer } from '../peers/partitions.ts'
import type { ImageId } from './image-set.ts'

/** What is measured of one image. */
export type ImageResult = ImageId & {
  readonly engine: string
  readonly leafCount: number
  /** SHA-256 of the tree and the leaves, in hex: the same on every machine. */
  readonly digest: string
  readonly faults: readonly string[]
  /** At each of `counts`. */
  readonly ours: readonly Scores[]
  readonly peers: readonly { readonly method: string; readonly request: number; readonly scores: Scores }[]
}

/** What a worker is started with. */
export type WorkerSetup = { readonly offer: Offer | null }
/** What it is told: an image to measure, or null to end. */
export type ToWorker = ImageId | null
