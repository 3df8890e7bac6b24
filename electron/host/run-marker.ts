import type { DatabaseSync } from 'node:sqlite'
import type { BlobDigest } from '../../shared/dataset/digest.ts'

/** A blob that nobody has vouched for since the run that published it was cut off. */
export type Suspect = { readonly digest: BlobDigest; readonly size: number }

/**
 * Marks that a run has begun; call inside a transaction, with the number that the run begins at. In `meta`, `stopped_clean`
 * is 1 between runs, and `run_since` is the lowest `published_seq` of blobs that are trusted only if their run ends well.
 * Returns the blobs that an earlier run published and never vouched for: a cut of power may have left them incomplete.
 */
export function beginRun(db: DatabaseSync, seq: number): Suspect[] {
  const wasClean = read(db, 'stopped_clean') !== '0'
  const since = wasClean ? seq : Number(read(db, 'run_since') ?? seq)
  write(db, 'run_since', String(since))
  write(db, 'stopped_clean', '0')
  if (wasClean) return []
  return db
    .prepare('SELECT digest, size FROM blobs WHERE published_seq >= ? ORDER BY published_seq DESC')
    .all(since)
    .map((row) => ({ digest: row.digest as BlobDigest, size: Number(row.size) }))
}

/** Marks that the run which began at `seq` has checked what the ones before it left: only its own blobs are open now. */
export function vouchForEarlierRuns(db: DatabaseSync, seq: number): void {
  write(db, 'run_since', String(seq))
}

/** Marks a clean stop. Not called when blobs are left that nobody has checked. */
export function endRun(db: DatabaseSync): void {
  write(db, 'stopped_clean', '1')
}

function read(db: DatabaseSync, key: string): string | undefined {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(key)
  return row === undefined ? undefined : String(row.value)
}

function write(db: DatabaseSync, key: string, value: string): void {
  db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(key, value)
}
