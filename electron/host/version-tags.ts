import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import { parseVersionTag } from '../../shared/history/version-tag.ts'
import { rowSum, rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import { damaged } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'
import { requireWritable } from './read-only.ts'
import type { Mover } from './refs.ts'

export type VersionTag = { readonly version: string; readonly tag: string } & Mover

/** Words that versions are marked with. Losing one loses no version. A damaged row throws AppError `ROW_CORRUPT`. */
export type VersionTags = {
  /** By version, in the order in which the versions were made, then by tag. */
  list(): VersionTag[]
  /** Sorted. */
  of(version: string): string[]
  /**
   * Gives a version tags and takes others away, in one transaction; false when that changes nothing. Throws AppError
   * `BAD_REQUEST`, `LIB_READ_ONLY`.
   */
  change(version: string, change: TagChange, mover: Mover): boolean
}
export type TagChange = { readonly add?: readonly string[]; readonly remove?: readonly string[] }

export function createVersionTags(context: LibraryContext): VersionTags {
  const { db } = context
  const selectAll = db.prepare(
    `SELECT t.* FROM version_tags t JOIN versions v ON v.id = t.version_id ORDER BY v.number, t.tag`,
  )
  const selectOf = db.prepare('SELECT * FROM version_tags WHERE version_id = ?')
  const insert = db.prepare('INSERT INTO version_tags VALUES (?, ?, ?, ?, ?)')
  const erase = db.prepare('DELETE FROM version_tags WHERE version_id = ? AND tag = ?')

  function toTag(row: Record<string, unknown>): VersionTag {
    if (!rowSumHolds(row)) throw damaged('A tag of a version')
    const { version_id, tag, author, created_at } = row
    return { version: String(version_id), tag: String(tag), author: String(author), at: Number(created_at) }
  }
  const of = (version: string) =>
    selectOf
      .all(version)
      .map((row) => toTag(row).tag)
      .sort(compareCodePoints)

  return {
    list: () => selectAll.all().map(toTag),
    of,
    change(version, { add = [], remove = [] }, { author, at }) {
      requireWritable(context)
      const here = new Set(of(version))
      const gone = new Set(remove.map(parseVersionTag))
      const come = new Set(add.map(parseVersionTag))
      const erased = [...gone].filter((tag) => here.has(tag) && !come.has(tag))
      const made = [...come].filter((tag) => !here.has(tag))
      if (erased.length + made.length === 0) return false
      context.transaction(() => {
        for (const tag of erased) erase.run(version, tag)
        for (const tag of made) {
          const values = [version, tag, author, at]
          insert.run(...values, rowSum(values))
        }
      })
      context.emit({ type: 'versions.changed' })
      return true
    },
  }
}
