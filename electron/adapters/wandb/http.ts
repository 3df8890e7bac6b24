import type { LookupFunction } from 'node:net'
import pRetry, { AbortError } from 'p-retry'
import { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import type { Connector } from '../net/connector.ts'
import { isPrivate, lookupFor, type Resolve } from '../net/private-nets.ts'
import { isLoopback } from '../net/proxy.ts'
import type { Secret } from '../secrets/secret.ts'
import { type Breakers, leftAlone } from './breaker.ts'
import { type Answer, type Body, exchange, usualWaits, type Waits } from './exchange.ts'
import { interfered, networkError, statusError, typeOf } from './failures.ts'
import { createPartialFile, type PartialFile } from './partial-file.ts'

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
  /** How connections are made; directly when left out. */
  connector?: Connector
  /** How names are looked up; as the system does when left out. */
  resolve?: Resolve
  /** Without them a host that does not answer is asked every time. */
  breakers?: Breakers
}
export type Call = {
  signal: AbortSignal
  method?: string
  headers?: Record<string, string>
  body?: Body
  /** False when repeating could do the thing twice: then an answer that is lost is for the caller to look into. */
  repeatable?: boolean
  maxBytes?: number
  /** Takes the answer piece by piece instead of as a whole, over all tries of the call. */
  file?: PartialFile
}
/** `begin` is called when bytes come from the start: what came before is void. */
export type Receiver = { begin(): void; take(part: Uint8Array): void }

const jsonLimit = 32 * 1024 * 1024
const errorLimit = 64 * 1024
/** A longer `Retry-After` is not sat out inside a call: the scheduler keeps it. */
const longestInnerWaitMs = 20_000
const mostHops = 3

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

/** Throws AppError `BAD_REQUEST` when key and data would go unencrypted to another computer, and nobody agreed to that. */
export function requireSafe(baseUrl: string, allowHttp: boolean): void {
  const url = new URL(normalizeBaseUrl(baseUrl))
  if (url.protocol === 'https:' || isLoopback(url.hostname) || allowHttp) return
  throw new AppError(
    'BAD_REQUEST',
    `The address http://${url.host} is not encrypted: anybody on the way could read the key.`,
    {
      remedy:
        'Write https://, or allow it in the settings ("tessera config set wandb.allow-http on") if you trust the network.',
    },
  )
}

/** HTTP to one W&B server and to the storage it names. The key goes to the server's own origin and nowhere else. */
export class WandbHttp {
  readonly baseUrl: string
  readonly #options: HttpOptions
  readonly #lookup: LookupFunction

  constructor(options: HttpOptions) {
    this.baseUrl = options.baseUrl
    this.#lookup = lookupFor(new URL(options.baseUrl).hostname, options.resolve)
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

  /** Gets a file; a try that broke off is gone on with where the server can. Rejects like `storage`. */
  async receive(address: string, into: Receiver, call: Pick<Call, 'signal' | 'maxBytes'>): Promise<void> {
    const maxBytes = call.maxBytes ?? jsonLimit
    await this.#stored(address, { ...call, maxBytes, file: createPartialFile(into, maxBytes) })
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
        error.cause !== leftAlone &&
        error.retryAfterMs <= longestInnerWaitMs &&
        (this.#options.breakers?.of(new URL(url).host).mayRepeat() ?? true),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const isWait = error instanceof RemoteError && error.cause !== leftAlone
        const wait = isWait ? error.retryAfterMs : 0
        if (wait > 0 && wait <= longestInnerWaitMs && retriesLeft > 0) await pause(wait, call.signal)
      },
    }).catch((error: unknown) => {
      if (call.signal.aborted && !(error instanceof AppError)) throw cancelled(error)
      throw error instanceof AbortError ? error.originalError : error
    })
  }

  /** Follows redirects, three at most; the key stays with the server's own origin. */
  async #once(call: Call, url: string, where: 'api' | 'storage') {
    let target = url
    for (let hops = 0; ; hops++) {
      const answer = await this.#guarded(call, target)
      if (answer.status >= 200 && answer.status < 300) return { ...answer, type: typeOf(answer) }
      const next = hops < mostHops ? this.#next(call, target, answer, where) : null
      if (next === null) {
        const text = new TextDecoder().decode(answer.bytes)
        throw statusError(answer, text, where, new URL(target).host)
      }
      target = next
    }
  }

  /** Where an answer sends this call, null when it may not go there: only what can be asked again, never less safely. */
  #next(call: Call, from: string, answer: Answer, where: 'api' | 'storage'): string | null {
    const isKept = answer.status === 307 || answer.status === 308
    const isRead = (call.method ?? 'GET') === 'GET'
    if (!isKept && !(isRead && [301, 302, 303].includes(answer.status))) return null
    const next = URL.parse(answer.headers.location ?? '', from)
    if (next === null || next.username || next.password) return null
    const own = new URL(this.baseUrl).origin
    if (next.origin === own) return next.protocol === new URL(from).protocol ? next.href : null
    // Questions, and what they carry, are for the server alone.
    if (where === 'api' && !isRead) return null
    if (next.protocol !== 'https:') return null
    return this.#storageUrl(next.href)
  }

  async #guarded(call: Call, url: string): Promise<Answer> {
    const { origin, host } = new URL(url)
    const passage = this.#options.breakers?.of(host).enter()
    const { authorization, ...others } = call.headers ?? {}
    const isOurs = origin === new URL(this.baseUrl).origin
    const isOwn = authorization !== undefined && isOurs
    const part = call.file?.headers() ?? {}
    try {
      const answer = await exchange(url, {
        method: call.method ?? 'GET',
        headers: { 'user-agent': this.#options.product, ...others, ...part, ...(isOwn && { authorization }) },
        body: call.body,
        signal: call.signal,
        maxBytes: call.maxBytes ?? jsonLimit,
        maxErrorBytes: errorLimit,
        waits: { ...usualWaits, ...this.#options.waits },
        ...(call.file && { answered: call.file.answered, take: call.file.take }),
        connector: this.#options.connector,
        ...(!isOurs && { lookup: this.#lookup }),
      })
      if (answer.status === 416 && call.file && part.range) {
        passage?.worked()
        call.file.forget()
        return this.#guarded(call, url)
      }
      // A server that asks for a pause is there.
      if (answer.status >= 500 && answer.status !== 501) passage?.failed()
      else passage?.worked()
      return answer
    } catch (error) {
      if (call.signal.aborted) {
        passage?.dropped()
        throw cancelled(error)
      }
      // What is wrong with the bytes on this side.
      if (error instanceof AppError) {
        passage?.dropped()
        throw error
      }
      passage?.failed()
      throw networkError(error, host)
    }
  }
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
