import { AppError } from '../../../shared/base/app-error.ts'
import type { KeyState } from '../../../shared/host/host-api.ts'
import { Secret } from './secret.ts'
import { readSecretFile, writeSecretFile } from './secret-file.ts'

/** Where a key is kept: until the process ends, in the system's keyring, or in a file only its owner can read. */
export type Keep = 'session' | 'keyring' | 'file'
/** Keys by service (`wandb`). Values come out as `Secret` only. */
export interface SecretStore {
  get(service: string): Promise<Secret | null>
  /** Rejects with AppError `BAD_REQUEST` for what cannot be a key, `AUTH_KEYRING` when the keyring refuses. */
  set(service: string, key: string, keep: Keep): Promise<KeyState>
  /** Forgets the key everywhere but in the environment. */
  clear(service: string): Promise<KeyState>
  state(service: string): Promise<KeyState>
}
/** One account in the system's keyring. Rejects with AppError `AUTH_KEYRING` when there is none or it is locked. */
export interface Keyring {
  read(service: string): Promise<string | null>
  write(service: string, value: string): Promise<void>
  remove(service: string): Promise<void>
}

/**
 * Environment first, then memory, keyring and file. `file` lies in the person's own config folder, never in a library.
 * A keyring that is absent reads as empty; only storing into it says so.
 */
export function createSecretStore(options: {
  environment: Readonly<Record<string, string | undefined>>
  keyring: Keyring | null
  file: string
}): SecretStore {
  const memory = new Map<string, Secret>()
  const variables: Record<string, string> = { wandb: 'WANDB_API_KEY' }
  const cached = new Map<string, { source: KeyState['source']; secret: Secret } | null>()

  async function find(service: string): Promise<{ source: KeyState['source']; secret: Secret } | null> {
    const given = options.environment[variables[service] ?? '']?.trim()
    if (given) return { source: 'environment', secret: new Secret(given) }
    const held = memory.get(service)
    if (held) return { source: 'memory', secret: held }
    const known = cached.get(service)
    if (known !== undefined) return known
    const ring = await options.keyring?.read(service).catch(() => null)
    const filed = ring ? null : (readSecretFile(options.file)[service] ?? null)
    const found = ring
      ? { source: 'keyring' as const, secret: new Secret(ring) }
      : filed
        ? { source: 'file' as const, secret: new Secret(filed) }
        : null
    cached.set(service, found)
    return found
  }
  const state = async (service: string): Promise<KeyState> => {
    const found = await find(service)
    return { source: found?.source ?? 'none', last4: found?.secret.last4 ?? null }
  }
  async function forget(service: string): Promise<void> {
    memory.delete(service)
    cached.delete(service)
    await options.keyring?.remove(service).catch(() => undefined)
    const rest = readSecretFile(options.file)
    if (Object.hasOwn(rest, service)) {
      delete rest[service]
      writeSecretFile(options.file, rest)
    }
  }
  return {
    get: async (service) => (await find(service))?.secret ?? null,
    state,
    async set(service, key, keep) {
      const value = parseKey(key)
      if (keep === 'keyring') {
        if (options.keyring === null) throw noKeyring()
        await options.keyring.write(service, value)
        memory.delete(service)
        cached.delete(service)
      } else {
        await forget(service)
        if (keep === 'session') memory.set(service, new Secret(value))
        else writeSecretFile(options.file, { ...readSecretFile(options.file), [service]: value })
      }
      return state(service)
    },
    async clear(service) {
      await forget(service)
      return state(service)
    },
  }
}

/** The form check of W&B's own client: a JWT, or a secret of 40 characters or more after an optional prefix. */
export function parseKey(text: string): string {
  const key = text.trim()
  const isJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(key)
  const secret = key.includes('-') ? key.slice(key.indexOf('-') + 1) : key
  if (isJwt || (/^[\w-]+$/.test(secret) && secret.length >= 40)) return key
  throw new AppError('BAD_REQUEST', 'This does not look like a W&B API key.', {
    remedy: 'Copy the whole key from the page your W&B server shows under /authorize.',
  })
}

export function noKeyring(cause?: unknown): AppError {
  return new AppError('AUTH_KEYRING', "This computer's keyring is locked or absent.", {
    remedy: 'Unlock it and try again, or keep the key for this run only.',
    cause,
  })
}
