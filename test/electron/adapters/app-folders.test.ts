import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appFolders, readDeviceId } from '../../../electron/adapters/app-folders.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-folders-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('uses the folders of the XDG variables, and of the platform where they are not set', () => {
  const set = { XDG_CONFIG_HOME: '/x/config', XDG_CACHE_HOME: '/x/cache', XDG_STATE_HOME: '/x/state' }
  expect(appFolders(set, 'linux', '/home/a')).toEqual({
    config: '/x/config/tessera',
    cache: '/x/cache/tessera',
    state: '/x/state/tessera',
  })
  expect(appFolders({ XDG_CONFIG_HOME: 'relative', XDG_CACHE_HOME: '' }, 'linux', '/home/a')).toEqual({
    config: '/home/a/.config/tessera',
    cache: '/home/a/.cache/tessera',
    state: '/home/a/.local/state/tessera',
  })
  expect(appFolders({}, 'darwin', '/Users/a').config).toBe('/Users/a/Library/Application Support/Tessera')
  expect(appFolders({ LOCALAPPDATA: '/l', APPDATA: '/r' }, 'win32', '/u')).toEqual({
    config: '/r/Tessera',
    cache: '/l/Tessera/Cache',
    state: '/l/Tessera/State',
  })
})

it('keeps one device id for an installation, readable by its user alone', () => {
  const config = join(root, 'config', 'tessera')
  const id = readDeviceId(config)
  expect(readDeviceId(config)).toBe(id)
  expect(readdirSync(config)).toEqual(['device.json'])
  expect(statSync(join(config, 'device.json')).mode & 0o777).toBe(0o600)
})

it.each(['', '{', '{"deviceId":"me"}', '[]', 'null'])('replaces a damaged device file: %j', (text) => {
  writeFileSync(join(root, 'device.json'), text)
  const id = readDeviceId(root)
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  expect(readDeviceId(root)).toBe(id)
  expect(JSON.parse(readFileSync(join(root, 'device.json'), 'utf8'))).toEqual({ deviceId: id })
})

it('gives an id for this run where none can be kept', () => {
  const config = join(root, 'a file')
  writeFileSync(config, '')
  expect(readDeviceId(config)).toMatch(/^[0-9a-f-]{36}$/)
  mkdirSync(join(root, 'c', 'device.json'), { recursive: true })
  expect(readDeviceId(join(root, 'c'))).toMatch(/^[0-9a-f-]{36}$/)
})

it('gives programs that start together the same id', async () => {
  const script = `import { readDeviceId } from ${JSON.stringify(new URL('../../../electron/adapters/app-folders.ts', import.meta.url).href)}
    process.stdout.write(readDeviceId(${JSON.stringify(root)}))`
  const ids = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script])
      let out = ''
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString()
      })
      await once(child, 'close')
      return out
    }),
  )
  expect(new Set(ids).size).toBe(1)
  expect(ids[0]).toBe(readDeviceId(root))
})
