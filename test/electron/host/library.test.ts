import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLibrary, openLibrary } from '../../../electron/host/library.ts'
import { readOwnerNote, writeOwnerNote } from '../../../electron/host/owner-note.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import { folderContent } from '../../support/folder-content.ts'
import { type LibraryProcess, startLibraryProcess } from '../../support/library-process.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

let root: string
let folder: string
const open: TestLibrary[] = []
const processes: LibraryProcess[] = []
const opened = async (options: Parameters<typeof openTestLibrary>[0] = {}) => {
  const library = await openTestLibrary({ folder, ...options })
  open.push(library)
  return library
}
const quiet = { deviceId: 'd', log: () => {}, emit: () => {}, reserveBytes: 0 }
const write = { ...quiet, mode: 'write' } as const
const read = { ...quiet, mode: 'read' } as const

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-library-test-'))
  folder = join(root, 'library')
})
afterEach(async () => {
  for (const library of open.splice(0)) await library.close()
  for (const process of processes.splice(0)) await process.kill()
  rmSync(root, { recursive: true, force: true })
})

/** A closed library with one blob in it. */
async function filled(): Promise<BlobDigest> {
  const library = await opened()
  const { digest } = await library.context.blobs.put(Buffer.from('pixels'))
  await library.close()
  return digest
}

describe('a new library', () => {
  it('is opened again with what was stored', async () => {
    folder = join(root, 'a', 'library')
    const first = await opened()
    const ref = await first.context.blobs.put(Buffer.from('pixels'))
    const seq = first.context.transaction(() => first.context.nextSeq())
    await first.close()
    const again = await opened({ create: false })
    expect(again.context.libraryId).toBe(first.context.libraryId)
    expect(Buffer.from(await again.context.blobs.get(ref.digest)).toString()).toBe('pixels')
    expect(again.context.blobs.stat(ref.digest)).toEqual(ref)
    expect(again.context.transaction(() => again.context.nextSeq())).toBeGreaterThan(seq)
    expect(again.notices).toEqual([])
  })

  it('is for its user alone', async () => {
    mkdirSync(folder, { mode: 0o755 })
    chmodSync(folder, 0o755)
    const library = await opened({ reserveBytes: 4096 })
    await library.context.blobs.put(Buffer.from('pixels'))
    writeOwnerNote(folder, { pid: 1, appVersion: '0', endpoint: null })
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700')
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const stat = statSync(join(folder, name))
      const isBlob = /^blobs.*[0-9a-f]{64}$/.test(name)
      const expected = stat.isDirectory() ? '700' : isBlob ? '400' : '600'
      expect(`${name} ${(stat.mode & 0o777).toString(8)}`).toBe(`${name} ${expected}`)
    }
  })

  it('is not made in a folder that holds something else', async () => {
    writeFileSync(join(root, 'thesis.txt'), 'mine')
    await expect(createLibrary(root, quiet)).rejects.toMatchObject({ code: 'LIB_NOT_EMPTY' })
    await expect(openLibrary(root, { ...write, create: true })).rejects.toMatchObject({
      code: 'LIB_NOT_EMPTY',
    })
    await expect(createLibrary(join(root, 'thesis.txt'), quiet)).rejects.toMatchObject({
      code: 'LIB_NOT_EMPTY',
    })
    await expect(createLibrary(join(root, 'thesis.txt', 'x'), quiet)).rejects.toMatchObject({
      code: 'LIB_MISSING',
    })
    expect(readdirSync(root)).toEqual(['thesis.txt'])
  })

  it('is not made over what somebody keeps under the names we use', async () => {
    mkdirSync(join(folder, 'blobs'), { recursive: true })
    writeFileSync(join(folder, 'blobs', 'a.jpg'), 'mine')
    writeFileSync(join(folder, 'owner.lock'), '')
    const before = folderContent(folder)
    await expect(openLibrary(folder, { ...write, create: true })).rejects.toMatchObject({
      code: 'LIB_NOT_EMPTY',
    })
    expect(folderContent(folder)).toEqual(before)
  })

  it('is not made twice in one folder', async () => {
    const { libraryId } = await createLibrary(folder, quiet)
    await expect(createLibrary(folder, quiet)).rejects.toMatchObject({ code: 'LIB_NOT_EMPTY' })
    const format = JSON.parse(readFileSync(join(folder, 'FORMAT'), 'utf8'))
    expect(format).toEqual({ format: 1, minReader: 1, libraryId })
  })

  it('is finished when its making was interrupted before anything was stored', async () => {
    mkdirSync(join(folder, 'tmp'), { recursive: true })
    mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true })
    writeFileSync(join(folder, 'tmp', '3b9e0c8e-7a54-4df0-9d0a-3f1a5d1d2c44'), '{"form')
    writeFileSync(join(folder, 'owner.lock'), '')
    writeFileSync(join(folder, '.DS_Store'), '')
    const library = await opened()
    expect(existsSync(join(folder, 'FORMAT'))).toBe(true)
    await library.context.blobs.put(Buffer.from('x'))
    await library.close()
    // Stopped after FORMAT, before the index.
    rmSync(join(folder, 'blobs'), { recursive: true })
    for (const name of readdirSync(folder)) if (name.startsWith('library.db')) rmSync(join(folder, name))
    await expect((await opened()).context.blobs.put(Buffer.from('y'))).resolves.toMatchObject({ size: 1 })
  })
})

