import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { LookupFunction, Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Connector, direct } from './connector.ts'

/** How long one call may take, in milliseconds; counted on the clock that never jumps. */
export type Waits = {
  /** Name, connection and TLS handshake together. */
  readonly connectMs: number
  /** From the last byte given to the system to the head of the answer, beside the time that bytes it may still hold take. */
  readonly headersMs: number
  /** Between two parts of the answer. */
  readonly idleMs: number
  /** All of it, beside the time that the bytes of both bodies take at 64 KiB/s. */
  readonly wholeMs: number
  /** While a body is under way, at least 1 KiB/s has to move on average over each such span. */
  readonly floorMs: number
}
export const usualWaits: Waits = {
  connectMs: 10_000,
  headersMs: 30_000,
  idleMs: 30_000,
  wholeMs: 300_000,
  floorMs: 60_000,
}
const paceBytesPerMs = 64 * 1.024
const floorBytesPerMs = 1.024
/** What a system may still hold of a body that it has taken. */
const mostHeldBytes = 16 * 1024 * 1024

export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Uint8Array
}
type Stage = 'connect' | 'headers' | 'idle' | 'whole' | 'floor'

/** What is sent; one with `stream` is streamed, never loaded, and may be asked for its stream again. */
export type Body =
  | string
  | Uint8Array<ArrayBuffer>
  | { readonly size: number; stream(): AsyncIterable<Uint8Array<ArrayBuffer>> }

/** The other side was too slow. */
export class Overdue extends Error {
  readonly stage: Stage
  constructor(stage: Stage) {
    super(`overdue: ${stage}`)
    this.stage = stage
  }
}
/** An answer held more bytes than `limit`. */
export class TooLarge extends Error {
  readonly limit: number
  constructor(limit: number) {
    super('answer too large')
    this.limit = limit
  }
}
/** The answer came in a content coding other than gzip, or in damaged gzip. */
export class Garbled extends Error {}

/**
 * One request and its whole answer; redirects are answers. Rejects with `Overdue`, `TooLarge`, `Garbled`, the abort of
 * `signal`, or what the network says. Bodies of answers that are no success are cut at `maxErrorBytes`.
 */
export async function exchange(
  url: string,
  call: {
    method: string
    headers: Readonly<Record<string, string>>
    body: Body | undefined
    signal: AbortSignal
    maxBytes: number
    maxErrorBytes: number
    waits: Waits
    /** Told of the head of the answer, before anything of its body; throws to take none of it. */
    answered?: (status: number, headers: IncomingHttpHeaders) => void
    /** Takes the body of a success piece by piece; `bytes` of the answer are empty then. */
    take?: (part: Uint8Array) => void
    connector?: Connector | undefined
    lookup?: LookupFunction | undefined
  },
): Promise<Answer> {
  const { method, signal, waits } = call
  const target = new URL(url)
  const body = call.body === undefined ? undefined : streamed(call.body)
  const headers: Record<string, string> = { 'accept-encoding': 'gzip', ...call.headers }
  if (body) headers['content-length'] = String(body.size)
  signal.throwIfAborted()
  const { request, isSecure } = (call.connector ?? direct).open(target, {
    method,
    headers,
    signal,
    ...(call.lookup && { lookup: call.lookup }),
  })
  const answered = Promise.withResolvers<IncomingMessage>()
  let isAnswered = false
  const guard = createGuard(waits, (error) => {
    answered.reject(error)
    request.destroy(error)
  })
  try {
    guard.whole(body?.size ?? 0)
    guard.stage('connect', waits.connectMs)
    request.on('error', (error) => answered.reject(guard.overdue ?? error))
    request.once('response', (response) => {
      isAnswered = true
      answered.resolve(response)
    })
    const sent = (async () => {
      await connected(request, isSecure)
      guard.stage(null)
      guard.watchFloor()
      for await (const part of body?.stream() ?? []) {
        // A server may answer before it has taken everything; then its answer is what counts.
        if (isAnswered || request.destroyed) return
        if (!request.write(part)) await drained(request)
        guard.moved(part.length)
      }
      if (isAnswered) return
      request.end()
      guard.watchFloor(false)
      guard.stage('headers', waits.headersMs + Math.min(mostHeldBytes, body?.size ?? 0) / paceBytesPerMs)
    })()
    sent.catch(answered.reject)
    const response = await answered.promise
    call.answered?.(response.statusCode ?? 0, response.headers)
    const expected = Number(response.headers['content-length'] ?? 0) || 0
    guard.whole((body?.size ?? 0) + Math.min(expected, call.maxBytes))
    const bytes = await readAnswer(response, call, guard)
    return { status: response.statusCode ?? 0, headers: response.headers, bytes }
  } catch (error) {
    throw guard.overdue ?? error
  } finally {
    guard.end()
    if (!request.writableFinished) request.destroy()
  }
}

