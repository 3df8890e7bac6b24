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
  /** The manifest of an artifact, and its digest once that is known. Throws AppError `NOT_FOUND`, `ROW_CORRUPT`. */
  artifact(versionId: string, role: ArtifactRole): { digest: string | null; manifest: BlobDigest }
  /** Manifests whose digest is not known yet, the newest version's first. */
  undigested(): BlobDigest[]
  /** Keeps what was worked out. Throws what the disk refuses. */
  addDigest(manifest: BlobDigest, digest: string): void
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
  const selectVersions = db.prepare('SELECT * FROM versions WHERE number > ? ORDER BY number')
  const selectVersion = db.prepare('SELECT * FROM versions WHERE number = ?')
  const selectArtifacts = db.prepare(
    'SELECT * FROM version_artifacts WHERE version_id = ? ORDER BY role DESC',
  )
  const selectArtifact = db.prepare('SELECT * FROM version_artifacts WHERE version_id = ? AND role = ?')
  const selectNewest = db.prepare('SELECT COALESCE(MAX(number), 0) AS number FROM versions')
  const selectIndex = db.prepare(
    `SELECT COALESCE((SELECT idx FROM version_artifacts WHERE role = ?1 AND manifest_digest = ?2 LIMIT 1),
       (SELECT MAX(idx) + 1 FROM version_artifacts WHERE role = ?1), 0) AS idx`,
  )
  const selectDigest = db.prepare('SELECT * FROM artifact_digests WHERE manifest_digest = ?')
  const selectUndigested = db.prepare(
    `SELECT a.manifest_digest AS manifest FROM version_artifacts a JOIN versions v ON v.id = a.version_id
     WHERE NOT EXISTS (SELECT 1 FROM artifact_digests d WHERE d.manifest_digest = a.manifest_digest)
     GROUP BY a.manifest_digest ORDER BY MAX(v.number) DESC, a.role DESC`,
  )

  const insertDigest = db.prepare('INSERT OR IGNORE INTO artifact_digests VALUES (?, ?, ?)')

  /** Versions never change, so each row is read and checked once. */
  let known: readonly Version[] = []
  /** Digests of manifests, as far as they were asked for and are known. */
  const digests = new Map<string, string>()

  function digestOf(manifest: string): string | null {
    const kept = digests.get(manifest)
    if (kept !== undefined) return kept
    const row = selectDigest.get(manifest)
    if (!row) return null
    if (!rowSumHolds(row)) throw damaged('the digest of an artifact')
    digests.set(manifest, String(row.digest))
    return String(row.digest)
  }

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
      artifacts: artifacts.map(({ role, idx, manifest_digest: manifest, files, bytes }) => ({
        role,
        index: idx,
        digest: digestOf(String(manifest)),
        files,
        bytes,
      })),
    })
  }

  const isOpen = ({ artifacts }: Version) => artifacts.some(({ digest }) => digest === null)

  function list(): readonly Version[] {
    if (known.length !== Number(selectNewest.get()!.number)) {
      known = [...known, ...selectVersions.all(known.length).map(read)]
    }
    if (known.some(isOpen)) {
      // Their digests may have come since.
      known = known.map((version) => (isOpen(version) ? read(selectVersion.get(version.number)!) : version))
    }
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
      const manifest = String(row.manifest_digest) as BlobDigest
      return { digest: digestOf(manifest), manifest }
    },

    undigested: () => selectUndigested.all().map(({ manifest }) => manifest as BlobDigest),

    addDigest(manifest, digest) {
      const values = [manifest, digest]
      context.transaction(() => insertDigest.run(...values, rowSum(values)))
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
    const insertArtifact = db.prepare('INSERT INTO version_artifacts VALUES (?, ?, ?, ?, ?, ?, ?)')
    const artifacts = record.artifacts.map(({ role, manifest, files, bytes }) => {
      const index = Number(selectIndex.get(role, manifest.digest)!.idx)
      const values = [id, role, index, manifest.digest, files, bytes]
      insertArtifact.run(...values, rowSum(values))
      return { role, index, digest: digestOf(manifest.digest), files, bytes }
    })
    return { id, number, message, author, createdAt, parents, counts, changes, artifacts }
  }
}

function damaged(what: string): AppError {
  return new AppError('ROW_CORRUPT', `The entry of ${what} in the index of this library is damaged.`, {
    remedy: 'Run "tessera verify" to see what is affected and how to mend it.',
  })
}
