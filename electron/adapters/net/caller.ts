import type { LookupFunction } from 'node:net'
import pRetry, { AbortError } from 'p-retry'
import { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { type Breakers, leftAlone } from './breaker.ts'
import type { Connector } from './connector.ts'
import { type Answer, type Body, exchange, TooLarge, usualWaits, type Waits } from './exchange.ts'
import { interfered, networkError, type Remedies, typeOf } from './failures.ts'
import { isPrivate, LeadsInside, lookupFor, type Resolve } from './private-nets.ts'

/** How one server is called, whatever it speaks. */
export type CallerOptions = {
  /** Address of the server without its last slash; its origin is the only one that gets the key. */
  baseUrl: string
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
/** What a server is to those who call it. */
export type Manners = {
  /** How people call it. */
  readonly service: string
  readonly remedies: Remedies
  /** Said when a person stopped a call. */
  readonly stopped: { readonly message: string; readonly remedy: string }
  /** Whether questions to the server may be answered by another one; they go there without the key. */
  readonly mayMove: boolean
  /** The value of `Authorization`. */
  authorization(): string
  /** What an answer that is no success means. `where` tells the server from the storage that it names. */
  statusError(answer: Answer, text: string, where: Where, host: string): AppError
}
export type Where = 'api' | 'storage'

export type Call = {
  signal: AbortSignal
  method?: string
  headers?: Record<string, string>
  body?: Body
  /**
   * False when repeating could do the thing twice: then an answer that is lost is for the caller to look into. `if refused`:
   * only what the server surely did not do is repeated.
   */
  repeatable?: boolean | 'if refused'
  maxBytes?: number
  /** Takes the answer piece by piece instead of as a whole; `begin` is called before each try. */
  into?: Receiver
}
export type Receiver = { begin(): void; take(part: Uint8Array): void }
export type Success = Answer & { readonly type: string }

const jsonLimit = 32 * 1024 * 1024
const errorLimit = 64 * 1024
/** A longer `Retry-After` is not sat out inside a call: the scheduler keeps it. */
const longestInnerWaitMs = 20_000
const mostHops = 3
const reasons = { none: 'that is none', open: 'without encryption', inside: 'inside this network' }

/** HTTP to one server and to the storage it names. The key goes to the server's own origin and nowhere else. */
export class Caller {
  readonly #options: CallerOptions
  readonly #manners: Manners
  readonly #lookup: LookupFunction

  constructor(options: CallerOptions, manners: Manners) {
    this.#lookup = lookupFor(new URL(options.baseUrl).hostname, options.resolve)
    this.#options = options
    this.#manners = manners
  }

  /** A call to the server; `path` begins with a slash. What `read` throws counts as a failure of the try. */
  async server<T>(path: string, call: Call, read: (answer: Success) => T): Promise<T> {
    const headers = { ...call.headers, authorization: this.#manners.authorization() }
    return this.#repeat({ ...call, headers }, this.#options.baseUrl + path, 'api', read)
  }

  /** A call to an address the server handed out; it is its own credential, so no other is sent. */
  async storage(address: string, call: Call): Promise<Success> {
    const answer = await this.#repeat(call, this.#storageUrl(address), 'storage', (success) => success)
    if (!answer.type.includes('html')) return answer
    const isSent = call.method === 'PUT' || call.method === 'POST'
    throw this.#interfered(
      isSent ? 'answered an upload with a page' : 'answered with a page instead of a file',
    )
  }

  /** Why a call may not go to an address that the server handed out; null when it may. */
  whyNot(address: string): keyof typeof reasons | null {
    const base = new URL(this.#options.baseUrl)
    const url = URL.parse(address, `${base.origin}/`)
    if (url === null) return 'none'
    const isOwn = url.origin === base.origin
    if (url.protocol !== 'https:' && !isOwn && !(isPrivate(base.hostname) && isPrivate(url.hostname))) {
      return 'open'
    }
    return isPrivate(url.hostname) && !isPrivate(base.hostname) ? 'inside' : null
  }

  #storageUrl(address: string): string {
    const reason = this.whyNot(address)
    if (reason !== null) throw this.#interfered(`named a storage address ${reasons[reason]}`)
    return new URL(address, `${new URL(this.#options.baseUrl).origin}/`).href
  }

  #interfered(what: string, cause?: unknown): RemoteError {
    return interfered(this.#manners.service, what, cause)
  }

  async #repeat<T>(call: Call, url: string, where: Where, read: (answer: Success) => T): Promise<T> {
    const { retries = 3, minWaitMs = 500 } = this.#options
    return pRetry(async () => read(await this.#once(call, url, where)), {
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
        !(call.repeatable === 'if refused' && error.ambiguous) &&
        (this.#options.breakers?.of(new URL(url).host).mayRepeat() ?? true),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const isWait = error instanceof RemoteError && error.cause !== leftAlone
        const wait = isWait ? error.retryAfterMs : 0
        if (wait > 0 && wait <= longestInnerWaitMs && retriesLeft > 0) await pause(wait, call.signal)
      },
    }).catch((error: unknown) => {
      if (call.signal.aborted && !(error instanceof AppError)) throw this.#cancelled(error)
      throw error instanceof AbortError ? error.originalError : error
    })
  }

  /** Follows redirects, three at most; the key stays with the server's own origin. */
  async #once(call: Call, url: string, where: Where): Promise<Success> {
    let target = url
    for (let hops = 0; ; hops++) {
      const answer = await this.#guarded(call, target)
      if (answer.status >= 200 && answer.status < 300) return { ...answer, type: typeOf(answer) }
      const next = hops < mostHops ? this.#next(call, target, answer, where) : null
      if (next === null) {
        const text = new TextDecoder().decode(answer.bytes)
        throw this.#manners.statusError(answer, text, where, new URL(target).host)
      }
      target = next
    }
  }

  /** Where an answer sends this call, null when it may not go there: only what can be asked again, never less safely. */
  #next(call: Call, from: string, answer: Answer, where: Where): string | null {
    const isKept = answer.status === 307 || answer.status === 308
    const isRead = (call.method ?? 'GET') === 'GET'
    if (!isKept && !(isRead && [301, 302, 303].includes(answer.status))) return null
    const next = URL.parse(answer.headers.location ?? '', from)
    if (next === null || next.username || next.password) return null
    const own = new URL(this.#options.baseUrl).origin
    if (next.origin === own) return next.protocol === new URL(from).protocol ? next.href : null
    // Questions, and what they carry, are for the server alone.
    if (where === 'api' && !(isRead && this.#manners.mayMove)) return null
    if (next.protocol !== 'https:') return null
    return this.#storageUrl(next.href)
  }

  async #guarded(call: Call, url: string): Promise<Answer> {
    const { origin, host } = new URL(url)
    const passage = this.#options.breakers?.of(host).enter()
    const { authorization, ...others } = call.headers ?? {}
    const isOurs = origin === new URL(this.#options.baseUrl).origin
    const isOwn = authorization !== undefined && isOurs
    try {
      call.into?.begin()
      const answer = await exchange(url, {
        method: call.method ?? 'GET',
        headers: { 'user-agent': this.#options.product, ...others, ...(isOwn && { authorization }) },
        body: call.body,
        signal: call.signal,
        maxBytes: call.maxBytes ?? jsonLimit,
        maxErrorBytes: errorLimit,
        waits: { ...usualWaits, ...this.#options.waits },
        ...(call.into && { take: call.into.take }),
        connector: this.#options.connector,
        ...(!isOurs && { lookup: this.#lookup }),
      })
      // A server that asks for a pause is there.
      if (answer.status >= 500 && answer.status !== 501) passage?.failed()
      else passage?.worked()
      return answer
    } catch (error) {
      if (call.signal.aborted) {
        passage?.dropped()
        throw this.#cancelled(error)
      }
      // What is wrong with the bytes on this side.
      if (error instanceof AppError) {
        passage?.dropped()
        throw error
      }
      // Its host is there: what is wrong is what it gave.
      if (error instanceof TooLarge || error instanceof LeadsInside) passage?.dropped()
      else passage?.failed()
      throw networkError(error, host, this.#manners)
    }
  }

  #cancelled(cause: unknown): AppError {
    const { message, remedy } = this.#manners.stopped
    return new AppError('CANCELLED', message, { remedy, cause })
  }
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
