import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { backUpIndex } from '../../../../electron/adapters/sqlite/migration-backup.ts'

test('a copy with the same rows, or a refusal that changes nothing', () => {
  const library = mkdtempSync(join(tmpdir(), 'tessera-backup-'))
  const db = new DatabaseSync(join(library, 'library.db'))
  db.exec(
    'PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); PRAGMA user_version = 1',
  )
  writeFileSync(join(library, 'backups'), 'in the way')
  expect(() => backUpIndex(db, library, 1)).toThrow(expect.objectContaining({ code: 'MIG_NO_BACKUP' }))
  rmSync(join(library, 'backups'))
  backUpIndex(db, library, 1)
  const names = readdirSync(join(library, 'backups'))
  expect(names).toEqual([expect.stringMatching(/^index-v1-.*\.db$/)])
  const copy = new DatabaseSync(join(library, 'backups', names[0]!), { readOnly: true })
  expect(copy.prepare('SELECT a FROM t').all()).toHaveLength(2)
  copy.close()
  db.close()
  rmSync(library, { recursive: true })
})
