import type { SafeStorage } from 'electron'
import { readSecretFile, writeSecretFile } from './secret-file.ts'
import { type Keyring, noKeyring } from './secret-store.ts'

/** What is used of Electron's `safeStorage`. */
export type SafeStoragePort = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

/**
 * The system's keyring as the desktop window reaches it: the keyring holds one key of ours, and `file` holds what that
 * key encrypted, base64 by service. Rejects with `AUTH_KEYRING` where Linux has no keyring: Electron would then encrypt
 * with a password that everybody knows, which is no better than plain text and looks better.
 */
export function createSafeStorageKeyring(
  storage: SafeStoragePort,
  file: string,
  platform: NodeJS.Platform = process.platform,
): Keyring {
  async function requireKeyring(): Promise<void> {
    if (!(await storage.isAsyncEncryptionAvailable())) throw noKeyring()
    if (platform !== 'linux') return
    const backend = storage.getSelectedStorageBackend()
    if (backend === 'basic_text' || backend === 'unknown') throw noKeyring()
  }
  return {
    async read(service) {
      const kept = readSecretFile(file)[service]
      if (kept === undefined) return null
      await requireKeyring()
      try {
        return (await storage.decryptStringAsync(Buffer.from(kept, 'base64'))).result
      } catch (error) {
        throw noKeyring(error)
      }
    },
    async write(service, value) {
      await requireKeyring()
      const kept = await storage.encryptStringAsync(value).catch((error: unknown) => {
        throw noKeyring(error)
      })
      writeSecretFile(file, { ...readSecretFile(file), [service]: kept.toString('base64') })
    },
    async remove(service) {
      const { [service]: _, ...rest } = readSecretFile(file)
      writeSecretFile(file, rest)
    },
  }
}
