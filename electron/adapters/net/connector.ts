import { type ClientRequest, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { type AgentOptions, Agent as SecureAgent, request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect } from 'node:tls'
import { liveSecrets } from '../secrets/secret.ts'
import { usualAuthorities } from './authorities.ts'
import { type ProxyChoice, type ProxyWish, proxyFor } from './proxy.ts'

type Open = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Of the target's name; a proxy looks names up itself. */
  readonly lookup?: LookupFunction
}
/** Opens requests: by the proxy that a target is reached by, trusting the authorities that are trusted. */
export type Connector = {
  /** `isSecure`: whether the connection of the request speaks TLS. Throws AppError `BAD_REQUEST` on a bad proxy address. */
  open(target: URL, options: Open): { readonly request: ClientRequest; readonly isSecure: boolean }
}
/** What a proxy did instead of making the connection. `status` null: it was not reached. */
export class ProxyFailure extends Error {
  readonly proxy: string
  readonly status: number | null
  constructor(proxy: string, status: number | null, cause?: unknown) {
    super(`proxy ${status ?? 'not reached'}`, { cause })
    this.proxy = proxy
    this.status = status
  }
}

/** What a proxy may take to make a connection, in milliseconds. */
const tunnelMs = 10_000
/** As the agents that Node uses by itself. */
const pooling = { keepAlive: true, scheduling: 'lifo', timeout: 5000 } as const

/** Without a wish: as the environment of the process says nothing, directly. */
export const direct: Connector = {
  open(target, options) {
    const isSecure = target.protocol === 'https:'
    return { request: (isSecure ? secureRequest : plainRequest)(target, options), isSecure }
  },
}

/**
 * A connector for wishes that hold as long as it lives. `authorities` are trusted beside the usual ones; `credentials`
 * gives `name:password` of a proxy whose address holds none.
 */
export function createConnector(options: {
  readonly wish: ProxyWish
  readonly authorities: readonly string[]
  credentials(address: string): string | null
}): Connector {
  const { wish, authorities } = options
  const trust = authorities.length > 0 ? { ca: [...usualAuthorities(), ...authorities] } : {}
  const secure = new SecureAgent({ ...pooling, ...trust })
  const plain = new PlainAgent(pooling)
  const tunnels = new Map<string, TunnelAgent>()

  function authorization({ address, credentials }: ProxyChoice): Record<string, string> {
    const known = credentials ?? options.credentials(address)
    if (known === null) return {}
    liveSecrets.add(known)
    const password = known.slice(known.indexOf(':') + 1)
    // A shorter one would be cut out of words it has nothing to do with; with its name it is cut out all the same.
    if (password.length >= 6) liveSecrets.add(password)
    return { 'proxy-authorization': `Basic ${Buffer.from(known).toString('base64')}` }
  }

  return {
    open(target, call) {
      const proxy = proxyFor(target, wish)
      const isSecure = target.protocol === 'https:'
      if (proxy === null) {
        const agent = isSecure ? secure : plain
        return { request: (isSecure ? secureRequest : plainRequest)(target, { ...call, agent }), isSecure }
      }
      if (isSecure) {
        const agent =
          tunnels.get(proxy.address) ?? new TunnelAgent(proxy.address, authorization(proxy), trust)
        tunnels.set(proxy.address, agent)
        return { request: secureRequest(target, { ...call, agent }), isSecure }
      }
      // What is not encrypted is asked of the proxy itself, by the whole address.
      const via = new URL(proxy.address)
      const isProxySecure = via.protocol === 'https:'
      const headers = { ...call.headers, host: target.host, ...authorization(proxy) }
      const { method, signal } = call
      const agent = isProxySecure ? secure : plain
      const request = (isProxySecure ? secureRequest : plainRequest)(via, {
        method,
        signal,
        headers,
        agent,
        path: target.href,
      })
      return { request, isSecure: isProxySecure }
    },
  }
}

/** Makes each connection inside one that the proxy opens. */
class TunnelAgent extends SecureAgent {
  readonly #proxy: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #trust: { ca?: string[] }

  constructor(proxy: string, headers: Readonly<Record<string, string>>, trust: { ca?: string[] }) {
    super({ ...pooling, ...trust } as AgentOptions)
    this.#proxy = proxy
    this.#headers = headers
    this.#trust = trust
  }

  override createConnection(
    options: ConnectionOptions & { host?: string; port?: number | string },
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const failed = (error: Error) => done(error, null as never)
    this.#tunnel(`${options.host?.includes(':') ? `[${options.host}]` : options.host}:${options.port}`).then(
      (socket) => {
        const secure = connect({ ...options, ...this.#trust, socket } as ConnectionOptions)
        secure.setTimeout(tunnelMs, () =>
          secure.destroy(Object.assign(new Error('slow'), { code: 'ETIMEDOUT' })),
        )
        secure.once('error', failed)
        secure.once('secureConnect', () => {
          secure.setTimeout(0)
          secure.off('error', failed)
          done(null, secure)
        })
      },
      failed,
    )
  }

  #tunnel(target: string): Promise<Duplex> {
    return new Promise((done, failed) => {
      const via = new URL(this.#proxy)
      const open = via.protocol === 'https:' ? secureRequest : plainRequest
      const request = open(via, {
        method: 'CONNECT',
        path: target,
        headers: { host: target, ...this.#headers },
        agent: false,
        timeout: tunnelMs,
        ...this.#trust,
      })
      request.once('timeout', () => request.destroy(new Error('the proxy took too long')))
      request.once('error', (error) => failed(new ProxyFailure(via.host, null, error)))
      // Whatever it answers instead of a tunnel.
      request.once('response', (response) => {
        response.destroy()
        failed(new ProxyFailure(via.host, response.statusCode ?? 0))
      })
      request.once('connect', (response, socket, head) => {
        const { statusCode = 0 } = response
        if (statusCode >= 200 && statusCode < 300) {
          socket.setTimeout(0)
          if (head.length > 0) socket.unshift(head)
          done(socket)
          return
        }
        socket.destroy()
        failed(new ProxyFailure(via.host, statusCode))
      })
      request.end()
    })
  }
}
