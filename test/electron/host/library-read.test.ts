import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLibrary } from '../../../electron/host/library.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import { folderContent } from '../../support/folder-content.ts'
import { type LibraryProcess, startLibraryProcess } from '../../support/library-process.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

let root: string
let folder: string
let owner: LibraryProcess
const open: TestLibrary[] = []
const opened = async (options: Parameters<typeof openTestLibrary>[0] = {}) => {
  const library = await openTestLibrary({ folder, mode: 'read', ...options })
  open.push(library)
  return library
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'tessera-read-test-'))
  folder = join(root, 'library')
  owner = await startLibraryProcess(folder)
  expect(await owner.ask('open')).toBe('owner')
})
afterEach(async () => {
  for (const library of open.splice(0)) await library.close()
  await owner.kill()
  rmSync(root, { recursive: true, force: true })
})

const store = async (text: string) => (await owner.ask(`put ${text}`)) as BlobDigest

/** Reads all there is, and tries to write in every way. */
async function use(digest: BlobDigest): Promise<void> {
  const reader = await opened()
  const { context } = reader
  expect(context.readOnly).toBe(true)
  expect(context.blobs.stat(digest)?.digest).toBe(digest)
  expect(await context.blobs.get(digest)).toBeDefined()
  await expect(context.blobs.put(Buffer.from('more'))).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
  expect(() => context.transaction(() => 1)).toThrow(expect.objectContaining({ code: 'LIB_READ_ONLY' }))
  expect(() => context.nextSeq()).toThrow(expect.objectContaining({ code: 'LIB_READ_ONLY' }))
  expect(() => context.db.exec("INSERT INTO settings VALUES ('a', '1')")).toThrow(/readonly/)
  await reader.close()
  await reader.close()
}

describe('a library opened for reading stays byte for byte as it was', () => {
  it('while another process writes to it', async () => {
    const digest = await store('pixels')
    const before = folderContent(folder)
    expect(Object.keys(before)).toContain('library.db-wal')
    await use(digest)
    expect(folderContent(folder)).toEqual(before)
    // The owner was not disturbed.
    expect(await store('more')).toMatch(/^[0-9a-f]{64}$/)
  })

  it('after a clean end, when there is no log to read', async () => {
    const digest = await store('pixels')
    await owner.ask('close')
    const before = folderContent(folder)
    expect(Object.keys(before)).not.toContain('library.db-wal')
    await use(digest)
    expect(folderContent(folder)).toEqual(before)
  })

  it('after its owner was killed, with everything that was stored', async () => {
    const digest = await store('pixels')
    await owner.kill()
    const before = folderContent(folder)
    expect(Object.keys(before)).toContain('library.db-wal')
    await use(digest)
    expect(folderContent(folder)).toEqual(before)
  })

  it('when it was copied with its log but without the shared file', async () => {
    const digest = await store('pixels')
    await owner.kill()
    rmSync(join(folder, 'library.db-shm'))
    const before = folderContent(folder)
    await use(digest)
    expect(folderContent(folder)).toEqual(before)
  })
})

it('sees what the owner stores while it looks', async () => {
  const reader = await opened()
  const digest = await store('later')
  expect(reader.context.blobs.stat(digest)?.digest).toBe(digest)
})

it('does not keep an owner from starting, working and stopping', async () => {
  const digest = await store('pixels')
  const beside = await opened()
  await owner.ask('close')
  const without = await opened()
  expect(await owner.ask('open')).toBe('owner')
  const later = await store('later')
  for (const reader of [beside, without]) expect(reader.context.blobs.stat(digest)?.digest).toBe(digest)
  expect(beside.context.blobs.stat(later)?.digest).toBe(later)
  expect(await owner.ask('close')).toBe('closed')
})

it('takes its copy away when it is closed', async () => {
  await owner.ask('close')
  const usual = process.env.TMPDIR
  process.env.TMPDIR = join(root, 'temporary')
  mkdirSync(process.env.TMPDIR)
  try {
    const reader = await opened()
    expect(readdirSync(process.env.TMPDIR).length).toBe(1)
    await reader.close()
    expect(readdirSync(process.env.TMPDIR)).toEqual([])
  } finally {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
  }
})

it('does not let the same process become the writer of what it has borrowed', async () => {
  const digest = await store('pixels')
  const reader = await opened()
  await owner.kill()
  const writing = { deviceId: 'd', log: () => {}, emit: () => {}, reserveBytes: 0, mode: 'write' } as const
  await expect(openLibrary(folder, writing)).rejects.toMatchObject({ code: 'LIB_BUSY' })
  await reader.close()
  const library = await openLibrary(folder, writing)
  expect(library.context.blobs.stat(digest)?.digest).toBe(digest)
  await library.close()
})
