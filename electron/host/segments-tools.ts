import { AppError, type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { CarriedRecord } from '../../shared/formats/carried-record.ts'
import type { SegmentsMode, SegmentsResult } from '../../shared/host/segments-methods.ts'
import type { SegmentsLabel, SegmentsRemote, SegmentsSample } from '../../shared/sync/segments-remote.ts'
import type { LabelCodec } from '../adapters/label-codec.ts'
import type { Cards } from './cards.ts'
import type { Categories } from './categories.ts'
import type { Import } from './import.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import type { SegmentsBook } from './segments-book.ts'
import type { createSamplesHere } from './segments-look.ts'

/** Tool of the revisions that labels of a dataset become, and the installation their records name. */
export const segmentsTool = 'segments'
/** Samples that are worked on at a time: the server is asked by four at most, the rest reads and writes meanwhile. */
export const lanes = 6

/**
 * Takes what has no form here, whole. What it answers false to is only counted, and stays where it is; in any case nothing is
 * ever written over it. Asked again with the same, it does nothing.
 */
export type SegmentsCarrier = {
  /** A label of a sample whose image is here, of another kind than a mask. */
  takeLabel(
    sample: SampleId,
    there: {
      readonly sample: SegmentsSample
      readonly label: SegmentsLabel
      /** The label that was looked at here. Rejects with `CONFLICT` when another is the head; null: there was none. */
      readonly base: RevisionId | null
      /** Ids of categories here by those there. */
      readonly idHere: ReadonlyMap<number, number>
    },
  ): Promise<boolean>
  /** A sample that is no image, of a dataset for `taskType`. Answers whether it was not kept here like this. */
  takeSample(there: {
    readonly sample: SegmentsSample
    readonly label: SegmentsLabel | null
    readonly taskType: string
  }): Promise<boolean>
  /** Names of all that is kept, in the trash too. */
  names(): ReadonlySet<string>
  /** What is kept, without the trash, whose names are `wanted`. */
  records(wanted: (name: string) => boolean): Promise<CarriedRecord[]>
}

/** What the services of one run share. */
export type RunTools = {
  readonly context: LibraryContext
  readonly remote: SegmentsRemote
  readonly book: SegmentsBook
  /** `owner/name`. */
  readonly dataset: string
  readonly labels: Pick<Labels, 'arrivals' | 'objects' | 'shapes'>
  readonly cards: Cards
  readonly categories: Categories
  readonly imports: Pick<Import, 'importFile'>
  readonly samplesHere: ReturnType<typeof createSamplesHere>
  /** Decodes masks beside the host. */
  readonly codec: Pick<LabelCodec, 'decode'>
  readonly carrier: SegmentsCarrier | null
  readonly mode: SegmentsMode
  readonly overwriteReviewed: boolean
  readonly tally: Tally
  readonly signal: AbortSignal
  /** Ids of categories there by ids here, and the other way round. */
  /** What the dataset is for. */
  readonly taskType: string
  readonly ids: { readonly there: ReadonlyMap<number, number>; readonly here: ReadonlyMap<number, number> }
  /** One more of `step` is done; `bytes` have moved. */
  advance(step: string, done: number, bytes?: number): void
  say(text: string, code?: string): void
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
/** What a run has done so far. */
export type Tally = Mutable<Omit<SegmentsResult, 'mode' | 'dataset' | 'sent' | 'got'>> & {
  readonly sent: Mutable<SegmentsResult['sent']>
  readonly got: Mutable<SegmentsResult['got']>
}
export function createTally(): Tally {
  return {
    sent: { isDatasetNew: false, images: 0, samples: 0, labels: 0, cards: 0, categories: 0, issues: 0 },
    got: { samples: 0, labels: 0, cards: 0, categories: 0, issues: 0, carried: 0 },
    agreed: 0,
    conflicts: [],
    held: [],
    left: [],
    goneThere: [],
    goneHere: [],
    failed: [],
    remarks: [],
  }
}

/** Refusals that are about one sample: the others may fare better. */
const ofOneSample: ReadonlySet<string> = new Set([
  'IN_TOO_BIG',
  'IN_TOO_DEEP',
  'IN_FORMAT',
  'IN_PATH',
  'IN_TIMEOUT',
  'IN_SIZE_MISMATCH',
  'NOT_FOUND',
  'NAME_TAKEN',
  'CONFLICT',
  'BAD_REQUEST',
  'INTERNAL',
  'BLOB_CORRUPT',
  'MISSING_BLOB',
  'ROW_CORRUPT',
  'FMT_TOO_NEW',
  'REMOTE_GONE',
  'REMOTE_REFUSED',
  'REMOTE_CORRUPT',
  'REMOTE_MISMATCH',
])
/** So many, and the run is told to have failed at large: then it is not about single samples any more. */
export const mostFailures = 1000

/** Writes down what one sample refuses; what is not about one sample is thrown on. */
export function failOne(
  { tally, signal, context, say }: Pick<RunTools, 'tally' | 'signal' | 'context' | 'say'>,
  sample: { readonly name: string; readonly id: SampleId | null },
  thrown: unknown,
): void {
  const error = toAppError(thrown)
  if (signal.aborted || !ofOneSample.has(error.code) || tally.failed.length >= mostFailures) throw thrown
  if (error.code === 'INTERNAL') context.log('error', 'segments', String(thrown))
  tally.failed.push({ name: sample.name, sampleId: sample.id, error: error.toInfo() as Mutable<ErrorInfo> })
  say(`${sample.name}: ${error.message}`, error.code)
}

export function stoppedError(cause: unknown): AppError {
  return new AppError('CANCELLED', 'The run was stopped.', {
    remedy: 'What is done is done. Run it again, and it goes on where it was.',
    cause,
  })
}
