import type { BlobDigest, LabelIdentity, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { JournalMark, LabelRows, RevisionRow } from './label-rows.ts'

/** A label that is about to be saved, as far as its place among the others depends on it. */
export type PlannedSave = {
  readonly sampleId: SampleId
  /** The revision it was made from; null for the first. */
  readonly base: RevisionId | null
  readonly identity: LabelIdentity
  readonly label: BlobDigest
  readonly shapes: BlobDigest | null
  readonly tool: string
  /** The part of a journal that this label holds. */
  readonly journal: { readonly session: string; readonly seq: number } | null
}

export type SavePlan =
  /** Nothing to write: this revision holds the same label, or a later one of the same session. */
  | { readonly kind: 'unchanged' | 'repeated'; readonly revision: RevisionRow }
  | { readonly kind: 'head' | 'sibling'; readonly parents: readonly RevisionId[] }

/**
 * Where a save goes. A label made from the head becomes the head. One made from anything else is kept beside the head,
 * unless it is the same save again: an answer that was lost must not make a second revision.
 */
export function planSave(
  save: PlannedSave,
  head: RevisionRow | null,
  mark: JournalMark | undefined,
  rows: Pick<LabelRows, 'revision' | 'twin' | 'descends'>,
): SavePlan {
  const held = mark && rows.revision(mark.revision)
  // An older state of a session that has been saved further since, late on its way: its edits are in that revision.
  if (held && save.journal && save.journal.seq < mark.seq) return { kind: 'repeated', revision: held }
  // What a session was saved as last holds all it had drawn by then, though its window may not have heard of it yet:
  // the answer was lost, or its journal was replayed for another window.
  const base = held && rows.descends(held.id, save.base) ? held.id : save.base
  // The label file holds objects and status, so with the pixels and what lies beside them that is all.
  const same = (row: RevisionRow) =>
    row.identity === save.identity && row.label === save.label && row.shapes === save.shapes

  if (head && same(head)) return { kind: 'unchanged', revision: head }
  const from = base === null ? undefined : rows.revision(base)
  if (from && same(from)) return { kind: 'unchanged', revision: from }
  if (!head) return { kind: 'head', parents: [] }
  if (base === head.id) return { kind: 'head', parents: [head.id] }
  // A base that this library does not know cannot be a parent; the label is kept all the same.
  const parents = from ? [from.id] : []
  const twin = rows.twin({ ...save, parents })
  return twin ? { kind: 'repeated', revision: twin } : { kind: 'sibling', parents }
}
