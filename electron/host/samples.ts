import { randomUUID } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'

import type { SampleRecord } from '../../shared/formats/sample-record.ts'
import { type HostOutput, type Sample, sampleSchema } from '../../shared/host/host-api.ts'
import { foldName, nextFreeName } from '../../shared/image/sample-name.ts'
import { rowSum, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import type { SampleShelf } from './import.ts'
import type { LibraryContext } from './library-context.ts'
import { requireWritable } from './read-only.ts'

/** The images of one library, each with what its label is about now. */
export interface Samples extends SampleShelf {
  /** In the order of adding. Throws AppError `NOT_FOUND` when `after` is no sample. */
  list(page: { after: string | null; limit: number }): HostOutput<'samples.list'>
  /** Throws AppError `NOT_FOUND`. */
  get(id: string): Sample
  /** By id, by name, or by a name that differs in case only. Throws AppError `NOT_FOUND`. */
  find(nameOrId: string): Sample
}

const columns = `
  s.id, s.name, s.width, s.height, s.format, b.size AS bytes, s.image_digest AS imageDigest,
  COALESCE(r.status, 'unlabeled') AS status, COALESCE(r.object_count, 0) AS objectCount,
  COALESCE(r.labeled_pixels, 0) AS labeledPixels, s.head_revision AS headRevision,
  (SELECT COUNT(*) FROM tips t WHERE t.sample_id = s.id) > 1 AS hasSiblings, s.added_at AS addedAt
  FROM samples s JOIN blobs b ON b.digest = s.image_digest LEFT JOIN revisions r ON r.id = s.head_revision`

export function createSamples(context: LibraryContext): Samples {
  const { db } = context
  const selectOne = db.prepare(`SELECT ${columns} WHERE s.id = ?`)
  const selectNamed = db.prepare(`SELECT ${columns} WHERE s.name_key = ?`)
  const selectPage = db.prepare(`SELECT ${columns} WHERE s.seq > ? ORDER BY s.seq LIMIT ?`)
  const selectSeq = db.prepare('SELECT seq FROM samples WHERE id = ?')
  const selectTwin = db.prepare('SELECT name FROM samples WHERE image_digest = ?')
  const selectBelow = db.prepare(
    "SELECT 1 FROM samples WHERE name_key >= ?1 || '/' AND name_key < ?1 || '0' LIMIT 1",
  )
  const selectKey = db.prepare('SELECT 1 FROM samples WHERE name_key = ?')
  const countByStatus = db.prepare(
    `SELECT COALESCE(r.status, 'unlabeled') AS status, COUNT(*) AS count
     FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision GROUP BY 1`,
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

    find(nameOrId) {
      const row = selectOne.get(nameOrId.toLowerCase()) ?? selectNamed.get(foldName(nameOrId))
      if (row) return toSample(row)
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

    async insert({ name, image, format, width, height, orientation }) {
      requireWritable(context)
      for (;;) {
        const twin = selectTwin.get(image.digest)
        if (twin) return { duplicateOf: String(twin.name) }
        const free = freeName(name)
        const addedAt = context.now()
        const { digest, md5, size } = image
        const record: SampleRecord = {
          v: 1,
          kind: 'sample',
          id: randomUUID(),
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
          ])
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
    .prepare('INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(...values, rowSum(values))
}

function toSample(row: Record<string, unknown>): Sample {
  return sampleSchema.parse({ ...row, hasSiblings: row.hasSiblings === 1 })
}

function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `There is no sample "${what.slice(0, 120)}" in this library.`, {
    remedy: 'Check its name or id in the list of samples.',
  })
}
