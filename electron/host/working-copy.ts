import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest, EntryDigest } from '../../shared/dataset/digest.ts'
import { labelKey, type SampleFiles } from '../../shared/formats/artifact-layout.ts'
import type { SampleState } from '../../shared/history/changes.ts'
import { foldName } from '../../shared/image/sample-name.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { rowSumHolds, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import { isNothing } from './label-moves.ts'
import type { LibraryContext } from './library-context.ts'
import { type Breathe, createTimeSlice } from './time-slice.ts'

/** A sample with what a commit records of it. */
export type WorkingSample = SampleFiles & { readonly id: string; readonly head: string | null }

/** A sample as a draft counts it. */
export type WorkingState = SampleState & { readonly head: string | null; readonly objectCount: number }

export function stateOf({ image, label, card, head }: WorkingSample): WorkingState {
  return {
    image: image.digest,
    label: label && labelKey(label.png.digest, label.json.digest, label.shapes?.digest ?? null),
    card: card?.digest ?? null,
    head,
    objectCount: label?.objectCount ?? 0,
  }
}

export type NamedWorkingState = WorkingState & { readonly name: string }

/** Samples by name as of one moment. Null: there is none of that name, or only in the trash. */
export type Seen<T> = {
  readonly samples: ReadonlyMap<string, T | null>
  /** Names that no sample has, not even in the trash. */
  readonly gone: ReadonlySet<string>
  /** What changes later gets a higher stamp. */
  readonly upTo: number
}

/**
 * The samples as they are now. The table `uncommitted` says what may differ from the version that `since` names: triggers
 * of the index fill it, so that nothing that writes samples can forget to.
 */
export type WorkingCopy = {
  /** The version that the table was last emptied for; null before the first. */
  since(): string | null
  /**
   * With their files, each row checked: those of the table and `more`, or all. Rejects with AppError `ROW_CORRUPT` or
   * `MISSING_BLOB`, naming the sample.
   */
  changed(more: Iterable<string>): Promise<Seen<WorkingSample>>
  all(): Promise<Seen<WorkingSample>>
  /** The same in brief and unchecked. Kept between calls: only what changed since the last one is read. */
  changedStates(more: Iterable<string>): Promise<Seen<WorkingState>>
  allStates(): Promise<Seen<WorkingState>>
  /** Those with these images, as far as they are there and not in the trash. */
  ofImages(images: Iterable<string>): Promise<NamedWorkingState[]>
  /** How many samples there are, by another table than `uncommitted`. */
  count(): number
  /** In the transaction that makes a version count: what it has seen no longer differs from it. */
  settle(version: string, upTo: number): void
}

const pageSize = 500

/** A label that says nothing counts as none: a restore puts one in the place of none, for a head is never taken away. */
const saysNothing = "r.status = 'unlabeled' AND r.object_count = 0 AND r.shapes_digest IS NULL"
const briefColumns = `s.name, s.image_digest,
  CASE WHEN ${saysNothing} THEN NULL ELSE r.png_digest || r.json_digest || COALESCE(':' || r.shapes_digest, '') END,
  CASE WHEN ${saysNothing} THEN NULL ELSE s.head_revision END, COALESCE(r.object_count, 0), s.card_digest`
const briefSource = 'samples s LEFT JOIN revisions r ON r.id = s.head_revision'
const fullColumns = `
  s.*, r.*, image.md5, image.size, png.md5, png.size, json.md5, json.size,
  card.md5, card.size, shapes.md5, shapes.size`
const fullSource = `samples s LEFT JOIN revisions r ON r.id = s.head_revision
  LEFT JOIN blobs image ON image.digest = s.image_digest
  LEFT JOIN blobs png ON png.digest = r.png_digest LEFT JOIN blobs json ON json.digest = r.json_digest
  LEFT JOIN blobs card ON card.digest = s.card_digest LEFT JOIN blobs shapes ON shapes.digest = r.shapes_digest`

