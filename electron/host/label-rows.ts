import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { BlobDigest, LabelIdentity, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { rowSum, rowSumHolds, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'
import { createListing, type ObjectCounts } from './listing.ts'

/** What labels need to know of a sample. Sizes are pixels as displayed. */
export type LabeledSample = {
  readonly id: SampleId
  readonly name: string
  readonly width: number
  readonly height: number
  readonly head: RevisionId | null
}

export type RevisionRow = {
  readonly id: RevisionId
  readonly sampleId: SampleId
  /** Place in the library's order: a child's is higher than its parents'. */
  readonly seq: number
  readonly parents: readonly RevisionId[]
  readonly identity: LabelIdentity
  readonly mask: BlobDigest
  readonly label: BlobDigest
  readonly ontology: BlobDigest
  /** What there is beside them; null for nothing. */
  readonly shapes: BlobDigest | null
  readonly status: LabelStatus
  readonly objectCount: number
  readonly labeledPixels: number
  readonly nextObjectId: number
  readonly tool: string
  readonly author: string
  readonly createdAt: number
}

/** The session's edits up to `seq` are in `revision`. */
export type JournalMark = { readonly sampleId: SampleId; readonly seq: number; readonly revision: RevisionId }

/**
 * The rows of the index that say what the labels are. Whatever is read was checked against its checksum: a damaged row
 * throws AppError `ROW_CORRUPT`, and nobody mistakes it for an empty label.
 */
export type LabelRows = {
  /** Throws AppError `NOT_FOUND`. */
  sample(id: string): LabeledSample
  revision(id: RevisionId): RevisionRow | undefined
  /** Newest first. */
  revisionsOf(sample: SampleId): RevisionRow[]
  /** Revisions without a child, oldest first. More than one: a person has to choose. */
  tips(sample: SampleId): RevisionRow[]
  /** Whether `revision` was made from `ancestor`, over any number of steps, or is it. Everything descends from null. */
  descends(revision: RevisionId, ancestor: RevisionId | null): boolean
  /** The revision that is this save, made before. */
  twin(
    save: Pick<RevisionRow, 'sampleId' | 'parents' | 'identity' | 'label' | 'shapes' | 'tool'>,
  ): RevisionRow | undefined
  /** A PNG of the same pixels. */
  maskOf(identity: LabelIdentity): BlobDigest | undefined
  mark(session: string): JournalMark | undefined
  /** The last number given out in the library's order. */
  lastSeq(): number
  /** Inside a transaction: adds a revision, and moves the head onto it when `isHead`. How many objects and shapes of each category. */
  insert(row: RevisionRow, isHead: boolean, objects: ObjectCounts, shapes: ObjectCounts): void
  /** Inside a transaction. */
  setMark(session: string, mark: JournalMark): void
}

export function createLabelRows({ db }: Pick<LibraryContext, 'db'>): LabelRows {
  const listing = createListing(db)
  const selectSample = db.prepare('SELECT * FROM samples WHERE id = ?')
  const updateHead = db.prepare('UPDATE samples SET head_revision = ?, row_sum = ? WHERE id = ?')
  const selectRevision = db.prepare('SELECT * FROM revisions WHERE id = ?')
  const selectAll = db.prepare('SELECT * FROM revisions WHERE sample_id = ? ORDER BY seq DESC')
  const selectTips = db.prepare(
    `SELECT r.* FROM tips t JOIN revisions r ON r.id = t.revision_id WHERE t.sample_id = ? ORDER BY r.seq`,
  )
  const selectTwin = db.prepare(
    `SELECT * FROM revisions
     WHERE sample_id = ? AND parents = ? AND identity = ? AND json_digest = ? AND shapes_digest IS ? AND tool = ?
     ORDER BY seq LIMIT 1`,
  )
  const selectMask = db.prepare('SELECT png_digest FROM revisions WHERE identity = ? LIMIT 1')
  const selectMark = db.prepare('SELECT sample_id, seq, revision_id FROM journal_marks WHERE session = ?')
  const selectSeq = db.prepare("SELECT CAST(value AS INTEGER) AS seq FROM meta WHERE key = 'seq'")
  const insertRevision = db.prepare(
    'INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertTip = db.prepare('INSERT INTO tips (sample_id, revision_id) VALUES (?, ?)')
  const deleteTip = db.prepare('DELETE FROM tips WHERE sample_id = ? AND revision_id = ?')
  const upsertMark = db.prepare(
    `INSERT INTO journal_marks (session, sample_id, seq, revision_id) VALUES (?, ?, ?, ?)
     ON CONFLICT (session) DO UPDATE SET seq = excluded.seq, revision_id = excluded.revision_id`,
  )

  function sampleRow(id: string): Record<string, SqlValue> {
    const row = selectSample.get(id) as Record<string, SqlValue> | undefined
    if (!row) {
      throw new AppError('NOT_FOUND', 'There is no such sample in this library.', {
        remedy: 'Reload the list of samples.',
      })
    }
    if (!rowSumHolds(row)) throw damaged(`The entry of ${String(row.name)}`)
    return row
  }

  function revision(id: RevisionId): RevisionRow | undefined {
    const row = selectRevision.get(id)
    return row && toRevision(row)
  }

  return {
    sample(id) {
      const row = sampleRow(id)
      return {
        id: row.id as SampleId,
        name: String(row.name),
        width: Number(row.width),
        height: Number(row.height),
        head: row.head_revision as RevisionId | null,
      }
    },

    revision,
    revisionsOf: (sample) => selectAll.all(sample).map(toRevision),
    tips: (sample) => selectTips.all(sample).map(toRevision),

    descends(id, ancestor) {
      if (ancestor === null || id === ancestor) return true
      const oldest = revision(ancestor)
      if (!oldest) return false
      const seen = new Set<RevisionId>()
      const open = [id]
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (next === ancestor) return true
        if (seen.has(next)) continue
        seen.add(next)
        const row = revision(next)
        // A parent is always older, so nothing older than the ancestor can lead to it.
        if (row && row.seq > oldest.seq) open.push(...row.parents)
      }
      return false
    },

    twin({ sampleId, parents, identity, label, shapes, tool }) {
      const row = selectTwin.get(sampleId, canonicalJson(parents), identity, label, shapes, tool)
      return row && toRevision(row)
    },

    maskOf: (identity) => selectMask.get(identity)?.png_digest as BlobDigest | undefined,

    mark(session) {
      const row = selectMark.get(session)
      return (
        row && {
          sampleId: row.sample_id as SampleId,
          seq: Number(row.seq),
          revision: row.revision_id as RevisionId,
        }
      )
    },

    lastSeq: () => Number(selectSeq.get()!.seq),

    insert(row, isHead, objects, shapes) {
      const values: SqlValue[] = [
        row.id,
        row.sampleId,
        row.seq,
        canonicalJson(row.parents),
        row.identity,
        row.mask,
        row.label,
        row.ontology,
        row.status,
        row.objectCount,
        row.labeledPixels,
        row.nextObjectId,
        row.tool,
        row.author,
        row.createdAt,
      ]
      const summed = row.shapes === null ? values : [...values, row.shapes]
      insertRevision.run(...values, rowSum(summed), row.shapes)
      for (const parent of row.parents) deleteTip.run(row.sampleId, parent)
      insertTip.run(row.sampleId, row.id)
      if (!isHead) return
      const { row_sum: _, ...sample } = sampleRow(row.sampleId)
      const moved = { ...sample, head_revision: row.id }
      updateHead.run(row.id, rowSum(Object.values(moved)), row.sampleId)
      listing.setLabel(row.sampleId, row, objects, shapes)
    },

    setMark(session, { sampleId, seq, revision: id }) {
      upsertMark.run(session, sampleId, seq, id)
    },
  }
}

function toRevision(row: Record<string, unknown>): RevisionRow {
  if (!rowSumHolds(row)) throw damaged('A saved label')
  return {
    id: row.id as RevisionId,
    sampleId: row.sample_id as SampleId,
    seq: Number(row.seq),
    parents: JSON.parse(String(row.parents)) as RevisionId[],
    identity: row.identity as LabelIdentity,
    mask: row.png_digest as BlobDigest,
    label: row.json_digest as BlobDigest,
    ontology: row.ontology_digest as BlobDigest,
    shapes: row.shapes_digest as BlobDigest | null,
    status: row.status as LabelStatus,
    objectCount: Number(row.object_count),
    labeledPixels: Number(row.labeled_pixels),
    nextObjectId: Number(row.next_object_id),
    tool: String(row.tool),
    author: String(row.author),
    createdAt: Number(row.created_at),
  }
}

/** `what` begins the sentence. */
export function damaged(what: string, cause?: unknown): AppError {
  return new AppError('ROW_CORRUPT', `${what} was damaged in the index of this library.`, {
    remedy: 'Run "tessera verify" to see what is affected. Nothing was changed.',
    cause,
  })
}
