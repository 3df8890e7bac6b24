import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { HostEvent } from '../../shared/host/host-api.ts'
import type { FromHost } from '../../shared/host/wire.ts'
import { type ControlSession, openControlSession } from './control-session.ts'
import type { ServedHost } from './dispatch.ts'

/** The control plane over WebSockets. Whoever calls `upgrade` has checked the request. */
export interface SocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Tells every page something that comes from the door itself. */
  broadcast(event: HostEvent): void
  /** Pages that are connected. */
  readonly open: number
  close(): Promise<void>
}

export type SocketLimits = {
  /** Bytes of one message from a page. */
  readonly message: number
  /** Bytes that may wait for a page that does not read; beyond, it is cut off and connects again. */
  readonly waiting: number
  /** Milliseconds between two questions whether a page still lives. */
  readonly heartbeat: number
}

// Codes of RFC 6455, 7.4.1.
const goingAway = 1001
const notText = 1003
const notOurs = 1008

export function createSocketDoor(
  host: ServedHost,
  limits: SocketLimits,
  onOpenChanged: (open: number) => void = () => undefined,
): SocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.message,
    // Compression costs memory a page could multiply, and saves nothing on this machine's own network.
    perMessageDeflate: false,
  })
  const pages = new Map<WebSocket, { session: ControlSession; alive: boolean }>()

  function admit(page: WebSocket): void {
    const send = (message: FromHost) => {
      if (page.readyState !== page.OPEN) return
      if (page.bufferedAmount > limits.waiting) return page.terminate()
      page.send(JSON.stringify(message))
    }
    const state = { session: openControlSession(host, send), alive: true }
    pages.set(page, state)
    onOpenChanged(pages.size)
    page.on('pong', () => {
      state.alive = true
    })
    page.on('message', (data, isBinary) => {
      if (isBinary) return page.close(notText)
      if (!state.session.receive(parseJson(String(data)))) page.close(notOurs)
    })
    // What breaks the protocol also closes the connection; `close` below cleans up.
    page.on('error', () => undefined)
    page.on('close', () => {
      state.session.close()
      pages.delete(page)
      onOpenChanged(pages.size)
    })
  }

  const heartbeat = setInterval(() => {
    for (const [page, state] of pages) {
      if (!state.alive) page.terminate()
      state.alive = false
      page.ping()
    }
  }, limits.heartbeat)
  heartbeat.unref()

  return {
    upgrade: (request, socket, head) => server.handleUpgrade(request, socket, head, admit),
    broadcast(event) {
      const message = JSON.stringify({ kind: 'event', event } satisfies FromHost)
      for (const page of pages.keys()) page.send(message)
    },
    get open() {
      return pages.size
    },
    async close() {
      clearInterval(heartbeat)
      await Promise.all(
        [...pages.keys()].map(
          (page) =>
            new Promise<void>((done) => {
              page.once('close', () => done())
              page.close(goingAway)
              // A page that does not answer the farewell is not waited for.
              setTimeout(() => page.terminate(), 1000).unref()
            }),
        ),
      )
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
