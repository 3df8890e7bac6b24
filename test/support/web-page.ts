import { request as httpRequest } from 'node:http'
import { vi } from 'vitest'
import WebSocket from 'ws'
import type { WebServer } from '../../electron/transport/web-server.ts'
import { connectWeb } from '../../renderer/host/web-connection.ts'
import { launchParameter, requestHeader, sessionPath } from '../../shared/host/wire.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}
export type Asked = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** One request as anybody may send it: no header is added but `Host`. */
export function ask(
  port: number,
  path: string,
  { method = 'GET', headers, body }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      (incoming) => {
        const parts: Uint8Array[] = []
        incoming.on('data', (part: Uint8Array) => parts.push(part))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const { statusCode = 0, headers } = incoming
          resolve({ status: statusCode, headers, body: Buffer.concat(parts).toString() })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The headers that our own page sends with a change. */
export const pageHeadersOf = (port: number) => ({
  origin: `http://127.0.0.1:${port}`,
  'sec-fetch-site': 'same-origin',
  [requestHeader]: '1',
})

export function tokenOf(link: string): string {
  return new URLSearchParams(new URL(link).hash.slice(1)).get(launchParameter)!
}

export function trade(port: number, token: string): Promise<Answer> {
  return ask(port, sessionPath, {
    method: 'POST',
    headers: { ...pageHeadersOf(port), 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
}

/** A session as a browser would hold it after opening the link: the value of its `Cookie` header. */
export async function signIn(server: Pick<WebServer, 'port' | 'launchLink'>): Promise<string> {
  const answer = await trade(server.port, tokenOf(server.launchLink()))
  return String(answer.headers['set-cookie']).split(';')[0]!
}

/**
 * The connection that the page makes, in a page that is only as real as it needs: `fetch` and `WebSocket` with this
 * server's address, a cookie jar and the `Origin` that a browser would add. Call `vi.unstubAllGlobals` afterwards.
 */
export function openPage(link: string) {
  const address = new URL(link)
  let cookie = ''
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set('origin', address.origin)
    headers.set('sec-fetch-site', 'same-origin')
    if (cookie) headers.set('cookie', cookie)
    const response = await realFetch(new URL(path, address.origin), { ...init, headers })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return response
  })
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(url: URL) {
        super(url, { headers: { cookie }, origin: address.origin })
      }
    },
  )
  const listening = new EventTarget()
  const page = Object.assign(listening, {
    location: { href: address.href, hash: address.hash, pathname: '/', search: '' },
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    history: { replaceState: () => undefined },
  })
  return connectWeb(page as unknown as Window)
}

const realFetch = globalThis.fetch
