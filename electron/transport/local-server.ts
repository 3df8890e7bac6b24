import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { z } from 'zod'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { HostEvent } from '../../shared/host/host-api.ts'
import { bodyLimit } from './body-limit.ts'
import { createDispatch, type ServedHost } from './dispatch.ts'
import { readText, sendError, sendResponse, toRequest } from './http-body.ts'
import { callSchema, type Launch, localPaths } from './local-socket.ts'

const callBytes = 8 * 1024 * 1024

export interface LocalServer {
  readonly endpoint: string
  close(): Promise<void>
}

/**
 * Lets other programs of this person work on the library that this process holds. The folder of `endpoint` keeps others
 * out (`local-endpoint.ts`); whoever gets in could open the library's files just as well, so there is no token. Paths of
 * files are never taken: what is imported is sent. Call only while holding the library's lock.
 */
export async function openLocalServer(
  host: ServedHost,
  options: { endpoint: string; launch: () => Launch | Promise<Launch> },
): Promise<LocalServer> {
  const { endpoint } = options
  const { log } = host.services.context
  const dispatch = createDispatch(host)
  const isFile = !endpoint.startsWith('\\\\')

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = (incoming.url ?? '').split('?', 1)[0]!
    const route = `${incoming.method} ${path}`
    if (path.startsWith('/data/')) {
      const { request, checkSize } = toRequest(incoming, outgoing, 'http://localhost', bodyLimit(path))
      const response = await host.handle(request)
      checkSize()
      return sendResponse(outgoing, response, {})
    }
    if (route === `POST ${localPaths.call}`) {
      const { method, input } = readCall(await readText(incoming, callBytes))
      const hungUp = new AbortController()
      outgoing.once('close', () => hungUp.abort())
      return sendJson(outgoing, { result: await dispatch(method, input, hungUp.signal) })
    }
    if (route === `POST ${localPaths.launch}`) return sendJson(outgoing, await options.launch())
    if (route === `GET ${localPaths.events}`) return sendEvents(outgoing)
    throw new AppError('NOT_FOUND', 'There is nothing here.', { remedy: 'Update both programs.' })
  }

  /** One JSON line an event, until the other side hangs up. */
  function sendEvents(outgoing: ServerResponse): void {
    outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' })
    outgoing.flushHeaders()
    const stop = host.on((event: HostEvent) => {
      outgoing.write(`${JSON.stringify(event)}\n`)
      // News is a courtesy: who does not read it is cut off rather than waited for.
      if (outgoing.writableLength > callBytes) outgoing.destroy()
    })
    outgoing.once('close', stop)
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((thrown: unknown) => {
      const error = toAppError(thrown)
      if (error.code === 'INTERNAL') log('error', 'door', `a request failed: ${String(error.cause)}`)
      if (outgoing.headersSent) outgoing.destroy()
      else sendError(outgoing, error.code === 'INTERNAL' ? 500 : 400, error, {})
    })
  })
  // A socket that a killed owner left here answers nobody.
  if (isFile) rmSync(endpoint, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(endpoint, resolve)
  })
  if (isFile) chmodSync(endpoint, 0o600)
  // By itself, the socket is no reason to stay.
  server.unref()

  return {
    endpoint,
    async close() {
      const closed = new Promise<void>((done) => {
        server.close(() => done())
      })
      server.closeIdleConnections()
      await Promise.race([closed, pause(2000, undefined, { ref: false })])
      server.closeAllConnections()
      await closed
    },
  }
}

function sendJson(outgoing: ServerResponse, value: unknown): void {
  // A result that JSON cannot say throws here, before anything was sent.
  const body = JSON.stringify(value)
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end(body)
}

function readCall(body: string): z.infer<typeof callSchema> {
  try {
    return callSchema.parse(JSON.parse(body))
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'The call cannot be read.', { remedy: 'Update both programs.', cause })
  }
}