describe('opening', () => {
  it('says that there is no library, and leaves the folder as it is', async () => {
    for (const [path, options] of [
      [folder, write],
      [root, write],
      [folder, read],
      [root, read],
    ] as const) {
      await expect(openLibrary(path, options)).rejects.toMatchObject({ code: 'LIB_MISSING' })
    }
    expect(readdirSync(root)).toEqual([])
  })

  it('throws away what a stopped process left unfinished', async () => {
    await filled()
    writeFileSync(join(folder, 'tmp', 'half'), 'half a blob')
    mkdirSync(join(folder, 'tmp', 'more', 'of'), { recursive: true })
    writeFileSync(join(folder, 'backups', '.index-0123abcd.part-journal'), 'half a copy of the index')
    await opened()
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
    expect(readdirSync(join(folder, 'backups'))).toEqual([])
  })

  it('keeps real space back, again after it was given away', async () => {
    await (await opened({ reserveBytes: 3 << 20 })).close()
    const reserve = join(folder, 'reserve.bin')
    expect(statSync(reserve).size).toBe(3 << 20)
    expect(statSync(reserve).blocks * 512).toBeGreaterThanOrEqual(3 << 20)
    rmSync(reserve)
    await (await opened({ reserveBytes: 3 << 20 })).close()
    expect(statSync(reserve).size).toBe(3 << 20)
    truncateSync(reserve, 10)
    await opened({ reserveBytes: 3 << 20 })
    expect(statSync(reserve).size).toBe(3 << 20)
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
  })

  it('replaces a stale note of who owns it, and takes the note away at the end', async () => {
    await filled()
    writeFileSync(join(folder, 'host.json'), '{"pid":1,"appVersion":"0.0.1","endpoint":"/gone"}')
    expect(readOwnerNote(folder)?.endpoint).toBe('/gone')
    const library = await opened()
    expect(readOwnerNote(folder)).toBe(null)
    writeOwnerNote(folder, { pid: process.pid, appVersion: '0.1.0', endpoint: '/here' })
    expect(readOwnerNote(folder)).toEqual({ pid: process.pid, appVersion: '0.1.0', endpoint: '/here' })
    await library.close()
    expect(readOwnerNote(folder)).toBe(null)
    writeFileSync(join(folder, 'host.json'), 'no JSON')
    expect(readOwnerNote(folder)).toBe(null)
  })

  it('asks for a clean end once, and only for one', async () => {
    const library = await opened()
    await Promise.all([library.close(), library.close()])
    await library.close()
    await opened()
  })

  it.each([
    ['is cut short', () => truncateSync(join(folder, 'FORMAT'), 9)],
    ['is empty', () => truncateSync(join(folder, 'FORMAT'), 0)],
    ['is no number', () => writeFileSync(join(folder, 'FORMAT'), '{"format":"1","minReader":1}')],
    ['is very long', () => writeFileSync(join(folder, 'FORMAT'), `"${'x'.repeat(1 << 20)}"`)],
  ])('refuses a library whose FORMAT %s, and changes nothing', async (_, harm) => {
    await filled()
    harm()
    const before = folderContent(folder)
    await expect(openLibrary(folder, write)).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
    await expect(openLibrary(folder, read)).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
    expect(folderContent(folder)).toEqual(before)
  })

  it.each([
    ['gone', (path: string) => rmSync(path)],
    ['empty', (path: string) => truncateSync(path, 0)],
    ['zeroed', (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size))],
    ['cut in half', (path: string) => truncateSync(path, statSync(path).size >> 1)],
    [
      'another file',
      (path: string) => writeFileSync(path, 'not a database, but long enough to be looked at'.repeat(9)),
    ],
  ])('refuses a library whose index is %s, and changes nothing', async (_, harm) => {
    await filled()
    harm(join(folder, 'library.db'))
    const before = folderContent(folder)
    await expect(openLibrary(folder, write)).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
    expect(folderContent(folder)).toEqual(before)
    await expect(openLibrary(folder, { ...write, create: true })).rejects.toMatchObject({
      code: 'DB_UNREADABLE',
    })
    expect(folderContent(folder)).toEqual(before)
  })

  it('refuses an index that belongs to another library', async () => {
    await filled()
    const other = await createLibrary(join(root, 'other'), quiet)
    expect(other.libraryId).toMatch(/^[0-9a-f-]{36}$/)
    copyFileSync(join(root, 'other', 'library.db'), join(folder, 'library.db'))
    await expect(openLibrary(folder, write)).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
    // The lock is free again, and the other library is untouched.
    await (await opened({ folder: join(root, 'other') })).close()
  })
})

