import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import { launchParameter, sessionPath, webSocketPath } from '../../shared/host/wire.ts'
import { bodyLimit } from './body-limit.ts'
import type { ServedHost } from './dispatch.ts'
import { readText, sendError, sendResponse, toRequest } from './http-body.ts'
import { guardRequest, type Refusal } from './http-guard.ts'
import { createPace } from './pace.ts'
import { dataHeaders, pageHeaders } from './page-headers.ts'
import { createPeerCheck } from './peer-user.ts'
import { createSessionTokens, unknownToken } from './session-tokens.ts'
import { createSocketDoor, type SocketLimits } from './socket-door.ts'
import type { StaticFiles } from './static-files.ts'

/** The browser host's door: http and WebSocket on 127.0.0.1, for nobody but the page it serves itself. */
export interface WebServer {
  readonly port: number
  /** A link that opens the app once, with a token of its own. */
  launchLink(): string
  /** Lets requests under way finish for up to `graceMs`, then closes every connection. */
  close(graceMs?: number): Promise<void>
}

export type WebLimits = {
  readonly headerBytes: number
  readonly connections: number
  /** Milliseconds until the head, and until the whole of a request must have arrived. */
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly socket: SocketLimits
}
const usualLimits: WebLimits = {
  headerBytes: 16 * 1024,
  connections: 100,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  socket: { message: 4 * 1024 * 1024, waiting: 32 * 1024 * 1024, heartbeat: 30_000 },
}
const sessionBytes = 4096

/**
 * Starts on `port`, or on a free one. Rejects with AppError `BAD_REQUEST` when the port cannot be had.
 * `onPages` hears how many pages are connected, whenever that changes.
 */
export async function startWebServer(
  host: ServedHost,
  options: {
    files: StaticFiles
    port?: number
    onPages?: (open: number) => void
    limits?: Partial<WebLimits>
    mayConnect?: ReturnType<typeof createPeerCheck>
  },
): Promise<WebServer> {
  const limits = { ...usualLimits, ...options.limits }
  const mayConnect = options.mayConnect ?? createPeerCheck()
  const { log } = host.services.context
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    connectionsCheckingInterval: Math.min(2000, limits.headersTimeout),
    // Longer than a browser keeps an unused connection, so that no change is sent into one that is just closing.
    keepAliveTimeout: 5 * 60_000,
    // A request without Host is refused by our own guard, like one with a wrong Host.
    requireHostHeader: false,
  })
  server.maxConnections = limits.connections
  const port = await listen(server, options.port ?? 0)
  const origin = `http://127.0.0.1:${port}`
  const pages = createSocketDoor(host, limits.socket, options.onPages)
  const tokens = createSessionTokens(port, {
    onGuessing() {
      log('warn', 'door', 'ten wrong launch tokens in a minute; unused links were withdrawn')
      pages.broadcast({
        type: 'notice',
        notice: { key: 'door.guessing', severity: 'warning', error: guessing },
      })
    },
  })
  const pace = createPace()

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const refusal = guard(incoming, 'request')
    if (refusal) {
      // Whatever follows on this connection was not sent by our page either.
      return sendError(outgoing, refusal.status, refusal.error, { ...pageHeaders, connection: 'close' })
    }
    const wait = pace(incoming.socket)
    if (wait > 0) await pause(wait)
    const path = pathOf(incoming)
    const file = incoming.method === 'GET' ? options.files.get(path) : undefined
    if (file) {
      const headers = { ...pageHeaders, 'content-type': file.type, 'content-length': file.bytes.length }
      return void outgoing.writeHead(200, headers).end(file.bytes)
    }
    if (incoming.method === 'POST' && path === sessionPath) return openSession(incoming, outgoing)
    // To whom we do not know, what is there and what is not look the same.
    if (!tokens.knows(incoming.headers.cookie)) return sendError(outgoing, 401, unknownToken(), pageHeaders)
    if (path.startsWith('/data/')) return answerData(incoming, outgoing, path)
    sendError(outgoing, 404, nothingHere(), pageHeaders)
  }

  async function openSession(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // A form can post text, but not with this type.
    if (incoming.headers['content-type'] !== 'application/json') throw badSession()
    const cookie = tokens.exchange(readToken(await readText(incoming, sessionBytes)))
    outgoing.writeHead(204, { ...pageHeaders, 'set-cookie': cookie }).end()
  }

  async function answerData(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    path: string,
  ): Promise<void> {
    const { request, checkSize } = toRequest(incoming, outgoing, origin, bodyLimit(path))
    const response = await host.handle(request)
    checkSize()
    await sendResponse(outgoing, response, dataHeaders)
  }

  function guard(incoming: IncomingMessage, kind: 'request' | 'upgrade'): Refusal | null {
    const { method = '', url: target = '', rawHeaders } = incoming
    return guardRequest({ method, target, rawHeaders }, port, kind)
  }

  const latest = new WeakMap<object, ServerResponse>()

  function serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    latest.set(incoming.socket, outgoing)
    answer(incoming, outgoing).catch((thrown: unknown) => {
      const error = toAppError(thrown)
      if (error.code === 'INTERNAL') log('error', 'door', `a request failed: ${String(error.cause)}`)
      if (outgoing.headersSent) outgoing.destroy()
      else sendError(outgoing, statusOf(error), error, pageHeaders)
    })
  }

  server.on('connection', (socket: Socket) => {
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket
    const local = { address: localAddress, port: localPort }
    const remote = { address: remoteAddress, port: remotePort }
    if (!mayConnect({ local, remote })) socket.destroy()
  })
  server.on('request', serve)
  // Without this, a refused request would first be told to go on and send its body.
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (!guard(incoming, 'request')) outgoing.writeContinue()
    serve(incoming, outgoing)
  })
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refusal = guard(incoming, 'upgrade')
    if (refusal) return hangUp(socket, refusal.status)
    if (!server.listening) return hangUp(socket, 503)
    if (!tokens.knows(incoming.headers.cookie)) return hangUp(socket, 401)
    if (pathOf(incoming) !== webSocketPath) return hangUp(socket, 404)
    pages.upgrade(incoming, socket, head)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const answer = latest.get(socket)
    // What stands on the wire already is an answer; a second one behind it would belong to no request.
    if (answer?.headersSent && !answer.writableFinished) socket.end()
    else hangUp(socket, malformed[error.code ?? ''] ?? 400)
  })

  return {
    port,
    launchLink: () => `${origin}/#${launchParameter}=${tokens.launch()}`,
    async close(graceMs = 10_000) {
      const closed = new Promise<void>((done) => {
        server.close(() => done())
      })
      await pages.close()
      server.closeIdleConnections()
      await Promise.race([closed, pause(graceMs, undefined, { ref: false })])
      server.closeAllConnections()
      await closed
    },
  }
}

