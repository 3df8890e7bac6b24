import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLibrary, openLibrary } from '../../../electron/host/library.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

let root: string
const open: TestLibrary[] = []
const opened = async (...options: Parameters<typeof openTestLibrary>) => {
  const library = await openTestLibrary(...options)
  open.push(library)
  return library
}
const quiet = { deviceId: 'd', log: () => {}, emit: () => {}, reserveBytes: 0 }

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-library-test-'))
})
afterEach(async () => {
  for (const library of open.splice(0)) await library.close()
  rmSync(root, { recursive: true, force: true })
})

it('makes a library and opens it again with what was stored', async () => {
  const folder = join(root, 'a', 'library')
  const first = await opened({ folder })
  const ref = await first.context.blobs.put(Buffer.from('pixels'))
  const seq = first.context.transaction(() => first.context.nextSeq())
  await first.close()
  const again = await opened({ folder, create: false })
  expect(again.context.libraryId).toBe(first.context.libraryId)
  expect(Buffer.from(await again.context.blobs.get(ref.digest)).toString()).toBe('pixels')
  expect(again.context.blobs.stat(ref.digest)).toEqual(ref)
  expect(again.context.transaction(() => again.context.nextSeq())).toBeGreaterThan(seq)
  expect(again.notices).toEqual([])
})

it('says which folder holds no library, and leaves it as it is', async () => {
  await expect(openLibrary(join(root, 'none'), { ...quiet, mode: 'write' })).rejects.toMatchObject({
    code: 'LIB_MISSING',
  })
  await expect(openLibrary(root, { ...quiet, mode: 'write' })).rejects.toMatchObject({ code: 'LIB_MISSING' })
  await expect(openLibrary(root, { ...quiet, mode: 'read' })).rejects.toMatchObject({ code: 'LIB_MISSING' })
  expect(readdirSync(root)).toEqual([])
})

it('does not make a library in a folder that holds something else', async () => {
  writeFileSync(join(root, 'thesis.txt'), 'mine')
  await expect(createLibrary(root, quiet)).rejects.toMatchObject({ code: 'LIB_NOT_EMPTY' })
  await expect(openLibrary(root, { ...quiet, mode: 'write', create: true })).rejects.toMatchObject({
    code: 'LIB_NOT_EMPTY',
  })
  expect(readdirSync(root)).toEqual(['thesis.txt'])
})

it('does not make a library twice in one folder', async () => {
  const folder = join(root, 'library')
  const { libraryId } = await createLibrary(folder, quiet)
  await expect(createLibrary(folder, quiet)).rejects.toMatchObject({ code: 'LIB_NOT_EMPTY' })
  expect(JSON.parse(readFileSync(join(folder, 'FORMAT'), 'utf8'))).toEqual({
    format: 1,
    minReader: 1,
    libraryId,
  })
})

it('finishes a library whose making was interrupted before anything was stored', async () => {
  mkdirSync(join(root, 'tmp'))
  writeFileSync(join(root, 'tmp', '3b9e0c8e-7a54-4df0-9d0a-3f1a5d1d2c44'), '{"form')
  writeFileSync(join(root, 'owner.lock'), '')
  const library = await opened({ folder: root })
  expect(existsSync(join(root, 'FORMAT'))).toBe(true)
  expect(readdirSync(join(root, 'tmp'))).toEqual([])
  await library.context.blobs.put(Buffer.from('x'))
})

it('is read while it is written, and refuses a second writer', async () => {
  const writer = await opened({ folder: join(root, 'library') })
  const ref = await writer.context.blobs.put(Buffer.from('pixels'))
  const reader = await opened({ folder: writer.folder, mode: 'read' })
  expect(reader.context.readOnly).toBe(true)
  expect(reader.context.blobs.stat(ref.digest)).toEqual(ref)
  await expect(reader.context.blobs.put(Buffer.from('more'))).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
  expect(() => reader.context.transaction(() => 1)).toThrow(
    expect.objectContaining({ code: 'LIB_READ_ONLY' }),
  )
  await expect(openLibrary(writer.folder, { ...quiet, mode: 'write' })).rejects.toMatchObject({
    code: 'LIB_BUSY',
  })
})
