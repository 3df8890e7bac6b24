import type { DatabaseSync } from 'node:sqlite'
import { rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import { changedDefinitions } from '../adapters/sqlite/schema-check.ts'
import type { Finding } from './verify.ts'

type Row = Record<string, unknown>

const summedTables = [
  'samples',
  'revisions',
  'cards',
  'versions',
  'version_artifacts',
  'artifact_digests',
  'refs',
  'ref_moves',
  'version_tags',
  'remote_tags',
  'version_jobs',
  'version_job_samples',
  'receipts',
  'delivery_files',
  'remote_inputs',
  'segments_samples',
  'segments_assets',
  'segments_datasets',
  'segments_releases',
  'carried',
  'version_job_carried',
] as const
const mostComplaints = 100
/** What is owed to a remote or confirmed by it. */
const sendingTables: ReadonlySet<string> = new Set(['deliveries', 'delivery_files', 'receipts'])

/** What the index alone can tell: SQLite's own checks, the checksum of every row that has one, heads, tips and parents. */
export function verifyRows(db: DatabaseSync): { findings: Finding[]; rows: number } {
  const findings = [
    ...structure(db),
    ...heads(db),
    ...tips(db),
    ...parents(db),
    ...newest(db),
    ...cards(db),
    ...listed(db),
  ]
  let rows = 0
  for (const table of summedTables) {
    for (const row of db.prepare(`SELECT * FROM ${table}`).iterate()) {
      rows++
      if (rowSumHolds(row)) continue
      const id = String(row.id ?? [row.remote, row.role, row.version_id].filter(Boolean).join(' '))
      const message = `A row of ${table} is not what was written.`
      findings.push({ code: 'ROW_CORRUPT', severity: 'error', message, id, affects: named(row) })
    }
  }
  return { findings, rows }
}

function named(row: Row): string[] {
  if (typeof row.name === 'string') return [row.name]
  return typeof row.number === 'number' ? [`version ${row.number}`] : []
}

function structure(db: DatabaseSync): Finding[] {
  const bad = (message: string, id: string): Finding => {
    return { code: 'INDEX_BAD', severity: 'error', message, id, affects: [] }
  }
  const complaints = db
    .prepare(`PRAGMA integrity_check(${mostComplaints})`)
    .all()
    .map((row) => String(Object.values(row)[0]))
    .filter((text) => text !== 'ok')
  const dangling = db.prepare('PRAGMA foreign_key_check').all().slice(0, mostComplaints)
  return [
    ...changedDefinitions(db).map((name) => bad(`The definition of ${name} in the index was changed.`, name)),
    ...complaints.map((text) => bad(`The index is damaged: ${text.split('\n')[0]}.`, 'library.db')),
    ...dangling.map(({ table, parent }): Finding => {
      const code = sendingTables.has(String(table)) ? 'OUTBOX_DANGLING' : 'INDEX_BAD'
      const message = `A row of ${table} names a row of ${parent} that is not there.`
      return { code, severity: 'error', message, id: String(table), affects: [] }
    }),
  ]
}

/** A head has to be one of the states of its sample that nothing came after. */
function heads(db: DatabaseSync): Finding[] {
  return db
    .prepare(
      `SELECT s.id, s.name FROM samples s
       WHERE s.head_revision IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM tips t JOIN revisions r ON r.id = t.revision_id
           WHERE t.sample_id = s.id AND t.revision_id = s.head_revision AND r.sample_id = s.id)`,
    )
    .all()
    .map(({ id, name }) => ({
      code: 'HEAD_DANGLING',
      severity: 'error',
      message: 'The label shown for an image is none of its saved states.',
      id: String(id),
      affects: [String(name)],
    }))
}

/** The card of a sample is the last one it was given. */
function cards(db: DatabaseSync): Finding[] {
  return db
    .prepare(
      `SELECT s.id, s.name FROM samples s
       WHERE s.card_digest IS NOT (SELECT digest FROM cards c WHERE c.sample_id = s.id ORDER BY c.seq DESC LIMIT 1)`,
    )
    .all()
    .map(({ id, name }) => ({
      code: 'HEAD_DANGLING',
      severity: 'error',
      message: 'The tags, metadata and issues shown for an image are not the last ones saved.',
      id: String(id),
      affects: [String(name)],
    }))
}

/** Lists are searched in tables of their own, which must say what samples and labels say. */
function listed(db: DatabaseSync): Finding[] {
  return db
    .prepare(
      `SELECT s.id, s.name FROM samples s LEFT JOIN listing l ON l.seq = s.seq LEFT JOIN revisions r ON r.id = s.head_revision
       WHERE l.sample_id IS NOT s.id OR l.name_key <> s.name_key OR l.trashed <> (s.trashed_at IS NOT NULL)
         OR l.width <> s.width OR l.height <> s.height OR l.added_at <> s.added_at
         OR l.status <> COALESCE(r.status, 'unlabeled') OR l.object_count <> COALESCE(r.object_count, 0)
         OR (SELECT COALESCE(SUM(o.count), 0) FROM listing_objects o WHERE o.seq = s.seq) <> l.object_count`,
    )
    .all()
    .map(({ id, name }) => ({
      code: 'INDEX_BAD',
      severity: 'error',
      message: 'An image is listed as something else than it is.',
      id: String(id),
      affects: [String(name)],
    }))
}

/** The branch that the library is on is what makes versions count; without it the next commit would forget all of them. */
function newest(db: DatabaseSync): Finding[] {
  return db
    .prepare(
      `SELECT id, number FROM versions WHERE number = (SELECT MAX(number) FROM versions)
         AND NOT EXISTS (SELECT 1 FROM refs WHERE kind = 'branch'
           AND name = COALESCE((SELECT value FROM meta WHERE key = 'branch'), 'main'))`,
    )
    .all()
    .map(({ id, number }) => ({
      code: 'HEAD_DANGLING',
      severity: 'error',
      message: 'The branch that the library is on is not there.',
      id: String(id),
      affects: [`version ${number}`],
    }))
}

/** A tip is a state that nothing came after, and every such state is a tip: else it would be shown nowhere. */
function tips(db: DatabaseSync): Finding[] {
  const childless = `NOT EXISTS (SELECT 1 FROM revisions c, json_each(c.parents) p
    WHERE c.sample_id = r.sample_id AND json_valid(c.parents) AND p.value = r.id)`
  return db
    .prepare(
      `SELECT r.id, s.name FROM revisions r JOIN samples s ON s.id = r.sample_id
       WHERE ${childless} <> EXISTS (SELECT 1 FROM tips t WHERE t.sample_id = r.sample_id AND t.revision_id = r.id)`,
    )
    .all()
    .map(({ id, name }) => ({
      code: 'HEAD_DANGLING',
      severity: 'error',
      message: 'A saved label is wrongly listed as the newest one, or not listed though it is.',
      id: String(id),
      affects: [String(name)],
    }))
}

/** What a label or a version was made from has to be there, or its history has a hole. */
function parents(db: DatabaseSync): Finding[] {
  const missing = (what: string, rows: Row[]): Finding[] =>
    rows.map(({ id, about }) => ({
      code: 'ROW_CORRUPT',
      severity: 'error',
      message: `A parent of ${what} is not there.`,
      id: String(id),
      affects: [String(about)],
    }))
  return [
    ...missing(
      'a saved label',
      db
        .prepare(
          `SELECT r.id, s.name AS about FROM revisions r JOIN samples s ON s.id = r.sample_id, json_each(r.parents) p
           WHERE json_valid(r.parents)
             AND NOT EXISTS (SELECT 1 FROM revisions q WHERE q.id = p.value AND q.sample_id = r.sample_id)`,
        )
        .all(),
    ),
    ...missing(
      'a version',
      db
        .prepare(
          `SELECT v.id, 'version ' || v.number AS about FROM versions v, json_each(v.parents) p
           WHERE json_valid(v.parents) AND NOT EXISTS (SELECT 1 FROM versions q WHERE q.id = p.value)`,
        )
        .all(),
    ),
  ]
}
