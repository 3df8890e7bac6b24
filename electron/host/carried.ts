import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import { isJsonRecord } from '../../shared/base/exact-json.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import {
  type CarriedRecord,
  type CarriedRow,
  carriedChangeText,
  carriedRecordText,
  parseCarriedRecord,
} from '../../shared/formats/carried-record.ts'
import type { HostHandlers } from '../../shared/host/host-api.ts'
import { explained, isOutOfFiles } from '../adapters/disk-error.ts'
import { type FileOps, quietly, realFileOps } from '../adapters/file-ops.ts'
import { rowSum, rowSumHolds, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import { damaged } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'
import { requireWritable } from './read-only.ts'
import { createTurns } from './turns.ts'

/** One that is kept, as a list shows it. */
export type CarriedEntry = {
  readonly name: string
  readonly taskType: string
  /** Of its label, in the words of the other program; null: it has none. */
  readonly status: string | null
  /** Of its record. */
  readonly bytes: number
  readonly record: BlobDigest
  readonly isTrashed: boolean
}
/** Null: it is not there. */
export type CarriedMove = { readonly name: string; readonly from: string | null; readonly to: string | null }

/**
 * Samples of another program that cannot be shown, kept whole: taken in, listed, given back as they came. A change is
 * acknowledged when the records, the record of the change and the rows are on the disk, in that order. Damage rejects with
 * `ROW_CORRUPT`, `BLOB_CORRUPT` or `MISSING_BLOB`, a full or failing disk with `DISK_…`; then all is what it was.
 */
export type Carried = {
  /** By name, by code point. Without the trash, unless `trashed`: then what is in it. */
  list(options?: { readonly trashed?: boolean }): CarriedEntry[]
  count(): { readonly kept: number; readonly trashed: number }
  /** Rejects with `NOT_FOUND`. */
  get(name: string): Promise<CarriedRecord>
  /**
   * Takes samples in, or what they have become. One that is as it was is not written again; one in the trash stays there,
   * with what it has become. Answers the names that changed. Rejects with `LIB_READ_ONLY`, `BAD_REQUEST`.
   */
  put(records: readonly CarriedRecord[], by?: string): Promise<string[]>
  /** Takes in only what is new: one of whose name another is kept, in the trash too, rejects with `NAME_TAKEN`, and then none is. */
  add(records: readonly CarriedRecord[]): Promise<string[]>
  /** Answer those that moved. */
  trash(names: readonly string[]): Promise<string[]>
  restore(names: readonly string[]): Promise<string[]>
  /** See `createCarriedRows`. */
  rows(): readonly CarriedRow[]
  /** Puts names to records that are among the blobs; what goes lies in the trash. Names that are so already are passed over. */
  move(moves: readonly Pick<CarriedMove, 'name' | 'to'>[], by: string): Promise<CarriedMove[]>
  /** Removes what is in the trash for good; versions that have it are not touched. */
  empty(
    beside: <T>(work: (needed: ReadonlySet<string> | null) => T) => Promise<T>,
  ): Promise<{ readonly removed: number; readonly bytes: number }>
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}

type Row = {
  readonly name: string
  readonly digest: BlobDigest
  readonly taskType: string
  readonly status: string | null
  readonly trashedAt: number | null
}
/** What becomes of a name. */
type Planned = Row

function toRow(row: Record<string, unknown>): Row {
  if (!rowSumHolds(row)) throw damaged(`The entry of ${String(row.name)}`)
  return {
    name: String(row.name),
    digest: row.digest as BlobDigest,
    taskType: String(row.task_type),
    status: row.status as string | null,
    trashedAt: row.trashed_at as number | null,
  }
}

/** What a version records: name and record, by name, by code point. Kept between calls until something changes. */
export function createCarriedRows({ db }: Pick<LibraryContext, 'db'>): () => readonly CarriedRow[] {
  const selectAll = db.prepare('SELECT * FROM carried WHERE trashed_at IS NULL')
  // Emptying the trash lowers the count and leaves the last change.
  const selectStamp = db.prepare('SELECT COUNT(*) AS count, MAX(seq) AS last FROM carried')
  let known: { readonly stamp: string; readonly rows: readonly CarriedRow[] } | null = null
  return () => {
    const stamp = Object.values(selectStamp.get()!).join()
    if (known?.stamp !== stamp) {
      const rows = selectAll
        .all()
        .map(toRow)
        .map(({ name, digest }) => ({ name, record: digest as string }))
        .sort((a, b) => compareCodePoints(a.name, b.name))
      known = { stamp, rows }
    }
    return known.rows
  }
}

export function createCarried(
  context: LibraryContext,
  options: {
    /** Who works here, for the records. */
    readonly author?: () => string
    /** Gives back what is kept for a full disk; false when there is nothing. */
    readonly releaseReserve?: () => boolean
    readonly ops?: FileOps
  } = {},
): Carried {
  const { db, blobs } = context
  const { author = () => '', releaseReserve = () => false, ops = realFileOps } = options
  const selectAll = db.prepare('SELECT * FROM carried ORDER BY name')
  const selectOne = db.prepare('SELECT * FROM carried WHERE name = ?')
  const selectCount = db.prepare('SELECT COUNT(*) AS total, COUNT(trashed_at) AS trashed FROM carried')
  const selectSeq = db.prepare("SELECT CAST(value AS INTEGER) AS seq FROM meta WHERE key = 'seq'")
  const write = db.prepare('INSERT OR REPLACE INTO carried VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM carried WHERE name = ?')
  const removeBlob = db.prepare('DELETE FROM blobs WHERE digest = ?')
  // A change looks at what is there and writes what comes of it: two at once would lose one of them.
  const turns = createTurns()
  const inTurn = <T>(work: () => Promise<T>) => turns.take('carried', () => insisting(work))

  /** What is done here can be done twice: it looks at what is there and makes what is missing. */
  async function insisting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await explained(work)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'DISK_FULL') releaseReserve()
      else if (error.code !== 'SAVE_UNCERTAIN' && !isOutOfFiles(error.cause)) throw error
      return explained(work)
    }
  }

  const rowOf = (name: string): Row | null => {
    const row = selectOne.get(name)
    return row ? toRow(row) : null
  }

  async function read(digest: BlobDigest): Promise<CarriedRecord> {
    const bytes = await blobs.get(digest)
    try {
      return parseCarriedRecord(Buffer.from(bytes).toString())
    } catch (cause) {
      // The bytes are what was once written, so it is this program that does not know them.
      throw new AppError('FMT_TOO_NEW', 'A sample that is kept is written in an unknown way.', {
        remedy: 'Update Tessera.',
        cause,
      })
    }
  }

  /** Writes the record of a change, then its rows. */
  async function change(planned: readonly Planned[], by: string): Promise<void> {
    if (planned.length === 0) return
    const sorted = planned.toSorted((a, b) => compareCodePoints(a.name, b.name))
    for (;;) {
      // The record names its place in the library's order, and it must be on the disk before that place is taken.
      const seq = Number(selectSeq.get()!.seq) + 1
      const text = carriedChangeText({
        v: 1,
        kind: 'carried-change',
        seq,
        author: by,
        createdAt: context.now(),
        deviceId: context.deviceId,
        carried: sorted.map(({ name, digest, trashedAt }) => [name, trashedAt === null ? digest : null]),
      })
      const { digest: record } = await blobs.put(Buffer.from(text))
      const isWritten = context.transaction(() => {
        if (Number(selectSeq.get()!.seq) !== seq - 1) return false
        context.nextSeq()
        for (const { name, digest, taskType, status, trashedAt } of sorted) {
          const values: SqlValue[] = [name, digest, taskType, status, record, seq, trashedAt]
          write.run(...values, rowSum(values))
        }
        return true
      })
      if (isWritten) break
    }
    context.emit({ type: 'samples.changed' })
  }

  function moved(names: readonly string[], trashedAt: number | null): Promise<string[]> {
    return inTurn(async () => {
      requireWritable(context)
      const planned = [...new Set(names)].flatMap((name): Planned[] => {
        const row = rowOf(name)
        return row && (row.trashedAt === null) !== (trashedAt === null) ? [{ ...row, trashedAt }] : []
      })
      await change(planned, author())
      return planned.map(({ name }) => name)
    })
  }

  /** `replace` is told the name of each that would become another one before anything is written, and may throw. */
  const take = (records: readonly CarriedRecord[], by: string, replace: (name: string) => void) =>
    inTurn(async () => {
      requireWritable(context)
      const last = new Map<string, { readonly record: CarriedRecord; readonly text: Buffer }>()
      for (const record of records) {
        const { name } = record
        const text = Buffer.from(textOf(record))
        const before = last.get(name)
        const row = rowOf(name)
        const isOther = row && row.digest !== createHash('sha256').update(text).digest('hex')
        if (isOther || (before && !before.text.equals(text))) replace(name)
        last.set(name, { record, text })
      }
      const list = [...last.values()]
      const stored = await blobs.putAll(list.map(({ text }) => text))
      const planned = list.flatMap(({ record }, i): Planned[] => {
        const { name, taskType } = record
        const { digest } = stored[i]!
        const row = rowOf(name)
        if (row?.digest === digest) return []
        return [{ name, digest, taskType, status: carriedStatus(record), trashedAt: row?.trashedAt ?? null }]
      })
      await change(planned, by)
      return planned.map(({ name }) => name)
    })

  const rows = createCarriedRows(context)

  return {
    list: ({ trashed = false } = {}) =>
      selectAll
        .all()
        .map(toRow)
        .filter(({ trashedAt }) => (trashedAt !== null) === trashed)
        .sort((a, b) => compareCodePoints(a.name, b.name))
        .map(({ name, digest, taskType, status, trashedAt }) => ({
          name,
          taskType,
          status,
          bytes: blobs.stat(digest)?.size ?? 0,
          record: digest,
          isTrashed: trashedAt !== null,
        })),

    count() {
      const { total, trashed } = selectCount.get()!
      return { kept: Number(total) - Number(trashed), trashed: Number(trashed) }
    },

    get: (name) =>
      explained(async () => {
        const row = rowOf(name)
        if (row) return read(row.digest)
        throw new AppError('NOT_FOUND', `Nothing is kept under the name "${name.slice(0, 120)}".`, {
          remedy: 'Reload the list.',
        })
      }),

    put: (records, by = author()) => take(records, by, () => {}),

    add: (records) =>
      take(records, author(), (name) => {
        throw new AppError('NAME_TAKEN', `Another sample is kept here as "${name.slice(0, 120)}".`, {
          remedy:
            'It stays as it is, and nothing was taken in. Rename one of the two, or use another library.',
        })
      }),

    trash: (names) => moved(names, context.now()),
    restore: (names) => moved(names, null),

    rows,

    move: (moves, by) =>
      inTurn(async () => {
        requireWritable(context)
        const planned: Planned[] = []
        const done: CarriedMove[] = []
        for (const { name, to } of moves) {
          const row = rowOf(name)
          const from = row && row.trashedAt === null ? row.digest : null
          if (from === to) continue
          done.push({ name, from, to })
          if (to === null) planned.push({ ...row!, trashedAt: context.now() })
          else {
            const record = await read(to as BlobDigest)
            const { taskType } = record
            planned.push({
              name,
              digest: to as BlobDigest,
              taskType,
              status: carriedStatus(record),
              trashedAt: null,
            })
          }
        }
        await change(planned, by)
        return done
      }),

    empty: (beside) =>
      inTurn(async () => {
        requireWritable(context)
        const result = await beside((needed) => {
          const all = selectAll.all().map(toRow)
          const going = all.filter(({ trashedAt }) => trashedAt !== null)
          const kept = new Set(all.filter(({ trashedAt }) => trashedAt === null).map(({ digest }) => digest))
          const own = going.map(({ digest }) => digest)
          // What versions need cannot be told while one of them cannot be read: then the bytes stay.
          const free = needed
            ? [...new Set(own)].filter((digest) => !kept.has(digest) && !needed.has(digest))
            : []
          let bytes = 0
          context.transaction(() => {
            bytes = 0
            for (const { name } of going) remove.run(name)
            for (const digest of free) {
              bytes += blobs.stat(digest)?.size ?? 0
              removeBlob.run(digest)
            }
          })
          for (const digest of free) quietly(() => ops.remove(blobs.pathOf(digest)))
          return { removed: going.length, bytes }
        })
        if (result.removed > 0) context.emit({ type: 'samples.changed' })
        return result
      }),

    settled: () => turns.idle(),
  }
}

