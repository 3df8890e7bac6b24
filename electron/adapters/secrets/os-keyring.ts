import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Keyring, noKeyring } from './secret-store.ts'

/**
 * The system's keyring through `@napi-rs/keyring`, which is loaded when it is first needed: it is an optional
 * dependency and has no binary for some systems. Null where nothing would outlive this session.
 */
export function createOsKeyring(options: { product?: string; isThere?: boolean } = {}): Keyring | null {
  const { product = 'tessera', isThere = hasSecretService() } = options
  if (!isThere) return null
  async function entry(service: string) {
    try {
      const { AsyncEntry } = await import('@napi-rs/keyring')
      return new AsyncEntry(product, service)
    } catch (error) {
      throw noKeyring(error)
    }
  }
  return {
    async read(service) {
      const found = await entry(service)
      return (await found.getPassword().catch((error: unknown) => Promise.reject(noKeyring(error)))) ?? null
    },
    async write(service, value) {
      const found = await entry(service)
      await found.setPassword(value).catch((error: unknown) => Promise.reject(noKeyring(error)))
    },
    async remove(service) {
      const found = await entry(service)
      await found.deleteCredential().catch((error: unknown) => Promise.reject(noKeyring(error)))
    },
  }
}

/**
 * Whether a keyring that outlives this session can be there. On Linux that is a Secret Service on the session's D-Bus;
 * where there is no such bus the package falls back to a keyring of the kernel, which forgets at the next login.
 */
function hasSecretService(): boolean {
  if (process.platform !== 'linux') return true
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime } = process.env
  return Boolean(address) || (runtime !== undefined && existsSync(join(runtime, 'bus')))
}