describe('a library of a newer Tessera', () => {
  const made = async (minReader: number) => {
    const digest = await filled()
    const format = JSON.parse(readFileSync(join(folder, 'FORMAT'), 'utf8'))
    writeFileSync(join(folder, 'FORMAT'), JSON.stringify({ ...format, format: 2, minReader, more: true }))
    return digest
  }

  it('is refused for writing, and its files stay byte for byte as they were', async () => {
    await made(2)
    const before = folderContent(folder)
    for (const options of [write, { ...write, create: true }, read]) {
      await expect(openLibrary(folder, options)).rejects.toMatchObject({ code: 'FMT_TOO_NEW' })
    }
    expect(folderContent(folder)).toEqual(before)
  })

  it('is read when it says that this Tessera may', async () => {
    const digest = await made(1)
    const before = folderContent(folder)
    await expect(openLibrary(folder, write)).rejects.toMatchObject({
      code: 'FMT_TOO_NEW',
      remedy: expect.stringContaining('for reading'),
    })
    const reader = await openLibrary(folder, read)
    expect(Buffer.from(await reader.context.blobs.get(digest)).toString()).toBe('pixels')
    await reader.close()
    expect(folderContent(folder)).toEqual(before)
  })
})

describe('after a run that was killed', () => {
  /** Stores texts in another process, which is then killed. */
  async function storeAndDie(...texts: string[]): Promise<BlobDigest[]> {
    const child = await startLibraryProcess(folder)
    processes.push(child)
    expect(await child.ask('open')).toBe('owner')
    const digests: BlobDigest[] = []
    for (const text of texts) digests.push((await child.ask(`put ${text}`)) as BlobDigest)
    await child.kill()
    return digests
  }
  const pathOf = (digest: BlobDigest) => join(folder, 'blobs', 'sha256', digest.slice(0, 2), digest)
  const spoil = (digest: BlobDigest, bytes = 'spoilt') => {
    chmodSync(pathOf(digest), 0o600)
    writeFileSync(pathOf(digest), bytes)
  }

  it('finds everything there that was stored', async () => {
    const digests = await storeAndDie('one', 'two')
    const library = await opened()
    expect(library.notices).toEqual([])
    for (const digest of digests) expect(await library.context.blobs.get(digest)).toBeDefined()
  })

  it('hashes what that run published, sets damage aside and says so', async () => {
    const [good, bad, gone] = await storeAndDie('good', 'harmed', 'gone')
    spoil(bad!, 'HARMED')
    rmSync(pathOf(gone!), { force: true })
    const library = await opened()
    expect(library.notices).toMatchObject([
      { key: 'blobs-damaged', severity: 'error', error: { code: 'BLOB_CORRUPT' } },
    ])
    expect(library.notices[0]!.error.message).toMatch(/^2 /)
    expect(library.events).toEqual([{ type: 'notice', notice: library.notices[0] }])
    const kept = readdirSync(join(folder, 'quarantine')).filter((name) => !name.endsWith('.json'))
    expect(kept.length).toBe(1)
    expect(kept[0]!.startsWith(bad!)).toBe(true)
    expect(readFileSync(join(folder, 'quarantine', kept[0]!), 'utf8')).toBe('HARMED')
    // The same bytes again are really written, not taken for being there.
    await library.context.blobs.put(Buffer.from('harmed'))
    expect(readFileSync(pathOf(bad!), 'utf8')).toBe('harmed')
    expect(readFileSync(pathOf(good!), 'utf8')).toBe('good')
  })

  it('looks at each of them once: after a clean end the next start trusts them', async () => {
    const [digest] = await storeAndDie('looked at')
    await (await opened()).close()
    spoil(digest!)
    const library = await opened()
    expect(library.notices).toEqual([])
  })

  it('does not look again at what a later run had looked at before it was killed as well', async () => {
    const [digest] = await storeAndDie('first')
    await storeAndDie('second')
    spoil(digest!)
    expect((await opened()).notices).toEqual([])
  })
})

