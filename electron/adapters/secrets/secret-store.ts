import { AppError } from '../../../shared/base/app-error.ts'
import type { KeyState } from '../../../shared/host/host-api.ts'
import { isLoopback } from '../net/proxy.ts'
import { netrcPassword, netrcPath } from './netrc.ts'
import { Secret } from './secret.ts'
import { readSecretFile, writeSecretFile } from './secret-file.ts'

/** Where a key is kept: until the process ends, in the system's keyring, or in a file only its owner can read. */
export type Keep = 'session' | 'keyring' | 'file'
/** The service of a W&B server. A key is for the server it was given for, and goes to no other; that of the environment is for `WANDB_BASE_URL`. */
export const wandbService = (baseUrl: string): string => `wandb:${baseUrl}`
/** The service of a Segments.ai server; `SEGMENTS_API_KEY` is for `SEGMENTS_BASE_URL`, as with W&B. */
export const segmentsService = (baseUrl: string): string => `segments:${baseUrl}`
/** The service of what a proxy wants to be told. */
export const proxyService = (address: string): string => `proxy:${address}`

/** Secrets by service. Values come out as `Secret` only. */
export interface SecretStore {
  /** Rejects with AppError `AUTH_KEYRING` when only the keyring can hold the key and does not open. */
  get(service: string): Promise<Secret | null>
  /** Rejects with AppError `BAD_REQUEST` for what cannot be a key, `AUTH_KEYRING` when the keyring refuses. */
  set(service: string, key: string, keep: Keep): Promise<KeyState>
  /** Keeps what is no key, in the keyring where there is one, else until the process ends. */
  setText(service: string, text: string): Promise<KeyState>
  /**
   * Forgets the key everywhere but in the environment and in netrc, which are not Tessera's. Rejects with AppError `AUTH_KEYRING` when the keyring does not
   * open and may still hold it; it is forgotten everywhere else then.
   */
  clear(service: string): Promise<KeyState>
  /** Never rejects: a keyring that does not open counts as empty here, until it does. */
  state(service: string): Promise<KeyState>
}
/** One account in the system's keyring. Rejects with AppError `AUTH_KEYRING` when there is none or it is locked. */
export interface Keyring {
  read(service: string): Promise<string | null>
  write(service: string, value: string): Promise<void>
  remove(service: string): Promise<void>
}

type Found = { readonly source: KeyState['source']; readonly secret: Secret }

/** Asking a locked keyring may put a question on the person's screen: not more often than this by itself. */
const askAgainMs = 30_000

/**
 * Environment first, then what was given to Tessera (memory, file, keyring), then netrc. `file` lies in the person's own config folder, never in a library.
 * Storing into the keyring takes a key out of the file, so one that is there is newer than what the keyring has.
 */
