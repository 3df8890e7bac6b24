import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { localEndpoint } from '../../../electron/transport/local-endpoint.ts'

const root = mkdtempSync(join(tmpdir(), 'tessera-endpoint-'))
const made: string[] = [root]
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true })
})
const endpoint = (runtime: string | undefined, folder = '/somewhere/library') =>
  localEndpoint(folder, { environment: { XDG_RUNTIME_DIR: runtime }, platform: 'linux' })

it('lies in a folder that only this person can enter, the same one for the same library', () => {
  const path = endpoint(root)
  expect(dirname(path)).toBe(join(root, 'tessera'))
  expect(lstatSync(dirname(path)).mode & 0o777).toBe(0o700)
  expect(endpoint(root)).toBe(path)
  expect(endpoint(root, '/somewhere/other')).not.toBe(path)
})

it('trusts no folder that others may enter, and no link to one', () => {
  const open = join(root, 'open')
  mkdirSync(join(open, 'tessera'), { recursive: true })
  chmodSync(join(open, 'tessera'), 0o777)
  const linked = join(root, 'linked')
  mkdirSync(linked)
  symlinkSync(join(root, 'tessera'), join(linked, 'tessera'))
  for (const runtime of [open, linked, '/proc', undefined]) {
    const path = endpoint(runtime)
    expect(path.startsWith(`${runtime}/`)).toBe(false)
    expect(lstatSync(dirname(path)).mode & 0o777).toBe(0o700)
  }
})

it('is short enough for a socket, however long the names are', () => {
  const long = join(root, 'x'.repeat(100))
  mkdirSync(long)
  expect(endpoint(long, `/${'y'.repeat(500)}`).length).toBeLessThanOrEqual(103)
})

it('is a pipe that nobody can guess on Windows', () => {
  const pipe = () => localEndpoint('C:\\library', { environment: {}, platform: 'win32' })
  expect(pipe()).toMatch(/^\\\\\.\\pipe\\tessera-[0-9a-f]{32}$/)
  expect(pipe()).not.toBe(pipe())
})
