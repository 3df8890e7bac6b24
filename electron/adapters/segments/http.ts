import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { AppError } from '../../../shared/base/app-error.ts'
import { parseExactJson } from '../../../shared/base/exact-json.ts'
import { isJsonObject, type Json } from '../../../shared/base/json.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { type Breaker, leftAlone } from '../net/breaker.ts'
import { type Call, Caller, type CallerOptions, type Receiver, type Success } from '../net/caller.ts'
import { TooLarge } from '../net/exchange.ts'
import { interfered } from '../net/failures.ts'
import { LeadsInside } from '../net/private-nets.ts'
import type { Secret } from '../secrets/secret.ts'
import { cutShort, limit, remedies, service, statusError, stillLimited } from './failures.ts'
import { createLanes } from './lanes.ts'

export type SegmentsHttpOptions = CallerOptions & {
  readonly key: Secret
}
type Question = Pick<Call, 'signal' | 'repeatable'> & {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly body?: Json
  /** Whether the body goes out packed; the server takes that in five calls. */
  readonly isPacked?: boolean
}
/** A question to the server; `path` begins with a slash. What `read` throws is final. */
export type Ask = <T>(path: string, question: Question, read: (value: unknown) => T) => Promise<T>

/** What is under way at a time: questions, files out, files in. */
const parallel = 4
/** A longer pause is not sat out inside a call: the caller keeps it. */
const longestInnerWaitMs = 20_000
const compress = promisify(gzip)
const reasons = { none: 'is no address', open: 'has no encryption', inside: 'leads into this network' }

/** HTTP to one Segments.ai server and to the storage it names. The key goes to the server's own origin and nowhere else. */
export class SegmentsHttp {
  /** The first wait between tries. */
  readonly minWaitMs: number
  readonly #retries: number
  readonly #breaker: Breaker | undefined
  readonly #caller: Caller
  readonly #questions = createLanes(parallel)
  readonly #out = createLanes(parallel)
  readonly #in = createLanes(parallel)
  /** On the clock that never jumps: before then the server wants to be asked nothing. */
  #quietUntil = 0

