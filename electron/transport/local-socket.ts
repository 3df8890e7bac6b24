import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import { type HostConnection, type HostEvent, hostEventSchema } from '../../shared/host/host-api.ts'
import { cancelled, parseResult, readData } from './direct-connection.ts'

/** How the owner shows itself to whoever starts the same library again. */
export const launchSchema = z.discriminatedUnion('kind', [
  /** A fresh link to the page; it works once. */
  z.object({ kind: z.literal('link'), link: z.string() }),
  /** The desktop window came to the front. */
  z.object({ kind: z.literal('window') }),
])
export type Launch = z.infer<typeof launchSchema>

export const callSchema = z.strictObject({ method: z.string().max(100), input: z.unknown() })

/** What is spoken over the socket: http, because bodies of data are streamed over it. */
export const localPaths = { call: '/call', events: '/events', launch: '/launch' } as const

/** A connection to the process that holds the library. */
export interface LocalConnection extends HostConnection {
  /** Asks the owner for a fresh link, or to show its window. Rejects with `HOST_GONE` when it does not answer in 5 s. */
  launch(): Promise<Launch>
  close(): void
}

const launchTimeout = 5000

/** `endpoint` is what the owner wrote beside the library. Nothing is connected before the first call. */
export function connectLocalSocket(endpoint: string): LocalConnection {
  const agent = new Agent({ keepAlive: true })
  const listeners = new Set<(event: HostEvent) => void>()
  let news: AbortController | undefined
  /** Settles once the news flows: what a call brings about must not be missed. */
  let following: Promise<void> = Promise.resolve()

  /** One request; resolves once the head of the answer is there. Rejects with AppError `HOST_GONE` or `CANCELLED`. */
  async function ask(
    options: Pick<RequestOptions, 'method' | 'path' | 'headers'> & { body?: Readable; signal?: AbortSignal },
  ): Promise<IncomingMessage> {
    const { body, signal, ...head } = options
    try {
      signal?.throwIfAborted()
      const outgoing = request({ socketPath: endpoint, agent, ...head, ...(signal && { signal }) })
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.once('response', resolve)
        outgoing.once('error', reject)
      })
      // A refusal may come while the body is still being sent; then it is the answer that counts.
      if (body) pipeline(body, outgoing).catch(() => undefined)
      else outgoing.end()
      return await answered
    } catch (error) {
      throw signal?.aborted ? cancelled() : ownerGone(error)
    }
  }

  async function receive(answer: IncomingMessage, signal?: AbortSignal): Promise<Response> {
    try {
      const parts: Uint8Array[] = []
      for await (const part of answer as AsyncIterable<Uint8Array>) parts.push(part)
      return new Response(new Blob(parts as Uint8Array<ArrayBuffer>[]), {
        status: answer.statusCode ?? 500,
        headers: { 'content-type': answer.headers['content-type'] ?? '' },
      })
    } catch (error) {
      throw signal?.aborted ? cancelled() : ownerGone(error)
    }
  }

  async function postJson(path: string, value: unknown, signal?: AbortSignal): Promise<unknown> {
    const text = Buffer.from(JSON.stringify(value))
    const answer = await ask({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', 'content-length': text.length },
      body: Readable.from([text]),
      ...(signal && { signal }),
    })
    return JSON.parse(await (await readData(await receive(answer, signal))).text())
  }

  async function forward(answer: IncomingMessage): Promise<void> {
    for await (const line of createInterface({ input: answer })) {
      const event = hostEventSchema.safeParse(JSON.parse(line))
      if (event.success) for (const listener of [...listeners]) listener(event.data)
    }
  }

  return {
    async call(method, input, signal) {
      await following
      const answer = await postJson(localPaths.call, { method, input }, signal)
      return parseResult(method, (answer as { result?: unknown }).result)
    },
    on(listener) {
      listeners.add(listener)
      if (!news) {
        news = new AbortController()
        // When the owner ends there is no more news; the next call says so.
        following = ask({ method: 'GET', path: localPaths.events, signal: news.signal }).then(
          (answer) => void forward(answer).catch(() => undefined),
          () => undefined,
        )
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        news?.abort()
        news = undefined
      }
    },
    async fetchData(path, init = {}) {
      const { body, signal } = init
      const answer = await ask({
        method: init.method ?? 'GET',
        path,
        headers: body ? { 'content-type': 'application/octet-stream', 'content-length': body.size } : {},
        ...(body && { body: Readable.fromWeb(body.stream() as never) }),
        ...(signal && { signal }),
      })
      return readData(await receive(answer, signal))
    },
    async launch() {
      const signal = AbortSignal.timeout(launchTimeout)
      try {
        return launchSchema.parse(await postJson(localPaths.launch, {}, signal))
      } catch (error) {
        throw ownerGone(error)
      }
    },
    close() {
      news?.abort()
      agent.destroy()
    },
  }
}

function ownerGone(cause: unknown): AppError {
  return new AppError('HOST_GONE', 'The program that has this library open does not answer.', {
    remedy: 'Close it, or wait until it is done, then try again.',
    cause,
  })
}