/** Bytes at hand go out in one piece. */
function streamed(body: Body): Exclude<Body, string | Uint8Array> {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return {
    size: bytes.length,
    async *stream() {
      if (bytes.length > 0) yield bytes
    },
  }
}

type Guard = ReturnType<typeof createGuard>

/** Timers of one call. The first that runs out is kept as `overdue`, and `expire` is told of it. */
function createGuard(waits: Waits, expire: (error: Overdue) => void) {
  const started = performance.now()
  let current: NodeJS.Timeout | undefined
  let last: NodeJS.Timeout | undefined
  let floor: NodeJS.Timeout | undefined
  let moved = 0
  const guard = {
    overdue: null as Overdue | null,
    /** The wait that counts from now on, in place of the one before. */
    stage(stage: Stage | null, ms = 0) {
      clearTimeout(current)
      if (stage !== null) current = setTimeout(() => fire(stage), ms)
    },
    /** Bounds the call as a whole, given the bytes to be moved as far as they are known. */
    whole(bytes: number) {
      clearTimeout(last)
      const ms = waits.wholeMs + bytes / paceBytesPerMs - (performance.now() - started)
      last = setTimeout(() => fire('whole'), Math.min(2 ** 31 - 1, ms))
    },
    watchFloor(on = true) {
      clearInterval(floor)
      moved = 0
      if (!on) return
      floor = setInterval(() => {
        if (moved < waits.floorMs * floorBytesPerMs) fire('floor')
        moved = 0
      }, waits.floorMs)
    },
    moved(bytes: number) {
      moved += bytes
    },
    end() {
      clearTimeout(current)
      clearTimeout(last)
      clearInterval(floor)
    },
  }
  function fire(stage: Stage) {
    guard.end()
    guard.overdue = new Overdue(stage)
    expire(guard.overdue)
  }
  return guard
}

/** Resolves when the request has a connection, TLS included; a kept one is ready at once. */
function connected(request: ClientRequest, isSecure: boolean): Promise<void> {
  return new Promise((done) => {
    request.once('socket', (socket: Socket) => {
      if (request.reusedSocket || !socket.connecting) done()
      else socket.once(isSecure ? 'secureConnect' : 'connect', () => done())
    })
  })
}

/** Resolves when more may be written, or never will be. */
function drained(request: ClientRequest): Promise<void> {
  return new Promise((done) => {
    const go = () => {
      request.off('drain', go)
      request.off('close', go)
      request.off('response', go)
      done()
    }
    request.once('drain', go)
    request.once('close', go)
    request.once('response', go)
  })
}

async function readAnswer(
  response: IncomingMessage,
  call: { maxBytes: number; maxErrorBytes: number; waits: Waits; take?: (part: Uint8Array) => void },
  guard: Guard,
): Promise<Uint8Array> {
  const status = response.statusCode ?? 0
  const isSuccess = status >= 200 && status < 300
  const limit = isSuccess ? call.maxBytes : call.maxErrorBytes
  const coding = response.headers['content-encoding'] ?? 'identity'
  if (isSuccess && coding !== 'identity' && coding !== 'gzip') {
    response.destroy()
    throw new Garbled(coding)
  }
  const parts: Uint8Array[] = []
  let size = 0
  const isCut = () => size > limit && !isSuccess
  const collect = async (source: AsyncIterable<Uint8Array>) => {
    for await (const part of source) {
      size += part.length
      if (size > limit) throw new TooLarge(limit)
      if (call.take && isSuccess) call.take(part)
      else parts.push(part)
    }
  }
  async function* count(source: AsyncIterable<Uint8Array>) {
    for await (const part of source) {
      guard.stage('idle', call.waits.idleMs)
      guard.moved(part.length)
      yield part
    }
  }
  guard.stage('idle', call.waits.idleMs)
  guard.watchFloor()
  try {
    if (coding === 'gzip') await pipeline(response, count, createGunzip(), collect)
    else await pipeline(response, count, collect)
  } catch (error) {
    if (isCut()) return Buffer.concat(parts)
    if (String((error as { code?: unknown } | null)?.code).startsWith('Z_'))
      throw new Garbled('gzip', { cause: error })
    throw error
  }
  return Buffer.concat(parts)
}
