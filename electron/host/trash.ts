import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import { diskError } from '../adapters/disk-error.ts'
import { type FileOps, quietly, realFileOps } from '../adapters/file-ops.ts'
import { rowSum, rowSumHolds, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import { damaged } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'
import { createListing } from './listing.ts'
import { requireWritable } from './read-only.ts'

/**
 * Samples that a person deleted. They are in no list, count or new version, and come back as they were; versions that
 * have them are not touched. Only emptying the trash destroys something.
 */
export type Trash = {
  /** Returns those that were not there yet. Throws AppError `LIB_READ_ONLY`, `ROW_CORRUPT`, `DISK_…`. */
  put(samples: readonly SampleId[]): SampleId[]
  /** Returns those that were there. Throws like `put`. */
  restore(samples: readonly SampleId[]): SampleId[]
  /**
   * Removes what is in the trash for good; without `samples`, all of it. Returns how many, and how many bytes of files
   * that nothing else needs. Rejects like `put`.
   */
  empty(samples?: readonly SampleId[]): Promise<{ removed: number; bytes: number }>
}

export function createTrash(
  context: LibraryContext,
  options: {
    /** Runs `work` while no version is made, and tells it which blobs versions need; null when that cannot be read. */
    readonly besideVersions: <T>(work: (needed: ReadonlySet<string> | null) => T) => Promise<T>
    /** Removes what a sample's journals hold. */
    readonly dropJournal: (sample: SampleId) => void
    readonly ops?: FileOps
  },
): Trash {
  const { db } = context
  const { besideVersions, dropJournal, ops = realFileOps } = options
  const listing = createListing(db)
  const selectSample = db.prepare('SELECT * FROM samples WHERE id = ?')
  const selectTrashed = db.prepare('SELECT id FROM samples WHERE trashed_at IS NOT NULL ORDER BY seq')
  const update = db.prepare('UPDATE samples SET trashed_at = ?, row_sum = ? WHERE id = ?')
  const deleteBlob = db.prepare('DELETE FROM blobs WHERE digest = ?')
  const deleteRows = [
    ...['journal_marks', 'tips', 'revisions', 'cards'].map((table) => `${table} WHERE sample_id`),
    'samples WHERE id',
  ].map((rows) => db.prepare(`DELETE FROM ${rows} = ?`))

  function row(id: string): Record<string, SqlValue> | undefined {
    const found = selectSample.get(id) as Record<string, SqlValue> | undefined
    if (found && !rowSumHolds(found)) throw damaged(`The entry of ${String(found.name)}`)
    return found
  }

  function move(samples: readonly SampleId[], trashedAt: number | null): SampleId[] {
    requireWritable(context)
    const moved = explained(() =>
      context.transaction(() => {
        const done: SampleId[] = []
        for (const id of new Set(samples)) {
          const found = row(id)
          if (!found || (found.trashed_at === null) === (trashedAt === null)) continue
          const { row_sum: _, ...sample } = found
          update.run(trashedAt, rowSum(Object.values({ ...sample, trashed_at: trashedAt })), id)
          listing.setTrashed(id, trashedAt !== null)
          done.push(id)
        }
        return done
      }),
    )
    if (moved.length > 0) context.emit({ type: 'samples.changed' })
    return moved
  }

  /** Blobs that only these samples are made of. */
  function ownBlobs(ids: readonly string[], needed: ReadonlySet<string>): BlobDigest[] {
    const own = new Set<string>()
    const others = new Set<string>()
    const going = new Set(ids)
    const read = (sql: string) => {
      const statement = db.prepare(sql)
      statement.setReturnArrays(true)
      for (const [sample, ...digests] of statement.iterate() as Iterable<unknown> as Iterable<SqlValue[]>) {
        const set = going.has(String(sample)) ? own : others
        for (const digest of digests) if (digest !== null) set.add(String(digest))
      }
    }
    read('SELECT id, image_digest, record_digest, card_digest FROM samples')
    read('SELECT sample_id, id, png_digest, json_digest, shapes_digest FROM revisions')
    read('SELECT sample_id, digest FROM cards')
    // One change is made to many samples, and a label keeps what its categories meant for other labels too.
    read('SELECT NULL, record_digest FROM cards UNION ALL SELECT NULL, ontology_digest FROM revisions')
    return [...own].filter((digest) => !others.has(digest) && !needed.has(digest)) as BlobDigest[]
  }

  /**
   * For every row that goes, SQLite looks for others that point to it, through whole tables where no index leads there:
   * a seventh of a second for each of 100,000 images. `remove` has looked itself, at all of them at once.
   */
  function withoutKeyChecks<T>(work: () => T): T {
    db.exec('PRAGMA foreign_keys = OFF')
    try {
      return work()
    } finally {
      db.exec('PRAGMA foreign_keys = ON')
    }
  }

  function remove(
    ids: readonly SampleId[],
    needed: ReadonlySet<string> | null,
  ): { removed: number; bytes: number } {
    const blobs = needed ? ownBlobs(ids, needed) : []
    let bytes = 0
    const work = () => {
      bytes = 0
      for (const id of ids) {
        row(id)
        listing.remove(id)
        for (const statement of deleteRows) statement.run(id)
      }
      for (const digest of blobs) {
        bytes += context.blobs.stat(digest)?.size ?? 0
        deleteBlob.run(digest)
      }
    }
    withoutKeyChecks(() => context.transaction(work))
    // At once: nobody can have stored the same bytes anew since the rows went. A stop here leaves files that nothing names.
    for (const digest of blobs) quietly(() => ops.remove(context.blobs.pathOf(digest)))
    for (const id of ids) quietly(() => dropJournal(id))
    return { removed: ids.length, bytes }
  }

  return {
    put: (samples) => move(samples, context.now()),
    restore: (samples) => move(samples, null),

    async empty(samples) {
      requireWritable(context)
      const result = await besideVersions((needed) =>
        explained(() => {
          const all = selectTrashed.all().map(({ id }) => String(id) as SampleId)
          const wanted = samples && new Set(samples)
          const ids = all.filter((id) => !wanted || wanted.has(id))
          return ids.length === 0 ? { removed: 0, bytes: 0 } : remove(ids, needed)
        }),
      )
      if (result.removed > 0) context.emit({ type: 'samples.changed' })
      return result
    },
  }
}

function explained<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw diskError(error)
  }
}
