import { z } from 'zod'
import { type Attempt, attemptSchema } from '../../shared/sync/attempt.ts'
import { type RemoteRole, roleTraits } from '../../shared/sync/push.ts'
import { quarantineBytes } from '../adapters/blob-file.ts'
import { rowSum, rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'

const roleSchema = z.enum(Object.keys(roleTraits) as [RemoteRole, ...RemoteRole[]])

/** What a remote confirmed of one artifact of one version, in the server's words. */
export type Receipt = {
  readonly role: RemoteRole
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
  receipt(role: RemoteRole, versionId: string): Receipt | null
  /** The version of ours that the remote calls so; null when it has none of ours under that id. */
  versionOf(artifactId: string): string | null
  /** Null too when its row cannot be read: it is logged once, and its bytes are kept when a new attempt replaces it. */
  attempt(role: RemoteRole, versionId: string): Attempt | null
  saveAttempt(role: RemoteRole, versionId: string, attempt: Attempt): void
  /** Birth artifact id by path, of the files that an attempt has brought over. A damaged row is left out. */
  files(role: RemoteRole, versionId: string): Map<string, string>
  /** Adds to them: one row a file, in one transaction. */
  saveFiles(role: RemoteRole, versionId: string, files: ReadonlyMap<string, string>): void
  dropFiles(role: RemoteRole, versionId: string): void
  /** Writes the receipt and drops the attempt and its files in one transaction: from here on nothing is owed. */
  saveReceipt(receipt: Receipt): void
  /** Names that this library gave versions on the remote, each with the artifact that got it. */
  names(role: RemoteRole): Map<string, string>
  saveNames(role: RemoteRole, names: ReadonlyMap<string, string>): void
  /** By artifact, tags that it and this library agreed on last; false: it was asked to take it, and may have. */
  tags(): Map<string, Map<string, boolean>>
  saveTags(artifactId: string, tags: ReadonlyMap<string, boolean>): void
  /** Another number after each `saveTags`. */
  tagStamp(): number
  /** How many receipts there are of what lists show; a history goes with its version. */
  count(): number
}

/** `remote` names server, entity and project; another one of these is another remote, to which everything is owed. */
export function createDeliveryBook(context: LibraryContext, remote: string): DeliveryBook {
  const { db } = context
  const its = 'remote = ? AND role = ? AND version_id = ?'
  const readReceipt = db.prepare(`SELECT * FROM receipts WHERE ${its}`)
  const readByArtifact = db.prepare(
    'SELECT * FROM receipts WHERE remote = ? AND artifact_id = ? ORDER BY sent_at',
  )
  const readAttempt = db.prepare(`SELECT state FROM deliveries WHERE ${its}`)
  const readFiles = db.prepare(`SELECT * FROM delivery_files WHERE ${its}`)
  const namesKey = (role: RemoteRole) => `names ${role} ${remote}`
  const damaged = new Set<string>()
  /** Receipts that were read and whole: they never change, and a status asks for all of them. */
  const known = new Map<string, Receipt>()
  let tagStamp = 0

  /** The bytes of a row that is no attempt go to quarantine before another row takes its place. */
  function keepDamaged(role: RemoteRole, versionId: string): void {
    if (!damaged.delete(`${role} ${versionId}`)) return
    const row = db
      .prepare(`SELECT CAST(state AS BLOB) AS bytes FROM deliveries WHERE ${its}`)
      .get(remote, role, versionId)
    if (!(row?.bytes instanceof Uint8Array)) return
    const note = { remote, role, versionId, why: 'The state of a delivery could not be read.' }
    quarantineBytes(
      context.folder,
      `delivery-${role}-${versionId.slice(0, 12)}`,
      row.bytes,
      note,
      context.now(),
    )
  }

  return {
    receipt(role, versionId) {
      const kept = known.get(`${role} ${versionId}`)
      if (kept) return kept
      const row = readReceipt.get(remote, role, versionId)
      if (row === undefined) return null
      if (!rowSumHolds(row)) {
        // A damaged receipt is no receipt: the remote is asked again, and nothing is sent twice.
        context.log('warn', 'sync', 'receipt damaged, asking the remote again', {
          version: versionId.slice(0, 12),
        })
        return null
      }
      const receipt: Receipt = {
        role: roleSchema.parse(row.role),
        versionId: String(row.version_id),
        digest: String(row.digest),
        artifactId: String(row.artifact_id),
        remoteVersion: String(row.remote_version),
        runName: String(row.run_name),
        url: row.url === null ? null : String(row.url),
        sentAt: Number(row.sent_at),
      }
      known.set(`${role} ${versionId}`, receipt)
      return receipt
    },
    versionOf(artifactId) {
      const rows = readByArtifact.all(remote, artifactId).filter((row) => rowSumHolds(row))
      return rows.length > 0 ? String(rows.at(-1)!.version_id) : null
    },
    attempt(role, versionId) {
      const row = readAttempt.get(remote, role, versionId)
      if (row === undefined) return null
      const attempt = readState(String(row.state))
      const key = `${role} ${versionId}`
      if (attempt === null && !damaged.has(key)) {
        damaged.add(key)
        const ids = { version: versionId.slice(0, 12), role }
        context.log('warn', 'sync', 'the state of a delivery cannot be read; it starts anew', ids)
      }
      return attempt
    },
    saveAttempt(role, versionId, attempt) {
      keepDamaged(role, versionId)
      context.transaction(() => {
        db.prepare(
          'INSERT OR REPLACE INTO deliveries (remote, role, version_id, state) VALUES (?, ?, ?, ?)',
        ).run(remote, role, versionId, JSON.stringify(attempt))
      })
    },
    count: () =>
      Number(
        db.prepare("SELECT count(*) AS n FROM receipts WHERE remote = ? AND role <> 'history'").get(remote)
          ?.n ?? 0,
      ),
    names(role) {
      const row = db.prepare('SELECT value FROM settings WHERE key = ?').get(namesKey(role))
      // What cannot be read counts as given by nobody: then nothing is taken from a version on the remote.
      const found = namesSchema.safeParse(parsed(String(row?.value ?? '[]')))
      return new Map(found.success ? found.data : [])
    },
    saveNames(role, names) {
      context.transaction(() => {
        db.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)').run(
          namesKey(role),
          JSON.stringify([...names]),
        )
      })
    },
    tags() {
      // A damaged row is left out: then a tag that was taken away on one side may come back from the other.
      const rows = db.prepare('SELECT * FROM remote_tags WHERE remote = ?').all(remote).filter(rowSumHolds)
      const byArtifact = Map.groupBy(rows, (row) => String(row.artifact_id))
      return new Map(
        [...byArtifact].map(([id, its]) => [
          id,
          new Map(its.map((row) => [String(row.tag), row.agreed === 1])),
        ]),
      )
    },
    saveTags(artifactId, tags) {
      tagStamp++
      context.transaction(() => {
        db.prepare('DELETE FROM remote_tags WHERE remote = ? AND artifact_id = ?').run(remote, artifactId)
        const insert = db.prepare('INSERT INTO remote_tags VALUES (?, ?, ?, ?, ?)')
        for (const [tag, isAgreed] of tags) {
          const values = [remote, artifactId, tag, isAgreed ? 1 : 0]
          insert.run(...values, rowSum(values))
        }
      })
    },
    tagStamp: () => tagStamp,
    files(role, versionId) {
      const rows = readFiles.all(remote, role, versionId).filter((row) => rowSumHolds(row))
      return new Map(rows.map((row) => [String(row.path), String(row.birth_id)]))
    },
    saveFiles(role, versionId, files) {
      if (files.size === 0) return
      context.transaction(() => {
        const insert = db.prepare(
          `INSERT OR REPLACE INTO delivery_files (remote, role, version_id, path, birth_id, row_sum)
           VALUES (?, ?, ?, ?, ?, ?)`,
        )
        for (const [path, birth] of files) {
          const values = [remote, role, versionId, path, birth]
          insert.run(...values, rowSum(values))
        }
      })
    },
    dropFiles(role, versionId) {
      context.transaction(() => {
        db.prepare(`DELETE FROM delivery_files WHERE ${its}`).run(remote, role, versionId)
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
        for (const table of ['deliveries', 'delivery_files'])
          db.prepare(`DELETE FROM ${table} WHERE ${its}`).run(remote, r.role, r.versionId)
      })
    },
  }
}

const namesSchema = z.array(z.tuple([z.string(), z.string()]))

function readState(text: string): Attempt | null {
  const found = attemptSchema.safeParse(parsed(text))
  return found.success ? found.data : null
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
