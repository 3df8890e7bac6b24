import { createHash } from 'node:crypto'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createHeldBlobs, fetchFiles } from '../../../electron/host/pull-files.ts'
import type { ArtifactSource } from '../../../shared/sync/artifact-source.ts'
import type { PullFile } from '../../../shared/sync/pull.ts'
import { openTestLibrary } from '../../support/open-test-library.ts'

const mebibyte = 1024 * 1024
const disk = vi.hoisted(() => ({ free: 0 }))
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  statfs: async () => ({ bavail: disk.free, bsize: 1 }),
}))

/** Three files of three artifacts, so that each is a batch. `each` is called when one is asked for. */
async function pull(each: () => void) {
  const library = await openTestLibrary()
  onTestFinished(() => library.cleanup())
  const files = ['a', 'b', 'c'].map((path): PullFile => {
    const digest = createHash('md5').update(path).digest('base64')
    return { path, digest, size: 1, at: { kind: 'artifact', id: path, path } }
  })
  const source = {
    addresses: async (_: string, paths: readonly string[]) => new Map(paths.map((path) => [path, path])),
    async receive(address: string, into: { begin(): void; take(part: Uint8Array): void }) {
      each()
      into.begin()
      into.take(Buffer.from(address))
    },
  } as unknown as ArtifactSource
  const { context } = library
  const watch = { expect() {}, advance() {} }
  const { signal } = new AbortController()
  return fetchFiles({ context, source, held: createHeldBlobs(context), watch, signal }, 'item', files)
}

it('fetches nothing when less than 256 MiB would stay free', async () => {
  disk.free = 256 * mebibyte + 2
  const each = vi.fn()
  await expect(pull(each)).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(each).not.toHaveBeenCalled()
  disk.free++
  expect((await pull(each)).size).toBe(3)
})

it('stops when others fill the disk while it fetches', async () => {
  disk.free = 1024 * mebibyte
  const each = vi.fn(() => {
    disk.free = 200 * mebibyte
  })
  await expect(pull(each)).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(each.mock.calls.length).toBeLessThan(3)
})
