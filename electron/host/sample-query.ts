import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../shared/base/app-error.ts'
import { foldTag } from '../../shared/dataset/card.ts'
import type { Comparison, Condition, SampleFilter, SampleSort } from '../../shared/dataset/sample-filter.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import type { HostArgs, HostOutput } from '../../shared/host/host-api.ts'
import { foldName } from '../../shared/image/sample-name.ts'
import { statuses } from '../../shared/label/status.ts'
import type { SqlValue } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'
import { foldPerson, foldValue } from './listing.ts'
import type { Samples } from './samples.ts'

/**
 * Lists of samples. SQLite finds and sorts; what is kept of a query is one number for each sample, so a page can walk a
 * hundred thousand of them by windows, in an order that stays while labels change under it.
 */
export type SampleQueries = {
  /** Rejects with what reading a version rejects with, when the filter asks about one. */
  query(args: HostArgs<'samples.query'>): Promise<HostOutput<'samples.query'>>
  /** All of these throw AppError `NOT_FOUND` for a query that is not kept any more. */
  window(args: HostArgs<'samples.window'>): HostOutput<'samples.window'>
  ids(args: HostArgs<'samples.ids'>): HostOutput<'samples.ids'>
  position(args: HostArgs<'samples.position'>): HostOutput<'samples.position'>
  /** Rejects with what reading the last version rejects with. */
  marks(args: HostArgs<'samples.marks'>): Promise<HostOutput<'samples.marks'>>
}

/** A test of what SQLite has let through; null lets through all. */
type Later = ((seq: number) => boolean) | null

/** Kept of 100,000 samples, a query takes 400 kB. */
const mostQueries = 24

export function createSampleQueries(
  { db }: Pick<LibraryContext, 'db'>,
  tools: {
    readonly samples: Pick<Samples, 'at'>
    /** Who asks, for the order of review. */
    readonly me: () => string
    /** The samples of a version, of the last one for null; null when there is no such version. */
    readonly snapshot: (version: number | null) => Promise<readonly SnapshotSample[] | null>
  },
): SampleQueries {
  const { samples, me, snapshot } = tools
  /** The place of each sample in the order of adding, by its position in the query. */
  const kept = new Map<string, Uint32Array>()
  const selectId = db.prepare('SELECT sample_id AS id FROM listing WHERE seq = ?')
  const selectSeq = db.prepare('SELECT seq FROM listing WHERE sample_id = ?')
  const countAll = db.prepare('SELECT COUNT(*) AS count FROM listing WHERE trashed = ?')
  let last: { readonly list: readonly SnapshotSample[]; readonly byId: Map<string, SnapshotSample> } | null =
    null
  const { changedSince, isChanged } = createComparison(db)

  /** What is asked about is kept longest. */
  function known(query: string): Uint32Array | undefined {
    const order = kept.get(query)
    if (order && kept.delete(query)) kept.set(query, order)
    return order
  }

  function orderOf(query: string): Uint32Array {
    const order = known(query)
    if (order) return order
    throw new AppError('NOT_FOUND', 'This list of images is not kept any more.', {
      remedy: 'Search again.',
    })
  }

  function keep(order: Uint32Array): string {
    const query = randomUUID()
    kept.set(query, order)
    for (const oldest of kept.keys()) {
      if (kept.size <= mostQueries) break
      kept.delete(oldest)
    }
    return query
  }

  /** The samples that `filter` lets through, in order. */
  function find(filter: SampleFilter, sort: SampleSort, trash: boolean, later: Later): Uint32Array {
    const where = whereOf(filter, trash)
    const order = orderSql(sort, foldPerson(me()))
    // One text of all numbers crosses from SQLite six times as fast as a row for each. SQLite keeps the order of a
    // subquery for every aggregate but count, min and max.
    const row = db
      .prepare(
        `SELECT json_group_array(seq) AS list FROM
           (SELECT seq FROM listing l WHERE ${where.sql} ORDER BY ${order.sql})`,
      )
      .get(...where.values, ...order.values)
    const found = JSON.parse(String(row!.list)) as number[]
    return Uint32Array.from(later ? found.filter(later) : found)
  }

  function count(filter: SampleFilter, trash: boolean, later: Later): Record<string, number> {
    const where = whereOf(filter, trash)
    const what = later ? 'json_group_array(seq) AS list' : 'COUNT(*) AS count'
    const rows = db
      .prepare(`SELECT status, ${what} FROM listing l WHERE ${where.sql} GROUP BY status`)
      .all(...where.values)
    const byStatus: Record<string, number> = {}
    for (const { status, count, list } of rows) {
      const number = later ? (JSON.parse(String(list)) as number[]).filter(later).length : Number(count)
      if (number > 0) byStatus[String(status)] = number
    }
    return byStatus
  }

  /** What SQLite cannot tell: whether a sample, by its place in the order of adding, differs from versions. */
  async function laterOf(filter: SampleFilter): Promise<Later> {
    const tests: ((seq: number) => boolean)[] = []
    for (const { negated, condition } of filter) {
      if (condition.kind !== 'changed') continue
      const changed = changedSince(await snapshot(condition.since))
      tests.push((seq) => changed.has(seq) !== negated)
    }
    return tests.length === 0 ? null : (seq) => tests.every((holds) => holds(seq))
  }

  function hiddenBy(
    order: Uint32Array,
    selected: NonNullable<HostArgs<'samples.query'>['selected']>,
  ): number {
    const shown = new Set(order)
    if ('query' in selected)
      return (known(selected.query) ?? new Uint32Array()).filter((seq) => !shown.has(seq)).length
    return selected.ids.filter((id) => !shown.has(Number(selectSeq.get(id)?.seq ?? -1))).length
  }

  return {
    async query({ filter, sort, trash, selected }) {
      const later = await laterOf(filter)
      const order = find(filter, sort, trash, later)
      const hidden = selected ? hiddenBy(order, selected) : 0
      const others = filter.filter(({ condition }) => condition.kind !== 'status')
      return {
        query: keep(order),
        total: order.length,
        outOf: Number(countAll.get(Number(trash))!.count),
        trashed: Number(countAll.get(1)!.count),
        hidden,
        byStatus: count(others, trash, later),
      }
    },

    window({ query, from, limit }) {
      return { samples: Array.from(orderOf(query).subarray(from, from + limit), (seq) => samples.at(seq)) }
    },

    ids({ query, from, limit }) {
      const order = orderOf(query).subarray(from, from + limit)
      return { ids: [...order].flatMap((seq) => (selectId.get(seq)?.id as string | undefined) ?? []) }
    },

    async marks({ ids }) {
      const list = await snapshot(null)
      if (!list) return { marks: [] }
      if (last?.list !== list) last = { list, byId: new Map(list.map((each) => [each.id, each])) }
      const { byId } = last
      const markOf = (id: string) => {
        const before = byId.get(id)
        return before ? (isChanged(id, before) ? 'changed' : 'same') : 'new'
      }
      return { marks: ids.map(markOf) }
    },

    position({ query, id }) {
      const seq = selectSeq.get(id)?.seq
      const position = seq === undefined ? -1 : orderOf(query).indexOf(Number(seq))
      return { position: position < 0 ? null : position }
    },
  }
}

