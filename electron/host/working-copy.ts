import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest, EntryDigest } from '../../shared/dataset/digest.ts'
import type { SampleFiles } from '../../shared/formats/artifact-layout.ts'
import type { SampleState } from '../../shared/history/changes.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { rowSum, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import { isNothing } from './label-moves.ts'
import type { LibraryContext } from './library-context.ts'
import { type Breathe, createTimeSlice } from './time-slice.ts'

/** A sample with what a commit records of it. */
export type WorkingSample = SampleFiles & { readonly id: string; readonly head: string | null }

/** A sample as a draft counts it. */
export type WorkingState = SampleState & { readonly head: string | null; readonly objectCount: number }

/** What `SampleState.label` is for a label of these blobs. */
export const labelKey = (png: BlobDigest, json: BlobDigest) => png + json

export function stateOf({ image, label, card, head }: WorkingSample): WorkingState {
  return {
    image: image.digest,
    label: label && labelKey(label.png.digest, label.json.digest),
    card: card?.digest ?? null,
    head,
    objectCount: label?.objectCount ?? 0,
  }
}

export type WorkingCopy = {
  /**
   * Every sample with its files as of one moment, by name. Each row is checked on the way. Rejects with AppError
   * `ROW_CORRUPT` or `MISSING_BLOB`, naming the sample.
   */
  samples(): Promise<WorkingSample[]>
  /** The same in brief and unchecked, by name. Kept between calls: only what changed since the last one is read. */
  states(): Promise<ReadonlyMap<string, WorkingState>>
  /** The `labelKey` of a revision; null when the index has lost it. */
  labelOf(revision: string): string | null
}

const pageSize = 500

/** A label that says nothing counts as none: a restore puts one in the place of none, for a head is never taken away. */
const saysNothing = "r.status = 'unlabeled' AND r.object_count = 0"
const briefColumns = `s.rowid, s.name, s.image_digest,
  CASE WHEN ${saysNothing} THEN NULL ELSE r.png_digest || r.json_digest END,
  CASE WHEN ${saysNothing} THEN NULL ELSE s.head_revision END, COALESCE(r.object_count, 0), s.card_digest`
const fullColumns = `
  s.rowid, s.*, r.*, image.md5, image.size, png.md5, png.size, json.md5, json.size,
  card.md5, card.size`
const joins = `
  FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision
  LEFT JOIN blobs image ON image.digest = s.image_digest
  LEFT JOIN blobs png ON png.digest = r.png_digest LEFT JOIN blobs json ON json.digest = r.json_digest
  LEFT JOIN blobs card ON card.digest = s.card_digest`

export function createWorkingCopy(
  { db }: Pick<LibraryContext, 'db'>,
  breathe: Breathe = createTimeSlice(),
): WorkingCopy {
  const brief = prepare(db, `${briefColumns} FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision`)
  const full = prepare(db, `${fullColumns} ${joins}`)
  const readSample = sampleReader(db)
  const selectLast = db.prepare(
    `SELECT (SELECT MAX(rowid) FROM revisions) AS revisions, (SELECT MAX(rowid) FROM cards) AS cards,
       (SELECT value FROM meta WHERE key = 'trash_seq') AS trash`,
  )
  const selectCount = db.prepare('SELECT COUNT(*) AS count FROM samples WHERE trashed_at IS NULL')
  const selectLabel = db.prepare('SELECT png_digest || json_digest AS label FROM revisions WHERE id = ?')

  let known = { states: new Map<string, WorkingState>(), ...nothing }

  /**
   * Reads samples from the one after `since.samples` on, in pages between which other work has its turn; then, without
   * a pause, whatever got another head or card since. So `take` has in the end seen one moment. Rows are only ever added,
   * and their rowids tell in which order: the numbers in the column `seq` are taken before a row is written. Only the
   * trash takes samples away; what it does changes `trash`, and then all is read anew.
   */
  async function read(statements: Statements, since: Seen, take: (row: SqlValue[]) => void): Promise<Seen> {
    let { samples } = since
    const before = since.samples === 0 ? last() : since
    for (;;) {
      const page = all(statements.page, samples, pageSize)
      for (const row of page) take(row)
      if (page.length > 0) samples = Number(page.at(-1)![0])
      if (page.length < pageSize) break
      await breathe()
    }
    for (const row of all(statements.touched, before.revisions, before.cards)) take(row)
    const now = last()
    return { samples, ...now, trash: before.trash === now.trash ? now.trash : 'changed meanwhile' }
  }

  function last(): Omit<Seen, 'samples'> {
    const { revisions, cards, trash } = selectLast.get()!
    return { revisions: Number(revisions ?? 0), cards: Number(cards ?? 0), trash: String(trash ?? '') }
  }

  return {
    async samples() {
      const found = new Map<string, WorkingSample>()
      for (;;) {
        const seen = await read(full, nothing, (row) => {
          const sample = readSample(row)
          found.set(sample.id, sample)
        })
        if (seen.trash === last().trash) break
        found.clear()
      }
      return [...found.values()].sort((a, b) => compareCodePoints(a.name, b.name))
    },

    async states() {
      const take = ([, name, image, label, head, objectCount, card]: SqlValue[]) =>
        known.states.set(name as string, {
          image: image as string,
          label: label as string | null,
          head: head as string | null,
          card: card as string | null,
          objectCount: Number(objectCount),
        })
      const { trash } = last()
      if (known.trash === trash) known = { states: known.states, ...(await read(brief, known, take)) }
      while (known.trash !== last().trash || Number(selectCount.get()!.count) !== known.states.size) {
        // Samples went: what is known does not tell which.
        known.states.clear()
        known = { states: known.states, ...(await read(brief, nothing, take)) }
      }
      return known.states
    },

    labelOf: (revision) => (selectLabel.get(revision)?.label as string | undefined) ?? null,
  }
}

