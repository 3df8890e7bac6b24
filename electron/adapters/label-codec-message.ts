import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { LabelIdentity } from '../../shared/dataset/digest.ts'
import type { LabelSide } from '../../shared/history/label-side.ts'
import type { LabelMerge } from '../../shared/history/merge-label.ts'
import type { Choice } from '../../shared/history/resolve-label.ts'
import type { RestoredObject } from '../../shared/history/restore-object.ts'
import type { LabelTotals } from '../../shared/label/diff-totals.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'
import type { ObjectCrop } from './label-crops.ts'

/** What crosses between `label-codec.ts` and its worker. One job is under way at a time. */
export type Size = { readonly width: number; readonly height: number }

/** `ids` as `encodeIds` writes them; `listed`: the ids of the label's objects. */
export type EncodeJob = Size & {
  readonly kind: 'encode'
  readonly ids: Uint8Array
  readonly listed: readonly number[]
}
/** Answered with the PNG's ids as `encodeIds` writes them. */
export type DecodeJob = Size & { readonly kind: 'decode'; readonly png: Uint8Array }
/** `patches` as `encodePatch` writes them, empty ones for edits without pixels; a null `png` is an empty map. */
export type ReplayJob = Size & {
  readonly kind: 'replay'
  readonly png: Uint8Array | null
  readonly patches: readonly Uint8Array[]
}
/** What a category looks like. */
export type CategoryLook = Pick<Category, 'id' | 'color' | 'isVoid'>
/** The label as a small picture, no side longer than `side`. `objects`: id and category of each, in pairs. */
export type OverlayJob = Size & {
  readonly kind: 'overlay'
  readonly png: Uint8Array
  readonly side: number
  readonly objects: Uint32Array
  readonly categories: readonly CategoryLook[]
}
/** A side of a merge with its pixels as a PNG; null is an empty map. */
export type MergeInput = Omit<LabelSide, 'runs'> & { readonly png: Uint8Array | null }
export type MergeJob = Size & {
  readonly kind: 'merge'
  readonly base: MergeInput
  readonly mine: MergeInput
  readonly theirs: MergeInput
  readonly later: 'mine' | 'theirs'
  readonly oneRegion: readonly number[]
  readonly isOneCounter: boolean
}
/** The same with answers to what is in conflict, by the keys of `groupConflicts`. */
export type ResolveJob = Omit<MergeJob, 'kind'> & {
  readonly kind: 'resolve'
  readonly answers: readonly (readonly [key: number, choice: Choice])[]
}
/**
 * What two states of a label differ in, and a picture of where, no side longer than `side`. A null `png` is an empty map.
 */
export type DifferJob = Size & {
  readonly kind: 'differ'
  readonly before: DifferInput
  readonly after: DifferInput
  readonly side: number
}
export type DifferInput = {
  readonly png: Uint8Array | null
  readonly objects: readonly { readonly id: number; readonly categoryId: number }[]
}
/** A state of a label with its pixels as a PNG; null is an empty map. */
export type WholeInput = { readonly png: Uint8Array | null; readonly objects: readonly LabelObject[] }
/** One object of `now` is to be what it was in `before`, as `restoreObject` has it. */
export type RestoreJob = Size & {
  readonly kind: 'restore'
  readonly before: WholeInput
  readonly after: WholeInput
  readonly now: WholeInput
  readonly object: { readonly before: number | null; readonly after: number | null }
  readonly nextObjectId: number
  readonly oneRegion: readonly number[]
}
/** Where the objects of `ids` lie and what they look like, no mask larger than `side`. Answered with `ObjectCrop[]`. */
export type CropsJob = Size & {
  readonly kind: 'crops'
  readonly png: Uint8Array
  readonly ids: readonly number[]
  readonly side: number
}
export type CodecJob =
  | EncodeJob
  | DecodeJob
  | ReplayJob
  | OverlayJob
  | CropsJob
  | MergeJob
  | ResolveJob
  | DifferJob
  | RestoreJob

/** `png` is null when the host had one of this identity already. */
export type EncodedLabel = {
  readonly identity: LabelIdentity
  readonly labeledPixels: number
  readonly png: Uint8Array | null
}
/** `applied` counts the patches before the first that could not be read: less than all of them is damage. */
export type ReplayedLabel = { readonly ids: Uint8Array; readonly applied: number }
/** `ids` as `encodeIds` writes them. */
export type MergedLabel = Omit<LabelMerge, 'runs'> & { readonly ids: Uint8Array }
/** `unanswered`: conflicts without an answer, as questions. */
export type ResolvedIds = Omit<LabelSide, 'runs'> & { readonly ids: Uint8Array; readonly unanswered: number }
/** `picture`: a PNG with alpha, of nothing but what changed. */
export type Difference = LabelTotals & { readonly picture: Uint8Array }
/** `ids` as `encodeIds` writes them; null: nothing differs. */
export type RestoredIds = (Omit<RestoredObject, 'ids'> & { readonly ids: Uint8Array }) | 'locked' | null
export type CodecResult =
  | EncodedLabel
  | Uint8Array
  | ReplayedLabel
  | MergedLabel
  | ResolvedIds
  | Difference
  | RestoredIds
  | ObjectCrop[]

/** `encode: false` spares the work when the same pixels were encoded before. */
export type ToCodec =
  | { readonly kind: 'job'; readonly job: CodecJob }
  | { readonly kind: 'answer'; readonly encode: boolean }
export type FromCodec =
  | { readonly kind: 'identity'; readonly identity: LabelIdentity }
  | { readonly kind: 'done'; readonly result: CodecResult }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }
