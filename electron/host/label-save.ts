import { AppError } from '../../shared/base/app-error.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { revisionRecordText } from '../../shared/formats/revision-record.ts'
import type { SaveResult } from '../../shared/host/host-api.ts'
import type { LabelContent } from './label-content.ts'
import { planSave } from './label-plan.ts'
import { damaged, type JournalMark, type LabelRows, type RevisionRow } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'

export type ContentSave = {
  /** The revision the label was made from; null for the first. */
  readonly base: RevisionId | null
  readonly content: LabelContent
  readonly tool: string
  /** The part of a journal that the label holds. */
  readonly journal: { readonly session: string; readonly seq: number } | null
  /** What a label that is kept beside another one and that one were made from. */
  readonly mergeBase?: RevisionId | null
  /** Who made it, when that is somebody else than who works here. */
  readonly by?: string | undefined
  /** Where it was made, when that is not this installation: its objects were numbered there. */
  readonly from?: string | undefined
  /** Done in the transaction that gives it its place. It may run twice, so it must not remember anything. */
  readonly within?: ((row: RevisionRow) => void) | undefined
}
/** What comes with a label that was made elsewhere. */
export type FromElsewhere = Pick<ContentSave, 'by' | 'from' | 'within'>

/**
 * Gives a stored label its place: the commit point. Resolves once record and row are on the disk. One at a time for each
 * sample: the caller sees to it.
 */
export type LabelSave = {
  /** Rejects with `BAD_REQUEST` when base or journal are another sample's, `ROW_CORRUPT`, or what the disk says. */
  save(sample: SampleId, save: ContentSave): Promise<SaveResult>
  /** Makes `content` the head with all tips as its parents. */
  settle(sample: SampleId, content: LabelContent, tool: string, by?: string): Promise<SaveResult>
  /** Makes `content` the head with just these parents: other newest states stay beside it. */
  join(
    sample: SampleId,
    content: LabelContent,
    tool: string,
    parents: readonly RevisionId[],
    by?: string,
    more?: Omit<FromElsewhere, 'by'>,
  ): Promise<SaveResult>
  /** Keeps `content` beside the head, as a sibling made from `parent`; once only, however often it is asked for. */
  beside(
    sample: SampleId,
    content: LabelContent,
    tool: string,
    parent: RevisionId | null,
    mergeBase?: RevisionId | null,
    more?: FromElsewhere,
  ): Promise<SaveResult>
  /** Null when nothing was ever saved. Throws AppError `ROW_CORRUPT`. */
  headOf(sample: SampleId): RevisionRow | null
  answer(kind: SaveResult['kind'], revision: RevisionRow, head: RevisionRow): SaveResult
}

export function createLabelSave(
  context: LibraryContext,
  rows: LabelRows,
  author: () => string = () => '',
  /** Inside a transaction: makes sure that these categories are in use. */
  needCategories: (ids: Iterable<number>) => void = () => {},
): LabelSave {
  function headOf(sample: SampleId): RevisionRow | null {
    const { head, name } = rows.sample(sample)
    if (head === null) return null
    const row = rows.revision(head)
    if (row?.sampleId !== sample) throw damaged(`The saved label of ${name}`)
    return row
  }

  function markOf(sample: SampleId, session: string): JournalMark | undefined {
    const mark = rows.mark(session)
    if (mark && mark.sampleId !== sample) throw refused('The edits belong to another image.')
    return mark
  }

  function requireOwnBase(sample: SampleId, base: RevisionId | null): void {
    const row = base === null ? undefined : rows.revision(base)
    if (row && row.sampleId !== sample) throw refused('The label was made from that of another image.')
    // Kept beside the head then: whoever drew it must not lose it because the library does not know where it began.
    if (base !== null && !row)
      context.log('warn', 'labels', 'a label was made from a revision that is not here')
  }

  /** Writes the record, then its row. */
  async function write(
    sampleId: SampleId,
    { content, tool, journal: covered, mergeBase, by, from, within }: Omit<ContentSave, 'base'>,
    place: { readonly parents: readonly RevisionId[]; readonly isHead: boolean },
  ): Promise<RevisionRow> {
    const { mask, label, ontology, shapes, objectCounts, shapeCounts, ...facts } = content
    const rest = { ...facts, author: by ?? author() }
    for (;;) {
      // The record names its place in the library's order, and it must be on the disk before that place is taken.
      const seq = rows.lastSeq() + 1
      const createdAt = context.now()
      const record = revisionRecordText({
        ...rest,
        v: 1,
        kind: 'revision',
        sampleId,
        parents: [...place.parents],
        ...(mergeBase !== undefined && { mergeBase }),
        payloads: [
          { role: 'mask', ...mask },
          { role: 'label', ...label },
          { role: 'ontology', ...ontology },
          ...(shapes ? [{ role: 'shapes' as const, ...shapes }] : []),
        ],
        tool,
        createdAt,
        deviceId: from ?? context.deviceId,
        seq,
      })
      const { digest } = await context.blobs.put(Buffer.from(record))
      const row: RevisionRow = {
        ...rest,
        id: digest as string as RevisionId,
        sampleId,
        seq,
        parents: place.parents,
        mask: mask.digest,
        label: label.digest,
        ontology: ontology.digest,
        shapes: shapes?.digest ?? null,
        tool,
        createdAt,
      }
      // A full disk makes the library run this a second time, so it must not remember anything.
      const isWritten = context.transaction(() => {
        // Meanwhile something else in the library may have taken the place.
        if (rows.lastSeq() !== seq - 1) return false
        context.nextSeq()
        rows.insert(row, place.isHead, objectCounts, shapeCounts)
        needCategories([...objectCounts.keys(), ...shapeCounts.keys()])
        if (covered) rows.setMark(covered.session, { sampleId, seq: covered.seq, revision: row.id })
        within?.(row)
        return true
      })
      if (isWritten) return row
    }
  }

  /** From here on the journal's part is known to be in `revision`. */
  function cover(sample: SampleId, part: ContentSave['journal'], revision: RevisionRow): void {
    if (!part) return
    if ((rows.mark(part.session)?.seq ?? 0) >= part.seq) return
    const mark = { sampleId: sample, seq: part.seq, revision: revision.id }
    context.transaction(() => rows.setMark(part.session, mark))
  }

  function answer(kind: SaveResult['kind'], revision: RevisionRow, head: RevisionRow): SaveResult {
    const savedAt = kind === 'unchanged' ? context.now() : revision.createdAt
    return { kind, revision: revision.id, head: head.id, savedAt }
  }

  return {
    headOf,
    answer,

    async save(sample, { base, content, tool, journal: part }) {
      requireOwnBase(sample, base)
      const head = headOf(sample)
      const mark = part ? markOf(sample, part.session) : undefined
      const { identity } = content
      const [label, shapes] = [content.label.digest, content.shapes?.digest ?? null]
      const planned = { sampleId: sample, base, identity, label, shapes, tool, journal: part }
      const plan = planSave(planned, head, mark, rows)
      if ('revision' in plan) {
        const { kind, revision } = plan
        cover(sample, part, revision)
        // A revision has been written for this sample, so it has a head.
        const isInHead = rows.descends(head!.id, revision.id)
        return answer(kind === 'unchanged' ? kind : isInHead ? 'saved' : 'sibling', revision, head!)
      }
      const isHead = plan.kind === 'head'
      const row = await write(sample, { content, tool, journal: part }, { parents: plan.parents, isHead })
      context.emit({ type: 'label.saved', sampleId: sample, revision: row.id })
      return isHead ? answer('saved', row, row) : answer('sibling', row, head!)
    },

    settle(sample, content, tool, by) {
      const parents = rows.tips(sample).map(({ id }) => id)
      return this.join(sample, content, tool, parents, by)
    },

    async join(sample, content, tool, parents, by, more = {}) {
      const row = await write(
        sample,
        { content, tool, journal: null, by, ...more },
        { parents, isHead: true },
      )
      context.emit({ type: 'label.saved', sampleId: sample, revision: row.id })
      return answer('saved', row, row)
    },

    async beside(sample, content, tool, parent, mergeBase, more = {}) {
      const head = headOf(sample)
      if (!head) return this.settle(sample, content, tool)
      const { identity } = content
      const parents = parent !== null && rows.revision(parent) ? [parent] : []
      const [label, shapes] = [content.label.digest, content.shapes?.digest ?? null]
      const twin = rows.twin({ sampleId: sample, parents, identity, label, shapes, tool })
      if (twin && rows.tips(sample).some(({ id }) => id === twin.id)) {
        if (more.within) context.transaction(() => more.within!(twin))
        return answer('sibling', twin, head)
      }
      const kept = { content, tool, journal: null, ...(mergeBase !== undefined && { mergeBase }), ...more }
      const row = await write(sample, kept, { parents, isHead: false })
      context.emit({ type: 'label.saved', sampleId: sample, revision: row.id })
      return answer('sibling', row, head)
    },
  }
}

function refused(message: string): AppError {
  return new AppError('BAD_REQUEST', message, { remedy: 'Nothing was changed. Open the image again.' })
}