describe('transactions', () => {
  it('keep all or nothing', async () => {
    const { context } = await opened()
    const { db } = context
    const count = () => Number(db.prepare('SELECT COUNT(*) AS n FROM settings').get()!.n)
    expect(() =>
      context.transaction(() => {
        db.prepare("INSERT INTO settings VALUES ('a', '1')").run()
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(count()).toBe(0)
    expect(
      context.transaction(() => db.prepare("INSERT INTO settings VALUES ('a', '1')").run().changes),
    ).toBe(1)
    expect(count()).toBe(1)
  })

  it('count from where the library stopped, and never lend a number that was not kept', async () => {
    const first = await opened()
    const a = first.context.transaction(() => first.context.nextSeq())
    expect(() =>
      first.context.transaction(() => {
        first.context.nextSeq()
        throw new Error('no')
      }),
    ).toThrow()
    expect(first.context.transaction(() => first.context.nextSeq())).toBe(a + 1)
    expect(() => first.context.nextSeq()).toThrow('transaction')
  })

  it('leave the reserve to those who save labels', async () => {
    const library = await opened({ reserveBytes: 4096 })
    const { context } = library
    const { db } = context
    const pages = Number(db.prepare('PRAGMA page_count').get()!.page_count)
    const fill = () => {
      db.prepare('INSERT INTO settings VALUES (?, ?)').run('big', JSON.stringify('x'.repeat(100_000)))
    }
    db.exec(`PRAGMA max_page_count = ${pages + 2}`)
    expect(() => context.transaction(fill)).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    expect(db.prepare('SELECT COUNT(*) AS n FROM settings').get()!.n).toBe(0)
    expect(existsSync(join(folder, 'reserve.bin'))).toBe(true)
    expect([library.releaseReserve(), library.releaseReserve()]).toEqual([true, false])
    db.exec('PRAGMA max_page_count = 100000')
    context.transaction(fill)
    expect(db.prepare('SELECT COUNT(*) AS n FROM settings').get()!.n).toBe(1)
  })

  it.each([
    ['happened', 1],
    ['did not happen', 0],
  ])('look at the disk anew when it did not confirm a commit that %s', async (_, kept) => {
    const { context, notices } = await opened()
    const count = context.db.prepare('SELECT COUNT(*) AS n FROM settings')
    const insert = context.db.prepare('INSERT INTO settings VALUES (?, ?)')
    const realExec = DatabaseSync.prototype.exec
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
    onTestFinished(() => exec.mockRestore())
    exec.mockImplementationOnce(function (this: DatabaseSync, sql) {
      realExec.call(this, sql)
    })
    exec.mockImplementationOnce(function (this: DatabaseSync, sql) {
      if (kept) realExec.call(this, sql)
      throw Object.assign(new Error('made to fail'), { code: 'ERR_SQLITE_ERROR', errcode: 1034 })
    })
    expect(() => context.transaction(() => insert.run('a', '1'))).toThrow(
      expect.objectContaining({ code: 'SAVE_UNCERTAIN' }),
    )
    expect(count.get()!.n).toBe(kept)
    expect(statSync(join(folder, 'library.db-wal')).size).toBe(0)
    context.transaction(() => insert.run('b', '1'))
    expect(count.get()!.n).toBe(kept + 1)
    expect(notices).toEqual([])
  })
})
