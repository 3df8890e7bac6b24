import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  backUpIndex,
  removeUnfinishedBackups,
} from '../../../../electron/adapters/sqlite/migration-backup.ts'

let library: string
let db: DatabaseSync
const backups = () => join(library, 'backups')
const copies = () => readdirSync(backups()).sort()

beforeEach(() => {
  library = mkdtempSync(join(tmpdir(), 'tessera-backup-'))
  db = new DatabaseSync(join(library, 'library.db'))
  db.exec(
    'PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); PRAGMA user_version = 1',
  )
})
afterEach(() => {
  db.close()
  rmSync(library, { recursive: true })
})

it('D6: writes a copy with the same rows, or refuses and changes nothing', () => {
  writeFileSync(backups(), 'in the way')
  expect(() => backUpIndex(db, library, 1)).toThrow(expect.objectContaining({ code: 'MIG_NO_BACKUP' }))
  rmSync(backups())
  backUpIndex(db, library, 1)
  expect(copies()).toEqual([expect.stringMatching(/^index-v1-.*\.db$/)])
  const copy = new DatabaseSync(join(backups(), copies()[0]!), { readOnly: true })
  expect(copy.prepare('SELECT a FROM t').all()).toHaveLength(2)
  copy.close()
})

it('D6: says DISK_LOW before a byte is written when the disk has no room for the copy and the steps', () => {
  const freeBytes = () => 64 * 1024 * 1024
  expect(() => backUpIndex(db, library, 1, { freeBytes })).toThrow(
    expect.objectContaining({ code: 'DISK_LOW', message: expect.stringContaining('64 MiB left') }),
  )
  expect(readdirSync(library)).not.toContain('backups')
  const silent = () => {
    throw new Error('this file system does not say')
  }
  backUpIndex(db, library, 1, { freeBytes: silent })
  expect(copies()).toHaveLength(1)
})

it('D6: keeps the newest three copies, and removes none while the new one is not sound', () => {
  mkdirSync(backups())
  // One is from a time that is still to come, as after a clock that was set back.
  const made = [100, 300, 200, 9e15].map((time) => `index-v1-${time}-0123abcd.db`)
  for (const name of [...made, 'index-v1-mine.db', 'notes.txt']) writeFileSync(join(backups(), name), 'copy')
  mkdirSync(join(backups(), 'index-v1-50-0123abcd.db'))
  const before = copies()
  db.exec('PRAGMA user_version = 2')
  expect(() => backUpIndex(db, library, 1)).toThrow(expect.objectContaining({ code: 'MIG_NO_BACKUP' }))
  expect(copies()).toEqual(before)
  backUpIndex(db, library, 2)
  const left = copies()
  expect(left.filter((name) => name.startsWith('index-v2-'))).toHaveLength(1)
  expect(left.filter((name) => made.includes(name))).toEqual([made[1], made[3]])
  // What is no copy of ours stays.
  expect(left).toEqual(expect.arrayContaining(['index-v1-mine.db', 'notes.txt', 'index-v1-50-0123abcd.db']))
})

it('D6: what a crash left of a copy goes, and nothing else', () => {
  removeUnfinishedBackups(library)
  mkdirSync(backups())
  const stays = ['.index-mine.part', 'index-v1-100-0123abcd.db']
  const goes = ['.index-0123abcd.part', '.index-0123abcd.part-journal']
  for (const name of [...stays, ...goes]) writeFileSync(join(backups(), name), '')
  removeUnfinishedBackups(library)
  expect(copies()).toEqual(stays)
})
