import { AppError } from '../../shared/base/app-error.ts'
import { firstBranch, foldRef, parseRefName, type RefKind } from '../../shared/history/version-name.ts'
import { rowSum, rowSumHolds, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import { damaged } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'
import { requireWritable } from './read-only.ts'

/** A name that stands for a version. */
export type Ref = { readonly name: string; readonly kind: RefKind; readonly version: string }
/** Who moves it, and when, in milliseconds since 1970. */
export type Mover = { readonly author: string; readonly at: number }
export type RefMove = {
  readonly name: string
  readonly kind: RefKind
  /** Null: it was not there. */
  readonly from: string | null
  /** Null: it was removed. */
  readonly to: string | null
  readonly renamedFrom: string | null
} & Mover

/**
 * The names of one library's versions. Each change is one transaction, which also writes down where the name stood
 * before. Losing a name loses no version. A damaged row throws AppError `ROW_CORRUPT`.
 */
export type Refs = {
  /** The branch that commits go to. It is in `list` once there is a version. */
  branch(): string
  /** The version it stands on; null before the first. */
  head(): string | null
  /** By name, branches first. */
  list(): Ref[]
  find(name: string): Ref | undefined
  /** Newest first. */
  moves(name?: string): RefMove[]
  /** Inside a transaction: makes a name, or moves it. */
  put(ref: Ref, mover: Mover): void
  /** Inside a transaction. */
  setBranch(name: string): void
  /** Throws AppError `BAD_REQUEST`, `NAME_TAKEN`, `LIB_READ_ONLY`. */
  createBranch(name: string, version: string, mover: Mover): Ref
  /** Throws AppError `BAD_REQUEST`, `NOT_FOUND`, `NAME_TAKEN`, `LIB_READ_ONLY`. */
  renameBranch(name: string, to: string, mover: Mover): Ref
  /** Makes an alias or moves it. Throws AppError `BAD_REQUEST`, `NAME_TAKEN` when a branch is called so, `LIB_READ_ONLY`. */
  setAlias(name: string, version: string, mover: Mover): Ref
  /** Throws AppError `NOT_FOUND`, `LIB_READ_ONLY`; `CONFLICT` for the branch the library is on. */
  remove(name: string, kind: RefKind, mover: Mover): void
}

export function createRefs(context: LibraryContext): Refs {
  const { db } = context
  const selectAll = db.prepare('SELECT * FROM refs ORDER BY kind DESC, name_key')
  const selectOne = db.prepare('SELECT * FROM refs WHERE name_key = ?')
  const selectBranch = db.prepare("SELECT value FROM meta WHERE key = 'branch'")
  const setMeta = db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('branch', ?)")
  const write = db.prepare('INSERT OR REPLACE INTO refs VALUES (?, ?, ?, ?, ?)')
  const erase = db.prepare('DELETE FROM refs WHERE name_key = ?')
  const insertMove = db.prepare('INSERT INTO ref_moves VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const selectMoves = db.prepare('SELECT * FROM ref_moves ORDER BY seq DESC')

  const branch = () => String(selectBranch.get()?.value ?? firstBranch)

  function toRef(row: Record<string, unknown>): Ref {
    if (!rowSumHolds(row)) throw damaged('The name of a version')
    return { name: String(row.name), kind: row.kind as RefKind, version: String(row.version_id) }
  }

  function find(name: string): Ref | undefined {
    const row = selectOne.get(foldRef(name))
    return row && toRef(row)
  }

  function note(move: Omit<RefMove, keyof Mover>, { author, at }: Mover): void {
    const { name, kind, from, to, renamedFrom } = move
    const values: SqlValue[] = [context.nextSeq(), name, kind, from, to, renamedFrom, author, at]
    insertMove.run(...values, rowSum(values))
  }

  function place({ name, kind, version }: Ref): void {
    const values: SqlValue[] = [foldRef(name), name, kind, version]
    write.run(...values, rowSum(values))
  }

  function put(ref: Ref, mover: Mover): void {
    const from = find(ref.name)?.version ?? null
    if (from === ref.version) return
    place(ref)
    note({ name: ref.name, kind: ref.kind, from, to: ref.version, renamedFrom: null }, mover)
  }

  function change<T>(work: () => T): T {
    requireWritable(context)
    const result = context.transaction(work)
    context.emit({ type: 'versions.changed' })
    return result
  }

  function requireFree(name: string): void {
    const taken = find(name) ?? (foldRef(name) === foldRef(branch()) ? { name, kind: 'branch' } : undefined)
    if (!taken) return
    const what = taken.kind === 'branch' ? 'a branch' : 'an alias'
    throw new AppError('NAME_TAKEN', `There is ${what} "${taken.name}" already.`, {
      remedy: 'Choose another name.',
    })
  }

  function require(name: string, kind: RefKind): Ref {
    const ref = find(name)
    if (ref?.kind === kind) return ref
    throw new AppError('NOT_FOUND', `There is no ${kind} "${name.slice(0, 140)}".`, {
      remedy: `See "tessera ${kind}" for those that there are.`,
    })
  }

  return {
    branch,
    head: () => find(branch())?.version ?? null,
    list: () => selectAll.all().map(toRef),
    find,
    put,
    setBranch: (name) => void setMeta.run(name),

    moves(name) {
      const all = selectMoves.all().map((row): RefMove => {
        if (!rowSumHolds(row)) throw damaged('The history of a name of a version')
        return {
          name: String(row.name),
          kind: row.kind as RefKind,
          from: row.from_version as string | null,
          to: row.to_version as string | null,
          renamedFrom: row.renamed_from as string | null,
          author: String(row.author),
          at: Number(row.created_at),
        }
      })
      return name === undefined ? all : all.filter((move) => foldRef(move.name) === foldRef(name))
    },

    createBranch: (text, version, mover) =>
      change(() => {
        const name = parseRefName(text)
        requireFree(name)
        const ref: Ref = { name, kind: 'branch', version }
        put(ref, mover)
        return ref
      }),

    renameBranch: (old, text, mover) =>
      change(() => {
        const { name: before, version } = require(old, 'branch')
        const name = parseRefName(text)
        if (foldRef(name) !== foldRef(before)) requireFree(name)
        const ref: Ref = { name, kind: 'branch', version }
        if (name === before) return ref
        const isCurrent = branch() === before
        erase.run(foldRef(before))
        place(ref)
        note({ name, kind: 'branch', from: version, to: version, renamedFrom: before }, mover)
        if (isCurrent) setMeta.run(name)
        return ref
      }),

    setAlias: (text, version, mover) =>
      change(() => {
        const name = parseRefName(text)
        const there = find(name)
        if (there?.kind !== 'alias') requireFree(name)
        const ref: Ref = { name: there?.name ?? name, kind: 'alias', version }
        put(ref, mover)
        return ref
      }),

    remove: (text, kind, mover) =>
      change(() => {
        const { name, version } = require(text, kind)
        if (kind === 'branch' && name === branch()) {
          throw new AppError('CONFLICT', `The library is on the branch "${name}".`, {
            remedy: 'Switch to another branch first.',
          })
        }
        erase.run(foldRef(name))
        note({ name, kind, from: version, to: null, renamedFrom: null }, mover)
      }),
  }
}
