import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LibraryProcess, startLibraryProcess } from '../../support/library-process.ts'
import { openTestLibrary } from '../../support/open-test-library.ts'

const root = mkdtempSync(join(tmpdir(), 'tessera-race-'))
const folder = join(root, 'library')
let processes: LibraryProcess[] = []

beforeAll(async () => {
  processes = await Promise.all(Array.from({ length: 8 }, () => startLibraryProcess(folder)))
})
afterAll(async () => {
  await Promise.all(processes.map((process) => process.kill()))
  rmSync(root, { recursive: true, force: true })
})

const askAll = (command: string) => Promise.all(processes.map((process) => process.ask(command)))

it('gives a library to exactly one of eight processes that want it at once, from its making on', async () => {
  const ids = new Set<unknown>()
  for (let round = 0; round < 6; round++) {
    const answers = await askAll('open')
    expect([...answers].sort()).toEqual([...Array.from({ length: 7 }, () => 'LIB_BUSY'), 'owner'])
    ids.add(JSON.parse(readFileSync(join(folder, 'FORMAT'), 'utf8')).libraryId)
    await askAll('close')
  }
  expect(ids.size).toBe(1)
})

it('leaves it with an owner that is stopped, and frees it the moment the owner is killed', async () => {
  const [owner, other] = [processes[0]!, processes[1]!]
  expect(await owner.ask('open')).toBe('owner')
  const digest = await owner.ask('put before the stop')
  owner.child.kill('SIGSTOP')
  for (let i = 0; i < 3; i++) expect(await other.ask('open')).toBe('LIB_BUSY')
  // Reading always works, and sees what the owner had stored.
  const reader = await openTestLibrary({ folder, mode: 'read' })
  expect(reader.context.blobs.stat(digest as never)?.digest).toBe(digest)
  await reader.close()
  await owner.kill()
  expect(await other.ask('open')).toBe('owner')
  expect(await other.ask('close')).toBe('closed')
})

it('is not freed by another part of the owner that fails to open it', async () => {
  const [, owner, other] = processes
  expect(await owner!.ask('open')).toBe('owner')
  expect(await owner!.ask('open')).toBe('LIB_BUSY')
  expect(await other!.ask('open')).toBe('LIB_BUSY')
  expect(await owner!.ask('put still the owner')).toMatch(/^[0-9a-f]{64}$/)
  // The failed attempt replaced what this process calls its library; only its end lets go.
  await owner!.kill()
  expect(await other!.ask('open')).toBe('owner')
  await other!.ask('close')
})
