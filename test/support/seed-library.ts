import { createHash, randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { rowSum, type SqlValue } from '../../electron/adapters/sqlite/row-sum.ts'
import type { LibraryContext } from '../../electron/host/library-context.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { labelFileText } from '../../shared/formats/label-file.ts'
import { foldName, naturalKey } from '../../shared/image/sample-name.ts'

const hash = (algorithm: string, bytes: string, encoding: 'hex' | 'base64') =>
  createHash(algorithm).update(bytes).digest(encoding)

/**
 * Puts many samples into an empty library in one transaction and without a sync, which no other writer does: for tests
 * and benches about size. All but every tenth sample have a label, of `labels` different ones. The files of images are
 * links to a few, which is much faster than making them: commits look whether an image is there, not into it.
 */
export function seedLibrary(
  context: LibraryContext,
  samples: number,
  /** Without `files` only the rows are there. */
  { labels = 200, files: hasFiles = true }: { readonly labels?: number; readonly files?: boolean } = {},
): void {
  const { db } = context
  const insert = (table: string, columns: number) =>
    db.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`)
  const insertBlob = insert('blobs', 5)
  const insertSample = insert('samples', 15)
  const insertRevision = insert('revisions', 17)
  const insertTip = insert('tips', 2)
  const setHead = db.prepare('UPDATE samples SET head_revision = ?, row_sum = ? WHERE id = ?')
  const insertListing = insert('listing', 18)
  const insertObjects = insert('listing_objects', 3)
  const folders = new Set<string>()
  const pathOf = (digest: string) => {
    const path = context.blobs.pathOf(digest as BlobDigest)
    if (!folders.has(dirname(path))) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    folders.add(dirname(path))
    return path
  }
  const store = (text: string): string => {
    const digest = hash('sha256', text, 'hex')
    writeFileSync(pathOf(digest), text)
    insertBlob.run(digest, hash('md5', text, 'base64'), text.length, 0, context.now())
    return digest
  }
  // A file system counts links, and some count no further than 65,000.
  const linksPerFile = 20_000
  let original = ''
  const storeImage = (i: number): string => {
    if (i % linksPerFile === 0) {
      const digest = store(`seeded picture ${i}`)
      original = pathOf(digest)
      return digest
    }
    const digest = hash('sha256', `seeded picture ${i}`, 'hex')
    if (hasFiles) linkSync(original, pathOf(digest))
    insertBlob.run(digest, hash('md5', `seeded picture ${i}`, 'base64'), 16, 0, context.now())
    return digest
  }
  context.transaction(() => {
    const ontology = store('{"seed":"ontology"}')
    const files = Array.from({ length: labels }, (_, i) => {
      const objects = [{ id: 1, categoryId: 1, attributes: { shade: i } }]
      return [
        store(`seeded mask ${i}`),
        store(labelFileText({ width: 4, height: 3, status: 'labeled', objects })),
      ] as const
    })
    for (let i = 0; i < samples; i++) {
      const id = randomUUID()
      const name = `drive-${i % 7}/frame-${String(i).padStart(6, '0')}.png`
      const image = storeImage(i)
      const sample: SqlValue[] = [
        id,
        name,
        foldName(name),
        image,
        'png',
        4,
        3,
        1,
        context.now(),
        context.nextSeq(),
        image,
      ]
      insertSample.run(...sample, null, null, null, rowSum([...sample, null, null, null]))
      const isLabeled = i % 10 !== 9
      const listed = isLabeled ? ['labeled', 1, 5 / 12, 'a', 'a'] : ['unlabeled', 0, 0, '', '']
      const [addedAt, seq] = [Number(sample[8]), Number(sample[9])]
      insertListing.run(
        seq,
        id,
        foldName(name),
        naturalKey(name),
        ...listed,
        null,
        0,
        0,
        0,
        addedAt,
        addedAt,
        4,
        3,
        0,
      )
      if (isLabeled) insertObjects.run(1, seq, 1)
      if (i % 10 === 9) continue
      const [png, json] = files[i % labels]!
      const revision = hash('sha256', `seeded revision ${i}`, 'hex')
      const row = [
        revision,
        id,
        context.nextSeq(),
        '[]',
        hash('sha256', png, 'hex'),
        png,
        json,
        ontology,
        'labeled',
        1,
        5,
        2,
        'seed',
        'A',
        context.now(),
      ]
      insertRevision.run(...row, rowSum(row), null)
      insertTip.run(id, revision)
      setHead.run(revision, rowSum([...sample, revision, null, null]), id)
    }
  })
}