/** What the door offers of it. */
export function createCarriedHandlers(
  carried: Carried,
  besideVersions: Parameters<Carried['empty']>[0],
): Pick<
  HostHandlers,
  'carried.list' | 'carried.get' | 'carried.take' | 'carried.trash' | 'carried.restore' | 'carried.empty'
> {
  return {
    'carried.list': async ({ inTrash }) => ({
      list: carried
        .list({ trashed: inTrash })
        .map(({ name, taskType, status, bytes, record }) => ({ name, taskType, status, bytes, record })),
      trashed: carried.count().trashed,
    }),
    'carried.get': async ({ name }) => ({ text: carriedRecordText(await carried.get(name)) }),
    'carried.take': async ({ records }) => ({ names: await carried.add(records.map(recordOf)) }),
    'carried.trash': async ({ names }) => ({ names: await carried.trash(names) }),
    'carried.empty': () => carried.empty(besideVersions),
    'carried.restore': async ({ names }) => ({ names: await carried.restore(names) }),
  }
}

function recordOf(text: string): CarriedRecord {
  try {
    return parseCarriedRecord(text)
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'What was to be kept is no record of a sample.', {
      remedy: 'Nothing was changed.',
      cause,
    })
  }
}

function textOf(record: CarriedRecord): string {
  try {
    return carriedRecordText(record)
  } catch (cause) {
    throw new AppError(
      'BAD_REQUEST',
      `What is said of "${String(record.name).slice(0, 120)}" cannot be kept.`,
      { remedy: 'Nothing was changed.', cause },
    )
  }
}

/** Of the label that people made, else of the first one there is. */
export function carriedStatus({ labels }: CarriedRecord): string | null {
  const label = [labels['ground-truth'], ...Object.values(labels)].find(isJsonRecord)
  return typeof label?.label_status === 'string' ? label.label_status.slice(0, 100) : null
}
