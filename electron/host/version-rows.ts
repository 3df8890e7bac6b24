import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import { type ArtifactRole, type Version, versionSchema } from '../../shared/host/host-api.ts'
import { rowSum, rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'
import type { Refs } from './refs.ts'

/** The index of versions: what their records say, in rows. */
export type VersionRows = {
  /** Oldest first. Throws AppError `ROW_CORRUPT`. */
  list(): readonly Version[]
  /** The newest version of the branch the library is on, or null before the first. Throws AppError `ROW_CORRUPT`. */
  head(): Version | null
  /** The manifest of an artifact. Throws AppError `NOT_FOUND`, `ROW_CORRUPT`. */
  artifact(versionId: string, role: ArtifactRole): { digest: string; manifest: BlobDigest }
  /**
   * Writes the rows of a version and moves the branch the library is on onto it, in one transaction: the commit point.
   * `also` is done in it too. Throws AppError `CONFLICT`, and changes nothing, when the branch is not where the record's
   * first parent says.
   */
  add(id: string, record: VersionRecord, also?: () => void): Version
  /** Writes the rows of a version that was made in another library; no name moves. The same once more changes nothing. */
  adopt(id: string, record: VersionRecord): Version
}

export function createVersionRows(context: LibraryContext, refs: Refs): VersionRows {
  const { db } = context
  const selectVersions = db.prepare('SELECT * FROM versions ORDER BY number')
  const selectArtifacts = db.prepare(
    'SELECT * FROM version_artifacts WHERE version_id = ? ORDER BY role DESC',
  )
  const selectArtifact = db.prepare('SELECT * FROM version_artifacts WHERE version_id = ? AND role = ?')
  const selectNewest = db.prepare('SELECT COALESCE(MAX(number), 0) AS number FROM versions')
  const selectIndex = db.prepare(
    `SELECT COALESCE((SELECT idx FROM version_artifacts WHERE role = ?1 AND digest = ?2 LIMIT 1),
       (SELECT MAX(idx) + 1 FROM version_artifacts WHERE role = ?1), 0) AS idx`,
  )

  /** Versions never change, so each row is read and checked once. */
  let known: readonly Version[] = []

  function read(row: Record<string, unknown>): Version {
    const artifacts = selectArtifacts.all(String(row.id))
    if (![row, ...artifacts].every(rowSumHolds)) throw damaged(`version ${row.number}`)
    return versionSchema.parse({
      ...(JSON.parse(String(row.summary)) as object),
      id: row.id,
      number: row.number,
      message: row.message,
      author: row.author,
      createdAt: row.created_at,
      parents: JSON.parse(String(row.parents)),
      artifacts: artifacts.map(({ role, idx, digest, files, bytes }) => ({
        role,
        index: idx,
        digest,
        files,
        bytes,
      })),
    })
  }

  function list(): readonly Version[] {
    if (known.length !== Number(selectNewest.get()!.number)) known = selectVersions.all().map(read)
    return known
  }

  return {
    list,

    head() {
      const id = refs.head()
      if (id === null) return null
      const version = list().find((one) => one.id === id)
      if (!version) throw damaged('the newest version')
      return version
    },

    artifact(versionId, role) {
      const row = selectArtifact.get(versionId, role)
      if (!row) {
        throw new AppError('NOT_FOUND', `There is no ${role} of that version.`, {
          remedy: 'Reload the list of versions.',
        })
      }
      if (!rowSumHolds(row)) throw damaged('a version')
      return { digest: String(row.digest), manifest: String(row.manifest_digest) as BlobDigest }
    },

    add(id, record, also = () => {}) {
      const { parents, author, createdAt } = record
      return context.transaction(() => {
        if (refs.head() !== (parents[0] ?? null)) {
          throw new AppError('CONFLICT', 'Another version was made in the meantime.', {
            remedy: 'Look at it in the history, then commit again.',
          })
        }
        const version = insert(id, record)
        refs.put({ name: refs.branch(), kind: 'branch', version: id }, { author, at: createdAt })
        also()
        return version
      })
    },

    adopt: (id, record) =>
      context.transaction(() => list().find((one) => one.id === id) ?? insert(id, record)),
  }

  /** Inside a transaction. */
  function insert(id: string, record: VersionRecord): Version {
    const { parents, message, author, createdAt, counts, changes } = record
    const number = Number(selectNewest.get()!.number) + 1
    const row = [
      id,
      number,
      id,
      canonicalJson(parents),
      message,
      author,
      createdAt,
      canonicalJson({ counts, changes }),
    ]
    db.prepare('INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(...row, rowSum(row))
    const insertArtifact = db.prepare('INSERT INTO version_artifacts VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    const artifacts = record.artifacts.map(({ role, digest, manifest, files, bytes }) => {
      const index = Number(selectIndex.get(role, digest)!.idx)
      const values = [id, role, index, digest, manifest.digest, files, bytes]
      insertArtifact.run(...values, rowSum(values))
      return { role, index, digest, files, bytes }
    })
    return { id, number, message, author, createdAt, parents, counts, changes, artifacts }
  }
}

function damaged(what: string): AppError {
  return new AppError('ROW_CORRUPT', `The entry of ${what} in the index of this library is damaged.`, {
    remedy: 'Run "tessera verify" to see what is affected and how to mend it.',
  })
}
