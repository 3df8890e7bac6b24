import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import {
  createSafeStorageKeyring,
  type SafeStoragePort,
} from '../../../../electron/adapters/secrets/safe-storage.ts'

const root = mkdtempSync(join(tmpdir(), 'tessera-safe-storage-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let files = 0
const key = 'canary0123456789canary0123456789canary01'

/** A keyring that answers as one of the systems does. `mask` stands for its key. */
function storage(parts: { backend?: string; available?: boolean; mask?: number } = {}): SafeStoragePort {
  const { backend = 'gnome_libsecret', available = true, mask = 0x5a } = parts
  const turn = (bytes: Uint8Array) => Buffer.from(bytes.map((byte) => byte ^ mask))
  return {
    isAsyncEncryptionAvailable: async () => available,
    getSelectedStorageBackend: () => backend as 'gnome_libsecret',
    encryptStringAsync: async (text) => turn(Buffer.from(`v1${text}`)),
    async decryptStringAsync(bytes) {
      const text = turn(bytes).toString()
      if (!text.startsWith('v1')) throw new Error('wrong key')
      return { result: text.slice(2), shouldReEncrypt: false }
    },
  }
}
const newFile = () => join(root, `${++files}`, 'keyring.json')

it('keeps a key encrypted in a file that only its owner can read, and forgets it', async () => {
  const file = newFile()
  const keyring = createSafeStorageKeyring(storage(), file, 'linux')
  expect(await keyring.read('wandb')).toBeNull()
  await keyring.write('wandb', key)
  expect(readFileSync(file, 'utf8')).not.toContain(key)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await createSafeStorageKeyring(storage(), file, 'linux').read('wandb')).toBe(key)
  await keyring.remove('wandb')
  expect(await keyring.read('wandb')).toBeNull()
})

it.each(['basic_text', 'unknown'])('stores nothing on a Linux without a keyring (%s)', async (backend) => {
  const file = newFile()
  const keyring = createSafeStorageKeyring(storage({ backend }), file, 'linux')
  await expect(keyring.write('wandb', key)).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
  expect(() => statSync(file)).toThrow('ENOENT')
  // Elsewhere the question has no meaning and the system's own store is used.
  await createSafeStorageKeyring(storage({ backend }), file, 'darwin').write('wandb', key)
  await expect(keyring.read('wandb')).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
})

it('says that the keyring is locked or absent', async () => {
  const keyring = createSafeStorageKeyring(storage({ available: false }), newFile(), 'darwin')
  await expect(keyring.write('wandb', key)).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
})

it('gives no key that another keyring encrypted', async () => {
  const file = newFile()
  await createSafeStorageKeyring(storage(), file, 'linux').write('wandb', key)
  const other = createSafeStorageKeyring(storage({ mask: 0x33 }), file, 'linux')
  await expect(other.read('wandb')).rejects.toMatchObject({ code: 'AUTH_KEYRING' })
})