  constructor({ key, ...options }: SegmentsHttpOptions) {
    const { baseUrl, retries = 3, minWaitMs = 500, breakers } = options
    this.minWaitMs = minWaitMs
    this.#retries = retries
    this.#breaker = breakers?.of(new URL(baseUrl).host)
    this.#caller = new Caller(options, {
      service,
      remedies,
      stopped: {
        message: 'It was stopped.',
        remedy: 'Start it again when you like: it goes on where it was.',
      },
      mayMove: false,
      authorization: () => `APIKey ${key.reveal()}`,
      statusError: (answer, text, where, host) => {
        const error = statusError(answer, text, where, host)
        if (where === 'api') this.#heed(error)
        return error
      },
    })
  }

  ask: Ask = (path, question, read) => this.together(question.signal, (ask) => ask(path, question, read))

  /**
   * Questions that belong together, one after the other in one lane: none of them waits for anybody else's, and all of them
   * go out after the pause that the server asked for last.
   */
  async together<T>(signal: AbortSignal, work: (ask: Ask) => Promise<T>): Promise<T> {
    return this.#inLane(this.#questions, signal, async () => {
      await this.#quiet(signal)
      return work(async (path, question, read) => {
        const call = await callOf(question)
        return read(await this.#caller.server(path, call, (answer) => this.#parse(answer)))
      })
    })
  }

  /** Whether what failed for the `tries`-th time is worth another try soon, for those who look before they repeat. */
  mayRepeat(error: unknown, tries: number): boolean {
    return (
      error instanceof RemoteError &&
      error.retry === 'auto' &&
      error.code !== 'NET_INTERFERED' &&
      error.cause !== leftAlone &&
      error.retryAfterMs <= longestInnerWaitMs &&
      tries <= this.#retries &&
      (this.#breaker?.mayRepeat() ?? true)
    )
  }

  /** Whether the server asked for a pause that is not over. */
  get isQuiet(): boolean {
    return performance.now() < this.#quietUntil
  }

  /** Posts a form to an address of the storage. */
  async post(address: string, call: Omit<Call, 'method'>): Promise<void> {
    const answer = await this.#inLane(this.#out, call.signal, () =>
      this.#caller.storage(address, { ...call, method: 'POST', maxBytes: 64 * 1024 }),
    )
    if (!answer.type.includes('json')) return
    // A storage has nothing to say of what it took; whatever speaks here took nothing.
    this.#parse(answer)
    throw interfered(service, 'answered an upload with data')
  }

  /** Gets a file from wherever it lies. Rejects as `SegmentsRemote.receive`. */
  async receive(address: string, into: Receiver, maxBytes: number, signal: AbortSignal): Promise<void> {
    this.#mayGo(address)
    try {
      await this.#inLane(this.#in, signal, () => this.#caller.storage(address, { signal, into, maxBytes }))
    } catch (error) {
      const cause = error instanceof RemoteError ? error.cause : null
      if (cause instanceof LeadsInside) throw unreachable(reasons.inside)
      if (!(cause instanceof TooLarge)) throw error
      const most = maxBytes < 1_048_576 ? `${maxBytes} bytes` : `${Math.floor(maxBytes / 1_048_576)} MiB`
      throw new AppError('IN_TOO_BIG', `The file at Segments.ai is larger than ${most}.`, {
        remedy: 'Make it smaller there, or leave it out.',
        cause: error,
      })
    }
  }

  /** Throws `REMOTE_REFUSED` for an address that is no place for Tessera, whatever the network does. */
  #mayGo(address: string): void {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase()
    if (scheme !== 'https' && scheme !== 'http') throw unreachable('is no https address')
    const reason = this.#caller.whyNot(address)
    if (reason !== null) throw unreachable(reasons[reason])
  }

  async #inLane<T>(lanes: ReturnType<typeof createLanes>, signal: AbortSignal, work: () => Promise<T>) {
    try {
      return await lanes.run(signal, work)
    } catch (error) {
      if (!signal.aborted || error instanceof AppError) throw error
      throw new AppError('CANCELLED', 'It was stopped.', {
        remedy: 'Start it again when you like: it goes on where it was.',
        cause: error,
      })
    }
  }

  /** The JSON of an answer. What is not whole may be asked again. */
  #parse({ bytes, type, ...answer }: Success): unknown {
    if (type.includes('html')) throw interfered(service, 'answered with a page instead of data')
    if (bytes.length === 0) throw cutShort()
    let value: unknown
    try {
      // Times of point clouds have more digits than a number keeps.
      value = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } catch (cause) {
      const isBegun = bytes[0] === 0x7b || bytes[0] === 0x5b
      throw isBegun ? cutShort(cause) : interfered(service, 'answered with something that is not data', cause)
    }
    // Throttling may come as a success.
    if (isJsonObject(value) && typeof value.detail === 'string' && /throttled/i.test(value.detail)) {
      throw this.#heed(limit({ ...answer, bytes }, value.detail))
    }
    return value
  }

  #heed<E>(error: E): E {
    if (error instanceof RemoteError && error.code === 'REMOTE_LIMIT')
      this.#quietUntil = Math.max(this.#quietUntil, performance.now() + error.retryAfterMs)
    return error
  }

  /** One was told to wait, so all wait; a long wait is told instead. */
  async #quiet(signal: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.#quietUntil - performance.now()
      if (left <= 0) return
      if (left > longestInnerWaitMs) {
        throw stillLimited(left)
      }
      await sleep(left, undefined, { signal })
    }
  }
}

async function callOf({
  signal,
  repeatable,
  method = 'GET',
  body,
  isPacked = false,
}: Question): Promise<Call> {
  const headers: Record<string, string> = { accept: 'application/json', 'x-source': 'tessera' }
  let bytes: Uint8Array<ArrayBuffer> | undefined
  if (body !== undefined) {
    headers['content-type'] = 'application/json'
    bytes = new TextEncoder().encode(JSON.stringify(body))
    if (isPacked) {
      bytes = new Uint8Array(await compress(bytes))
      headers['content-encoding'] = 'gzip'
    }
  }
  return {
    signal,
    method,
    headers,
    ...(bytes && { body: bytes }),
    ...(repeatable !== undefined && { repeatable }),
  }
}

function unreachable(why: string): RemoteError {
  return new RemoteError(
    'REMOTE_REFUSED',
    `A file of this dataset lies where Tessera does not go: its address ${why}.`,
    {
      remedy: 'Keep the file at Segments.ai or behind an https address.',
    },
  )
}
