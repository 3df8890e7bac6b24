import type { DatabaseSync } from 'node:sqlite'
import { toAppError } from '../../shared/base/app-error.ts'
import { canonicalJson, compareCodePoints } from '../../shared/base/canonical-json.ts'
import { openIssues } from '../../shared/dataset/card.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { parseCardChange, parseCardRecord } from '../../shared/formats/card-record.ts'
import { parseCarriedChange, parseCarriedRecord } from '../../shared/formats/carried-record.ts'
import { parseRevisionRecord } from '../../shared/formats/revision-record.ts'
import { sampleRecordSchema } from '../../shared/formats/sample-record.ts'
import { parseShapesFile } from '../../shared/formats/shapes-file.ts'
import { parseVersionRecord } from '../../shared/formats/version-record.ts'
import { carriedStatus } from './carried.ts'
import type { LibraryContext } from './library-context.ts'
import { countObjects, foldValue, numberOf } from './listing.ts'
import type { Finding } from './verify.ts'

type Row = Record<string, unknown>
/** What a row says and what its record says, in the same spelling. */
type Told = { readonly row: unknown; readonly record: unknown }

/**
 * Every label and every version is written down twice: as a row and as a record among the blobs. Reads each record and
 * compares. `damaged` are blobs that the re-hashing has named already.
 */
export async function verifyRecords(
  { db, blobs }: Pick<LibraryContext, 'db' | 'blobs'>,
  damaged: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { what, record, affects, compare } of recordsOf(db)) {
    signal.throwIfAborted()
    if (damaged.has(record)) continue
    const about = { id: record, affects: [affects], severity: 'error' as const }
    try {
      const told = compare(Buffer.from(await blobs.get(record)).toString('utf8'))
      if (canonicalJson(told.row) === canonicalJson(told.record)) continue
      findings.push({ ...about, code: 'ROW_CORRUPT', message: `The row and the record of ${what} differ.` })
    } catch (error) {
      const { code } = toAppError(error)
      const message = `The record of ${what} cannot be read.`
      findings.push({ ...about, code: code === 'MISSING_BLOB' ? code : 'BLOB_CORRUPT', message })
    }
  }
  return findings
}

/** What one change made of many samples; those that were removed for good since are nobody's any more. */
function compareCardChange(rows: Row[], text: string): Told {
  const { seq, author, createdAt, cards } = parseCardChange(text)
  const there = new Set(rows.map(({ sample_id }) => sample_id))
  const [first] = rows
  return {
    row: [
      first!.seq,
      first!.author,
      first!.created_at,
      rows.map(({ sample_id, digest }) => [sample_id, digest]),
    ],
    record: [seq, author, createdAt, cards.filter(([sample]) => there.has(sample))],
  }
}

function cardChangesOf(db: DatabaseSync, nameOf: ReadonlyMap<unknown, string>): RecordOf[] {
  const byRecord = new Map<string, Row[]>()
  for (const row of db.prepare('SELECT * FROM cards ORDER BY seq, sample_id').all()) {
    const rows = byRecord.get(String(row.record_digest))
    if (rows) rows.push(row)
    else byRecord.set(String(row.record_digest), [row])
  }
  return [...byRecord].map(([record, rows]) => ({
    what: 'a change of tags, metadata or issues',
    record: record as BlobDigest,
    affects: nameOf.get(rows[0]!.sample_id) ?? String(rows[0]!.sample_id),
    compare: (text: string) => compareCardChange(rows, text),
  }))
}

/** A card is looked for in lists by what is said of it there. */
function cardsOf(db: DatabaseSync): RecordOf[] {
  const tags = db.prepare('SELECT tag FROM listing_tags WHERE seq = ? ORDER BY tag')
  const metadata = db.prepare(
    'SELECT key, value_key, number FROM listing_metadata WHERE seq = ? ORDER BY key',
  )
  return db
    .prepare(
      `SELECT s.card_digest, s.name, l.seq, l.split, l.priority, l.issues, l.open_issues
       FROM samples s JOIN listing l ON l.seq = s.seq WHERE s.card_digest IS NOT NULL`,
    )
    .all()
    .map((row) => ({
      what: 'tags, metadata and issues of an image',
      record: row.card_digest as BlobDigest,
      affects: String(row.name),
      compare(text: string) {
        const card = parseCardRecord(text)
        return {
          row: [
            row.split,
            row.priority,
            row.issues,
            row.open_issues,
            tags.all(row.seq!).map(({ tag }) => tag),
            metadata.all(row.seq!).map(({ key, value_key, number }) => [key, value_key, number]),
          ],
          record: [
            card.split,
            card.priority,
            card.issues.length,
            openIssues(card),
            [...card.tags].sort(compareCodePoints),
            Object.entries(card.metadata)
              .sort(([a], [b]) => compareCodePoints(a, b))
              .map(([key, value]) => [key, foldValue(value), numberOf(value)]),
          ],
        }
      },
    }))
}

