import type { DatabaseSync } from 'node:sqlite'
import { rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import type { Finding } from './verify.ts'

type Row = Record<string, unknown>

const summedTables = ['samples', 'revisions', 'versions', 'receipts'] as const
const mostComplaints = 100

/** What the index alone can tell: SQLite's own checks, the checksum of every label-bearing row, heads and tips. */
export function verifyRows(db: DatabaseSync): { findings: Finding[]; rows: number } {
  const findings = [...structure(db), ...heads(db)]
  let rows = 0
  for (const table of summedTables) {
    for (const row of db.prepare(`SELECT * FROM ${table}`).iterate()) {
      rows++
      if (rowSumHolds(row)) continue
      const id = String(row.id ?? `${row.remote} ${row.role} ${row.version_id}`)
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
    ...complaints.map((text) => bad(`The index is damaged: ${text.split('\n')[0]}.`, 'library.db')),
    ...dangling.map(({ table, parent }) =>
      bad(`A row of ${table} names a row of ${parent} that is not there.`, String(table)),
    ),
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
