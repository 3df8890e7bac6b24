import {
  type Cleanup,
  fillHoles,
  growObjects,
  holesOf,
  type Piece,
  removeSpecks,
  shrinkObjects,
  smallPieces,
  smoothObjects,
  specksOf,
} from '../../../shared/label/cleanup.ts'
import type { LabelEdit } from '../../../shared/label/edit.ts'
import { type Split, splitObjects, splitsOf } from '../../../shared/label/many-objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { CleanupKind, CleanupState } from './cleanup-store.ts'
import { goneWith } from './object-edits.ts'

type Label = Pick<LabelSession, 'doc' | 'index'>

/** What there is in the label, whatever the person asks for: it is found once for each label and choice of objects. */
export type Found = { readonly pieces: readonly Piece[]; readonly splits: readonly Split[] }

export function findFor(kind: CleanupKind, { doc, index }: Label, ids: readonly number[]): Found {
  return {
    pieces: kind === 'holes' ? holesOf(doc, index, ids) : kind === 'specks' ? specksOf(doc, index, ids) : [],
    splits: kind === 'split' ? splitsOf(doc, index, ids) : [],
  }
}

type Change = { readonly before: number; readonly after: number }

/** What would be done, and how it counts. */
export type Plan = {
  readonly edit: LabelEdit
  /** Holes or specks of the objects; null for what knows no pieces. */
  readonly pieces: Change | null
  /** Pixels of the objects that it is done to. */
  readonly pixels: Change
  /** Objects of the image. */
  readonly objects: Change
  /** Objects that would have no pixel left. */
  readonly gone: number
  readonly changed: readonly Piece[]
}

/**
 * Null when nothing would change. `into` null: there is no category for the parts of stuff. Throws AppError `IN_TOO_BIG`.
 */
export function planFor(
  kind: CleanupKind,
  label: Label,
  ids: readonly number[],
  found: Found,
  choice: Pick<CleanupState, 'below' | 'every' | 'by' | 'takes' | 'joins'> & {
    readonly into: Category | null
    readonly protects: boolean
    readonly categories: readonly Category[]
  },
): Plan | null {
  const { doc, index } = label
  if (kind === 'split') {
    const edit = splitObjects(doc, found.splits, choice.into, choice.categories)
    return edit ? planOf(label, ids, { edit, pieces: [] }, null) : null
  }
  const small = smallPieces(found.pieces, choice.every ? null : choice.below)
  const made = {
    holes: () => fillHoles(doc, index, small, choice),
    specks: () => removeSpecks(doc, index, small, choice),
    grow: () => growObjects(doc, index, ids, choice.by, choice),
    shrink: () => shrinkObjects(doc, index, ids, choice.by, choice),
    smooth: () => smoothObjects(doc, index, ids, choice.by, choice),
  }[kind]()
  return made && planOf(label, ids, made, kind === 'holes' || kind === 'specks' ? found.pieces.length : null)
}

function planOf(
  { doc, index }: Label,
  ids: readonly number[],
  { edit, pieces }: Cleanup,
  known: number | null,
): Plan {
  const touched = new Set(ids)
  const before = ids.reduce((sum, id) => sum + (index.get(id)?.pixels ?? 0), 0)
  let after = before
  const { pixels } = edit
  for (let i = 0; pixels && i < pixels.before.length; i++) {
    if (touched.has(pixels.before[i]!)) after--
    if (touched.has(pixels.after[i]!)) after++
  }
  const gone = goneWith(edit).length
  const added = edit.objects.filter((change) => change.before === null).length
  return {
    edit,
    pieces: known === null ? null : { before: known, after: known - pieces.length },
    pixels: { before, after },
    objects: { before: doc.objects.size, after: doc.objects.size + added - gone },
    gone,
    changed: pieces,
  }
}