/** What is carried is what its record and the last change of it say. */
function carriedOf(db: DatabaseSync): RecordOf[] {
  const rows = db.prepare('SELECT * FROM carried ORDER BY name').all()
  return rows.flatMap((row) => [
    {
      what: 'a sample that is not shown',
      record: row.digest as BlobDigest,
      affects: String(row.name),
      compare(text: string) {
        const record = parseCarriedRecord(text)
        return {
          row: [row.name, row.task_type, row.status],
          record: [record.name, record.taskType, carriedStatus(record)],
        }
      },
    },
    {
      what: 'a change of a sample that is not shown',
      record: row.change_digest as BlobDigest,
      affects: String(row.name),
      compare(text: string) {
        const { seq, carried } = parseCarriedChange(text)
        const said = carried.find(([name]) => name === row.name)
        return {
          row: [row.seq, row.trashed_at === null ? row.digest : null],
          record: [seq, said ? said[1] : 'nothing'],
        }
      },
    },
  ])
}

/** The file of shapes can be read, and lists count what is in it. */
function shapesOf(db: DatabaseSync): RecordOf[] {
  const counts = db.prepare(
    'SELECT category_id AS category, count FROM listing_shapes WHERE seq = ? ORDER BY category_id',
  )
  return db
    .prepare(
      `SELECT r.shapes_digest AS shapes, s.name, s.seq FROM samples s JOIN revisions r ON r.id = s.head_revision
       WHERE r.shapes_digest IS NOT NULL`,
    )
    .all()
    .map((row) => ({
      what: 'the shapes of a label',
      record: row.shapes as BlobDigest,
      affects: String(row.name),
      compare: (text: string) => ({
        row: counts.all(row.seq!).map(({ category, count }) => [category, count]),
        record: [...countObjects(parseShapesFile(text).shapes)].sort(([a], [b]) => a - b),
      }),
    }))
}

type RecordOf = {
  readonly what: string
  readonly record: BlobDigest
  readonly affects: string
  compare(text: string): Told
}

function recordsOf(db: DatabaseSync): RecordOf[] {
  const samples = db.prepare('SELECT * FROM samples').all()
  const nameOf = new Map(samples.map(({ id, name }) => [id, String(name)]))
  const artifactsOf = db.prepare('SELECT * FROM version_artifacts WHERE version_id = ?')
  return [
    ...samples.map((row) => ({
      what: 'an image',
      record: row.record_digest as BlobDigest,
      affects: String(row.name),
      compare: (text: string) => compareSample(row, text),
    })),
    ...db
      .prepare('SELECT * FROM revisions')
      .all()
      .map((row) => ({
        what: 'a saved label',
        record: row.id as BlobDigest,
        affects: nameOf.get(row.sample_id!) ?? String(row.sample_id),
        compare: (text: string) => compareRevision(row, text),
      })),
    ...cardChangesOf(db, nameOf),
    ...cardsOf(db),
    ...carriedOf(db),
    ...shapesOf(db),
    ...db
      .prepare('SELECT * FROM versions')
      .all()
      .map((row) => ({
        what: 'a version',
        record: row.record_digest as BlobDigest,
        affects: `version ${row.number}`,
        compare: (text: string) => compareVersion(row, artifactsOf.all(row.id!), text),
      })),
  ]
}

function compareSample(row: Row, text: string): Told {
  const { id, name, image, format, width, height, orientation, addedAt } = sampleRecordSchema.parse(
    JSON.parse(text),
  )
  return {
    row: [
      row.id,
      row.name,
      row.image_digest,
      row.format,
      row.width,
      row.height,
      row.orientation,
      row.added_at,
    ],
    record: [id, name, image.digest, format, width, height, orientation, addedAt],
  }
}

function compareRevision(row: Row, text: string): Told {
  const record = parseRevisionRecord(text)
  const payload = (role: string) => record.payloads.find((each) => each.role === role)?.digest ?? null
  return {
    row: [
      row.sample_id,
      JSON.parse(String(row.parents)),
      row.identity,
      row.png_digest,
      row.json_digest,
      row.ontology_digest,
      row.shapes_digest,
      row.status,
      row.object_count,
      row.labeled_pixels,
      row.next_object_id,
      row.tool,
      row.author,
      row.created_at,
      row.seq,
    ],
    record: [
      record.sampleId,
      record.parents,
      record.identity,
      payload('mask'),
      payload('label'),
      payload('ontology'),
      payload('shapes'),
      record.status,
      record.objectCount,
      record.labeledPixels,
      record.nextObjectId,
      record.tool,
      record.author,
      record.createdAt,
      record.seq,
    ],
  }
}

function compareVersion(row: Row, artifacts: Row[], text: string): Told {
  const record = parseVersionRecord(text)
  const { parents, message, author, createdAt, counts, changes } = record
  return {
    row: [
      row.id,
      JSON.parse(String(row.parents)),
      row.message,
      row.author,
      row.created_at,
      JSON.parse(String(row.summary)),
      inOrder(
        artifacts.map(({ role, manifest_digest, files, bytes }) => [role, manifest_digest, files, bytes]),
      ),
    ],
    record: [
      row.record_digest,
      parents,
      message,
      author,
      createdAt,
      { counts, changes },
      inOrder(
        record.artifacts.map(({ role, manifest, files, bytes }) => [role, manifest.digest, files, bytes]),
      ),
    ],
  }
}

const inOrder = (artifacts: unknown[][]) => artifacts.map(canonicalJson).sort()
