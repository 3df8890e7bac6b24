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
it.each([10, 266, 778, 1034, 1290])(
  'never calls a commit saved that the disk did not confirm (code %i)',
  (errcode) => {
    const told: string[] = []
    const transaction = createTransaction(failing('COMMIT', errcode), {
      onUncertain: (error) => told.push(error.code),
    })
    expect(() => transaction(insert)).toThrow(expect.objectContaining({ code: 'SAVE_UNCERTAIN' }))
    expect(db.isTransaction).toBe(false)
    // Nothing more goes through this connection: what it would build on is not known.
    expect(() => transaction(insert)).toThrow(expect.objectContaining({ code: 'SAVE_UNCERTAIN' }))
    expect(count()).toBe(0)
    expect(told).toEqual(['SAVE_UNCERTAIN'])
  },
)

it.each([
  ['BEGIN IMMEDIATE', 5, 'LIB_BUSY'],
  ['BEGIN IMMEDIATE', 8, 'DISK_READONLY'],
  ['BEGIN IMMEDIATE', 10, 'DISK_FAILING'],
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

it.each([
  ['COMMIT', 13],
  ['BEGIN IMMEDIATE', 13],
  ['BEGIN IMMEDIATE', 4874],
])(
  'gives the reserve back when %s finds the disk full (code %i), and runs the work once more',
  (sql, errcode) => {
    let released = 0
    const transaction = createTransaction(failing(sql, errcode), { releaseReserve: () => ++released === 1 })
    transaction(insert)
    expect(count()).toBe(1)
    expect(released).toBe(1)
  },
)

it.each([
  [true, 2],
  [false, 1],
])('gives up on a full disk when the reserve (%s) does not help', (hasReserve, tries) => {
  let worked = 0
  const transaction = createTransaction(failing('COMMIT', 13, 5), { releaseReserve: () => hasReserve })
  expect(() =>
    transaction(() => {
      worked += 1
      insert()
    }),
  ).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
  expect(worked).toBe(tries)
  expect(count()).toBe(0)
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
