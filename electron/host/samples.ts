import { randomUUID } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'

import type { SampleRecord } from '../../shared/formats/sample-record.ts'
import { type HostOutput, type Sample, sampleSchema } from '../../shared/host/host-api.ts'
import { foldName, nextFreeName } from '../../shared/image/sample-name.ts'
import { rowSum, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import type { SampleShelf } from './import.ts'
import type { LibraryContext } from './library-context.ts'
import { createListing } from './listing.ts'
import { requireWritable } from './read-only.ts'

/** The images of one library, each with what its label is about now. */
export interface Samples extends SampleShelf {
  /** In the order of adding, without the trash. Throws AppError `NOT_FOUND` when `after` is no sample. */
  list(page: { after: string | null; limit: number }): HostOutput<'samples.list'>
  /** Also one in the trash. Throws AppError `NOT_FOUND`. */
  get(id: string): Sample
  /** The sample with this place in the order of adding; null when it was removed for good. */
  at(seq: number): Sample | null
  /** By id, by name, or by a name that differs in case only; not in the trash. Throws AppError `NOT_FOUND`. */
  find(nameOrId: string): Sample
}

const columns = `
  s.id, s.name, s.width, s.height, s.format, b.size AS bytes, s.image_digest AS imageDigest,
  COALESCE(r.status, 'unlabeled') AS status, COALESCE(r.object_count, 0) AS objectCount,
  COALESCE(r.labeled_pixels, 0) AS labeledPixels, s.head_revision AS headRevision,
  (SELECT COUNT(*) FROM tips t WHERE t.sample_id = s.id) > 1 AS hasSiblings, s.added_at AS addedAt,
  l.modified_at AS modifiedAt, r.author AS savedBy, r.created_at AS savedAt,
  (SELECT json_group_array(tag) FROM listing_tags t WHERE t.seq = s.seq) AS tags,
  l.split, l.priority, l.issues, l.open_issues AS openIssues, s.card_digest AS cardDigest, s.trashed_at AS trashedAt
  FROM samples s JOIN listing l ON l.seq = s.seq JOIN blobs b ON b.digest = s.image_digest LEFT JOIN revisions r ON r.id = s.head_revision`

export function createSamples(context: LibraryContext): Samples {
  const { db } = context
  const listing = createListing(db)
  const selectOne = db.prepare(`SELECT ${columns} WHERE s.id = ?`)
  const selectNamed = db.prepare(`SELECT ${columns} WHERE s.name_key = ?`)
  const selectAt = db.prepare(`SELECT ${columns} WHERE s.seq = ?`)
  const selectPage = db.prepare(
    `SELECT ${columns} WHERE s.seq > ? AND s.trashed_at IS NULL ORDER BY s.seq LIMIT ?`,
  )
  const selectSeq = db.prepare('SELECT seq FROM samples WHERE id = ?')
  const selectTwin = db.prepare('SELECT name, trashed_at AS trashedAt FROM samples WHERE image_digest = ?')
  const selectBelow = db.prepare(
    "SELECT 1 FROM samples WHERE name_key >= ?1 || '/' AND name_key < ?1 || '0' LIMIT 1",
  )
  const selectKey = db.prepare('SELECT 1 FROM samples WHERE name_key = ?')
  const countByStatus = db.prepare(
    'SELECT status, COUNT(*) AS count FROM listing WHERE trashed = 0 GROUP BY status',
  )

  // Artifacts are unpacked into folders, so no file of a sample may be called as a folder of another one: neither its
  // image nor the files of its label, `<name>.png` and `<name>.json`.
  const isSample = (fold: string) => selectKey.get(fold) !== undefined
  const isFolder = (fold: string) => selectBelow.get(fold) !== undefined
  const isFile = (fold: string) => isSample(fold) || isSample(fold.replace(/\.(png|json)$/, ''))
  const isTaken = (fold: string) =>
    isSample(fold) || isFolder(fold) || isFolder(`${fold}.png`) || isFolder(`${fold}.json`)

  function freeName(name: string): string {
    const [file = name, ...folders] = name.split('/').reverse()
    let path = ''
    for (const folder of folders.reverse()) path = `${nextFreeName(path + folder, isFile)}/`
    return nextFreeName(path + file, isTaken)
  }

  function get(id: string): Sample {
    const row = selectOne.get(id)
    if (row) return toSample(row)
    throw notFound(id)
  }

  return {
    get,

    at(seq) {
      const row = selectAt.get(seq)
      return row ? toSample(row) : null
    },

    find(nameOrId) {
      const row = selectOne.get(nameOrId.toLowerCase()) ?? selectNamed.get(foldName(nameOrId))
      if (row?.trashedAt === null) return toSample(row)
      if (row) throw inTrash(String(row.name))
      throw notFound(nameOrId)
    },

    list({ after, limit }) {
      const start = after === null ? { seq: -1 } : selectSeq.get(after)
      if (!start) throw notFound(after!)
      const byStatus: Record<string, number> = {}
      let total = 0
      for (const { status, count } of countByStatus.all()) {
        byStatus[String(status)] = Number(count)
        total += Number(count)
      }
      return { samples: selectPage.all(start.seq!, limit).map(toSample), total, byStatus }
    },

    async insert({ id: wanted, name, image, format, width, height, orientation }) {
      requireWritable(context)
      for (;;) {
        const twin = selectTwin.get(image.digest)
        if (twin) {
          const inTrash = twin.trashedAt !== null
          return { duplicateOf: String(twin.name), ...(inTrash && { inTrash }) }
        }
        const free = freeName(name)
        const addedAt = context.now()
        const { digest, md5, size } = image
        const record: SampleRecord = {
          v: 1,
          kind: 'sample',
          id: wanted !== undefined && !selectSeq.get(wanted) ? wanted : randomUUID(),
          name: free,
          image: { digest, md5, size },
          format,
          width,
          height,
          orientation,
          addedAt,
        }
        const { digest: recordDigest } = await context.blobs.put(Buffer.from(canonicalJson(record)))
        const inserted = context.transaction(() => {
          // While the record was written, another import may have taken the name or brought the same bytes.
          if (selectTwin.get(image.digest) || freeName(free) !== free) return false
          const seq = context.nextSeq()
          insertRow(context, [
            record.id,
            free,
            foldName(free),
            image.digest,
            format,
            width,
            height,
            orientation,
            addedAt,
            seq,
            recordDigest,
            null,
            null,
            null,
          ])
          listing.add({ seq, id: record.id, name: free, width, height, addedAt })
          return true
        })
        if (!inserted) continue
        context.emit({ type: 'samples.changed' })
        return { sample: get(record.id), renamedFrom: free === name ? null : name }
      }
    },
  }
}

function insertRow(context: LibraryContext, values: readonly SqlValue[]): void {
  context.db
    .prepare('INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(...values, rowSum(values))
}

function toSample(row: Record<string, unknown>): Sample {
  const tags: unknown = JSON.parse(String(row.tags))
  return sampleSchema.parse({ ...row, hasSiblings: row.hasSiblings === 1, tags })
}

function inTrash(name: string): AppError {
  return new AppError('NOT_FOUND', `"${name.slice(0, 120)}" is in the trash.`, {
    remedy: 'Restore it from there first.',
  })
}

function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `There is no sample "${what.slice(0, 120)}" in this library.`, {
    remedy: 'Check its name or id in the list of samples.',
  })
}
