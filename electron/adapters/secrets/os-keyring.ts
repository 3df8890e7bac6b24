import { type Keyring, noKeyring } from './secret-store.ts'

/**
 * The system's keyring through `@napi-rs/keyring`, which is loaded when it is first needed: it is an optional
 * dependency and has no binary for some systems.
 */
export function createOsKeyring(product = 'tessera'): Keyring {
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
