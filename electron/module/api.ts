import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { SplitPlan } from '../../shared/dataset/split-plan.ts'
import type { FormatId } from '../../shared/formats/exchange/format.ts'
import type {
  ArtifactRole,
  HostEvent,
  HostInput,
  HostMethod,
  HostOutput,
  ImportOutcome,
  OutboxEntry,
  PullResult,
  Sample,
  SaveResult,
  Version,
} from '../../shared/host/host-api.ts'
import type {
  SegmentsMode,
  SegmentsPlan,
  SegmentsReleaseView,
  SegmentsResult,
  SegmentsState,
} from '../../shared/host/segments-methods.ts'
import type { Category } from '../../shared/label/ontology.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { Lineage } from '../../shared/lineage/graph.ts'
import type { ExportReport } from '../host/label-export.ts'
import type { LabelImportReport } from '../host/label-import.ts'

/**
 * What a program gets that imports `tessera`: a library as the command line has it, as functions. Everything is done by the
 * host, over the same door as any window; nothing is decided here.
 *
 * - Paths are strings; relative ones start at `process.cwd()`. Sizes are pixels, times milliseconds since 1970.
 * - Whatever fails rejects with a `TesseraError`: `code` never changes its meaning, `message` says what happened, `remedy`
 *   what to do next.
 * - What is said twice changes nothing: an image that is there, a label that is the same, a version without changes and an
 *   artifact that was sent are left as they are. So a script that was cut off is run again.
 */

/** How far a long call has come. */
export type Progress = {
  /** What is being done, in words. */
  readonly step: string
  readonly done: number
  /** Null until it is known. */
  readonly total: number | null
}

