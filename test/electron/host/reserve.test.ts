import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createReserve } from '../../../electron/host/reserve.ts'
import { faultyFileOps } from '../../support/faulty-file-ops.ts'

const bytes = 3 << 20
let folder: string
let said: string[]
let free: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-reserve-'))
  mkdirSync(join(folder, 'tmp'))
  said = []
  free = 1 << 30
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ops = faultyFileOps()
const open = (againMs = 60_000) =>
  createReserve(
    { ops, folder, log: (_, __, message) => void said.push(message) },
    { bytes, againMs, free: () => free },
  )
const size = () => statSync(join(folder, 'reserve.bin'), { throwIfNoEntry: false })?.size ?? 0

it('keeps space back once, and gives it to the first that asks', async () => {
  const reserve = open()
  await Promise.all([reserve.keep(), reserve.keep()])
  expect(size()).toBe(bytes)
  expect([reserve.release(), reserve.release()]).toEqual([true, false])
  expect([size(), said.length]).toEqual([0, 1])
  await reserve.close()
})

it('keeps it back again when the disk has room, without a restart', async () => {
  const reserve = open(5)
  await reserve.keep()
  free = 0
  reserve.release()
  await vi.waitFor(() => expect(said).toContain('no space is kept back for a full disk'))
  expect(size()).toBe(0)
  free = 1 << 30
  await vi.waitFor(() => expect(size()).toBe(bytes))
  expect(said.length).toBe(2)
  await reserve.close()
})

it('leaves nothing behind when it is closed or the disk fails while it is written', async () => {
  const closed = open()
  const kept = closed.keep()
  await closed.close()
  await kept
  await closed.keep()
  ops.fail('ENOSPC', (n, { name }) => name === 'write' && n > 2)
  const full = open()
  await full.keep()
  ops.heal()
  await full.close()
  expect([existsSync(join(folder, 'reserve.bin')), readdirSync(join(folder, 'tmp'))]).toEqual([false, []])
})
