import { DatabaseSync } from 'node:sqlite'
import { scalar } from './pragma.ts'
import { migrations } from './schema.ts'

const listing = `SELECT name, sql FROM sqlite_schema
  WHERE name NOT LIKE 'sqlite_%' AND (?1 = 'any' OR type IN ('table', 'trigger')) ORDER BY name`

/**
 * Names of the tables, triggers and indexes that are not as their steps made them. Damage there changes what columns are called,
 * which neither SQLite nor a row's checksum notices. A schema of a newer Tessera is nobody's to judge: none.
 */
export function changedDefinitions(db: DatabaseSync, which: 'needed' | 'any' = 'any'): string[] {
  const version = Number(scalar(db, 'PRAGMA user_version'))
  if (version > migrations.length) return []
  const made = new DatabaseSync(':memory:')
  try {
    for (const step of migrations.slice(0, version)) made.exec(step)
    const definitions = (of: DatabaseSync) =>
      new Map(
        of
          .prepare(listing)
          .all(which)
          .map(({ name, sql }) => [String(name), sql]),
      )
    const [expected, found] = [definitions(made), definitions(db)]
    const names = new Set([...expected.keys(), ...found.keys()])
    return [...names].filter((name) => expected.get(name) !== found.get(name))
  } finally {
    made.close()
  }
}

/** Throws when a table is not what rows are read from and written to, or is not kept as it was. A missing index only costs time. */
export function assertTables(db: DatabaseSync): void {
  const [changed] = changedDefinitions(db, 'needed')
  if (changed !== undefined) throw new Error(`the definition of ${changed} was changed`)
}
