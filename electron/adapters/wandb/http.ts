import { BlockList, isIP } from 'node:net'
import pRetry, { AbortError } from 'p-retry'
import { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { readRetryAfter } from '../../../shared/sync/retry.ts'
import { liveSecrets, type Secret } from '../secrets/secret.ts'
import {
  type Answer,
  type Body,
  exchange,
  Garbled,
  Overdue,
  TooLarge,
  usualWaits,
  type Waits,
} from './exchange.ts'

export type HttpOptions = {
  /** As `normalizeBaseUrl` gives it. */
  baseUrl: string
  key: Secret
  /** `User-Agent`. */
  product: string
  /** Repetitions within one call; 0 in tests of single answers. */
  retries?: number
  /** First wait between repetitions, in milliseconds. */
  minWaitMs?: number
  waits?: Partial<Waits>
}
export type Call = {
  signal: AbortSignal
  method?: string
  headers?: Record<string, string>
  body?: Body
  /** False when repeating could do the thing twice: then an answer that is lost is for the caller to look into. */
  repeatable?: boolean
  maxBytes?: number
  /** Takes the answer piece by piece instead of as a whole; `begin` is called before each try. */
  into?: Receiver
}
export type Receiver = { begin(): void; take(part: Uint8Array): void }

const jsonLimit = 32 * 1024 * 1024
const errorLimit = 64 * 1024
/** A longer `Retry-After` is not sat out inside a call: the scheduler keeps it. */
const longestInnerWaitMs = 20_000

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

/** HTTP to one W&B server and to the storage it names. The key goes to the server's own origin and nowhere else. */
export class WandbHttp {
  readonly baseUrl: string
  readonly #options: HttpOptions

  constructor(options: HttpOptions) {
    this.baseUrl = options.baseUrl
    this.#options = options
  }

  /** A call to the API, answered with JSON. `path` begins with a slash. */
  async api(path: string, call: Call): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`api:${this.#options.key.reveal()}`).toString('base64')}`
    const headers = { ...call.headers, authorization, accept: 'application/json' }
    const { bytes, type } = await this.#repeat({ ...call, headers }, this.baseUrl + path, 'api')
    if (bytes.length === 0 && path.startsWith('/files/')) return {}
    if (type.includes('html')) throw interfered('answered with a page instead of data')
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } catch (cause) {
      throw interfered('answered with something that is not data', cause)
    }
  }

  /** A call to an address the server handed out; it is its own credential, so no other is sent. */
  async storage(address: string, call: Call): Promise<Uint8Array> {
    return (await this.#stored(address, call)).bytes
  }

  /** Gets a file; what arrived of a try that failed is to be thrown away. Rejects like `storage`. */
  async receive(address: string, into: Receiver, call: Pick<Call, 'signal' | 'maxBytes'>): Promise<void> {
    await this.#stored(address, { ...call, into })
  }

  /** Puts bytes; the tag is how the storage calls what it has. */
  async put(address: string, call: Omit<Call, 'method'>): Promise<{ etag: string | null }> {
    const { headers } = await this.#stored(address, { ...call, method: 'PUT' })
    return { etag: headers.etag ?? null }
  }

  async #stored(address: string, call: Call) {
    const answer = await this.#repeat(call, this.#storageUrl(address), 'storage')
    if (!answer.type.includes('html')) return answer
    throw interfered(
      call.method === 'PUT' ? 'answered an upload with a page' : 'answered with a page instead of a file',
    )
  }

  #storageUrl(address: string): string {
    const base = new URL(this.baseUrl)
    let url: URL
    try {
      url = new URL(address, `${base.origin}/`)
    } catch (cause) {
      throw interfered('named a storage address that is none', cause)
    }
    const ownServer = url.origin === base.origin
    if (url.protocol !== 'https:' && !ownServer && !(isPrivate(base.hostname) && isPrivate(url.hostname))) {
      throw interfered('named a storage address without encryption')
    }
    if (isPrivate(url.hostname) && !isPrivate(base.hostname)) {
      throw interfered('named a storage address inside this network')
    }
    return url.href
  }

  async #repeat(call: Call, url: string, where: 'api' | 'storage') {
    const { retries = 3, minWaitMs = 500 } = this.#options
    return pRetry(() => this.#once(call, url, where), {
      retries: call.repeatable === false ? 0 : retries,
      minTimeout: minWaitMs,
      maxTimeout: 10_000,
      randomize: true,
      signal: call.signal,
      shouldRetry: ({ error }) =>
        error instanceof RemoteError &&
        error.retry === 'auto' &&
        error.code !== 'NET_INTERFERED' &&
        error.retryAfterMs <= longestInnerWaitMs,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const wait = error instanceof RemoteError ? error.retryAfterMs : 0
        if (wait > 0 && wait <= longestInnerWaitMs && retriesLeft > 0) await pause(wait, call.signal)
      },
    }).catch((error: unknown) => {
      if (call.signal.aborted && !(error instanceof AppError)) throw cancelled(error)
      throw error instanceof AbortError ? error.originalError : error
    })
  }

  async #once(call: Call, url: string, where: 'api' | 'storage') {
    let answer: Answer
    try {
      call.into?.begin()
      answer = await exchange(url, {
        method: call.method ?? 'GET',
        headers: { 'user-agent': this.#options.product, ...call.headers },
        body: call.body,
        signal: call.signal,
        maxBytes: call.maxBytes ?? jsonLimit,
        maxErrorBytes: errorLimit,
        waits: { ...usualWaits, ...this.#options.waits },
        ...(call.into && { take: call.into.take }),
      })
    } catch (error) {
      if (call.signal.aborted) throw cancelled(error)
      // What is wrong with the bytes on this side.
      if (error instanceof AppError) throw error
      throw networkError(error, new URL(url).host)
    }
    if (answer.status >= 200 && answer.status < 300) return { ...answer, type: typeOf(answer) }
    throw statusError(answer, new TextDecoder().decode(answer.bytes), where)
  }
}

const typeOf = (answer: Answer) => answer.headers['content-type'] ?? ''

/** The server's own words: `error`, or the messages of `errors`; one line, cut, without secrets or addresses. */
export function serverText(body: string): string {
  let text = ''
  try {
    const value = JSON.parse(body) as { error?: unknown; errors?: { message?: unknown }[] }
    const error = value.error
    if (typeof error === 'string') text = error
    else if (typeof error === 'object' && error !== null && 'message' in error) text = String(error.message)
    else if (Array.isArray(value.errors)) text = value.errors.map((e) => String(e?.message ?? '')).join('; ')
  } catch {
    text = ''
  }
  return cleanText(text)
}

export function cleanText(text: string): string {
  const plain = liveSecrets.redact(text).replace(/(https?:\/\/[^\s?#]+)[?#]\S*/g, '$1')
  return plain
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 1024)
    .trim()
}

function statusError(answer: Answer, body: string, where: 'api' | 'storage'): AppError {
  const { status } = answer
  const said = serverText(body)
  const words = said ? `: ${said}` : ''
  const retryAfterMs = readRetryAfter(answer.headers['retry-after'] ?? null, Date.now())
  if (status >= 300 && status < 400) return interfered('sent Tessera elsewhere')
  if (typeOf(answer).includes('html') && status < 500 && status !== 404) {
    return interfered(`answered with a page (${status})`)
  }
  if (status === 401 && where === 'api') {
    return new RemoteError('AUTH_REVOKED', 'W&B refused the API key.', {
      remedy: 'Enter a new key in the W&B settings or with "tessera config set wandb.api-key -".',
    })
  }
  if (status === 403 && where === 'api') {
    return new RemoteError('REMOTE_FORBIDDEN', `W&B does not let this key write here${words}.`, {
      remedy: 'Choose another entity or project (settings or "tessera config set"), or ask its owner.',
    })
  }
  if (where === 'storage' && (status === 403 || status === 401)) {
    return new RemoteError('REMOTE_REFUSED', 'The storage refused the address it was given.', {
      remedy: 'Try again: a fresh address is asked for.',
      cause: 'expired',
    })
  }
  if (status === 404) {
    return new RemoteError('REMOTE_GONE', `W&B does not know this address${words}.`, {
      remedy: 'Check address, entity and project (settings or "tessera config set").',
    })
  }
  if (status === 429) {
    return new RemoteError('REMOTE_LIMIT', 'W&B asks for a pause.', {
      remedy: 'Tessera tries again by itself.',
      retryAfterMs,
    })
  }
  if (status === 408 || status === 425 || status >= 500) {
    if (status !== 501) {
      return new RemoteError('NET_SLOW', `The server has a fault of its own (${status})${words}.`, {
        remedy: 'Tessera tries again by itself.',
        retryAfterMs,
        ambiguous: true,
      })
    }
  }
  return new RemoteError('REMOTE_REFUSED', `The server refused (${status})${words}.`, {
    remedy: 'Read what it says, then try again.',
  })
}

function networkError(error: unknown, host: string): AppError {
  if (error instanceof TooLarge)
    return interfered(`answered with more than ${Math.round(error.limit / 1048576)} MiB`)
  if (error instanceof Garbled) return interfered('answered in a coding that was not asked for', error)
  // An address of two families that fails on both is told as one error of several.
  const cause = error instanceof AggregateError ? error.errors[0] : error
  const code = String((cause as { code?: unknown } | null)?.code ?? '')
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return new RemoteError('TLS_BAD', `The identity of ${host} could not be checked.`, {
      remedy: 'Check the date of this computer and the network you are in.',
    })
  }
  if (error instanceof Overdue && error.stage === 'connect') return offline(host)
  if (/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN/.test(code)) {
    return offline(host)
  }
  const what = error instanceof Overdue ? 'took too long to answer' : 'broke off the connection'
  return new RemoteError('NET_SLOW', `${host} ${what}.`, {
    remedy: 'Tessera tries again by itself.',
    ambiguous: true,
  })
}

function offline(host: string): RemoteError {
  return new RemoteError('NET_OFFLINE', `${host} cannot be reached.`, {
    remedy: 'Work goes on; Tessera sends when there is a connection.',
  })
}

function interfered(what: string, cause?: unknown): RemoteError {
  return new RemoteError('NET_INTERFERED', `Something between here and W&B ${what}.`, {
    remedy: 'Sign in to the network in your browser, or check the address.',
    cause,
    ambiguous: true,
  })
}

function cancelled(cause: unknown): AppError {
  return new AppError('CANCELLED', 'The push was stopped.', { remedy: 'Push again when you like.', cause })
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        done()
      },
      { once: true },
    )
  })
}

const privateNets = new BlockList()
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['0.0.0.0', 8],
] as const) {
  privateNets.addSubnet(net, bits)
}
privateNets.addSubnet('::1', 128, 'ipv6')
privateNets.addSubnet('fe80::', 10, 'ipv6')
privateNets.addSubnet('fc00::', 7, 'ipv6')

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  const family = isIP(host)
  return family !== 0 && privateNets.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
