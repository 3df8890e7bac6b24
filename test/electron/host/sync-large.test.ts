import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startWandbDouble, type WandbDouble } from '../../servers/wandb/server.ts'
import { openPushLibrary, type PushLibrary } from '../../support/push-library.ts'

const key = 'canary0123456789canary0123456789canary0123'
let folder: string
let server: WandbDouble
let library: PushLibrary

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'push-'))
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key })
  library = openPushLibrary(join(folder, 'library'))
})
afterEach(async () => {
  library.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const pictures = (count: number, kind = 'picture') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${kind}/${i}.jpg`, `${kind} ${i}`]))

/** Counts characters bound and rows changed by every statement prepared from now on. */
function countWrites({ context: { db } }: PushLibrary) {
  const rows = () => Number(db.prepare('SELECT total_changes() AS n').get()!.n)
  const [prepare, before] = [db.prepare.bind(db), rows()]
  let chars = 0
  db.prepare = (sql) => {
    const statement = prepare(sql)
    const run = statement.run.bind(statement) as (...values: unknown[]) => ReturnType<typeof statement.run>
    statement.run = (...values: unknown[]) => {
      chars += values.reduce<number>((sum, value) => sum + String(value).length, 0)
      return run(...values)
    }
    return statement
  }
  return () => ({ chars, rows: rows() - before })
}

it('writes in proportion to the files it sends, and tells of them at a pace of its own', async () => {
  const written: { chars: number; rows: number }[] = []
  for (const count of [100, 400]) {
    library.close()
    library = openPushLibrary(join(folder, `library-${count}`))
    library.commit(pictures(count, `of ${count}`), null)
    const writes = countWrites(library)
    const [sync, began] = [library.sync(server.url, key), performance.now()]
    await sync.push()
    written.push(writes())
    // Four a second, and a few at the steps.
    expect(library.events.length).toBeLessThan(10 + (performance.now() - began) / 250)
    expect(library.events.at(-1)).toMatchObject({
      status: { running: null, entries: [{ delivery: { kind: 'sent' } }] },
    })
  }
  const [few, many] = written as [(typeof written)[0], (typeof written)[0]]
  expect(many.chars).toBeLessThan(4.5 * few.chars)
  expect(many.rows).toBeLessThan(4.5 * few.rows)
})

/** A push that ends after its first batches, so that finished files are on record. */
async function interrupted() {
  library.commit(pictures(60), null)
  server.fail({ on: 'createArtifactFiles', action: { kind: 'drop-before-effect' }, after: 2, times: 2 })
  const sync = library.sync(server.url, key)
  await sync.push()
  library.skipWaits()
  const { db } = library.context
  expect(db.prepare('SELECT count(*) AS n FROM delivery_files').get()!.n).toBe(50)
  return { sync, db }
}
/** Sizes of the batches of files that the server was asked for. */
const askedSince = (at: number) =>
  server.requests
    .slice(at)
    .filter(({ field }) => field === 'createArtifactFiles')
    .map(({ input }) => (input.artifactFiles as unknown[]).length)
const leftover = (db: PushLibrary['context']['db']) =>
  ['deliveries', 'delivery_files'].map((table) => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n)

it('asks for no file again that it has on record', async () => {
  const { sync, db } = await interrupted()
  const asked = server.requests.length
  expect((await sync.push()).entries[0]!.delivery.kind).toBe('sent')
  expect(askedSince(asked)).toEqual([11])
  expect(leftover(db)).toEqual([0, 0])
})

it.each([
  ['lost', 'DELETE FROM delivery_files'],
  ['damaged', "UPDATE delivery_files SET birth_id = 'nobody'"],
  ['of a delivery that is lost', 'DELETE FROM deliveries'],
])('loses time only when the record of finished files is %s', async (_, sql) => {
  const { sync, db } = await interrupted()
  db.exec(sql)
  const asked = server.requests.length
  expect((await sync.push()).entries[0]!.delivery.kind).toBe('sent')
  expect(server.store.versions('me', 'street', 'raw_data')).toHaveLength(1)
  expect(askedSince(asked)).toEqual([25, 25, 11])
  expect(leftover(db)).toEqual([0, 0])
})

it('loses time only when the record is lost after the list of files was declared', async () => {
  library.commit(pictures(60), null)
  server.fail({ on: 'commitArtifact', action: { kind: 'drop-before-effect' }, times: 2 })
  const sync = library.sync(server.url, key)
  await sync.push()
  library.skipWaits()
  library.context.db.exec("DELETE FROM delivery_files WHERE path LIKE '%7.jpg'")
  expect((await sync.push()).entries[0]!.delivery.kind).toBe('sent')
  expect(server.store.versions('me', 'street', 'raw_data')).toHaveLength(1)
  expect(server.store.state.runs.map((run) => run.state)).toEqual(['finished'])
  expect(leftover(library.context.db)).toEqual([0, 0])
})

it('sends the next artifact while the run of the one before is still being closed', async () => {
  library.commit({ 'a.jpg': 'picture a' }, { 'a.jpg': 'mask a' })
  // The official package finds no way in, so each run waits for it as long as it may.
  server.fail({ on: 'viewer', action: { kind: 'status', status: 500 }, times: 99 })
  const sync = library.sync(server.url, key, { metrics: true })
  const status = await sync.push()
  expect(status.entries.map(({ delivery }) => delivery.kind)).toEqual(['sent', 'sent'])
  const names = server.requests.map((request) => request.field ?? request.path.split('/').at(-1)!)
  expect(names.lastIndexOf('commitArtifact')).toBeLessThan(names.indexOf('file_stream'))
  expect(server.store.state.runs.map((run) => run.state)).toEqual(['finished', 'finished'])
})

it('closes a run again when closing it failed, though the next artifact is already there', async () => {
  library.commit({ 'a.jpg': 'picture a' }, { 'a.jpg': 'mask a' })
  server.fail({ on: 'file_stream', action: { kind: 'status', status: 503 }, times: 2 })
  const sync = library.sync(server.url, key)
  await sync.push()
  library.skipWaits()
  const { entries } = await sync.push()
  expect(entries.map(({ delivery }) => delivery.kind)).toEqual(['sent', 'sent'])
  expect(server.store.state.runs.map((run) => run.state)).toEqual(['finished', 'finished'])
  expect(server.store.state.artifacts).toHaveLength(2)
})
