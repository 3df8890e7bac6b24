import type { LabelObject } from '../label/ontology.ts'
import type { LabelStatus } from '../label/status.ts'
import { emptyRuns, type MapRuns } from './map-runs.ts'

/** One state of a label, as merging sees it. Every id of `runs` is that of one of `objects`. */
export type LabelSide = {
  readonly runs: MapRuns
  readonly objects: readonly LabelObject[]
  /** Above every id the label ever had. */
  readonly nextObjectId: number
  readonly status: LabelStatus
}

/** What a label is before anything is saved. */
export function emptySide(pixelCount: number): LabelSide {
  return { runs: emptyRuns(pixelCount), objects: [], nextObjectId: 1, status: 'unlabeled' }
}

export type Side = 'mine' | 'theirs'

/** What both sides changed, and differently. Ids are those of the merged label; 0 is unlabeled. */
export type LabelConflict =
  /** Pixels that were `base` are one object here and another one there. */
  | {
      readonly kind: 'pixels'
      readonly base: number
      readonly mine: number
      readonly theirs: number
      readonly pixels: number
    }
  /** One side locked the object, the other one gave or took these pixels of it. */
  | { readonly kind: 'locked'; readonly object: number; readonly by: Side; readonly pixels: number }
  /** One side deleted the object, the other one changed it; `pixels`: how many it has there. */
  | { readonly kind: 'deleted'; readonly object: number; readonly by: Side; readonly pixels: number }
  /** A field of the object, an attribute as `attributes.NAME`. */
  | {
      readonly kind: 'field'
      readonly object: number
      readonly field: string
      readonly mine: unknown
      readonly theirs: unknown
    }

/** Whether a conflict is about an object. */
export function concerns(conflict: LabelConflict, object: number): boolean {
  return conflict.kind === 'pixels'
    ? conflict.mine === object || conflict.theirs === object || conflict.base === object
    : conflict.object === object
}
