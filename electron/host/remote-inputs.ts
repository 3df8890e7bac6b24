import type { Version } from '../../shared/host/host-api.ts'
import { rowSum, rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'

/** An artifact that images were taken from. */
export type RemoteInput = { readonly artifactId: string; readonly name: string; readonly digest: string }

/** What images of this library came from: the run of the next version that is sent names it as its input. */
export type RemoteInputs = {
  /** `after`: the number of the newest version when it came; now, when left out. */
  note(input: RemoteInput, after?: number): void
  /** Whether something was taken from an artifact. */
  has(artifactId: string): boolean
  /** Artifacts that the run of a version is to name, by id: what came before it, and that no other run has named. */
  of(version: Pick<Version, 'id' | 'number'>): readonly string[]
  used(version: Pick<Version, 'id' | 'number'>): void
}

/** `remote` as receipts name it. A damaged row is left out. */
export function createRemoteInputs(context: LibraryContext, remote: string): RemoteInputs {
  const { db } = context
  const select = db.prepare('SELECT * FROM remote_inputs WHERE remote = ? ORDER BY artifact_id')
  const open = (version: Pick<Version, 'id' | 'number'>) =>
    select.all(remote).filter((row) => {
      const isFree = row.version_id === null || row.version_id === version.id
      return rowSumHolds(row) && Number(row.after_version) < version.number && isFree
    })
  const put = (values: readonly (string | number | null)[]) =>
    db
      .prepare('INSERT OR REPLACE INTO remote_inputs VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(...values, rowSum(values))
  return {
    note({ artifactId, name, digest }, after) {
      context.transaction(() => {
        const { number } = db.prepare('SELECT COALESCE(MAX(number), 0) AS number FROM versions').get()!
        put([remote, artifactId, name, digest, after ?? Number(number), null])
      })
    },
    has: (artifactId) => select.all(remote).some((row) => row.artifact_id === artifactId && rowSumHolds(row)),
    of: (version) => open(version).map((row) => String(row.artifact_id)),
    used(version) {
      const rows = open(version)
      if (rows.length === 0) return
      context.transaction(() => {
        for (const row of rows) {
          const { artifact_id, name, digest, after_version } = row as Record<string, string | number>
          put([remote, artifact_id!, name!, digest!, after_version!, version.id])
        }
      })
    },
  }
}