export function createWorkingCopy(
  { db }: Pick<LibraryContext, 'db'>,
  breathe: Breathe = createTimeSlice(),
): WorkingCopy {
  const full: Reader<WorkingSample> = reader(db, fullColumns, fullSource, sampleReader(db))
  const brief: Reader<WorkingState> = reader(db, briefColumns, briefSource, stateReader)
  const selectSince = db.prepare("SELECT value FROM meta WHERE key = 'uncommitted_since'")
  const setSince = db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('uncommitted_since', ?)")
  const selectNames = db.prepare('SELECT stamp, name FROM uncommitted WHERE stamp > ? ORDER BY stamp LIMIT ?')
  const selectStamp = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'uncommitted'")
  const forget = db.prepare('DELETE FROM uncommitted WHERE stamp <= ?')
  const selectCount = db.prepare('SELECT COUNT(*) AS count FROM listing WHERE trashed = 0')

  const since = () => (selectSince.get()?.value as string | undefined) ?? null
  const lastStamp = () => Number(selectStamp.get()?.seq ?? 0)

  /**
   * Reads what changed after `stamp`, in pages between which other work has its turn. What changes once more while it
   * reads comes again, later; so what was taken when the last page has been read is what was there at that moment.
   */
  async function follow(stamp: number, take: (names: string[]) => void): Promise<number> {
    for (let mark = stamp; ; ) {
      const page = selectNames.all(mark, pageSize)
      take(page.map(({ name }) => String(name)))
      if (page.length > 0) mark = Number(page.at(-1)!.stamp)
      if (page.length < pageSize) return mark
      await breathe()
    }
  }

  async function readChanged<T>(from: Reader<T>, into: Taken<T>, more: Iterable<string>): Promise<Seen<T>> {
    const take = (names: readonly string[]) => takeNames(from, into, names)
    const extra = [...more].filter((name) => !into.samples.has(name))
    for (let i = 0; i < extra.length; i += pageSize) {
      take(extra.slice(i, i + pageSize))
      await breathe()
    }
    into.upTo = await follow(into.upTo, take)
    return into
  }

  async function readAll<T>(from: Reader<T>): Promise<Seen<T>> {
    const into: Taken<T> = { samples: new Map(), gone: new Set(), upTo: lastStamp() }
    for (let last = 0; ; ) {
      const page = from.page(last, pageSize)
      for (const [name, sample] of page.samples) into.samples.set(name, sample)
      last = page.last
      if (page.isLast) break
      await breathe()
    }
    into.upTo = await follow(into.upTo, (names) => takeNames(from, into, names))
    for (const [name, sample] of into.samples) if (sample === null) into.samples.delete(name)
    return into
  }

  let known: Taken<WorkingState> & { since: string | null } = { ...taken(), since: null }

  return {
    since,
    changed: (more) => readChanged(full, taken(), more),
    all: () => readAll(full),

    async changedStates(more) {
      // A commit has taken names away.
      if (known.since !== since()) known = { ...taken(), since: since() }
      return readChanged(brief, known, more)
    },

    allStates: () => readAll(brief),

    async ofImages(images) {
      const wanted = [...images]
      const found: NamedWorkingState[] = []
      for (let i = 0; i < wanted.length; i += pageSize) {
        for (const [name, state] of brief.ofImages(wanted.slice(i, i + pageSize)))
          found.push({ ...state, name })
        await breathe()
      }
      return found
    },

    count: () => Number(selectCount.get()!.count),

    settle(version, upTo) {
      forget.run(upTo)
      setSince.run(version)
    },
  }
}

type Taken<T> = { readonly samples: Map<string, T | null>; readonly gone: Set<string>; upTo: number }
const taken = <T>(): Taken<T> => ({ samples: new Map(), gone: new Set(), upTo: 0 })

function takeNames<T>(from: Reader<T>, into: Taken<T>, names: readonly string[]): void {
  const found = from.named(names)
  for (const name of names) {
    into.samples.set(name, found.get(name) ?? null)
    if (found.has(name)) into.gone.delete(name)
    else into.gone.add(name)
  }
}

