import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { rowSum, type SqlValue } from '../../../electron/adapters/sqlite/row-sum.ts'
import { createCards } from '../../../electron/host/cards.ts'
import { createCategories } from '../../../electron/host/categories.ts'
import { dumpLibrary } from '../../../electron/host/dump.ts'
import { createTrash } from '../../../electron/host/trash.ts'
import { type VerifyReport, verifyFolder, verifyLibrary } from '../../../electron/host/verify.ts'
import { verifyRows } from '../../../electron/host/verify-rows.ts'
import { createVersions } from '../../../electron/host/versions.ts'
import { folderContent } from '../../support/folder-content.ts'
import { openLabelLibrary, painted, saveOf } from '../../support/label-library.ts'
import { openTestLibrary } from '../../support/open-test-library.ts'

const root = mkdtempSync(join(tmpdir(), 'tessera-verify-'))
const original = join(root, 'original')
let folder: string

/** Two images, one with two saved states, siblings and two cards, the other in the trash, two versions, a receipt and a delivery. */
beforeAll(async () => {
  const library = await openLabelLibrary({ folder: original })
  const { context, labels } = library
  const versions = createVersions(context, { categories: createCategories(context) })
  const [a, b] = [await library.addSample('a.png'), await library.addSample('b.png')]
  const first = await labels.save(a, ...saveOf(painted(1, 0, 4), null))
  const { id } = (await versions.commit('first', 'A'))!
  await labels.save(a, ...saveOf(painted(2, 8, 3), first.revision, { status: 'labeled' }))
  await labels.save(a, ...saveOf(painted(3, 20, 3), first.revision))
  const cards = createCards(context, { author: () => 'A' })
  await cards.change([a], { kind: 'tags', add: ['night'], remove: [] })
  await cards.change([a, b], { kind: 'metadata', set: { speed: 5, road: 'wet' }, remove: [] })
  await versions.commit('second', 'A')
  await versions.digested()
  createTrash(context, { besideVersions: versions.beside, dropJournal: () => {} }).put([b])
  const receipt = ['server/me/street', 'raw_data', '0'.repeat(32), id, 'artifact', 'v0', 'run', null, 5]
  context.db
    .prepare('INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(...receipt, rowSum(receipt))
  context.db.prepare("INSERT INTO deliveries VALUES ('server/me/street', 'labeled_data', ?, '{}')").run(id)
  await library.close()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

let copies = 0
beforeEach(() => {
  folder = join(root, `copy-${++copies}`)
  cpSync(original, folder, { recursive: true, preserveTimestamps: true })
  chmodSync(folder, 0o700)
  return () => rmSync(folder, { recursive: true, force: true })
})

async function verify(): Promise<VerifyReport> {
  const library = await openTestLibrary({ folder, mode: 'read' })
  const { context } = library
  const versions = createVersions(context, { categories: createCategories(context) })
  try {
    return await verifyLibrary(context, versions, { signal: new AbortController().signal })
  } finally {
    await library.close()
  }
}
const damages = (report: VerifyReport) =>
  report.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)

/** Changes the index behind everybody's back. */
function change(work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(join(folder, 'library.db'))
  db.exec('PRAGMA foreign_keys = OFF')
  work(db)
  db.close()
}
const one = (sql: string) => {
  const db = new DatabaseSync(join(folder, 'library.db'), { readOnly: true })
  const value = Object.values(db.prepare(sql).get()!)[0]
  db.close()
  return String(value)
}
const pathOf = (digest: string) => join(folder, 'blobs', 'sha256', digest.slice(0, 2), digest)
const blobFiles = () =>
  readdirSync(join(folder, 'blobs', 'sha256'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .map((name) => join(folder, 'blobs', 'sha256', name))

it('finds nothing wrong with a good library, and counts what it looked at', async () => {
  const before = folderContent(folder)
  const report = await verify()
  expect(report).toMatchObject({ clean: true, findings: [] })
  expect(report.checked.files).toBe(blobFiles().length)
  expect(report.checked.bytes).toBe(blobFiles().reduce((sum, path) => sum + readFileSync(path).length, 0))
  // 2 samples, 3 revisions, 3 cards, 2 versions, 4 artifacts, 3 digests, 1 branch that moved twice, 1 receipt.
  expect(report.checked.rows).toBe(21)
  expect(folderContent(folder)).toEqual(before)
})

it('D6: neither verify nor dump takes copies of the index, whole, damaged or unfinished, for part of the library', async () => {
  const seen = async () => {
    const library = await openTestLibrary({ folder, mode: 'read' })
    const dump = dumpLibrary(library.context, { all: true })
    await library.close()
    return { dump, report: await verify() }
  }
  const before = await seen()
  const backups = join(folder, 'backups')
  cpSync(join(folder, 'library.db'), join(backups, 'index-v2-100-0123abcd.db'))
  writeFileSync(join(backups, 'index-v1-50-0123abcd.db'), 'no database')
  writeFileSync(join(backups, '.index-0123abcd.part'), '')
  expect(await seen()).toEqual(before)
  expect(readdirSync(backups)).toHaveLength(3)
})

it('notices a changed bit in any blob, and the loss of any', async () => {
  const paths = blobFiles()
  expect(paths.length).toBeGreaterThan(15)
  const codesOf = (report: VerifyReport, path: string) =>
    report.findings.filter(({ id }) => id === basename(path)).map(({ code }) => code)
  const good = paths.map((path) => readFileSync(path))
  for (const [i, path] of paths.entries()) {
    const bad = Buffer.from(good[i]!)
    bad[bad.length >> 1]! ^= 1 << (i % 8)
    chmodSync(path, 0o600)
    writeFileSync(path, bad)
  }
  const changed = await verify()
  for (const path of paths) expect(codesOf(changed, path)).toContain('BLOB_CORRUPT')
  for (const path of paths) rmSync(path)
  const gone = await verify()
  for (const path of paths) expect(codesOf(gone, path)).toContain('MISSING_BLOB')
  for (const [i, path] of paths.entries()) writeFileSync(path, good[i]!)
  expect((await verify()).clean).toBe(true)
  expect(readdirSync(join(folder, 'quarantine'))).toEqual([])
})

it('goes on to the end whatever is damaged first', async () => {
  change((db) => {
    for (const table of ['samples', 'revisions', 'versions', 'version_artifacts']) {
      db.exec(`UPDATE ${table} SET row_sum = 'x'`)
    }
  })
  const path = pathOf(one("SELECT image_digest FROM samples WHERE name = 'b.png'"))
  rmSync(path)
  const { findings, checked } = await verify()
  expect(findings.filter(({ code }) => code === 'ROW_CORRUPT').length).toBeGreaterThanOrEqual(2 + 3 + 2 + 4)
  expect(findings.map(({ code }) => code)).toContain('MISSING_BLOB')
  expect(checked.files).toBe(blobFiles().length)
})

it('names the images and versions that a damaged blob belongs to', async () => {
  const image = one("SELECT image_digest FROM samples WHERE name = 'b.png'")
  rmSync(pathOf(image))
  const manifest = one("SELECT manifest_digest FROM version_artifacts WHERE role = 'raw_data'")
  chmodSync(pathOf(manifest), 0o600)
  writeFileSync(pathOf(manifest), '{}')
  const { findings } = await verify()
  expect(findings.find(({ id }) => id === image)).toMatchObject({ code: 'MISSING_BLOB', affects: ['b.png'] })
  expect(findings.find(({ id }) => id === manifest)?.affects).toContain('version 1')
})

it.each(['samples', 'revisions', 'cards', 'versions', 'version_artifacts', 'receipts'])(
  'notices a change of any value in a row of %s',
  (table) => {
    change((db) => {
      expect(verifyRows(db).findings).toEqual([])
      const columns = db.prepare(`PRAGMA table_info(${table})`).all()
      expect(columns.length).toBeGreaterThan(5)
      for (const { name, type } of columns) {
        // Another number, or a text with its last letter changed; a null becomes a text.
        const other =
          type === 'INTEGER'
            ? `COALESCE(-1 - ${name}, 7)`
            : `COALESCE(substr(${name}, 1, length(${name}) - 1), '') || '~'`
        db.exec(
          `BEGIN; UPDATE ${table} SET ${name} = ${other} WHERE row_sum = (SELECT row_sum FROM ${table} LIMIT 1)`,
        )
        const codes = verifyRows(db).findings.map(({ code }) => code)
        expect(codes, String(name)).toContain('ROW_CORRUPT')
        db.exec('ROLLBACK')
      }
    })
  },
)

/** Gives a row the checksum of what it now says, as somebody who meant to mislead would. */
function reseal(db: DatabaseSync, table: string): void {
  for (const row of db.prepare(`SELECT rowid AS r, * FROM ${table}`).all()) {
    const { r, row_sum: _, ...rest } = row
    db.prepare(`UPDATE ${table} SET row_sum = ? WHERE rowid = ?`).run(
      rowSum(Object.values(rest) as SqlValue[]),
      Number(r),
    )
  }
}

it.each([
  ['samples', "name = 'z.png'"],
  ['samples', 'width = width + 1'],
  ['revisions', "status = 'verified'"],
  ['revisions', 'object_count = object_count + 1'],
  ['cards', "author = 'B'"],
  ['cards', 'digest = NULL'],
  ['versions', "message = 'other'"],
  ['versions', 'created_at = 1'],
  ['versions', 'summary = replace(summary, \'"added":\', \'"added":1\')'],
])('notices rows of %s that no longer say what their records say: %s', async (table, changed) => {
  change((db) => {
    db.exec(`UPDATE ${table} SET ${changed} WHERE rowid = 1`)
    reseal(db, table)
  })
  expect(damages(await verify())).toContain('ROW_CORRUPT')
})

it.each([
  [
    'a head that is no revision',
    `UPDATE samples SET head_revision = '${'0'.repeat(64)}' WHERE name = 'a.png'`,
  ],
  [
    'a head that is another image’s',
    "UPDATE samples SET head_revision = (SELECT head_revision FROM samples WHERE name = 'a.png') WHERE name = 'b.png'",
  ],
  [
    'a head that something came after',
    'UPDATE samples SET head_revision = (SELECT id FROM revisions ORDER BY seq)',
  ],
])('notices %s', async (_, sql) => {
  change((db) => {
    db.exec(sql)
    reseal(db, 'samples')
  })
  expect(damages(await verify())).toContain('HEAD_DANGLING')
})

it.each([
  [
    'a parent that is gone',
    'revisions',
    `UPDATE revisions SET parents = '["${'0'.repeat(64)}"]' WHERE rowid = 2`,
  ],
  [
    'a version’s parent that is gone',
    'versions',
    `UPDATE versions SET parents = '["${'0'.repeat(64)}"]' WHERE number = 2`,
  ],
])('notices %s', async (_, table, sql) => {
  change((db) => {
    db.exec(sql)
    reseal(db, table)
  })
  const { findings } = await verify()
  expect(findings).toContainEqual(
    expect.objectContaining({ code: 'ROW_CORRUPT', message: expect.stringContaining('parent') }),
  )
})

it.each([
  ['refs', `UPDATE refs SET version_id = '${'0'.repeat(64)}'`, 'INDEX_BAD'],
  [
    'tips',
    `UPDATE tips SET revision_id = '${'0'.repeat(64)}' WHERE revision_id IN (SELECT revision_id FROM tips LIMIT 1)`,
    'INDEX_BAD',
  ],
  ['tips', 'DELETE FROM tips', 'HEAD_DANGLING'],
  ['refs', "UPDATE refs SET name = 'maim'", 'HEAD_DANGLING'],
  ['sqlite_schema', 'DROP INDEX revisions_by_identity', 'INDEX_BAD'],
  ['tips', 'INSERT INTO tips SELECT sample_id, id FROM revisions ORDER BY seq LIMIT 1', 'HEAD_DANGLING'],
  ['deliveries', `UPDATE deliveries SET version_id = '${'0'.repeat(64)}'`, 'OUTBOX_DANGLING'],
  ['blobs', 'DELETE FROM blobs', 'INDEX_BAD'],
  ['blobs', "UPDATE blobs SET md5 = replace(md5, substr(md5, 1, 1), '~')", 'INDEX_BAD'],
  ['blobs', 'UPDATE blobs SET size = size + 1', 'INDEX_BAD'],
])('notices rows of %s that point nowhere or say something else: %s', async (_, sql, code) => {
  change((db) => db.exec(sql))
  expect(damages(await verify())).toContain(code)
})

it('is not tried on an index whose tables are not the ones we read', async () => {
  change((db) => db.exec('ALTER TABLE receipts RENAME COLUMN sent_at TO sentOat'))
  await expect(verify()).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
  await expect(openTestLibrary({ folder })).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
})

it('names a blob that nothing refers to, and calls that no damage', async () => {
  const library = await openTestLibrary({ folder })
  const { digest } = await library.context.blobs.put(Buffer.from('left by a stop'))
  await library.close()
  change((db) => db.prepare('DELETE FROM blobs WHERE digest = ?').run(digest))
  const report = await verify()
  expect(report.clean).toBe(true)
  expect(report.findings).toMatchObject([{ code: 'ORPHAN_BLOB', severity: 'info', id: digest }])
})

it('names files of undo steps that end in the middle, and calls that no damage', async () => {
  const shelf = join(folder, 'steps', '0f')
  mkdirSync(shelf, { recursive: true })
  const file = '0f4d8a3e-6c1b-4f7a-9d52-7b0e3c9a1d64.1.steps'
  writeFileSync(join(shelf, file), 'TSRASTP1cut')
  const report = await verify()
  expect(report.clean).toBe(true)
  expect(report.findings).toMatchObject([{ code: 'STEPS_CUT', severity: 'info', id: file, affects: [] }])
})

it('still checks the files of a library whose index cannot be read', async () => {
  writeFileSync(join(folder, 'library.db'), 'no database')
  const path = blobFiles()[0]!
  chmodSync(path, 0o600)
  writeFileSync(path, 'damaged')
  const report = await verifyFolder(folder, { signal: new AbortController().signal })
  expect(damages(report).sort()).toEqual(['BLOB_CORRUPT', 'DB_UNREADABLE'])
})

it('stops when it is told to, and reports how far it is', async () => {
  const library = await openTestLibrary({ folder, mode: 'read' })
  const versions = createVersions(library.context, { categories: createCategories(library.context) })
  const stop = new AbortController()
  const seen: number[] = []
  const progress = (done: number, total: number) => {
    seen.push(done / total)
    if (seen.length === 5) stop.abort()
  }
  await expect(verifyLibrary(library.context, versions, { signal: stop.signal, progress })).rejects.toThrow()
  expect(seen.length).toBe(5)
  expect(seen).toEqual([...seen].sort((x, y) => x - y))
  await library.close()
})

it('notices single changed bits all over the index, wherever one changes a row', async () => {
  // A flip that changes no row, in free space for one, harms nobody and may go unseen. One after which SQLite reads no rows
  // at all has been noticed.
  const path = join(folder, 'library.db')
  const good = readFileSync(path)
  const rowsOf = (file: string) => {
    const db = new DatabaseSync(file, { readOnly: true })
    try {
      const tables = ['samples', 'revisions', 'versions', 'version_artifacts', 'tips', 'refs', 'receipts']
      return JSON.stringify(tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all()))
    } finally {
      db.close()
    }
  }
  const truth = rowsOf(path)
  const harmed = join(root, 'harmed', 'library.db')
  mkdirSync(dirname(harmed), { recursive: true })
  let changedRows = 0
  for (let at = 100; at < good.length; at += 199) {
    const bad = Buffer.from(good)
    bad[at]! ^= 1 << (at % 8)
    writeFileSync(harmed, bad)
    let rows: string | null = null
    try {
      rows = rowsOf(harmed)
    } catch {
      // Unreadable: noticed.
    }
    if (rows === truth || rows === null) continue
    changedRows += 1
    writeFileSync(path, bad)
    const report = await verify().catch((error: { code?: string }) => error.code)
    const isNoticed = typeof report === 'string' ? report === 'DB_UNREADABLE' : report && !report.clean
    expect(isNoticed, `bit at byte ${at}`).toBe(true)
    writeFileSync(path, good)
  }
  expect(changedRows).toBeGreaterThan(5)
})

it.each([
  ["UPDATE listing SET status = 'reviewed' WHERE status <> 'reviewed'", 'INDEX_BAD'],
  ['UPDATE listing SET trashed = 1 - trashed', 'INDEX_BAD'],
  ['UPDATE listing_objects SET count = count + 1', 'INDEX_BAD'],
  ['DELETE FROM listing_tags', 'ROW_CORRUPT'],
  ["UPDATE listing_metadata SET value_key = 'dry'", 'ROW_CORRUPT'],
  ['UPDATE listing SET priority = 5', 'ROW_CORRUPT'],
])('notices that lists say something else than the samples do: %s', async (sql, code) => {
  change((db) => db.exec(sql))
  expect(damages(await verify())).toContain(code)
})

it('notices a card that is not the last one saved', async () => {
  change((db) => {
    db.exec('UPDATE samples SET card_digest = (SELECT digest FROM cards ORDER BY seq LIMIT 1)')
    reseal(db, 'samples')
  })
  expect(damages(await verify())).toContain('HEAD_DANGLING')
})
