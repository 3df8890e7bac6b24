import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { netrcPassword, netrcPath } from '../../../../electron/adapters/secrets/netrc.ts'
import { createSecretStore, wandbService } from '../../../../electron/adapters/secrets/secret-store.ts'

const key = `local-${'c3'.repeat(20)}`
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netrc-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const write = (text: string, name = '.netrc') => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

it('finds the file as W&B does', () => {
  expect(netrcPath({})).toBeNull()
  expect(netrcPath({ HOME: folder })).toBe(join(folder, '_netrc'))
  write('', '_netrc')
  write('')
  expect(netrcPath({ HOME: folder })).toBe(join(folder, '.netrc'))
  expect(netrcPath({ HOME: folder, NETRC: '~/mine' })).toBe(join(folder, 'mine'))
  expect(netrcPath({ NETRC: '/etc/netrc' })).toBe('/etc/netrc')
})

it.each([
  ['as W&B writes it', `machine api.wandb.ai\n  login user\n  password ${key}\n`],
  ['in one line', `machine api.wandb.ai login user password ${key}`],
  [
    'between others',
    `machine a.example login x password y\nmachine api.wandb.ai password ${key} login u\nmachine b.example password z`,
  ],
  ['with quotes and remarks', `# mine\nmachine "api.wandb.ai" login "u v" password "${key}" # secret`],
  [
    'after a macro',
    `machine a.example login x password y\nmacdef init\nmachine api.wandb.ai password wrong\n\nmachine api.wandb.ai password ${key}`,
  ],
  ['the first of two', `machine api.wandb.ai password ${key}\nmachine api.wandb.ai password second`],
])('reads the key of a server %s', (_, text) => {
  expect(netrcPassword(write(text), 'https://api.wandb.ai')).toBe(key)
})

it('tells servers apart by their port, and has nothing for the rest', () => {
  const path = write(`machine localhost:8080 password ${key}\ndefault login anonymous password everybody`)
  expect(netrcPassword(path, 'http://localhost:8080')).toBe(key)
  expect(netrcPassword(path, 'http://localhost:8081')).toBeNull()
  expect(netrcPassword(path, 'https://api.wandb.ai')).toBeNull()
  expect(netrcPassword(join(folder, 'nothing'), 'https://api.wandb.ai')).toBeNull()
  expect(netrcPassword(write('machine api.wandb.ai password'), 'https://api.wandb.ai')).toBeNull()
})

it('has a key for another computer only where it goes encrypted', () => {
  const path = write(
    `machine w.example login u password ${key}\nmachine 127.0.0.1:8080 login u password ${key}`,
  )
  expect(netrcPassword(path, 'https://w.example')).toBe(key)
  expect(netrcPassword(path, 'http://w.example')).toBeNull()
  expect(netrcPassword(path, 'http://w.example:443')).toBeNull()
  expect(netrcPassword(path, 'http://127.0.0.1:8080')).toBe(key)
  expect(netrcPassword(path, 'ftp://w.example')).toBeNull()
})

it('comes after the environment and what was given to Tessera, and is never written', async () => {
  const path = write(`machine w.example login user password ${key}\nmachine no.example password short`)
  const before = readFileSync(path, 'utf8')
  const open = (environment: Record<string, string> = {}) =>
    createSecretStore({
      environment: { HOME: folder, ...environment },
      keyring: null,
      file: join(folder, 's.json'),
    })
  const service = wandbService('https://w.example')
  const store = open()
  expect(await store.state(service)).toEqual({ source: 'netrc', last4: 'c3c3' })
  expect((await store.get(service))?.reveal()).toBe(key)
  // What cannot be a key is none.
  expect((await store.state(wandbService('https://no.example'))).source).toBe('none')
  expect((await store.set(service, `local-${'d4'.repeat(20)}`, 'file')).source).toBe('file')
  expect(
    (await open({ WANDB_API_KEY: key, WANDB_BASE_URL: 'https://w.example' }).state(service)).source,
  ).toBe('environment')
  // Taking ours away leaves theirs.
  expect((await store.clear(service)).source).toBe('netrc')
  expect(readFileSync(path, 'utf8')).toBe(before)
})

it('is done soon with a long file, whatever is in it', () => {
  const path = write(`macdef x\n${'a b "c\n'.repeat(50_000)}\nmachine w.example password ${key}`)
  expect(netrcPassword(path, 'https://w.example')).toBe(key)
})

it('gives the key of one server to no other', async () => {
  const store = createSecretStore({ environment: {}, keyring: null, file: join(folder, 's.json') })
  await store.set(wandbService('https://one.example'), key, 'file')
  expect(await store.get(wandbService('https://two.example'))).toBeNull()
  expect(await store.get(wandbService('https://one.example:8443'))).toBeNull()
})
