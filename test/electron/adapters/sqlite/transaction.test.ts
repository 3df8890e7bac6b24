import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTransaction } from '../../../../electron/adapters/sqlite/transaction.ts'

let db: DatabaseSync
beforeEach(() => {
  db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (a INTEGER UNIQUE)')
})
afterEach(() => db.close())

const count = () => Number(db.prepare('SELECT COUNT(*) AS n FROM t').get()!.n)
const insert = () => db.exec('INSERT INTO t VALUES (1)')
const sqliteError = (errcode: number) =>
  Object.assign(new Error(`made to fail with ${errcode}`), { code: 'ERR_SQLITE_ERROR', errcode })

/** A connection on which the next `sql` fails, `times` times. */
function failing(sql: string, errcode: number, times = 1) {
  let left = times
  return {
    exec(text: string) {
      if (text === sql && left > 0) {
        left -= 1
        throw sqliteError(errcode)
      }
      db.exec(text)
    },
    get isTransaction() {
      return db.isTransaction
    },
  }
}

/** Codes that SQLite gives when writing, syncing or growing the log fails. */
const unconfirmed = [10, 266, 778, 1034, 1290]

it.each(unconfirmed)(
  'never calls a commit saved that the disk did not confirm (code %i), and goes on once the index was opened again',
  (errcode) => {
    let reopened = 0
    const transaction = createTransaction(failing('COMMIT', errcode), { reopen: () => void reopened++ })
    expect(() => transaction(insert)).toThrow(expect.objectContaining({ code: 'SAVE_UNCERTAIN' }))
    expect(db.isTransaction).toBe(false)
    expect([reopened, count()]).toEqual([1, 0])
    transaction(insert)
    expect([reopened, count()]).toEqual([1, 1])
  },
)

it('writes nothing while the index cannot be opened again, and says so once', () => {
  const told: string[] = []
  let works = false
  const transaction = createTransaction(failing('COMMIT', 1034), {
    reopen() {
      if (!works) throw sqliteError(10)
    },
    onUncertain: (error) => told.push(error.code),
  })
  for (let tries = 0; tries < 3; tries++) {
    expect(() => transaction(insert)).toThrow(expect.objectContaining({ code: 'SAVE_UNCERTAIN' }))
  }
  expect([count(), told]).toEqual([0, ['SAVE_UNCERTAIN']])
  works = true
  transaction(insert)
  expect(count()).toBe(1)
})

it('writes nothing more where nothing can be opened again', () => {
  const transaction = createTransaction(failing('COMMIT', 10))
  for (let tries = 0; tries < 2; tries++) {
    expect(() => transaction(insert)).toThrow(expect.objectContaining({ code: 'SAVE_UNCERTAIN' }))
  }
  expect(count()).toBe(0)
})

it.each([
  ['BEGIN IMMEDIATE', 5, 'LIB_BUSY'],
  ['BEGIN IMMEDIATE', 8, 'DISK_READONLY'],
  ['BEGIN IMMEDIATE', 10, 'DISK_FAILING'],
  ['BEGIN IMMEDIATE', 13, 'DISK_FULL'],
  ['BEGIN IMMEDIATE', 4874, 'DISK_FULL'],
  ['COMMIT', 13, 'DISK_FULL'],
  ['COMMIT', 5, 'LIB_BUSY'],
  ['COMMIT', 8, 'DISK_READONLY'],
])('says what stopped %s (code %i), keeps nothing, and goes on later', (sql, errcode, code) => {
  const transaction = createTransaction(failing(sql, errcode))
  expect(() => transaction(insert)).toThrow(expect.objectContaining({ code }))
  expect(count()).toBe(0)
  transaction(insert)
  expect(count()).toBe(1)
})

it('leaves a mistake in the work what it is, and rolls back', () => {
  const transaction = createTransaction(db)
  insert()
  expect(() =>
    transaction(() => {
      db.exec('INSERT INTO t VALUES (2)')
      insert()
    }),
  ).toThrow(/UNIQUE/)
  expect(count()).toBe(1)
  expect(() => transaction(() => transaction(insert))).toThrow('nested')
  expect(() => transaction(() => Promise.resolve(1))).toThrow('wait')
  expect(db.isTransaction).toBe(false)
})
