import { AppError } from '../../../shared/base/app-error.ts'
import { type Call, Caller, type CallerOptions, type Receiver } from '../net/caller.ts'
import { interfered } from '../net/failures.ts'
import { requireSafe } from '../net/require-safe.ts'
import type { Secret } from '../secrets/secret.ts'
import { service, statusError } from './failures.ts'

export type { Call } from '../net/caller.ts'
export type HttpOptions = CallerOptions & {
  /** As `normalizeBaseUrl` gives it. */
  baseUrl: string
  key: Secret
}

/** Throws AppError `BAD_REQUEST` on what is no address of a W&B API. Trailing slashes are dropped. */
export function normalizeBaseUrl(text: string): string {
  const bad = (why: string) =>
    new AppError('BAD_REQUEST', `The W&B address ${why}.`, { remedy: 'Write it like https://api.wandb.ai.' })
  let url: URL
  try {
    url = new URL(text.trim())
  } catch {
    throw bad('is not an address')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw bad('must begin with https://')
  if (url.username || url.password) throw bad('must not hold a user name or password')
  if (url.search || url.hash) throw bad('must not hold a question mark or #')
  if (/(^|\.)wandb\.ai$/.test(url.hostname)) {
    if (url.protocol !== 'https:') throw bad('must begin with https://')
    if (!url.hostname.includes('api.')) throw bad('must name the API, https://api.wandb.ai')
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** As `requireSafe`. */
export const requireSafeWandb = (baseUrl: string, allowHttp: boolean): void =>
  requireSafe(normalizeBaseUrl(baseUrl), allowHttp, 'wandb.allow-http')

/** HTTP to one W&B server and to the storage it names. The key goes to the server's own origin and nowhere else. */
export class WandbHttp {
  readonly baseUrl: string
  readonly #caller: Caller

  constructor({ key, ...options }: HttpOptions) {
    this.baseUrl = options.baseUrl
    this.#caller = new Caller(options, {
      service,
      remedies: {
        offline: 'Work goes on; Tessera sends when there is a connection.',
        slow: 'Tessera tries again by itself.',
      },
      stopped: { message: 'The push was stopped.', remedy: 'Push again when you like.' },
      mayMove: true,
      authorization: () => `Basic ${Buffer.from(`api:${key.reveal()}`).toString('base64')}`,
      statusError,
    })
  }

  /** A call to the API, answered with JSON. `path` begins with a slash. */
  async api(path: string, call: Call): Promise<unknown> {
    const headers = { ...call.headers, accept: 'application/json' }
    const { bytes, type } = await this.#caller.server(path, { ...call, headers }, (answer) => answer)
    if (bytes.length === 0 && path.startsWith('/files/')) return {}
    if (type.includes('html')) throw interfered(service, 'answered with a page instead of data')
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } catch (cause) {
      throw interfered(service, 'answered with something that is not data', cause)
    }
  }

  /** A call to an address the server handed out; it is its own credential, so no other is sent. */
  async storage(address: string, call: Call): Promise<Uint8Array> {
    return (await this.#caller.storage(address, call)).bytes
  }

  /** Gets a file; a try that broke off is gone on with where the server can. Rejects like `storage`. */
  async receive(address: string, into: Receiver, call: Pick<Call, 'signal' | 'maxBytes'>): Promise<void> {
    await this.#caller.storage(address, { ...call, into })
  }

  /** Puts bytes; the tag is how the storage calls what it has. */
  async put(address: string, call: Omit<Call, 'method'>): Promise<{ etag: string | null }> {
    const { headers } = await this.#caller.storage(address, { ...call, method: 'PUT' })
    return { etag: headers.etag ?? null }
  }
}