export function createSecretStore(options: {
  environment: Readonly<Record<string, string | undefined>>
  keyring: Keyring | null
  file: string
  now?: () => number
}): SecretStore {
  const { environment, keyring, file, now = () => performance.now() } = options
  const memory = new Map<string, Secret>()
  /** What file and keyring have, for as long as this process alone changes it. */
  const cached = new Map<string, Found | null>()
  const lockedSince = new Map<string, number>()

  async function find(service: string): Promise<Found | null> {
    const kind = kindOf(service)
    const server = kind && service.slice(kind.prefix.length)
    const given = kind && isMeant(environment, kind, server!) ? environment[kind.key]?.trim() : undefined
    if (given) return { source: 'environment', secret: new Secret(given) }
    const held = memory.get(service)
    if (held) return { source: 'memory', secret: held }
    const known = cached.get(service)
    const own = known === undefined ? await lookAndKeep(service) : known
    return own ?? (kind?.prefix === 'wandb:' ? fromNetrc(server!) : null)
  }

  async function lookAndKeep(service: string): Promise<Found | null> {
    const found = await look(service)
    cached.set(service, found)
    lockedSince.delete(service)
    return found
  }

  /** Read each time: it is somebody else's file, and small. What is no key is passed over. */
  function fromNetrc(server: string): Found | null {
    const path = netrcPath(environment)
    const password = path === null ? null : netrcPassword(path, server)
    try {
      return password === null ? null : { source: 'netrc', secret: new Secret(parseKey(password)) }
    } catch {
      return null
    }
  }

  async function look(service: string): Promise<Found | null> {
    const filed = readSecretFile(file)[service]
    if (filed) return { source: 'file', secret: new Secret(filed) }
    try {
      const ring = await keyring?.read(service)
      return ring ? { source: 'keyring', secret: new Secret(ring) } : null
    } catch (error) {
      lockedSince.set(service, now())
      throw error
    }
  }

  async function state(service: string): Promise<KeyState> {
    const since = lockedSince.get(service)
    const isFresh = since !== undefined && now() - since < askAgainMs
    const mayAsk = !isFresh || memory.has(service) || cached.has(service)
    const found = mayAsk ? await find(service).catch(() => null) : null
    return { source: found?.source ?? 'none', last4: found?.secret.last4 ?? null }
  }

  function forgetFile(service: string): void {
    const { [service]: old, ...rest } = readSecretFile(file)
    if (old !== undefined) writeSecretFile(file, rest)
  }

  function forgetHere(service: string): void {
    memory.delete(service)
    cached.delete(service)
    lockedSince.delete(service)
    forgetFile(service)
  }

  return {
    get: async (service) => (await find(service))?.secret ?? null,
    state,
    async set(service, key, keep) {
      const value = (kindOf(service)?.parse ?? parseKey)(key)
      if (keep === 'keyring') {
        if (keyring === null) throw noKeyring()
        await keyring.write(service, value)
        forgetHere(service)
      } else {
        forgetHere(service)
        if (keep === 'session') memory.set(service, new Secret(value))
        else writeSecretFile(file, { ...readSecretFile(file), [service]: value })
        // One that stays in a locked keyring is older than this, and not asked while this is there.
        await keyring?.remove(service).catch(() => undefined)
      }
      return state(service)
    },
    async setText(service, text) {
      forgetHere(service)
      try {
        if (keyring === null) throw noKeyring()
        await keyring.write(service, text)
      } catch {
        memory.set(service, new Secret(text))
      }
      return state(service)
    },
    async clear(service) {
      forgetHere(service)
      await keyring?.remove(service)
      return state(service)
    },
  }
}

type Kind = {
  readonly prefix: string
  /** The variables of the environment that hold a key, and the server it is for. */
  readonly key: string
  readonly server: string
  readonly usual: string
  readonly parse: (text: string) => string
}
const kinds: readonly Kind[] = [
  {
    prefix: 'wandb:',
    key: 'WANDB_API_KEY',
    server: 'WANDB_BASE_URL',
    usual: 'https://api.wandb.ai',
    parse: (text) => parseKey(text),
  },
  {
    prefix: 'segments:',
    key: 'SEGMENTS_API_KEY',
    server: 'SEGMENTS_BASE_URL',
    usual: 'https://api.segments.ai',
    parse: (text) => parseSegmentsKey(text),
  },
]
const kindOf = (service: string) => kinds.find(({ prefix }) => service.startsWith(prefix)) ?? null

/**
 * Whether the key of the environment is for a server: that of the environment, or one on this computer. A library that came
 * from somebody else may name any other.
 */
function isMeant(
  environment: Readonly<Record<string, string | undefined>>,
  kind: Kind,
  server: string,
): boolean {
  const [its, meant] = [URL.parse(server), URL.parse(environment[kind.server]?.trim() || kind.usual)]
  return its !== null && (isLoopback(its.hostname) || its.origin === meant?.origin)
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

/** Its form is documented nowhere, so only what no header could carry is refused, and what is too short to be a secret. */
export function parseSegmentsKey(text: string): string {
  const key = text.trim()
  if (/^[\x21-\x7e]{8,512}$/.test(key)) return key
  throw new AppError('BAD_REQUEST', 'This does not look like a Segments.ai API key.', {
    remedy: 'Copy the whole key from your account page at Segments.ai, section "API key".',
  })
}

export function noKeyring(cause?: unknown): AppError {
  return new AppError('AUTH_KEYRING', "This computer's keyring is locked or absent.", {
    remedy: 'Unlock it and try again, or keep the key for this run only.',
    cause,
  })
}
