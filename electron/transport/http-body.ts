import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { AppError } from '../../shared/base/app-error.ts'
import { bodyTooBig } from './body-limit.ts'

/** Headers that the data plane reads; cookies and the like end at the door. */
const passedIn = ['content-type', 'content-length']
const passedOut = ['content-type', 'content-length']

export type IncomingRequest = {
  readonly request: Request
  /** Throws AppError `IN_TOO_BIG` once more came than `limit`; the request's body has failed then. */
  checkSize(): void
}

/**
 * A request of `node:http` as a `Request`, its body streamed and cut off after `limit` bytes. `signal` of the request
 * fires when the other side hangs up. Throws AppError `IN_TOO_BIG` when the length is announced and too large.
 */
export function toRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  origin: string,
  limit: number,
): IncomingRequest {
  if (Number(incoming.headers['content-length'] ?? 0) > limit) throw bodyTooBig(limit)
  const headers = new Headers()
  for (const name of passedIn) {
    const value = incoming.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const hungUp = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) hungUp.abort()
  })
  let exceeded = false
  const body =
    incoming.method === 'GET'
      ? null
      : limitedBody(incoming, limit, () => {
          exceeded = true
        })
  const request = new Request(`${origin}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers,
    signal: hungUp.signal,
    ...(body && { body, duplex: 'half' }),
  } as RequestInit)
  return {
    request,
    checkSize() {
      if (exceeded) throw bodyTooBig(limit)
    },
  }
}

function limitedBody(incoming: IncomingMessage, limit: number, onExceeded: () => void): ReadableStream {
  // Breaking off must leave the socket alive: the refusal is still to be sent over it.
  const chunks: AsyncIterator<Uint8Array> = incoming.iterator({ destroyOnReturn: false })
  let received = 0
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) return controller.close()
      received += value.length
      if (received > limit) {
        onExceeded()
        controller.error(bodyTooBig(limit))
        await chunks.return?.()
      } else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return?.()
    },
  })
}

/** Reads a small body whole. Rejects with AppError `IN_TOO_BIG`. */
export async function readText(incoming: IncomingMessage, limit: number): Promise<string> {
  if (Number(incoming.headers['content-length'] ?? 0) > limit) throw bodyTooBig(limit)
  const parts: Uint8Array[] = []
  let received = 0
  for await (const part of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    received += part.length
    if (received > limit) throw bodyTooBig(limit)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Sends a `Response` with `headers` laid over its own. A caller that hung up is no error. */
export async function sendResponse(
  outgoing: ServerResponse,
  response: Response,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  for (const name of passedOut) {
    const value = response.headers.get(name)
    if (value !== null) outgoing.setHeader(name, value)
  }
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
  outgoing.statusCode = response.status
  if (!response.body) return void outgoing.end()
  await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing).catch(() => {
    outgoing.destroy()
  })
}

/** Sends an error as `ErrorInfo` JSON, or an empty body without one. */
export function sendError(
  outgoing: ServerResponse,
  status: number,
  error: AppError | undefined,
  headers: Readonly<Record<string, string>>,
): void {
  const body = error ? JSON.stringify(error.toInfo()) : ''
  outgoing.writeHead(status, {
    ...headers,
    ...(error && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(body),
  })
  outgoing.end(body)
}
