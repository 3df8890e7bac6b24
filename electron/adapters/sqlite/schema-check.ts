import { DatabaseSync } from 'node:sqlite'
import { scalar } from './pragma.ts'
import { migrations } from './schema.ts'

const listing = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"

/**
 * Names of the tables and indexes that are not as their steps made them. Damage there changes what columns are called,
 * which neither SQLite nor a row's checksum notices. A schema of a newer Tessera is nobody's to judge: none.
 */
export function changedTables(db: DatabaseSync): string[] {
  const version = Number(scalar(db, 'PRAGMA user_version'))
  if (version > migrations.length) return []
  const made = new DatabaseSync(':memory:')
  try {
    for (const step of migrations.slice(0, version)) made.exec(step)
    const expected = new Map(
      made
        .prepare(listing)
        .all()
        .map(({ name, sql }) => [String(name), sql]),
    )
    const found = new Map(
      db
        .prepare(listing)
        .all()
        .map(({ name, sql }) => [String(name), sql]),
    )
    const names = new Set([...expected.keys(), ...found.keys()])
    return [...names].filter((name) => expected.get(name) !== found.get(name))
  } finally {
    made.close()
  }
}
