import type { DatabaseSync } from 'node:sqlite'
import type { ErrorCode } from '../../shared/base/app-error.ts'
import { unreadableIndex } from '../adapters/disk-error.ts'
import type { LibraryContext } from './library-context.ts'
import { type IndexedBlob, verifyBlobs } from './verify-blobs.ts'
import { verifyRecords } from './verify-records.ts'
import { verifyRows } from './verify-rows.ts'
import { verifySteps } from './verify-steps.ts'
import { verifyVersions } from './verify-versions.ts'
import type { Versions } from './versions.ts'

export type FindingCode =
  | Extract<ErrorCode, 'MISSING_BLOB' | 'BLOB_CORRUPT' | 'ROW_CORRUPT' | 'DB_UNREADABLE'>
  | 'ORPHAN_BLOB'
  | 'STEPS_CUT'
  | 'HEAD_DANGLING'
  | 'OUTBOX_DANGLING'
  | 'INDEX_BAD'

/** One thing that is not as it should be; `info` is no damage. */
export type Finding = {
  readonly code: FindingCode
  readonly severity: 'error' | 'info'
  readonly message: string
  /** Digest or id of what it is about. */
  readonly id: string
  /** Names of images, and `version 3`. */
  readonly affects: readonly string[]
}

export type VerifyReport = {
  /** No damage was found. */
  readonly clean: boolean
  readonly checked: { readonly files: number; readonly bytes: number; readonly rows: number }
  readonly findings: readonly Finding[]
}

export type VerifyOptions = {
  readonly signal: AbortSignal
  readonly progress?: (done: number, total: number, bytes: number) => void
}

/**
 * Looks at everything a library holds and changes nothing: re-hashes every stored file, checks the checksum of every row,
 * compares rows with their records and versions with their files.
 */
export async function verifyLibrary(
  context: Pick<LibraryContext, 'db' | 'blobs' | 'folder'>,
  versions: Pick<Versions, 'manifest'>,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const { db, folder } = context
  try {
    const { findings: inRows, rows } = verifyRows(db)
    const affected = affectedBy(db)
    const stored = await verifyBlobs(folder, indexedBlobs(db), options)
    const damaged = new Set(stored.findings.map(({ id }) => id))
    const inBlobs = stored.findings.map((finding) => ({
      ...finding,
      affects: affected.get(finding.id) ?? [],
    }))
    const inRecords = await verifyRecords(context, damaged, options.signal)
    const inVersions = await verifyVersions(context, versions, options.signal)
    const name = db.prepare('SELECT name FROM samples WHERE id = ?')
    const inSteps = verifySteps(folder, (id) => name.get(id)?.name as string | undefined)
    return report({ ...stored, rows }, [...inRows, ...inBlobs, ...inRecords, ...inVersions, ...inSteps])
  } catch (error) {
    if (!isDamage(error)) throw error
    return verifyFolder(folder, options)
  }
}

/** What can be said of a library whose index cannot be read: its files are still checked, by their names. */
export async function verifyFolder(folder: string, options: VerifyOptions): Promise<VerifyReport> {
  const stored = await verifyBlobs(folder, [], options)
  const { message, remedy } = unreadableIndex(undefined)
  const unreadable: Finding = {
    code: 'DB_UNREADABLE',
    severity: 'error',
    message: `${message} ${remedy}`,
    id: 'library.db',
    affects: [],
  }
  // Without the index nobody knows what is used, so a damaged file counts and an unknown one says nothing.
  const inBlobs = stored.findings.filter(({ code }) => code !== 'ORPHAN_BLOB')
  return report({ ...stored, rows: 0 }, [
    unreadable,
    ...inBlobs.map((finding) => ({ ...finding, severity: 'error' as const })),
  ])
}

function report({ files, bytes, rows }: VerifyReport['checked'], findings: readonly Finding[]): VerifyReport {
  const clean = findings.every(({ severity }) => severity === 'info')
  return { clean, checked: { files, bytes, rows }, findings }
}

function indexedBlobs(db: DatabaseSync): IndexedBlob[] {
  const rows = db.prepare('SELECT digest, md5, size FROM blobs ORDER BY digest').all()
  return rows.map(({ digest, md5, size }) => ({ digest, md5, size }) as IndexedBlob)
}

/** Names of what a person would miss, by the digest of each blob it is made of. */
function affectedBy(db: DatabaseSync): Map<string, string[]> {
  const rows = db
    .prepare(
      `SELECT image_digest AS digest, name FROM samples
       UNION SELECT record_digest, name FROM samples
       UNION SELECT r.id, s.name FROM revisions r JOIN samples s ON s.id = r.sample_id
       UNION SELECT r.png_digest, s.name FROM revisions r JOIN samples s ON s.id = r.sample_id
       UNION SELECT r.json_digest, s.name FROM revisions r JOIN samples s ON s.id = r.sample_id
       UNION SELECT r.shapes_digest, s.name FROM revisions r JOIN samples s ON s.id = r.sample_id WHERE r.shapes_digest IS NOT NULL
       UNION SELECT digest, name FROM carried UNION SELECT change_digest, name FROM carried
       UNION SELECT c.digest, s.name FROM cards c JOIN samples s ON s.id = c.sample_id WHERE c.digest IS NOT NULL
       UNION SELECT c.record_digest, s.name FROM cards c JOIN samples s ON s.id = c.sample_id
       UNION SELECT record_digest, 'version ' || number FROM versions
       UNION SELECT a.manifest_digest, 'version ' || v.number FROM version_artifacts a JOIN versions v ON v.id = a.version_id`,
    )
    .all()
  const affected = new Map<string, string[]>()
  for (const { digest, name } of rows) {
    const names = affected.get(String(digest))
    if (names) names.push(String(name))
    else affected.set(String(digest), [String(name)])
  }
  return affected
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, with their extended codes. */
function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: number } | null)?.errcode
  return code !== undefined && [11, 26].includes(code & 0xff)
}
