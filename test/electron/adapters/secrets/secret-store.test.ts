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
} from '../../../../electron/adapters/secrets/secret-store.ts'

const key = `local-${'a1'.repeat(20)}`
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
  expect(await store.state('wandb')).toEqual({ source: 'none', last4: null })
  expect(await store.set('wandb', key, 'keyring')).toEqual({ source: 'keyring', last4: 'a1a1' })
  expect((await open(ring).get('wandb'))?.reveal()).toBe(key)
  expect((await store.set('wandb', ` ${key} `, 'session')).source).toBe('memory')
  expect((await open(ring, { WANDB_API_KEY: key }).state('wandb')).source).toBe('environment')
  expect((await store.clear('wandb')).source).toBe('none')
})

it('says what to do when the keyring is locked, and stores nothing', async () => {
  const store = open(lockedRing)
  await expect(store.set('wandb', key, 'keyring')).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
  await expect(open(null).set('wandb', key, 'keyring')).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
  expect(await store.state('wandb')).toEqual({ source: 'none', last4: null })
  expect(existsSync(join(folder, 'config'))).toBe(false)
})

it('writes a file only when asked, and only for its owner', async () => {
  await open(lockedRing).set('wandb', key, 'file')
  const file = join(folder, 'config', 'keys.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await open(lockedRing).state('wandb')).toEqual({ source: 'file', last4: 'a1a1' })
  await open(lockedRing).clear('wandb')
  expect(existsSync(file)).toBe(false)
})

it.each(['short', '', `bad-${'x'.repeat(39)}`, `sp ace${'x'.repeat(40)}`])(
  'refuses what cannot be a key: %s',
  async (text) => {
    await expect(open(null).set('wandb', text, 'session')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  },
)
