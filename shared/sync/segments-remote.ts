import type { JsonObject } from '../base/json.ts'
import type { ByteSink } from './artifact-source.ts'

/**
 * Segments.ai as this program sees it. Everything the server says is kept: `raw` is the object as it was answered, unknown
 * keys included, and what Tessera has no form for (`attributes`, `taskAttributes`, `metadata`) is its JSON, untouched. What is
 * sent is sent as it is given. Times are the server's own text and are compared for equality only.
 */

/** Every dataset has it: the labels of people. Others hold the predictions of models. */
export const groundTruth = 'ground-truth'

/** What the platform documents. Another status may come. */
export const segmentsStatuses = [
  'UNLABELED',
  'PRELABELED',
  'LABELING_IN_PROGRESS',
  'LABELED',
  'REVIEWING_IN_PROGRESS',
  'REVIEWED',
  'REJECTED',
  'SKIPPED',
  'VERIFIED',
] as const
export type SegmentsStatus = (typeof segmentsStatuses)[number] | (string & {})

export type SegmentsUser = {
  readonly username: string
  readonly email: string | null
  readonly isOrganization: boolean
  /** User names of the organizations it belongs to. */
  readonly organizations: readonly string[]
  readonly raw: JsonObject
}

export type SegmentsDataset = {
  readonly name: string
  /** `owner/name`. */
  readonly fullName: string
  readonly owner: string
  readonly description: string
  readonly readme: string
  /** `segmentation-bitmap`, `vector`, …; empty for a dataset without a task. */
  readonly taskType: string
  readonly isPublic: boolean
  readonly isArchived: boolean
  /** Categories, image attributes and whatever else the task knows. */
  readonly taskAttributes: JsonObject | null
  readonly metadata: JsonObject
  /** Null when the server does not say. */
  readonly samplesCount: number | null
  /** Samples by status, and `TOTAL`. */
  readonly labelStats: Readonly<Record<string, number>>
  /** What this key may do there: `labeler`, `reviewer`, `manager`, `admin`, …; null when the server does not say. */
  readonly role: string | null
  readonly createdAt: string
  readonly raw: JsonObject
}
/** Whatever is left out is as the platform's own client would say. */
export type SegmentsDatasetDraft = {
  readonly name: string
  /** The user name of an organization; null: of whoever the key belongs to. */
  readonly organization: string | null
  readonly description?: string
  readonly readme?: string
  readonly taskType: string
  readonly taskAttributes: JsonObject
  readonly category?: string
  readonly isPublic?: boolean
  readonly metadata?: JsonObject
  /** Other keys of the wire, as `enable_skip_labeling`. */
  readonly more?: JsonObject
}

export type SegmentsLabelSummary = {
  readonly status: SegmentsStatus
  readonly updatedAt: string | null
  readonly createdBy: string | null
  readonly reviewedBy: string | null
  readonly score: number | null
}
export type SegmentsSample = {
  readonly uuid: string
  /** Unique in its dataset. */
  readonly name: string
  /** `{image: {url}}` and its like; null when there are none. */
  readonly attributes: JsonObject | null
  readonly metadata: JsonObject
  readonly priority: number
  readonly readme: string
  readonly assignedLabeler: string | null
  readonly assignedReviewer: string | null
  readonly createdAt: string
  readonly createdBy: string | null
  /** `owner/name`; null in lists. */
  readonly dataset: string | null
  /** Of the labelset that was asked for; null when none was, or when there is no label. */
  readonly label: SegmentsLabelSummary | null
  /** The same whole, where it was asked for. */
  readonly fullLabel: SegmentsLabel | null
  readonly raw: JsonObject
}
export type SegmentsSampleDraft = {
  readonly name: string
  readonly attributes: JsonObject
  readonly metadata?: JsonObject
  readonly priority?: number
  readonly readme?: string
  readonly assignedLabeler?: string | null
  readonly assignedReviewer?: string | null
}
/** Null clears an assignment. */
export type SegmentsSampleChange = Partial<SegmentsSampleDraft>

export type SegmentsLabel = {
  readonly sampleUuid: string
  readonly labelset: string
  readonly labelType: string
  readonly status: SegmentsStatus
  /** Null for one that was skipped, and for one that is empty. */
  readonly attributes: JsonObject | null
  readonly createdAt: string
  readonly createdBy: string | null
  /** Another value than the one that was seen before: somebody wrote it since. */
  readonly updatedAt: string
  readonly updatedBy: string | null
  readonly reviewedAt: string | null
  readonly reviewedBy: string | null
  readonly score: number | null
  readonly rating: number | null
  readonly raw: JsonObject
}
export type SegmentsLabelDraft = {
  readonly status: SegmentsStatus
  readonly attributes: JsonObject | null
  readonly score?: number
}

export type SegmentsLabelset = {
  readonly name: string
  readonly description: string
  readonly isGroundTruth: boolean
  readonly raw: JsonObject
}

