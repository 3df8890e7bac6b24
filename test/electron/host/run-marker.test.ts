import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrations } from '../../../electron/adapters/sqlite/schema.ts'
import { beginRun, endRun, vouchForEarlierRuns } from '../../../electron/host/run-marker.ts'

let db: DatabaseSync
beforeEach(() => {
  db = new DatabaseSync(':memory:')
  for (const step of migrations) db.exec(step)
})
afterEach(() => db.close())

const publish = (name: string, seq: number) =>
  db.prepare('INSERT INTO blobs VALUES (?, ?, ?, ?, ?)').run(name, 'md5', name.length, seq, 0)
const begin = (seq: number) => beginRun(db, seq).map(({ digest }) => digest)

it('suspects nothing after a clean end', () => {
  expect(begin(1)).toEqual([])
  publish('a', 1)
  endRun(db)
  expect(begin(2)).toEqual([])
})

it('suspects what the run published that did not end, newest first', () => {
  begin(1)
  publish('a', 1)
  endRun(db)
  begin(2)
  publish('b', 2)
  publish('c', 3)
  expect(begin(4)).toEqual(['c', 'b'])
})

it('goes on suspecting until somebody has looked, however many runs are cut off', () => {
  begin(1)
  publish('a', 1)
  expect(begin(2)).toEqual(['a'])
  publish('b', 2)
  expect(begin(3)).toEqual(['b', 'a'])
  vouchForEarlierRuns(db, 3)
  publish('c', 3)
  expect(begin(4)).toEqual(['c'])
})
