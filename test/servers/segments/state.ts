import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export type LabelStatus =
  | 'UNLABELED'
  | 'PRELABELED'
  | 'LABELING_IN_PROGRESS'
  | 'LABELED'
  | 'REVIEWING_IN_PROGRESS'
  | 'REVIEWED'
  | 'REJECTED'
  | 'SKIPPED'
  | 'VERIFIED'
export type Role = 'viewer' | 'labeler' | 'reviewer' | 'manager' | 'admin'

export type StoredUser = {
  username: string
  created_at: string
  email: string
  is_organization: boolean
  /** Of an organization: who is in it. */
  members: Record<string, 'member' | 'administrator'>
}
export type StoredLabelset = {
  name: string
  description: string
  is_groundtruth: boolean
  created_at: string
}
/** `settings` are the keys that a client sets and reads by the same name. */
export type StoredDataset = {
  owner: string
  name: string
  created_at: string
  cloned_from: string | null
  task_type: string
  task_attributes: JsonObject
  settings: JsonObject
  labelsets: StoredLabelset[]
  collaborators: Record<string, Role>
}
export type StoredSample = {
  uuid: string
  /** `owner/name`. */
  dataset: string
  name: string
  attributes: JsonObject | null
  metadata: JsonObject
  created_at: string
  created_by: string
  readme: string
  assigned_labeler: string | null
  assigned_reviewer: string | null
  priority: number
}
export type StoredLabel = {
  sample_uuid: string
  labelset: string
  label_type: string
  label_status: LabelStatus
  attributes: JsonObject | null
  created_at: string
  created_by: string
  updated_at: string
  updated_by: string | null
  score: number | null
  rating: number | null
  reviewed_at: string | null
  reviewed_by: string | null
}
export type StoredIssue = {
  uuid: string
  sample_uuid: string
  description: string
  status: 'OPEN' | 'CLOSED'
  anchor: JsonObject | null
  comments: { created_at: string; created_by: string; text: string }[]
  created_at: string
  created_by: string
  updated_at: string
  updated_by: string
}
export type StoredRelease = {
  uuid: string
  dataset: string
  name: string
  description: string
  created_at: string
  samples_count: number
  /** Milliseconds since 1970 from which on it is no longer PENDING. */
  readyAt: number
  outcome: 'SUCCEEDED' | 'FAILED' | 'STUCK'
  /** Where its JSON lies in the bucket. */
  key: string
}
export type StoredWorkunit = {
  uuid: string
  dataset: string
  sample_uuid: string
  created_at: string
  created_by: string
  work_type: 'label' | 'review' | 'normal'
  next_label_status: LabelStatus
}
/** A file in the bucket. `width` and `height` are those of an image as it is displayed; 0 where it is none. */
export type StoredObject = {
  key: string
  type: string
  size: number
  md5: string
  width: number
  height: number
}
type Tables = {
  users: StoredUser
  datasets: StoredDataset
  samples: StoredSample
  labels: StoredLabel
  issues: StoredIssue
  releases: StoredRelease
  workunits: StoredWorkunit
  objects: StoredObject
}
type TableName = keyof Tables
const tableNames: readonly TableName[] = [
  'users',
  'datasets',
  'samples',
  'labels',
  'issues',
  'releases',
  'workunits',
  'objects',
]
/** One line of the log: what a key holds from here on (null: nothing), and the two counters after it. */
type Line = [TableName, string, unknown, number, number]

export const fullName = ({ owner, name }: { owner: string; name: string }) => `${owner}/${name}`
export const labelKey = (sample: string, labelset: string) => `${sample}/${labelset}`

/**
 * Keeps rows in memory, and in `folder/state.jsonl` as the changes that made them, each written before the answer; a torn
 * last line is dropped. Bytes lie in `folder/objects`.
 */