type Server = ReturnType<typeof createServer>

/** Only ever on the loopback address, by number: what `localhost` means is up to others. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(portTaken(port, cause)))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      resolve((server.address() as AddressInfo).port)
    })
  })
}

const malformed: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** Answers over a bare socket, without a body, and closes it. */
function hangUp(socket: Duplex, status: number): void {
  if (!socket.writable) return void socket.destroy()
  const headers = Object.entries(pageHeaders).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n${headers.join('')}\r\n`,
  )
}

/** The path as it stands in the target. Nothing is decoded: `%2e` is no dot, and no path is looked up on a disk. */
function pathOf(incoming: IncomingMessage): string {
  return (incoming.url ?? '').split('?', 1)[0]!
}

function readToken(body: string): string {
  try {
    const { token } = JSON.parse(body) as { token?: unknown }
    if (typeof token === 'string') return token
  } catch {
    // Said below.
  }
  throw badSession()
}

function statusOf(error: AppError): number {
  switch (error.code) {
    case 'HOST_TOKEN':
      return 401
    case 'IN_TOO_BIG':
      return 413
    case 'BAD_REQUEST':
      return 400
    default:
      return 500
  }
}

function badSession(): AppError {
  return new AppError('BAD_REQUEST', 'The request for a session cannot be read.', {
    remedy: 'Open Tessera from the link that it printed when it started.',
  })
}

function nothingHere(): AppError {
  return new AppError('NOT_FOUND', 'There is nothing here.', { remedy: 'Reload the window.' })
}

function portTaken(port: number, cause: NodeJS.ErrnoException): AppError {
  const why = cause.code === 'EADDRINUSE' ? 'is used by another program' : 'may not be used by this one'
  return new AppError('BAD_REQUEST', `Port ${port} ${why}.`, {
    remedy: 'Choose another with --port, or leave it out to get a free one.',
    cause,
  })
}

const guessing = new AppError('HOST_TOKEN', 'Somebody on this computer tried many wrong links to Tessera.', {
  remedy: 'Unused links were withdrawn; run the start command again for a fresh one.',
}).toInfo()
