import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createSuperpixelCache } from '../../../../electron/adapters/superpixels/superpixel-cache.ts'
import { faultyFileOps } from '../../../support/faulty-file-ops.ts'

let root: string
let folder: string
const logs: string[] = []
const log = (level: string, area: string, message: string) => void logs.push(`${level} ${area} ${message}`)
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-superpixels-'))
  folder = join(root, 'superpixels')
  logs.length = 0
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const filled = (length: number, value: number) => new Uint8Array(length).fill(value)

it('gives back what was put, also written in several pieces, and nothing for what was not', async () => {
  const cache = createSuperpixelCache(folder, { log })
  expect(await cache.get('a')).toBe(undefined)
  const large = filled(3 * 2 ** 20 + 5, 7)
  await cache.put('a', large)
  await cache.put('b', filled(4, 1))
  expect(Buffer.compare((await cache.get('a'))!, large)).toBe(0)
  await cache.put('a', filled(4, 2))
  expect(new Uint8Array((await cache.get('a'))!)).toEqual(filled(4, 2))
  expect(readdirSync(folder).sort()).toEqual(['a', 'b'])
})

it('keeps within its bound: what was not used for the longest time goes first', async () => {
  const cache = createSuperpixelCache(folder, { log, maxBytes: 10_000 })
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    await cache.put(name, filled(3000, i))
    utimesSync(join(folder, name), i + 1, i + 1)
  }
  await cache.get('a')
  await cache.put('d', filled(3000, 4))
  expect(readdirSync(folder).sort()).toEqual(['a', 'c', 'd'])
})

it('counts what it finds, of other programs too', async () => {
  await createSuperpixelCache(folder, { log }).put('old', filled(9000, 1))
  utimesSync(join(folder, 'old'), 1, 1)
  await createSuperpixelCache(folder, { log, maxBytes: 10_000 }).put('new', filled(5000, 1))
  expect(readdirSync(folder)).toEqual(['new'])
})

it('may lose its folder at any time, also between two pieces of a file', async () => {
  const cache = createSuperpixelCache(folder, { log, maxBytes: 2 ** 23 })
  await cache.put('a', filled(10, 1))
  rmSync(folder, { recursive: true })
  expect(await cache.get('a')).toBe(undefined)
  const puts = Array.from({ length: 12 }, (_, i) => cache.put(`k${i % 3}`, filled(2 ** 21, i)))
  for (let i = 0; i < 40; i++) {
    rmSync(folder, { recursive: true, force: true })
    const read = await cache.get(`k${i % 3}`)
    // Whole or not there.
    if (read) expect([read.length, new Set(read).size]).toEqual([2 ** 21, 1])
  }
  await Promise.all(puts)
  await cache.put('a', filled(10, 3))
  expect(new Uint8Array((await cache.get('a'))!)).toEqual(filled(10, 3))
})

it('goes without on a full disk: nobody is told but the log, once, and nothing is left behind', async () => {
  const ops = faultyFileOps({ fastSync: true })
  const cache = createSuperpixelCache(folder, { log, ops })
  ops.fail('ENOSPC', (_, call) => call.name === 'write')
  await cache.put('a', filled(2 ** 21, 1))
  await cache.put('b', filled(2 ** 21, 1))
  expect(await cache.get('a')).toBe(undefined)
  expect(readdirSync(folder)).toEqual([])
  expect(logs).toEqual(['warn superpixels Superpixels cannot be kept for the next time: ENOSPC'])
  ops.heal()
  await cache.put('a', filled(5, 2))
  expect(new Uint8Array((await cache.get('a'))!)).toEqual(filled(5, 2))
})

it.each(['open', 'write', 'close'] as const)('goes without when the second %s fails', async (name) => {
  const ops = faultyFileOps({ fastSync: true })
  const cache = createSuperpixelCache(folder, { log, ops })
  let seen = 0
  ops.fail('EIO', (_, call) => call.name === name && ++seen === 2)
  await cache.put('a', filled(2 ** 21, 1))
  await cache.put('b', filled(2 ** 21, 1))
  expect(logs).toHaveLength(1)
  for (const file of readdirSync(folder)) expect((await cache.get(file))!.length).toBe(2 ** 21)
})

it('goes without where a file has the folder’s place', async () => {
  writeFileSync(folder, 'no folder')
  const cache = createSuperpixelCache(folder, { log })
  await cache.put('a', filled(5, 1))
  expect(await cache.get('a')).toBe(undefined)
  await cache.settled()
  expect(existsSync(folder)).toBe(true)
  expect(logs).toHaveLength(1)
})