export class SegmentsStore {
  readonly #tables = Object.fromEntries(tableNames.map((name) => [name, new Map()])) as unknown as {
    [T in TableName]: Map<string, Tables[T]>
  }
  readonly #samplesOf = new Map<string, Map<string, StoredSample>>()
  readonly #labelsOf = new Map<string, Map<string, StoredLabel>>()
  readonly #folder: string
  readonly #now: () => number
  readonly #log: number
  #next = 1
  #clock = 0

  /** `now` in milliseconds since 1970. */
  constructor(folder: string, now: () => number) {
    this.#folder = folder
    this.#now = now
    mkdirSync(join(folder, 'objects'), { recursive: true })
    const file = join(folder, 'state.jsonl')
    const lines = existsSync(file) ? readLines(readFileSync(file, 'utf8')) : []
    for (const [table, key, row, next, clock] of lines) {
      this.#set(table, key, row as never)
      this.#next = next
      this.#clock = clock
    }
    // What was written over is not carried along for ever, and a torn line must not be written after.
    const rows = tableNames.flatMap((table) =>
      [...this.#tables[table]].map(([key, row]) => this.#line(table, key, row)),
    )
    writeFileSync(`${file}.tmp`, rows.join(''))
    renameSync(`${file}.tmp`, file)
    this.#log = openSync(file, 'a')
  }

  close(): void {
    closeSync(this.#log)
  }

  rows<T extends TableName>(table: T): ReadonlyMap<string, Tables[T]> {
    return this.#tables[table]
  }

  put<T extends TableName>(table: T, key: string, row: Tables[T]): void {
    this.#set(table, key, row)
    writeSync(this.#log, this.#line(table, key, row))
  }

  drop(table: TableName, key: string): void {
    this.#set(table, key, null)
    writeSync(this.#log, this.#line(table, key, null))
  }

  /** Samples of a dataset by uuid, oldest first. */
  samplesOf(dataset: string): ReadonlyMap<string, StoredSample> {
    return this.#samplesOf.get(dataset) ?? new Map()
  }

  /** Labels of a sample by the name of their labelset. */
  labelsOf(sample: string): ReadonlyMap<string, StoredLabel> {
    return this.#labelsOf.get(sample) ?? new Map()
  }

  /** A time that no other call of this store answers: with microseconds, each later than the last. */
  tick(): string {
    this.#clock = Math.max(this.#clock + 1, Math.round(this.#now() * 1000))
    const seconds = new Date(Math.floor(this.#clock / 1000)).toISOString().slice(0, -1)
    return `${seconds}${String(this.#clock % 1000).padStart(3, '0')}Z`
  }

  /** The same ones in the same order in every new folder. */
  uuid(): string {
    const hex = createHash('sha256')
      .update(`segments-double:${this.#next++}`)
      .digest('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }

  writeObject(object: StoredObject, bytes: Uint8Array): void {
    const path = this.#pathOf(object.key)
    writeFileSync(`${path}.tmp`, bytes)
    renameSync(`${path}.tmp`, path)
    this.put('objects', object.key, object)
  }

  /** Null when there is no such object. */
  readObject(key: string): Buffer | null {
    const path = this.#pathOf(key)
    return this.rows('objects').has(key) && existsSync(path) ? readFileSync(path) : null
  }

  dropObject(key: string): void {
    if (!this.rows('objects').has(key)) return
    this.drop('objects', key)
    rmSync(this.#pathOf(key), { force: true })
  }

  #pathOf(key: string): string {
    return join(this.#folder, 'objects', createHash('sha256').update(key).digest('hex'))
  }

  #line(table: TableName, key: string, row: unknown): string {
    const line: Line = [table, key, row, this.#next, this.#clock]
    return `${JSON.stringify(line)}\n`
  }

  #set<T extends TableName>(table: T, key: string, row: Tables[T] | null): void {
    const rows: Map<string, Tables[T]> = this.#tables[table]
    const before = rows.get(key)
    if (row === null) rows.delete(key)
    else rows.set(key, row)
    if (table === 'samples') {
      const sample = (row ?? before) as StoredSample | undefined
      if (sample !== undefined) index(this.#samplesOf, sample.dataset, key, row as StoredSample | null)
    }
    if (table === 'labels') {
      const label = (row ?? before) as StoredLabel | undefined
      if (label !== undefined)
        index(this.#labelsOf, label.sample_uuid, label.labelset, row as StoredLabel | null)
    }
  }
}

function index<T>(into: Map<string, Map<string, T>>, group: string, key: string, row: T | null): void {
  const rows = into.get(group) ?? new Map<string, T>()
  into.set(group, rows)
  if (row === null) rows.delete(key)
  else rows.set(key, row)
}

function readLines(text: string): Line[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}