export type SegmentsIssue = {
  readonly uuid: string
  readonly description: string
  readonly status: 'OPEN' | 'CLOSED' | (string & {})
  readonly comments: readonly {
    readonly text: string
    readonly createdAt: string
    readonly createdBy: string
  }[]
  /** Where in the sample; null: the whole of it. */
  readonly anchor: JsonObject | null
  readonly sampleUuid: string
  readonly sampleName: string
  readonly createdAt: string
  readonly createdBy: string | null
  readonly updatedAt: string
  readonly updatedBy: string | null
  readonly raw: JsonObject
}
export type SegmentsIssueDraft = {
  readonly description: string
  readonly status: 'OPEN' | 'CLOSED'
  readonly anchor?: JsonObject
}

export type SegmentsRelease = {
  readonly uuid: string
  readonly name: string
  readonly description: string
  /** `PENDING` until the server is done with it. */
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED' | (string & {})
  /** Where its file is, for `receive`; null while there is none. */
  readonly url: string | null
  readonly createdAt: string
  readonly samplesCount: number | null
  readonly raw: JsonObject
}

/** Bytes to be sent. One with `stream` is streamed, never loaded, and asked for its stream again when it has to go again. */
export type SegmentsBytes =
  | Uint8Array<ArrayBuffer>
  | { readonly size: number; stream(): AsyncIterable<Uint8Array<ArrayBuffer>> }
export type SegmentsAsset = { readonly uuid: string; readonly filename: string; readonly url: string }

export type SegmentsSampleQuery = {
  /** Says the status of each label in it; without one, no sample has a `label`. */
  readonly labelset?: string
  /** Brings the labels whole. Needs `labelset`. */
  readonly isFull?: boolean
  readonly nameContains?: string
  /** Metadata that has to be so. */
  readonly filters?: Readonly<Record<string, string>>
  readonly statuses?: readonly SegmentsStatus[]
  /** `name` when left out: the only order that is the same for every page whatever others add. `-` first reverses. */
  readonly sort?:
    | 'name'
    | '-name'
    | 'created_at'
    | '-created_at'
    | 'priority'
    | '-priority'
    | '-gt_label__updated_at'
  /** 200 when left out. The server may give fewer, and it is halved where the server cannot give as many. */
  readonly perPage?: number
}

/**
 * One Segments.ai server with one key. Rejects with `RemoteError` (codes below), with other kinds of `AppError` for what is
 * wrong on this side, and with `CANCELLED` when `signal` is aborted. `null` stands for what is not there.
 *
 * - `AUTH_REVOKED` the key; `REMOTE_FORBIDDEN` this key may not do that; `REMOTE_GONE` dataset, sample, … is not there;
 *   `REMOTE_QUOTA` trial or plan is used up; `REMOTE_LIMIT` throttled, `retryAfterMs` holds; `REMOTE_REFUSED` anything else
 *   the server says no to, in its words; `NAME_TAKEN` the name is in use; `CONFLICT` somebody else wrote in between;
 *   `REMOTE_CORRUPT` an answer that does not hold together.
 * - `NET_OFFLINE`, `NET_SLOW` (silence, cut connections, faults of the server), `NET_INTERFERED` (a page instead of data,
 *   sent elsewhere), `NET_PROXY`, `TLS_BAD`, `CLOCK_SKEW`.
 *
 * What can be asked again is asked again a few times, after a wait that grows, never sooner than the server asked for; what
 * fails still is for the caller (`nextMove`). Never are more than four calls under way; others wait. What creates something
 * looks first, and after a lost answer looks again, so nothing is made twice however often it is asked for. What every
 * remote promises is `test/contracts/segments-remote.contract.ts`.
 */
export interface SegmentsRemote {
  /** Who the key belongs to; also the test of a connection. */
  whoAmI(signal: AbortSignal): Promise<SegmentsUser>

  /** Of a user or an organization; null: all that the key takes part in. By name, without duplicates. */
  datasets(owner: string | null, signal: AbortSignal): Promise<SegmentsDataset[]>
  /** `dataset` is `owner/name` here and below; `BAD_REQUEST` for what cannot be one. */
  dataset(dataset: string, signal: AbortSignal): Promise<SegmentsDataset | null>
  /** `isNew` is false for one of that name that was there: it is as it was. */
  createDataset(
    draft: SegmentsDatasetDraft,
    signal: AbortSignal,
  ): Promise<{ readonly dataset: SegmentsDataset; readonly isNew: boolean }>
  /**
   * `change` answers keys of the wire (`task_attributes`, `metadata`, …); others stay as they are. It is asked as for
   * `replaceLabel`, of the dataset as it is then. Null when it stays as it is.
   */
  updateDataset(
    dataset: string,
    change: (now: SegmentsDataset) => JsonObject | null,
    signal: AbortSignal,
  ): Promise<SegmentsDataset | null>

