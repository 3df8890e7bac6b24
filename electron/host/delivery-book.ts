import { type ArtifactRole, artifactRoleSchema } from '../../shared/host/host-api.ts'
import { type Attempt, attemptSchema } from '../../shared/sync/attempt.ts'
import { rowSum, rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'

/** What a remote confirmed of one artifact of one version, in the server's words. */
export type Receipt = {
  readonly role: ArtifactRole
  readonly versionId: string
  readonly digest: string
  readonly artifactId: string
  readonly remoteVersion: string
  readonly runName: string
  readonly url: string | null
  readonly sentAt: number
}
/** Receipts and attempts of one library for one remote. */
export type DeliveryBook = {
  receipt(role: ArtifactRole, versionId: string): Receipt | null
  attempt(role: ArtifactRole, versionId: string): Attempt | null
  saveAttempt(role: ArtifactRole, versionId: string, attempt: Attempt): void
  /** Writes the receipt and drops the attempt in one transaction: from here on nothing is owed. */
  saveReceipt(receipt: Receipt): void
}

/** `remote` names server, entity and project; another one of these is another remote, to which everything is owed. */
export function createDeliveryBook(context: LibraryContext, remote: string): DeliveryBook {
  const { db } = context
  const readReceipt = db.prepare('SELECT * FROM receipts WHERE remote = ? AND role = ? AND version_id = ?')
  const readAttempt = db.prepare(
    'SELECT state FROM deliveries WHERE remote = ? AND role = ? AND version_id = ?',
  )
  return {
    receipt(role, versionId) {
      const row = readReceipt.get(remote, role, versionId)
      if (row === undefined) return null
      if (!rowSumHolds(row)) {
        // A damaged receipt is no receipt: the remote is asked again, and nothing is sent twice.
        context.log('warn', 'sync', 'receipt damaged, asking the remote again', {
          version: versionId.slice(0, 12),
        })
        return null
      }
      return {
        role: artifactRoleSchema.parse(row.role),
        versionId: String(row.version_id),
        digest: String(row.digest),
        artifactId: String(row.artifact_id),
        remoteVersion: String(row.remote_version),
        runName: String(row.run_name),
        url: row.url === null ? null : String(row.url),
        sentAt: Number(row.sent_at),
      }
    },
    attempt(role, versionId) {
      const row = readAttempt.get(remote, role, versionId)
      if (row === undefined) return null
      const parsed = attemptSchema.safeParse(JSON.parse(String(row.state)))
      return parsed.success ? parsed.data : null
    },
    saveAttempt(role, versionId, attempt) {
      context.transaction(() => {
        db.prepare(
          'INSERT OR REPLACE INTO deliveries (remote, role, version_id, state) VALUES (?, ?, ?, ?)',
        ).run(remote, role, versionId, JSON.stringify(attempt))
      })
    },
    saveReceipt(r) {
      const values = [
        remote,
        r.role,
        r.digest,
        r.versionId,
        r.artifactId,
        r.remoteVersion,
        r.runName,
        r.url,
        r.sentAt,
      ]
      context.transaction(() => {
        db.prepare(
          `INSERT OR REPLACE INTO receipts
           (remote, role, digest, version_id, artifact_id, remote_version, run_name, url, sent_at, row_sum)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ).run(...values, rowSum(values))
        db.prepare('DELETE FROM deliveries WHERE remote = ? AND role = ? AND version_id = ?').run(
          remote,
          r.role,
          r.versionId,
        )
      })
    },
  }
}
