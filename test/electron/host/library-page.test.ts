import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, it } from 'vitest'
import { createBlobFolder } from '../../../electron/adapters/blob-folder.ts'
import { rowSum, rowSumHolds, type SqlValue } from '../../../electron/adapters/sqlite/row-sum.ts'
import { migrations } from '../../../electron/adapters/sqlite/schema.ts'
import { readFormat } from '../../../electron/host/library-format.ts'
import { readOwnerNote } from '../../../electron/host/owner-note.ts'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { sampleRecordSchema } from '../../../shared/formats/sample-record.ts'

const page = readFileSync(new URL('../../../docs/formats/library.md', import.meta.url), 'utf8')
const db = new DatabaseSync(':memory:')
for (const step of migrations) db.exec(step)
afterAll(() => db.close())

/** The text of the example with that title. */
function example(title: string): string {
  const found = new RegExp(`\`\`\`\\w+ ${title}\\n([\\s\\S]*?)\\n\`\`\``).exec(page)
  if (!found) throw new Error(`the page has no example ${title}`)
  return found[1]!
}

it('shows FORMAT, the owner’s note and a quarantine note as they are read and written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-page-'))
  writeFileSync(join(folder, 'FORMAT'), example('FORMAT'))
  writeFileSync(join(folder, 'host.json'), example('host.json'))
  expect(readFormat(folder)).toEqual(JSON.parse(example('FORMAT')))
  expect(readOwnerNote(folder)).toEqual(JSON.parse(example('host.json')))
  const note = JSON.parse(example('quarantine'))
  const blobs = createBlobFolder({ folder, now: () => note.at })
  mkdirSync(join(folder, 'tmp'))
  const { digest } = await blobs.put(Buffer.from('pixels'))
  chmodSync(blobs.pathOf(digest), 0o600)
  writeFileSync(blobs.pathOf(digest), 'PIXELS')
  await expect(blobs.get(digest)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  const [file, json] = readdirSync(join(folder, 'quarantine')).sort()
  const written = JSON.parse(readFileSync(join(folder, 'quarantine', json!), 'utf8'))
  expect(written).toEqual({ ...note, digest, file })
  expect(Object.keys(written)).toEqual(Object.keys(note))
  rmSync(folder, { recursive: true, force: true })
})

it('shows a sample record as it is stored, under its real id', () => {
  const text = example('sample-record')
  expect(canonicalJson(sampleRecordSchema.parse(JSON.parse(text)))).toBe(text)
  expect(page).toContain(createHash('sha256').update(text).digest('hex'))
})

it('shows a row with its real checksum', () => {
  const values = example('row-sum')
    .split('\n')
    .map((line) => JSON.parse(line) as SqlValue)
  const record = sampleRecordSchema.parse(JSON.parse(example('sample-record')))
  expect(values.slice(0, 4)).toEqual([record.id, record.name, record.name, record.image.digest])
  expect(page).toContain(rowSum(values))
  // The very row is taken by the real table, whose columns therefore stand in that order.
  db.exec('PRAGMA foreign_keys = OFF')
  db.prepare('INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    ...values,
    rowSum(values),
  )
  expect(rowSumHolds(db.prepare('SELECT * FROM samples').get()!)).toBe(true)
})

it('explains every column of every table, and no others', () => {
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()
  const sections = new Map(
    page
      .split('\n### ')
      .slice(1)
      .map((section) => [section.split('\n')[0]!, section.split('\n## ')[0]!]),
  )
  expect([...sections.keys()].sort()).toEqual(tables.map(({ name }) => String(name)))
  for (const [table, section] of sections) {
    const explained = [...section.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names]) =>
      names!.split(', ').map((name) => name.replaceAll('`', '')),
    )
    const columns = db.prepare(`PRAGMA table_info(${table})`).all()
    expect(explained, table).toEqual(columns.map(({ name }) => String(name)))
  }
})
