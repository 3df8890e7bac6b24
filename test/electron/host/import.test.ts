import { createHash, randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { createBlobFolder } from '../../../electron/adapters/blob-folder.ts'
import { createImaging } from '../../../electron/adapters/imaging/imaging.ts'
import { createImport, type Import, type SampleShelf } from '../../../electron/host/import.ts'
import type { LibraryContext } from '../../../electron/host/library-context.ts'
import type { SampleId } from '../../../shared/dataset/digest.ts'
import { foldName, nextFreeName } from '../../../shared/image/sample-name.ts'

const root = mkdtempSync(join(tmpdir(), 'tessera-import-'))
const imaging = createImaging()
afterAll(() => {
  imaging.close()
  rmSync(root, { recursive: true, force: true })
})

let context: LibraryContext
let images: Import
let cacheFolder: string
let folder: string

/** Names and duplicates as the library keeps them, on the columns that reading an image back needs. */
function shelf(db: DatabaseSync): SampleShelf {
  return {
    insert(image) {
      const twin = db.prepare('SELECT name FROM samples WHERE image_digest = ?').get(image.image.digest)
      if (twin) return { duplicateOf: String(twin.name) }
      const isTaken = (fold: string) =>
        db.prepare('SELECT 1 FROM samples WHERE name_key = ?').get(fold) !== undefined
      const name = nextFreeName(image.name, isTaken)
      const id = randomUUID()
      db.prepare('INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
        id,
        name,
        foldName(name),
        image.image.digest,
        image.format,
        image.width,
        image.height,
        image.orientation,
      )
      return {
        renamedFrom: name === image.name ? null : image.name,
        sample: {
          id,
          name,
          width: image.width,
          height: image.height,
          format: image.format,
          bytes: image.image.size,
          imageDigest: image.image.digest,
          status: 'unlabeled',
          objectCount: 0,
          labeledPixels: 0,
          headRevision: null,
          hasSiblings: false,
          addedAt: 0,
          modifiedAt: 0,
          savedBy: null,
          savedAt: null,
          tags: [],
          split: null,
          priority: 0,
          issues: 0,
          openIssues: 0,
          cardDigest: null,
          trashedAt: null,
        },
      }
    },
  }
}

beforeEach(() => {
  folder = join(root, randomUUID())
  cacheFolder = join(folder, 'cache')
  mkdirSync(join(folder, 'library', 'tmp'), { recursive: true })
  const db = new DatabaseSync(':memory:')
  db.exec(
    'CREATE TABLE samples (id TEXT, name TEXT, name_key TEXT, image_digest TEXT, format TEXT, width INT, height INT, orientation INT)',
  )
  context = {
    folder: join(folder, 'library'),
    libraryId: 'l',
    deviceId: 'd',
    readOnly: false,
    db,
    transaction: (work) => work(),
    nextSeq: () => 1,
    blobs: createBlobFolder({ folder: join(folder, 'library') }),
    log: () => {},
    now: () => 0,
    emit: () => {},
  }
  images = createImport(context, shelf(db), imaging, { cacheFolder })
})

const picture = (width = 60, height = 40, background = '#c84') =>
  sharp({ create: { width, height, channels: 3, background } })
function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, 'in', name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  return path
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

it('lists every bad file with its reason while the good ones go in', async () => {
  const bomb = Buffer.from(await picture().png().toBuffer())
  bomb.writeUInt32BE(60_000, 16)
  bomb.writeUInt32BE(60_000, 20)
  const jpeg = await picture(300, 200).jpeg().toBuffer()
  file('1-good.jpg', jpeg)
  file('2-bomb.png', bomb)
  file('3-cut.jpg', jpeg.subarray(0, Math.floor(jpeg.length * 0.7)))
  file('4-page.jpg', '<!DOCTYPE html><html>no such picture</html>')
  file('5-drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
  file('6-empty.png', '')
  file('7-text.tiff', 'not a picture')
  file('8-mislabelled.png', await picture(10, 10).webp().toBuffer())
  file('10-good.png', await picture(11, 12).png().toBuffer())
  file('.hidden.png', await picture(13, 12).png().toBuffer())
  symlinkSync(join(folder, 'in'), join(folder, 'in', 'loop'))
  const outcomes = await images.importPaths([join(folder, 'in'), join(folder, 'absent.png')])
  const told = outcomes.map((each) => [each.file, each.kind === 'rejected' ? each.error.code : each.kind])
  expect(told).toEqual([
    ['1-good.jpg', 'added'],
    ['2-bomb.png', 'IN_TOO_BIG'],
    ['3-cut.jpg', 'IN_FORMAT'],
    ['4-page.jpg', 'IN_FORMAT'],
    ['5-drawing.svg', 'IN_FORMAT'],
    ['6-empty.png', 'IN_FORMAT'],
    ['7-text.tiff', 'IN_FORMAT'],
    ['8-mislabelled.png', 'added'],
    ['10-good.png', 'added'],
    ['absent.png', 'IN_PATH'],
  ])
  expect(JSON.stringify(outcomes)).not.toContain(folder)
})

it('puts files in in the order in which they began to arrive, though a later one is there first', async () => {
  const bytes = await picture().png().toBuffer()
  const { promise: rest, resolve: goOn } = Promise.withResolvers<void>()
  async function* slowly() {
    yield bytes.subarray(0, 20)
    await rest
    yield bytes.subarray(20)
  }
  const first = images.importStream('first.png', slowly())
  const second = images.importStream('second.png', Readable.from([bytes]))
  const other = images.importStream('broken.png', Readable.from([Buffer.from('no picture')]))
  expect(await Promise.race([second, new Promise((later) => setTimeout(later, 100, 'waits'))])).toBe('waits')
  goOn()
  expect(await second).toMatchObject({ kind: 'duplicate', existing: 'first.png' })
  expect(await other).toMatchObject({ kind: 'rejected', error: { code: 'IN_FORMAT' } })
  expect(await first).toMatchObject({ kind: 'added', sample: { name: 'first.png' } })
})

it('recognises the same bytes and numbers a name that is taken', async () => {
  const bytes = await picture().png().toBuffer()
  expect(await images.importStream('a.png', Readable.from([bytes]))).toMatchObject({
    kind: 'added',
    renamedFrom: null,
  })
  expect(await images.importStream('b.png', Readable.from([bytes]))).toEqual({
    kind: 'duplicate',
    file: 'b.png',
    existing: 'a.png',
  })
  const other = await picture(5, 5).png().toBuffer()
  const clash = await images.importStream('A.png', Readable.from([other]))
  expect(clash).toMatchObject({ kind: 'added', renamedFrom: 'A.png', sample: { name: 'A (2).png' } })
  expect(
    await images.importStream('../x.png', Readable.from([await picture(6, 6).png().toBuffer()])),
  ).toMatchObject({
    kind: 'rejected',
    error: { code: 'IN_PATH' },
  })
})

it('keeps the original bytes, and shows every orientation at the recorded size', async () => {
  for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
    for (const orientation of [1, 3, 6]) {
      const bytes = await picture(60, 40, `#${orientation}${format.length}4`)
        .withMetadata({ orientation })
        .toFormat(format)
        .toBuffer()
      const path = file(`${format}-${orientation}`, bytes)
      const outcome = await images.importFile(path, `${format}-${orientation}`)
      if (outcome.kind !== 'added') throw new Error(JSON.stringify(outcome))
      const { id, imageDigest, width, height } = outcome.sample
      expect([width, height]).toEqual(orientation === 6 ? [40, 60] : [60, 40])
      expect(imageDigest).toBe(sha256(bytes))
      expect(sha256(readFileSync(path))).toBe(imageDigest)
      const shown = await images.display(id as SampleId)
      const meta = await sharp(shown.bytes).metadata()
      // Browsers turn JPEG themselves; nothing else may need turning.
      expect(meta.autoOrient).toMatchObject({ width, height })
      const isOriginal = format === 'jpeg' || (format !== 'tiff' && orientation === 1)
      expect(sha256(shown.bytes) === imageDigest).toBe(isOriginal)
      expect(shown.type).toBe(isOriginal ? `image/${format}` : 'image/png')
      if (format !== 'jpeg') expect(meta.orientation ?? 1).toBe(1)
    }
  }
})

it('makes thumbnails again when the cache was deleted or damaged', async () => {
  const outcome = await images.importStream(
    'a.png',
    Readable.from([await picture(900, 300).png().toBuffer()]),
  )
  if (outcome.kind !== 'added') throw new Error('not added')
  await images.settled()
  const path = join(cacheFolder, 'thumbs', `${outcome.sample.imageDigest}.webp`)
  expect(existsSync(path)).toBe(true)
  writeFileSync(path, 'damaged')
  for (let i = 0; i < 2; i++) {
    const thumb = await images.thumb(outcome.sample.id as SampleId)
    expect(thumb.type).toBe('image/webp')
    expect(await sharp(thumb.bytes).metadata()).toMatchObject({ width: 320, height: 107 })
    await images.settled()
    rmSync(cacheFolder, { recursive: true })
  }
})

it('says of a file that cannot be reached what is wrong with it', async () => {
  const loop = join(folder, 'round.png')
  symlinkSync(loop, loop)
  const outcomes = await images.importPaths([loop, join(folder, 'deep/'.repeat(2000), 'x.png')])
  const told = outcomes.map((each) => each.kind === 'rejected' && [each.error.code, each.error.message])
  expect(told).toEqual([
    ['IN_PATH', 'The path of the file leads round in circles.'],
    ['IN_PATH', 'The path of the file is too long for this computer.'],
  ])
})

it('names no file in the log but at the level that is off', async () => {
  const lines: { level: string; message: string }[] = []
  const log: LibraryContext['log'] = (level, _, message) => void lines.push({ level, message })
  const failing = { insert: () => Promise.reject(new Error('no such thing: holiday.png')) }
  const logged = createImport({ ...context, log }, failing, imaging, { cacheFolder })
  const outcome = await logged.importFile(
    file('holiday.png', await picture().png().toBuffer()),
    'holiday.png',
  )
  expect(outcome).toMatchObject({ kind: 'rejected', error: { code: 'INTERNAL' } })
  expect(lines.map(({ level }) => level)).toEqual(['error', 'debug'])
  expect(lines[0]!.message).not.toContain('holiday')
})

it('throws away what a run was receiving when it was killed, and only as the writer', async () => {
  const incoming = join(cacheFolder, 'incoming')
  mkdirSync(incoming, { recursive: true })
  writeFileSync(join(incoming, 'half'), 'half a picture')
  createImport({ ...context, readOnly: true }, shelf(context.db), imaging, { cacheFolder })
  expect(readdirSync(incoming)).toEqual(['half'])
  const next = createImport(context, shelf(context.db), imaging, { cacheFolder })
  expect(readdirSync(incoming)).toEqual([])
  const outcome = await next.importStream('a.png', Readable.from([await picture().png().toBuffer()]))
  expect(outcome.kind).toBe('added')
})

it('stops when cancelled and keeps what was done', async () => {
  const paths = await Promise.all(
    [1, 2, 3, 4, 5].map(async (i) =>
      file(
        `${i}.png`,
        await picture(10 + i, 10)
          .png()
          .toBuffer(),
      ),
    ),
  )
  const abort = new AbortController()
  const outcomes = await images.importPaths(paths, abort.signal, ({ done }) => done === 2 && abort.abort())
  expect(outcomes.map(({ kind }) => kind)).toEqual(['added', 'added'])
  const again = await images.importPaths(paths)
  expect(again.map(({ kind }) => kind)).toEqual(['duplicate', 'duplicate', 'added', 'added', 'added'])
})

it('refuses to add to a library that is open for reading', async () => {
  const readOnly = createImport({ ...context, readOnly: true }, shelf(context.db), imaging, { cacheFolder })
  await expect(
    readOnly.importStream('a.png', Readable.from([await picture().png().toBuffer()])),
  ).rejects.toMatchObject({
    code: 'LIB_READ_ONLY',
  })
})

it('stops a file that arrives in more bytes than a file may have, and leaves nothing of it', async () => {
  const chunk = new Uint8Array(64 * 1024 * 1024)
  let sent = 0
  async function* endless() {
    for (;;) {
      sent++
      yield chunk
    }
  }
  const outcome = await images.importStream('huge.png', endless())
  expect(outcome).toMatchObject({ kind: 'rejected', error: { code: 'IN_TOO_BIG' } })
  expect(sent).toBe(9)
  expect(readdirSync(join(cacheFolder, 'incoming'))).toEqual([])
})
