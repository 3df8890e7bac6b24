import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createReopeningDatabase } from '../../../../electron/adapters/sqlite/reopening-database.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-reopen-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function index() {
  const opened: DatabaseSync[] = []
  let refusals = 0
  const reopening = createReopeningDatabase(() => {
    if (refusals-- > 0) throw new Error('no')
    opened.push(new DatabaseSync(join(folder, 'a.db')))
    return opened.at(-1)!
  })
  function refuse(times: number): void {
    refusals = times
  }
  return { ...reopening, opened, refuse }
}

it('goes on with statements that were prepared before', () => {
  const { db, reopen, opened } = index()
  db.exec('CREATE TABLE t (a INTEGER)')
  const insert = db.prepare('INSERT INTO t VALUES (?)')
  const count = db.prepare('SELECT COUNT(*) AS n FROM t')
  insert.run(1)
  db.exec('BEGIN')
  insert.run(2)
  expect(db.isTransaction).toBe(true)
  reopen()
  expect([opened.length, opened[0]!.isOpen, db.isTransaction, count.get()!.n]).toEqual([2, false, false, 1])
  expect(insert.run(3).changes).toBe(1)
  expect([...count.iterate()]).toEqual([{ n: 2 }])
  db.close()
  expect(opened.map(({ isOpen }) => isOpen)).toEqual([false, false])
})

it('tries again with the next use when it could not be opened', () => {
  const { db, reopen, refuse } = index()
  db.exec('CREATE TABLE t (a INTEGER)')
  const count = db.prepare('SELECT COUNT(*) AS n FROM t')
  refuse(2)
  expect(reopen).toThrow('no')
  expect(() => count.get()).toThrow('no')
  expect(count.get()!.n).toBe(0)
  db.close()
})

it('opens nothing again once it was closed', () => {
  const { db, opened } = index()
  const one = db.prepare('SELECT 1')
  db.close()
  expect(() => one.get()).toThrow()
  expect(() => db.exec('SELECT 1')).toThrow('not open')
  expect(opened.length).toBe(1)
})
