import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import { rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'

/** What the artifact of a version says of the release that it was made of; nothing for a version that was made of none. */
export function originOf({ db }: Pick<LibraryContext, 'db'>, version: string): JsonObject {
  const rows = db
    .prepare('SELECT * FROM segments_releases WHERE version_id = ? ORDER BY remote, uuid')
    .all(version)
  const row = rows.find(rowSumHolds)
  const facts: unknown = row ? JSON.parse(String(row.facts)) : {}
  return isJsonObject(facts) ? facts : {}
}