export type CallOptions = {
  /** Stops the call, which then rejects with `CANCELLED`. What was reported as done is done; called again, it goes on. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** Where W&B is, whose it is and what it is called; whatever is left out, the library's settings say. */
export type WandbPlace = {
  /** `https://api.wandb.ai` unless told otherwise. */
  readonly baseUrl?: string
  readonly entity?: string
  readonly project?: string
}

export type OpenOptions = {
  /** Makes the library when the folder is missing or empty. */
  readonly create?: boolean
  /** Works beside any other program, and changes not a byte. Calls that write reject with `LIB_READ_ONLY`. */
  readonly readOnly?: boolean
  /** For this opening alone; goes before `WANDB_BASE_URL`, `WANDB_ENTITY` and `WANDB_PROJECT`, and is written nowhere. */
  readonly wandb?: WandbPlace
  /**
   * Where keys and addresses are looked up: `WANDB_API_KEY`, `SEGMENTS_API_KEY`, `SEGMENTS_BASE_URL`, `TESSERA_KEYRING` …
   * `process.env` unless given. A key is never an argument, and never comes out again.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Gets remarks that concern nothing that was asked for. */
  readonly onRemark?: (text: string) => void
  readonly signal?: AbortSignal
}

/** A library that is open until it is closed. */
export interface Library extends AsyncDisposable {
  /** Absolute. */
  readonly folder: string

  /**
   * Images of files and of folders, as `tessera import` takes them. What cannot be used is an outcome of the kind
   * `rejected`; the rest goes in. Bytes that are there already are a `duplicate`.
   */
  importImages(paths: readonly string[], options?: CallOptions): Promise<ImportOutcome[]>
  /** Samples in the order of adding; with `filter`, those that a search finds (`status:labeled car:>=5`). */
  samples(options?: CallOptions & { readonly filter?: string }): Promise<Sample[]>
  categories(options?: CallOptions): Promise<Category[]>

  /** The saved label of a sample (its name or id). Null: it has none yet. `NOT_FOUND`: there is no such sample. */
  label(sample: string, options?: CallOptions): Promise<SampleLabel | null>
  /**
   * Saves a label, and resolves when it would survive a power cut. `kind` of the answer is `unchanged` when it was that
   * already, and `sibling` when somebody else saved another one meanwhile: both are kept then. `IN_SIZE_MISMATCH`,
   * `IN_FORMAT`, `BAD_REQUEST`: mask, objects and image do not fit together.
   */
  setLabel(sample: string, label: NewLabel, options?: CallOptions): Promise<SaveResult>
  /** `review`: by somebody who judges the label and did not draw it. */
  setStatus(
    sample: string,
    status: LabelStatus,
    options?: CallOptions & { readonly review?: boolean },
  ): Promise<SaveResult>
  /** Labels of another program (COCO, YOLO, Pascal VOC, a Segments.ai release …), from a folder, a zip or a file. */
  importLabels(path: string, options?: CallOptions & ImportLabelsOptions): Promise<LabelImportReport>

  /** Null: nothing changed since the last version, and none was made. Works offline. */
  commit(message: string, options?: CallOptions): Promise<Version | null>
  /** Oldest first. */
  versions(options?: CallOptions): Promise<Version[]>
  /** Labels of a version in the format of another program, read back and compared before they get their name. */
  exportLabels(wish: ExportWish, options?: CallOptions): Promise<ExportReport>

  /**
   * Sends what W&B does not have yet. Rejects when something could not be sent: with the code of what hindered it, or
   * `OUTBOX_PARKED` when a person has to do something. The next call goes on there.
   */
  push(options?: CallOptions & { readonly retry?: boolean }): Promise<PushResult>
  /** An artifact (`entity/project/collection:v3`, or the end of that), or everything that others pushed. */
  pull(artifact?: string, options?: CallOptions & PullOptions): Promise<PullResult>
  /** What was made of what. With `look`, W&B is asked first, and what it says is kept. */
  lineage(options?: CallOptions & { readonly look?: boolean }): Promise<Lineage>

  readonly segments: SegmentsCalls

  /** Anything else that a window can ask for, by the contract of `shared/host/host-api.ts`. */
  call<M extends HostMethod>(method: M, input: HostInput<M>, options?: CallOptions): Promise<HostOutput<M>>
  /** News from the host. Returns the function that stops listening. */
  on(listener: (event: HostEvent) => void): () => void
  /** Finishes what is being saved, and lets go of the library. Also the end of `await using`. */
  close(): Promise<void>
}

/** What goes between a library and a Segments.ai dataset. */
export interface SegmentsCalls {
  /** What is known without asking the service: the link, and what runs or ran last. */
  status(options?: CallOptions): Promise<SegmentsState>
  /** Links the library to `owner/name`. `create`: it need not be there, and the first run that sends makes it. */
  link(
    dataset: string,
    options?: CallOptions & {
      readonly create?: boolean
      /** Of a dataset that is made: masks, filed under `other`, unless told. */
      readonly as?: HostInput<'segments.link'>['as']
    },
  ): Promise<SegmentsState>
  /** What a run would do, sample by sample. Writes nothing, there or here. */
  plan(mode: SegmentsMode, options?: CallOptions): Promise<SegmentsPlan>
  /** Sends what is new or changed here; labels here stay as they are. */
  publish(options?: CallOptions & RunOptions): Promise<SegmentsResult>
  /** Brings what is new or changed there; nothing is written there. */
  pull(options?: CallOptions & RunOptions): Promise<SegmentsResult>
  /** Both; what was changed on both sides lies beside each other until somebody answers. */
  both(options?: CallOptions & RunOptions): Promise<SegmentsResult>
  /** Newest first. */
  releases(options?: CallOptions): Promise<SegmentsReleaseView[]>
  /**
   * The release of that name, made where there is none, when the service has built it. Still `PENDING` after ten minutes,
   * it is answered as that; called again, it goes on waiting.
   */
  release(
    name: string,
    options?: CallOptions & { readonly description?: string },
  ): Promise<SegmentsReleaseView>
  /**
   * A W&B artifact to a dataset: brings its images here where they are missing, makes the dataset where it is missing, and
   * publishes. Dataset and samples say which artifact they came from.
   */
  fromArtifact(
    artifact: string,
    dataset: string,
    options?: CallOptions & { readonly overwriteReviewed?: boolean },
  ): Promise<SegmentsResult>
  /** A release to a version whose `labeled_data` says which dataset and release it is; `push` sends it. */
  toArtifact(
    release: string,
    options?: CallOptions & {
      readonly message?: string
      /** What to do with changes that no version has; `refuse` unless told, with `CONFLICT`. */
      readonly uncommitted?: 'refuse' | 'commit'
      /** Also where unusually many labels here would become those of the release: else it rejects with `SYNC_FAILSAFE`. */
      readonly confirmed?: boolean
    },
  ): Promise<HostOutput<'segments.toArtifact'>>
}

export type RunOptions = {
  /** Writes also over labels that somebody reviewed or verified there; what was there stays among the states of its sample. */
  readonly overwriteReviewed?: boolean
  /** Takes another label also for unusually many samples, where else it rejects with `SYNC_FAILSAFE`. */
  readonly confirmed?: boolean
}

export type PullOptions = {
  /** `images`: adds images and masks, whatever they come from. */
  readonly as?: 'auto' | 'images'
  readonly uncommitted?: 'refuse' | 'commit'
  readonly message?: string
  readonly confirmed?: boolean
}

export type PushResult = {
  /** What this call sent. */
  readonly sent: readonly OutboxEntry[]
  /** Everything that was ever to be sent. */
  readonly entries: readonly OutboxEntry[]
}

export type ImportLabelsOptions = {
  /** Found out from the files unless given. */
  readonly format?: FormatId
  readonly dryRun?: boolean
  /** Also where an image has a label; what it was stays among its states. */
  readonly replace?: boolean
  /**
   * Whether boxes stay shapes beside the mask or are filled as objects of it; as the format does it unless given. Points and
   * lines are shapes always.
   */
  readonly boxes?: 'shapes' | 'masks'
  /** Categories of the files that are to become others, which are here. Rejects with `NOT_FOUND` where one is not. */
  readonly map?: Readonly<Record<string, string>>
  /** Whether photographs among the files come in first; they stay out unless given. */
  readonly images?: boolean
  /** For labels of formats that do not say how far they have come; `in progress` unless given. */
  readonly status?: LabelStatus
}

export type ExportWish = {
  readonly format: FormatId
  /** A folder that is missing or empty; with `.zip` at its end an archive that is missing. */
  readonly out: string
  /** A number, the beginning of an id, a branch or an alias; what is there now, committed or not, unless given. */
  readonly version?: string
  /** `{ by: 'card' }` unless given. */
  readonly splits?: SplitPlan
  /** Images too; true unless given. */
  readonly images?: boolean
}

/** One object of a label: its pixels are those with its id. */
export type LabelObjectOf<Extra> = {
  /** 1 … 16,777,215. */
  readonly id: number
  /** Name of its category. */
  readonly category: string
} & Extra

export type SampleLabel = {
  readonly sample: Sample
  readonly revision: string
  readonly width: number
  readonly height: number
  readonly status: LabelStatus
  readonly objects: readonly LabelObjectOf<{
    readonly attributes: Readonly<Record<string, unknown>>
    readonly locked?: boolean | undefined
  }>[]
  /** The object id of each pixel, rows from the top; 0 is unlabeled. */
  readonly ids: Uint32Array
}

export type NewLabel = {
  /**
   * The object ids: a PNG as `docs/formats/label.md` has it (its path, or its bytes), or the ids themselves, one a pixel,
   * rows from the top. As large as the image is when shown upright.
   */
  readonly mask: string | Uint8Array | IdMap
  /** Every id that the mask uses. A category that does not exist yet is made. */
  readonly objects: readonly LabelObjectOf<{
    readonly attributes?: Readonly<Record<string, string | number | boolean | null | string[]>>
    readonly locked?: true
  }>[]
  /** As it was unless given; an unlabeled sample becomes `in progress`. */
  readonly status?: LabelStatus
}

export type IdMap = { readonly width: number; readonly height: number; readonly ids: Uint32Array }

/** Every pixel's superpixel: 0, 1, …, each a 4-connected region. */
export type Superpixels = IdMap & { readonly count: number }

export type {
  ArtifactRole,
  Category,
  ErrorInfo,
  ExportReport,
  FormatId,
  HostEvent,
  HostInput,
  HostMethod,
  HostOutput,
  ImportOutcome,
  LabelImportReport,
  LabelStatus,
  Lineage,
  OutboxEntry,
  PullResult,
  Sample,
  SaveResult,
  SegmentsMode,
  SegmentsPlan,
  SegmentsReleaseView,
  SegmentsResult,
  SegmentsState,
  SplitPlan,
  Version,
}