/** Reads rows of samples. */
type Reader<T> = {
  /** Those with these names; null for what is in the trash. */
  named(names: readonly string[]): Map<string, T | null>
  ofImages(images: readonly string[]): Map<string, T>
  /** Those after a rowid, without the trash. */
  page(after: number, size: number): { samples: Map<string, T>; last: number; isLast: boolean }
}

function reader<T>(
  db: DatabaseSync,
  columns: string,
  source: string,
  read: (row: SqlValue[]) => T,
): Reader<T> {
  const select = `SELECT s.rowid, s.trashed_at, s.name, ${columns}`
  const page = db.prepare(
    `${select} FROM ${source} WHERE s.rowid > ? AND s.trashed_at IS NULL ORDER BY s.rowid LIMIT ?`,
  )
  const named = db.prepare(`${select} FROM ${source} WHERE s.name_key IN (SELECT value FROM json_each(?))`)
  const ofImages = db.prepare(
    `${select} FROM ${source} WHERE s.image_digest IN (SELECT value FROM json_each(?)) AND s.trashed_at IS NULL`,
  )
  for (const statement of [page, named, ofImages]) statement.setReturnArrays(true)
  const all = (statement: StatementSync, ...values: SQLInputValue[]) =>
    statement.all(...values) as unknown as SqlValue[][]
  const nameOf = (row: SqlValue[]) => String(row[2])
  const sampleOf = (row: SqlValue[]) => read(row.slice(3))
  return {
    named(names) {
      const keys = JSON.stringify([...new Set(names.map(foldName))])
      return new Map(all(named, keys).map((row) => [nameOf(row), row[1] === null ? sampleOf(row) : null]))
    },
    ofImages: (images) =>
      new Map(all(ofImages, JSON.stringify(images)).map((row) => [nameOf(row), sampleOf(row)])),
    page(after, size) {
      const rows = all(page, after, size)
      return {
        samples: new Map(rows.map((row) => [nameOf(row), sampleOf(row)])),
        last: Number(rows.at(-1)?.[0] ?? after),
        isLast: rows.length < size,
      }
    },
  }
}

function stateReader([, image, label, head, objectCount, card]: SqlValue[]): WorkingState {
  return {
    image: image as string,
    label: label as string | null,
    head: head as string | null,
    card: card as string | null,
    objectCount: Number(objectCount),
  }
}

/** Reads a row of `fullColumns`: the sample's columns, its head's columns, then MD5 and size of five blobs. */
function sampleReader(db: DatabaseSync): (row: SqlValue[]) => WorkingSample {
  const columnsOf = (table: string) => {
    const statement = db.prepare(`SELECT * FROM ${table} LIMIT 0`)
    return statement.columns().map(({ name }) => name)
  }
  const [sampleColumns, revisionColumns] = [columnsOf('samples'), columnsOf('revisions')]
  const revisionStart = sampleColumns.length
  const blobStart = revisionStart + revisionColumns.length
  const sampleAt = (column: string) => sampleColumns.indexOf(column)
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
    shapes: revisionAt('shapes_digest'),
    status: revisionAt('status'),
    objectCount: revisionAt('object_count'),
  }
  return (row) => {
    const name = String(row[at.name])
    const head = row[at.head] as string | null
    const holds = (start: number, columns: readonly string[]) =>
      rowSumHolds(Object.fromEntries(columns.map((column, i) => [column, row[start + i]])))
    const isWhole = holds(0, sampleColumns) && (head === null || holds(revisionStart, revisionColumns))
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
            shapes: row[at.shapes] === null ? null : blob(row[at.shapes]!, 4),
            status: row[at.status] as LabelStatus,
            objectCount: Number(row[at.objectCount]),
          }
    const isLabeled = label !== null && !isNothing({ ...label, shapes: label.shapes?.digest ?? null })
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
