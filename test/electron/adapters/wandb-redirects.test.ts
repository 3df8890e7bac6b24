import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../../../electron/adapters/secrets/secret.ts'
import { normalizeBaseUrl, requireSafeWandb, WandbHttp } from '../../../electron/adapters/wandb/http.ts'

const key = new Secret('canary0123456789canary0123456789canary0123')
const { signal } = new AbortController()
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** What a server was asked, as `METHOD path body`, with a star where the key came along. */
async function start(reply: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += String(part)
    const { authorization } = request.headers
    asked.push(`${request.method} ${request.url} ${body}${authorization ? '*' : ''}`.trim())
    response.setHeader('content-type', 'application/json')
    reply(request, response)
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
const http = (baseUrl: string) => new WandbHttp({ baseUrl, key, product: 'tessera/test', retries: 0 })
const to = (response: ServerResponse, status: number, location: string) =>
  void response.writeHead(status, { location }).end()

describe('a redirect', () => {
  it.each([307, 308])(
    'with %i is followed by a question that stays on the server, key and body',
    async (status) => {
      const { url, asked } = await start((request, response) => {
        if (request.url === '/graphql') return to(response, status, '/v2/graphql')
        response.end('{"ok":true}')
      })
      expect(await http(url).api('/graphql', { signal, method: 'POST', body: '{}' })).toEqual({ ok: true })
      expect(asked).toEqual(['POST /graphql {}*', 'POST /v2/graphql {}*'])
    },
  )

  it.each([301, 302, 303])('with %i is not: a question would become another', async (status) => {
    const { url, asked } = await start((_, response) => to(response, status, '/v2/graphql'))
    await expect(http(url).api('/graphql', { signal, method: 'POST', body: '{}' })).rejects.toMatchObject({
      code: 'NET_INTERFERED',
    })
    expect(asked).toHaveLength(1)
  })

  it('never takes a question to another server, and says where it would have gone without its details', async () => {
    const other = await start((_, response) => void response.end('{}'))
    const { url } = await start((_, response) => to(response, 307, `${other.url}/graphql?token=hush`))
    const refused = await http(url)
      .api('/graphql', { signal, method: 'POST', body: '{}' })
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'NET_INTERFERED', message: expect.stringContaining(other.url) })
    expect(String(refused)).not.toContain('hush')
    expect(other.asked).toEqual([])
  })

  it('is followed three times, not for ever', async () => {
    const { url, asked } = await start((_, response) => to(response, 307, '/again'))
    await expect(http(url).storage('/file', { signal })).rejects.toMatchObject({ code: 'NET_INTERFERED' })
    expect(asked).toHaveLength(4)
  })

  it('takes a file with it where the storage moved it, and no key', async () => {
    const { url, asked } = await start((request, response) => {
      if (request.url === '/file') return to(response, 307, '/moved')
      response.end('')
    })
    const body = {
      size: 4,
      async *stream() {
        yield new TextEncoder().encode('data')
      },
    }
    await http(url).put('/file', { signal, body })
    expect(asked).toEqual(['PUT /file data', 'PUT /moved data'])
  })

  it('to another place without encryption is not followed', async () => {
    const other = await start((_, response) => void response.end('bytes'))
    const { url } = await start((_, response) => to(response, 302, `${other.url}/bytes`))
    await expect(http(url).storage('/file', { signal })).rejects.toMatchObject({ code: 'NET_INTERFERED' })
    expect(other.asked).toEqual([])
  })
})

describe('a name that the server hands out', () => {
  /** A server whose name is outside, and a storage whose name leads to this computer. */
  async function names(baseAddress: string) {
    const { url, asked } = await start((_, response) => void response.end('bytes'))
    const { port } = new URL(url)
    const http = new WandbHttp({
      baseUrl: 'https://w.example',
      key,
      product: 'tessera/test',
      retries: 0,
      resolve: async (name) => [{ address: name === 'w.example' ? baseAddress : '127.0.0.1', family: 4 }],
    })
    const fetched = http.storage(`https://storage.example:${port}/file`, { signal })
    return { asked, error: await fetched.catch((error: unknown) => error) }
  }

  it('does not lead into the network inside when the server is outside', async () => {
    const { asked, error } = await names('203.0.113.7')
    expect(error).toMatchObject({
      code: 'NET_INTERFERED',
      message: expect.stringContaining('inside this network'),
    })
    expect(asked).toEqual([])
  })

  it('may lead there when the server is there itself', async () => {
    const { error } = await names('10.0.0.7')
    // It gets as far as TLS, which that storage does not speak.
    expect(error).toMatchObject({ code: 'TLS_BAD' })
  })
})

describe('the address of a server', () => {
  it.each([
    ['https://w.example/', 'https://w.example'],
    ['https://w.example/wandb/api//', 'https://w.example/wandb/api'],
    [' http://localhost:8080 ', 'http://localhost:8080'],
  ])('keeps its prefix: %s', (text, base) => expect(normalizeBaseUrl(text)).toBe(base))

  it('keeps it in every call', async () => {
    const { url, asked } = await start((_, response) => void response.end('{}'))
    await http(normalizeBaseUrl(`${url}/wandb/`)).api('/graphql', { signal, method: 'POST', body: '{}' })
    expect(asked).toEqual(['POST /wandb/graphql {}*'])
  })

  it.each(['http://w.example', 'http://10.0.0.7:8080', 'http://localhost.example'])(
    'without encryption is for this computer alone, unless a person agrees: %s',
    (text) => {
      expect(() => requireSafeWandb(text, false)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
      expect(() => requireSafeWandb(text, true)).not.toThrow()
    },
  )

  it.each(['https://w.example', 'http://127.0.0.1:1', 'http://localhost', 'http://[::1]:8080'])(
    'is safe: %s',
    (text) => expect(() => requireSafeWandb(text, false)).not.toThrow(),
  )

  it.each(['https://anna:pw@w.example', 'https://w.example?x=1', 'ftp://w.example', 'https://wandb.ai', 'w'])(
    'is not %s',
    (text) => expect(() => normalizeBaseUrl(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' })),
  )
})