/** Whether image, label or card of samples are others than a version has. */
function createComparison(db: DatabaseSync): {
  /** All of them, by their place in the order of adding. */
  changedSince(before: readonly SnapshotSample[] | null): ReadonlySet<number>
  isChanged(id: string, before: SnapshotSample): boolean
} {
  type Row = readonly [number, string, string, string | null, string | null]
  const columns = 'SELECT seq, id, image_digest, head_revision, card_digest FROM samples'
  const select = db.prepare(columns)
  const selectOne = db.prepare(`${columns} WHERE id = ?`)
  for (const each of [select, selectOne]) each.setReturnArrays(true)
  // A label that says nothing counts as none, as in a version.
  const selectLabel = db.prepare(
    `SELECT png_digest || json_digest || COALESCE(':' || shapes_digest, '') AS label FROM revisions
     WHERE id = ? AND NOT (status = 'unlabeled' AND object_count = 0 AND shapes_digest IS NULL)`,
  )
  const labelOf = (head: string | null) => (head === null ? null : (selectLabel.get(head)?.label ?? null))
  const isSame = ([, , image, head, card]: Row, was: SnapshotSample | undefined) =>
    was?.image === image &&
    was.card === card &&
    // Another revision may hold the same label once more.
    (was.head === head || labelOf(was.head) === labelOf(head))
  return {
    changedSince(samples) {
      const before = new Map(samples?.map((sample) => [sample.id, sample]))
      const changed = new Set<number>()
      for (const row of select.iterate() as unknown as Iterable<Row>) {
        if (!isSame(row, before.get(row[1]))) changed.add(row[0])
      }
      return changed
    },
    isChanged(id, before) {
      const row = selectOne.get(id) as unknown as Row | undefined
      return !row || !isSame(row, before)
    },
  }
}

type Sql = { readonly sql: string; readonly values: readonly SqlValue[] }

function whereOf(filter: SampleFilter, trash: boolean): Sql {
  const parts: Sql[] = [{ sql: 'l.trashed = ?', values: [Number(trash)] }]
  for (const { negated, condition } of filter) {
    const part = conditionSql(condition)
    if (part) parts.push(negated ? { ...part, sql: `NOT (${part.sql})` } : part)
  }
  return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) }
}

