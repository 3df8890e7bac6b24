import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { liveSecrets, Secret } from '../../../../electron/adapters/secrets/secret.ts'
import {
  createSecretStore,
  type Keyring,
  noKeyring,
  wandbService,
} from '../../../../electron/adapters/secrets/secret-store.ts'

const service = wandbService('https://api.wandb.ai')
const key = `local-${'a1'.repeat(20)}`
const other = `local-${'b2'.repeat(20)}`
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function memoryRing(): Keyring {
  const kept = new Map<string, string>()
  return {
    read: (service) => Promise.resolve(kept.get(service) ?? null),
    write: async (service, value) => void kept.set(service, value),
    remove: async (service) => void kept.delete(service),
  }
}
function lockable(): Keyring & { locked: boolean; reads: number } {
  const ring = memoryRing()
  const open = () => (lock.locked ? Promise.reject(noKeyring()) : Promise.resolve())
  const lock = {
    locked: false,
    reads: 0,
    read(service: string) {
      lock.reads += 1
      return open().then(() => ring.read(service))
    },
    write: (service: string, value: string) => open().then(() => ring.write(service, value)),
    remove: (service: string) => open().then(() => ring.remove(service)),
  }
  return lock
}
const lockedRing: Keyring = {
  read: () => Promise.reject(noKeyring()),
  write: () => Promise.reject(noKeyring()),
  remove: () => Promise.reject(noKeyring()),
}
const open = (keyring: Keyring | null, environment: Record<string, string> = {}) =>
  createSecretStore({ environment, keyring, file: join(folder, 'config', 'keys.json') })

it('never shows a secret when it is printed, joined or serialised', () => {
  const secret = new Secret(key)
  const shown = `${secret} ${JSON.stringify({ secret })} ${inspect({ secret }, { depth: 9 })}`
  expect(shown).not.toContain('a1a1')
  expect(secret.reveal()).toBe(key)
})

it('cuts every spelling of a live secret out of a text', () => {
  new Secret(key)
  const forms = [key, Buffer.from(`api:${key}`).toString('base64'), Buffer.from(key).toString('hex')]
  expect(liveSecrets.redact(forms.join(' | '))).toBe('[secret] | [secret] | [secret]')
})

it('prefers the environment, then this run, then the keyring', async () => {
  const ring = memoryRing()
  const store = open(ring)
  expect(await store.state(service)).toEqual({ source: 'none', last4: null })
  expect(await store.set(service, key, 'keyring')).toEqual({ source: 'keyring', last4: 'a1a1' })
  expect((await open(ring).get(service))?.reveal()).toBe(key)
  expect((await store.set(service, ` ${key} `, 'session')).source).toBe('memory')
  expect((await open(ring, { WANDB_API_KEY: key }).state(service)).source).toBe('environment')
  expect((await store.clear(service)).source).toBe('none')
})

it('offers the key of the environment to the server of the environment alone, and to this computer', async () => {
  const source = async (server: string, environment: Record<string, string> = {}) =>
    (await open(null, { WANDB_API_KEY: key, ...environment }).state(wandbService(server))).source
  const own = { WANDB_BASE_URL: 'https://w.example/api/' }
  expect(await source('https://api.wandb.ai')).toBe('environment')
  expect(await source('http://127.0.0.1:8080')).toBe('environment')
  expect(await source('https://w.example/api', own)).toBe('environment')
  for (const server of ['https://evil.example', 'http://api.wandb.ai', 'https://api.wandb.ai.evil.example'])
    expect(await source(server)).toBe('none')
  expect(await source('https://api.wandb.ai', own)).toBe('none')
  expect(await source('http://w.example/api', own)).toBe('none')
})

it('says what to do when the keyring is locked, and stores nothing', async () => {
  const store = open(lockedRing)
  await expect(store.set(service, key, 'keyring')).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
  await expect(open(null).set(service, key, 'keyring')).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
  expect(await store.state(service)).toEqual({ source: 'none', last4: null })
  expect(existsSync(join(folder, 'config'))).toBe(false)
})

it('writes a file only when asked, and only for its owner', async () => {
  const file = join(folder, 'config', 'keys.json')
  for (const ring of [lockedRing, null]) {
    await open(ring).set(service, key, 'file')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await open(ring).state(service)).toEqual({ source: 'file', last4: 'a1a1' })
  }
  await open(null).clear(service)
  expect(existsSync(file)).toBe(false)
})

it('leaves no copy in the file when a key moves into the keyring', async () => {
  const ring = memoryRing()
  await open(ring).set(service, key, 'file')
  const store = open(ring)
  expect((await store.state(service)).source).toBe('file')
  expect((await store.set(service, other, 'keyring')).source).toBe('keyring')
  expect(existsSync(join(folder, 'config', 'keys.json'))).toBe(false)
  expect((await open(ring).get(service))?.reveal()).toBe(other)
})

it('takes the newer key when an older one stayed in a keyring that was locked', async () => {
  const ring = lockable()
  await open(ring).set(service, other, 'keyring')
  ring.locked = true
  await open(ring).set(service, key, 'file')
  ring.locked = false
  expect((await open(ring).get(service))?.reveal()).toBe(key)
})

it('says that the keyring is locked rather than that there is no key, and reads it once it opens', async () => {
  const ring = lockable()
  await open(ring).set(service, key, 'keyring')
  ring.locked = true
  let now = 0
  const store = createSecretStore({
    environment: {},
    keyring: ring,
    file: join(folder, 'config', 'keys.json'),
    now: () => now,
  })
  expect(await store.state(service)).toEqual({ source: 'none', last4: null })
  await expect(store.get(service)).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
  // Somebody who only looks does not make the system ask for its password again and again.
  const asked = ring.reads
  await store.state(service)
  expect(ring.reads).toBe(asked)
  ring.locked = false
  now += 60_000
  expect(await store.state(service)).toEqual({ source: 'keyring', last4: 'a1a1' })
  ring.locked = true
  expect((await store.get(service))?.reveal()).toBe(key)
})

it('does not say that a key is gone which a locked keyring still holds', async () => {
  const ring = lockable()
  const store = open(ring)
  await store.set(service, key, 'keyring')
  ring.locked = true
  await expect(store.clear(service)).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
  ring.locked = false
  expect((await store.get(service))?.reveal()).toBe(key)
  expect((await store.clear(service)).source).toBe('none')
  expect(await open(ring).get(service)).toBeNull()
})

it('forgets what it can when the keyring is locked', async () => {
  const store = open(lockedRing)
  await store.set(service, key, 'file')
  await expect(store.clear(service)).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
  expect(existsSync(join(folder, 'config', 'keys.json'))).toBe(false)
})

it.each(['short', '', `bad-${'x'.repeat(39)}`, `sp ace${'x'.repeat(40)}`])(
  'refuses what cannot be a key: %s',
  async (text) => {
    await expect(open(null).set(service, text, 'session')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  },
)