/** How far the tables were read: rowids, and the mark that the trash leaves. */
type Seen = {
  readonly samples: number
  readonly revisions: number
  readonly cards: number
  readonly trash: string
}
const nothing: Seen = { samples: 0, revisions: 0, cards: 0, trash: '' }

type Statements = { readonly page: StatementSync; readonly touched: StatementSync }

function prepare(db: DatabaseSync, select: string): Statements {
  const page = db.prepare(
    `SELECT ${select} WHERE s.rowid > ? AND s.trashed_at IS NULL ORDER BY s.rowid LIMIT ?`,
  )
  const touched = db.prepare(
    `SELECT ${select} WHERE s.trashed_at IS NULL AND s.id IN (
       SELECT sample_id FROM revisions WHERE rowid > ? UNION ALL SELECT sample_id FROM cards WHERE rowid > ?)`,
  )
  for (const statement of [page, touched]) statement.setReturnArrays(true)
  return { page, touched }
}

const all = (statement: StatementSync, ...values: SQLInputValue[]) =>
  statement.all(...values) as unknown as SqlValue[][]

/** Reads a row of `fullColumns`: rowid, the sample's columns, its head's columns, then MD5 and size of three blobs. */
function sampleReader(db: DatabaseSync): (row: SqlValue[]) => WorkingSample {
  const columnsOf = (table: string) => {
    const statement = db.prepare(`SELECT * FROM ${table} LIMIT 0`)
    return statement.columns().map(({ name }) => name)
  }
  const [sampleColumns, revisionColumns] = [columnsOf('samples'), columnsOf('revisions')]
  const revisionStart = 1 + sampleColumns.length
  const blobStart = revisionStart + revisionColumns.length
  const sampleAt = (column: string) => 1 + sampleColumns.indexOf(column)
  const revisionAt = (column: string) => revisionStart + revisionColumns.indexOf(column)
  const at = {
    id: sampleAt('id'),
    name: sampleAt('name'),
    image: sampleAt('image_digest'),
    head: sampleAt('head_revision'),
    card: sampleAt('card_digest'),
    revision: revisionAt('id'),
    png: revisionAt('png_digest'),
    json: revisionAt('json_digest'),
    status: revisionAt('status'),
    objectCount: revisionAt('object_count'),
  }
  return (row) => {
    const name = String(row[at.name])
    const head = row[at.head] as string | null
    const holds = (start: number, end: number) => rowSum(row.slice(start, end - 1)) === row[end - 1]
    const isWhole = holds(1, revisionStart) && (head === null || holds(revisionStart, blobStart))
    if (!isWhole || head !== row[at.revision]) throw damagedRow(name)
    const blob = (digest: SqlValue, index: number): BlobRef => {
      const [md5, size] = row.slice(blobStart + 2 * index, blobStart + 2 * index + 2)
      if (typeof md5 !== 'string' || size === null) throw unknownBlob(name)
      return { digest: digest as BlobDigest, md5: md5 as EntryDigest, size: Number(size) }
    }
    const label =
      head === null
        ? null
        : {
            png: blob(row[at.png]!, 1),
            json: blob(row[at.json]!, 2),
            status: row[at.status] as LabelStatus,
            objectCount: Number(row[at.objectCount]),
          }
    const isLabeled = label !== null && !isNothing(label)
    return {
      id: String(row[at.id]),
      name,
      head: isLabeled ? head : null,
      image: blob(row[at.image]!, 0),
      card: row[at.card] === null ? null : blob(row[at.card]!, 3),
      label: isLabeled ? label : null,
    }
  }
}

const remedy = 'No version was made. Run "tessera verify" to see what is affected and how to mend it.'

function damagedRow(name: string): AppError {
  return new AppError('ROW_CORRUPT', `The entry of "${name}" in the index of this library is damaged.`, {
    remedy,
  })
}

function unknownBlob(name: string): AppError {
  return new AppError('MISSING_BLOB', `The index of this library has lost a file of "${name}".`, { remedy })
}
