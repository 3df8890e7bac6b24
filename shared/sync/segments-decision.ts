import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { SegmentsFate, SegmentsMode } from '../host/segments-methods.ts'

/**
 * What becomes of one sample that is here, in a dataset on Segments.ai, or on both: by what each side says now and what both
 * said when they last agreed. A mark is a text that is the same for the same label and for no other one; null stands for a
 * label that says nothing.
 */
export type AgreedSample = { readonly here: string | null; readonly there: string | null }
export type SideHere =
  | {
      readonly kind: 'shown'
      readonly label: string | null
      /** Two newest states lie beside each other until a person answers. */
      readonly isOpen: boolean
    }
  /** In the trash, or removed for good after it was agreed on. */
  | { readonly kind: 'gone' }
export type SideThere = {
  readonly label: string | null
  /** What of it cannot be shown here: nothing, its label, or the sample itself. */
  readonly carried: 'nothing' | 'label' | 'sample'
}

/** `agreed`: null when nothing was ever agreed on. A side that is null does not have the sample. */
export function fateOf(sample: {
  readonly agreed: AgreedSample | null
  readonly here: SideHere | null
  readonly there: SideThere | null
}): SegmentsFate {
  const { agreed, here, there } = sample
  // What cannot be shown is neither taken nor written over, whatever it was before.
  if (there?.carried === 'sample') return 'carried'
  if (!there && (!here || here.kind === 'gone')) return 'gone there'
  if (!here || here.kind === 'gone') return !here && there && !agreed ? 'create here' : 'gone here'
  if (!there) return agreed ? 'gone there' : 'create there'
  const before = agreed ?? { here: null, there: null }
  const isChangedHere = here.label !== before.here
  const isChangedThere = there.label !== before.there
  // Beside a label that cannot be drawn, mine has no way there.
  if (there.carried === 'label' && there.label !== null)
    return isChangedHere || isChangedThere ? 'carried' : 'unchanged'
  // An answer that is still to come is the next thing to happen to it.
  if (here.isOpen) return 'conflict'
  if (!isChangedHere) {
    if (!isChangedThere) return 'unchanged'
    return there.label === null ? 'gone there' : 'pull'
  }
  // A label that was taken away there can be sent again: nothing is written over.
  if (!isChangedThere || there.label === null) return 'push'
  // Nothing was drawn here: an empty label that nobody agreed on is no opinion.
  return here.label === null && before.here === null ? 'pull' : 'conflict'
}

/** Whether a run of this mode does something about it. What is `carried` is kept by whatever brings things here. */
export function isActedOn(fate: SegmentsFate, mode: SegmentsMode): boolean {
  switch (fate) {
    case 'push':
    case 'create there':
      return mode !== 'pull'
    case 'pull':
    case 'conflict':
    case 'create here':
    case 'carried':
      return mode !== 'publish'
    case 'unchanged':
    case 'gone there':
    case 'gone here':
      return false
  }
}

type LabelThere = { readonly updatedAt: string | null; readonly status: string }
/** The mark of a label there: its time, and its status, which may be set without a new time. */
export const markThere = (label: LabelThere | null): string | null =>
  label === null || label.status === 'UNLABELED' ? null : `${label.updatedAt ?? ''} ${label.status}`

/** The same of a whole label: one that is called unlabeled may still hold something. */
export function wholeMarkThere(
  label: (LabelThere & { readonly attributes: JsonObject | null }) | null,
): string | null {
  const annotations = label?.attributes?.annotations
  const isEmpty = !Array.isArray(annotations) || annotations.length === 0
  return label && label.status === 'UNLABELED' && !isEmpty
    ? `${label.updatedAt ?? ''} UNLABELED`
    : markThere(label)
}

/** Labels that somebody has judged there: they are written over only when a person says so. */
export const isJudged = (status: string | null): boolean => status === 'REVIEWED' || status === 'VERIFIED'

/** Heads that a run may give another label without being told that this is meant: as many, or this share of all. */
const [mostReplaced, mostShare] = [20, 0.1]
export const isUnusual = (replaced: number, samples: number): boolean =>
  replaced > mostReplaced && replaced > samples * mostShare

/**
 * The name under which a sample goes there: the service's own loader knows no folders, so `/` is spelled `%2F`. Names
 * without one stay as they are, unless they look like one that was spelled so.
 */
export const nameThere = (name: string): string =>
  /\/|%2F|%25/i.test(name) ? name.replaceAll('%', '%25').replaceAll('/', '%2F') : name
export const nameFromThere = (name: string): string => name.replace(/%2F/gi, '/').replace(/%25/g, '%')

/** The address of the image of a sample that is one; null for sequences, point clouds and the like. */
export function imageUrlOf({ attributes }: { readonly attributes: JsonObject | null }): string | null {
  const image = attributes?.image
  const url = isJsonObject(image) ? (image.url ?? image.signed_url) : null
  return typeof url === 'string' && url !== '' ? url : null
}
