import { afterEach, expect, it, vi } from 'vitest'
import { realFileOps } from '../../../electron/adapters/file-ops.ts'

const done = vi.hoisted(() => new Map<number, (error: Error | null) => void>())
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  fsync: (fd: number, told: (error: Error | null) => void) => void done.set(fd, told),
}))
afterEach(() => done.clear())

it('tells of a sync that failed once no other one is under way any more', async () => {
  const settled: string[] = []
  const all = realFileOps.fsyncAll!([1, 2, 3]).catch((error: Error) => settled.push(error.message))
  done.get(2)!(new Error('second'))
  done.get(1)!(null)
  await new Promise(setImmediate)
  expect(settled).toEqual([])
  done.get(3)!(new Error('third'))
  await all
  expect(settled).toEqual(['second'])
})