/** Null for what is looked at afterwards. */
function conditionSql(condition: Condition): Sql | null {
  switch (condition.kind) {
    case 'name':
      return { sql: 'instr(l.name_key, ?) > 0', values: [foldName(condition.text)] }
    case 'status':
      return { sql: `l.status IN (${marks(condition.any)})`, values: condition.any }
    case 'tag': {
      const keys = condition.any.map(foldTag)
      return {
        sql: `l.seq IN (SELECT seq FROM listing_tags WHERE tag_key IN (${marks(keys)}))`,
        values: keys,
      }
    }
    case 'split':
      return { sql: `COALESCE(l.split, 'none') IN (${marks(condition.any)})`, values: condition.any }
    case 'category':
      return countSql(
        'SELECT o.seq FROM listing_objects o JOIN categories c ON c.id = o.category_id WHERE c.name_key = ?',
        condition.name.trim().normalize('NFC').toLowerCase(),
        condition,
      )
    case 'objects':
      return { sql: `l.object_count ${condition.comparison} ?`, values: [condition.count] }
    case 'issues':
      switch (condition.state) {
        case 'open':
          return { sql: 'l.open_issues > 0', values: [] }
        case 'any':
          return { sql: 'l.issues > 0', values: [] }
        case 'none':
          return { sql: 'l.open_issues = 0', values: [] }
      }
      break
    case 'changed':
      return null
    case 'added':
      return daySql(condition.comparison, condition.day)
    case 'size':
      return { sql: `l.${condition.side} ${condition.comparison} ?`, values: [condition.pixels] }
    case 'priority':
      return { sql: `l.priority ${condition.comparison} ?`, values: [condition.value] }
    case 'by':
      return { sql: 'l.author_key = ?', values: [foldPerson(condition.author)] }
    case 'has':
      return { sql: 'l.seq IN (SELECT seq FROM listing_metadata WHERE key = ?)', values: [condition.key] }
    case 'metadata': {
      const { key, comparison, value } = condition
      const found = 'l.seq IN (SELECT seq FROM listing_metadata WHERE key = ? AND'
      if (comparison === '=') return { sql: `${found} value_key = ?)`, values: [key, foldValue(value)] }
      return { sql: `${found} number ${comparison} ?)`, values: [key, Number(value)] }
    }
  }
  return null
}

/** Samples without a row have none: where none will do, it is the others that are looked for. */
function countSql(
  from: string,
  key: string,
  { comparison, count }: { comparison: Comparison; count: number },
): Sql {
  const opposite = { '=': '<>', '>=': '<', '>': '<=', '<=': '>', '<': '>=' } as const
  const noneWillDo = { '=': count === 0, '>=': count === 0, '>': false, '<=': true, '<': count > 0 }[
    comparison
  ]
  const sign = noneWillDo ? opposite[comparison] : comparison
  return {
    sql: `l.seq ${noneWillDo ? 'NOT IN' : 'IN'} (${from} AND o.count ${sign} ?)`,
    values: [key, count],
  }
}

function daySql(comparison: Comparison, day: string): Sql {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const start = new Date(year, month - 1, date).getTime()
  const end = new Date(year, month - 1, date + 1).getTime()
  switch (comparison) {
    case '=':
      return { sql: 'l.added_at >= ? AND l.added_at < ?', values: [start, end] }
    case '>=':
      return { sql: 'l.added_at >= ?', values: [start] }
    case '>':
      return { sql: 'l.added_at >= ?', values: [end] }
    case '<=':
      return { sql: 'l.added_at < ?', values: [end] }
    case '<':
      return { sql: 'l.added_at < ?', values: [start] }
  }
}

const marks = (items: readonly unknown[]) => items.map(() => '?').join(', ')
const statusOrder = `CASE l.status ${statuses.map((status, i) => `WHEN '${status}' THEN ${i}`).join(' ')} END`

function orderSql({ by, reversed }: SampleSort, me: string): Sql {
  const [up, down] = reversed ? ['DESC', 'ASC'] : ['ASC', 'DESC']
  const oldest = `l.seq ${up}`
  const plain = (sql: string): Sql => ({ sql, values: [] })
  switch (by) {
    case 'added':
      return plain(oldest)
    case 'name':
      return plain(`l.name_order ${up}, ${oldest}`)
    case 'modified':
      return plain(`l.modified_at ${down}, l.seq ${down}`)
    case 'status':
      return plain(`${statusOrder} ${up}, ${oldest}`)
    case 'objects':
      return plain(`l.object_count ${down}, ${oldest}`)
    case 'labeled':
      return plain(`l.labeled ${down}, ${oldest}`)
    case 'unlabeled':
      return plain(`l.labeled ${up}, ${oldest}`)
    case 'priority':
      return plain(`l.priority ${down}, ${oldest}`)
    case 'review':
      return {
        sql: `CASE WHEN l.status = 'in progress' AND l.labeler_key = ? THEN 0
          WHEN l.status = 'rejected' AND l.labeler_key = ? THEN 1
          WHEN l.status = 'labeled' THEN 2 ELSE 3 END ${up}, l.priority ${down}, ${oldest}`,
        values: [me, me],
      }
  }
}