  /**
   * Page by page, no sample twice; it ends when the server has no more. Others may add and remove meanwhile: a sample that is
   * missing here is gone only when `sample` does not find it either.
   */
  samples(
    dataset: string,
    query: SegmentsSampleQuery,
    signal: AbortSignal,
  ): AsyncIterable<readonly SegmentsSample[]>
  sampleByName(
    dataset: string,
    name: string,
    labelset: string | null,
    signal: AbortSignal,
  ): Promise<SegmentsSample | null>
  /** `isSigned`: with addresses that can be fetched of what lies in a private bucket; then without `label`. */
  sample(
    uuid: string,
    query: { readonly labelset?: string; readonly isSigned?: boolean },
    signal: AbortSignal,
  ): Promise<SegmentsSample | null>
  /**
   * In the order of `drafts`, at most 100 a call. One whose name was there comes as it was and is not changed: whether it is
   * the one that was meant is seen by its `attributes`. Asking again adds nothing.
   */
  addSamples(
    dataset: string,
    drafts: readonly SegmentsSampleDraft[],
    signal: AbortSignal,
  ): Promise<SegmentsSample[]>
  /** `change` as for `replaceLabel`, of the sample as it is then. Null when it stays as it is. */
  updateSample(
    uuid: string,
    change: (now: SegmentsSample) => SegmentsSampleChange | null,
    signal: AbortSignal,
  ): Promise<SegmentsSample | null>

  /** Null when the sample has none there, or there is no such sample. */
  label(sampleUuid: string, labelset: string, signal: AbortSignal): Promise<SegmentsLabel | null>
  /**
   * Creates or replaces; the server has no history and asks for no condition. So right before each try, also after a pause
   * or a lost answer, the label is read and `change` says what is to be written over it, null for nothing: what it has not
   * seen is written over only when it was saved while the two calls were on their way. Null when the label stays as it is.
   */
  replaceLabel(
    sampleUuid: string,
    labelset: string,
    change: (now: SegmentsLabel | null) => SegmentsLabelDraft | null,
    signal: AbortSignal,
  ): Promise<SegmentsLabel | null>

  labelsets(dataset: string, signal: AbortSignal): Promise<SegmentsLabelset[]>
  createLabelset(
    dataset: string,
    draft: { readonly name: string; readonly description: string },
    signal: AbortSignal,
  ): Promise<{ readonly labelset: SegmentsLabelset; readonly isNew: boolean }>

  issues(dataset: string, signal: AbortSignal): Promise<SegmentsIssue[]>
  /**
   * Issues have no names, so `known` are the uuids that were there: after a lost answer, one of the sample with the same words
   * that is not among them is ours. To look first is the caller's: `issues` of the dataset, once.
   */
  addIssue(
    dataset: string,
    sampleUuid: string,
    draft: SegmentsIssueDraft,
    known: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<SegmentsIssue>
  updateIssue(uuid: string, change: Partial<SegmentsIssueDraft>, signal: AbortSignal): Promise<SegmentsIssue>

  releases(dataset: string, signal: AbortSignal): Promise<SegmentsRelease[]>
  release(dataset: string, name: string, signal: AbortSignal): Promise<SegmentsRelease | null>
  /** It is `PENDING` at first; ask `release` until it is not. */
  createRelease(
    dataset: string,
    draft: { readonly name: string; readonly description: string },
    signal: AbortSignal,
  ): Promise<{ readonly release: SegmentsRelease; readonly isNew: boolean }>

  /**
   * Sends a file; its `url` is for samples and labels. Each try has an address of its own, so repeating one leaves at most a
   * file behind that nothing names. `moved` is told how many more bytes have gone out, less than none when they go again.
   */
  upload(
    file: { readonly name: string; readonly bytes: SegmentsBytes },
    signal: AbortSignal,
    moved?: (bytes: number) => void,
  ): Promise<SegmentsAsset>
  /**
   * Fetches what an address holds, without the key. `IN_TOO_BIG` beyond `maxBytes`, `REMOTE_GONE` when there is nothing,
   * `REMOTE_REFUSED` with cause `expired` when the address is no longer good, and without for one that Tessera does not go to:
   * `s3://` and its like, no encryption, into this network although the server is not in it.
   */
  receive(address: string, into: ByteSink, maxBytes: number, signal: AbortSignal): Promise<void>

  /** Where a person looks at it. */
  datasetUrl(dataset: string): string
  sampleUrl(dataset: string, sampleUuid: string, labelset?: string): string
  releasesUrl(dataset: string): string
}

/** `owner/name`, taken apart; null for what cannot be one. */
export function readDatasetName(text: string): { readonly owner: string; readonly name: string } | null {
  const found = /^([\w.@+-]{1,200})\/([\w.-]{1,200})$/.exec(text.trim())
  if (!found || /^\.+$/.test(found[1]!) || /^\.+$/.test(found[2]!)) return null
  return { owner: found[1]!, name: found[2]! }
}
