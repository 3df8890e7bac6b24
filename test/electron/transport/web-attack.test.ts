import { connect as connectTcp } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import type { StaticFiles } from '../../../electron/transport/static-files.ts'
import { startWebServer, type WebServer } from '../../../electron/transport/web-server.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { sessionPath } from '../../../shared/host/wire.ts'
import { createServedHost } from '../../support/served-host.ts'
import { ask, pageHeadersOf, signIn, tokenOf, trade } from '../../support/web-page.ts'

const file = (text: string, type: string) => ({ type, bytes: new TextEncoder().encode(text) })
const files: StaticFiles = new Map([
  ['/', file('<!doctype html>', 'text/html; charset=utf-8')],
  ['/assets/index.js', file('export {}', 'text/javascript; charset=utf-8')],
])
/** Requests that got as far as the host. */
const handled: string[] = []
const host = createServedHost({
  handlers: { 'versions.list': async () => [] },
  async handle(request) {
    const { pathname } = new URL(request.url)
    handled.push(`${request.method} ${pathname}`)
    if (pathname === '/data/images/none') {
      const error = new AppError('NOT_FOUND', 'There is nothing here.', { remedy: 'Reload the window.' })
      return Response.json(error.toInfo(), { status: 404 })
    }
    const size = (await request.arrayBuffer().catch(() => null))?.byteLength ?? -1
    return Response.json({ size })
  },
})
let server: WebServer
let port: number
let cookie: string
beforeAll(async () => {
  server = await startWebServer(host, {
    files,
    limits: { headersTimeout: 300, requestTimeout: 600, connections: 30 },
  })
  port = server.port
  cookie = await signIn(server)
})
beforeEach(() => void handled.splice(0))
afterEach(() => vi.restoreAllMocks())
afterAll(() => server.close())

/** Sends bytes as they are and reads until the server hangs up. */
function raw(text: string, { waits = false } = {}): Promise<{ status: number; head: string; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, '127.0.0.1')
    let received = ''
    socket.setEncoding('utf8')
    socket.on('data', (part) => {
      received += part
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', body = ''] = received.split('\r\n\r\n', 2)
      resolve({ status: Number(head.split(' ')[1] ?? 0), head, body })
    })
    socket.write(text)
    if (!waits) socket.end()
  })
}

/** A WebSocket as anybody may open it: what the server said, or `open`. */
function dial(headers: Record<string, string>, path = '/ws'): Promise<number | 'open'> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_, answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    socket.on('error', reject)
  })
}
const own = () => `127.0.0.1:${port}`
const known = () => ({ cookie })

it.each([
  ['another name', () => 'example.org'],
  ['another name with our port', () => `example.org:${port}`],
  ['a name that was rebound', () => `tessera.example.org:${port}`],
  ['no port', () => '127.0.0.1'],
  ['another port', () => `127.0.0.1:${port + 1}`],
  ['a dot at the end', () => `localhost.:${port}`],
  ['capitals', () => `LOCALHOST:${port}`],
  ['a decimal address', () => `2130706433:${port}`],
  ['a hexadecimal address', () => `0x7f000001:${port}`],
  ['an octal address', () => `0177.0.0.1:${port}`],
  ['a short address', () => `127.1:${port}`],
  ['another loopback address', () => `127.0.0.2:${port}`],
  ['IPv6', () => `[::1]:${port}`],
  ['IPv4 in IPv6', () => `[::ffff:127.0.0.1]:${port}`],
  ['every address', () => `0.0.0.0:${port}`],
  ['a user', () => `me@127.0.0.1:${port}`],
  ['ours and more', () => `127.0.0.1:${port}.example.org`],
  ['ours and a path', () => `127.0.0.1:${port}/`],
  ['two names in one', () => `127.0.0.1:${port}, example.org`],
  ['nothing', () => ''],
])('answers 421 without a body to a Host with %s', async (_, name) => {
  const answer = await raw(`GET / HTTP/1.1\r\nHost: ${name()}\r\nCookie: ${cookie}\r\n\r\n`)
  expect([answer.status, answer.body]).toEqual([421, ''])
  const upgrade = `GET /ws HTTP/1.1\r\nHost: ${name()}\r\nCookie: ${cookie}\r\nOrigin: http://${name()}\r\n`
  const socket = await raw(
    `${upgrade}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  )
  expect([socket.status, socket.body]).toEqual([421, ''])
})

it.each([
  ['two Hosts, ours first', () => `GET / HTTP/1.1\r\nHost: ${own()}\r\nHost: example.org\r\n`],
  ['two Hosts, ours last', () => `GET / HTTP/1.1\r\nHost: example.org\r\nhost: ${own()}\r\n`],
  ['our Host twice', () => `GET / HTTP/1.1\r\nHost: ${own()}\r\nHost: ${own()}\r\n`],
  ['no Host', () => 'GET / HTTP/1.1\r\n'],
  ['HTTP/0.9', () => 'GET /\r\n'],
  ['HTTP/1.0 without Host', () => 'GET / HTTP/1.0\r\n'],
  ['an absolute target', () => `GET http://example.org/ HTTP/1.1\r\nHost: ${own()}\r\n`],
  ['an absolute target of our own', () => `GET http://${own()}/ HTTP/1.1\r\nHost: ${own()}\r\n`],
  ['two slashes', () => `GET //example.org/ HTTP/1.1\r\nHost: ${own()}\r\n`],
])('answers 421 without a body to %s', async (_, head) => {
  const answer = await raw(`${head()}\r\n`)
  expect([answer.status, answer.body]).toEqual([421, ''])
})

it('serves both of its names, and HTTP/1.0 that says one', async () => {
  const heads = [
    `HTTP/1.1\r\nHost: ${own()}`,
    `HTTP/1.1\r\nHost: localhost:${port}`,
    `HTTP/1.0\r\nHost: ${own()}`,
  ]
  for (const head of heads) {
    expect((await raw(`GET / ${head}\r\nConnection: close\r\n\r\n`)).status).toBe(200)
  }
})

it('listens on the loopback address and on no other', async () => {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal || family === 'IPv6')
    .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address))
  const reached = await Promise.all(
    ['127.0.0.1', '::1', ...addresses].map(
      (address) =>
        new Promise<string | null>((resolve) => {
          const socket = connectTcp({ port, host: address })
          socket.on('connect', () => {
            socket.destroy()
            resolve(address)
          })
          socket.on('error', () => resolve(null))
        }),
    ),
  )
  expect(reached.filter((address) => address !== null)).toEqual(['127.0.0.1'])
})

it('opens no WebSocket to another origin, without one, or without a session', async () => {
  const origin = `http://${own()}`
  expect(await dial({ ...known(), origin: 'http://example.org' })).toBe(403)
  expect(await dial({ ...known(), origin: 'null' })).toBe(403)
  expect(await dial(known())).toBe(403)
  expect(await dial({ origin })).toBe(401)
  expect(await dial({ origin, cookie: `tessera-${port}=AAAA` })).toBe(401)
  expect(await dial({ ...known(), origin }, '/data/ws')).toBe(404)
  expect(await dial({ ...known(), origin })).toBe('open')
})

it('lets no form, image or plain request of another site change anything', async () => {
  const path = '/data/samples/x/label'
  const forms = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/json',
  ]
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    for (const type of forms) {
      // What SameSite would leave out is here: the rules must hold alone.
      const headers = { ...known(), 'content-type': type }
      expect((await ask(port, path, { method, headers, body: 'x' })).status).toBe(403)
      const foreign = { ...headers, origin: 'http://example.org', 'sec-fetch-site': 'cross-site' }
      expect((await ask(port, path, { method, headers: foreign, body: 'x' })).status).toBe(403)
    }
  }
  expect(handled).toEqual([])
})

it('answers no preflight and allows nothing to other origins', async () => {
  const headers = { ...known(), ...pageHeadersOf(port), 'access-control-request-method': 'PUT' }
  const answer = await ask(port, '/data/samples/x/label', { method: 'OPTIONS', headers })
  expect(answer.status).toBe(403)
  const page = await ask(port, '/')
  for (const { headers } of [answer, page]) {
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  }
})

it('sends the same strict headers with everything', async () => {
  const answers = [
    await ask(port, '/'),
    await ask(port, '/data/images/none', { headers: known() }),
    await ask(port, '/data/images/none'),
    await ask(port, '/nothing'),
    await ask(port, '/', { headers: { origin: 'null' } }),
    await trade(port, 'wrong'),
  ]
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  }
  const picture = await ask(port, '/data/images/x', { headers: known() })
  expect(picture.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
  expect(picture.headers['content-disposition']).toBe('attachment')
})

it('tells a page that it knows from one that it does not', async () => {
  const probe = (headers: Record<string, string>) => ask(port, '/data/images/none', { headers })
  const strangers = [await probe({}), await probe({ cookie: `tessera-${port}=x` })]
  for (const { status, body } of strangers) {
    expect([status, JSON.parse(body).code]).toEqual([401, 'HOST_TOKEN'])
  }
  const refused = await probe({ ...known(), origin: 'http://example.org' })
  expect([refused.status, JSON.parse(refused.body).code]).toEqual([403, 'HOST_REFUSED'])
  const answer = await probe(known())
  expect([answer.status, JSON.parse(answer.body).code]).toEqual([404, 'NOT_FOUND'])
})

it('shows a stranger no difference between what is there and what is not', async () => {
  const paths = ['/data/images/x', '/data/nothing', '/nothing', '/ws', '/session', '/index.php', '/data/']
  const answers = await Promise.all(paths.map((path) => ask(port, path)))
  const seen = answers.map(({ status, body, headers }) =>
    [status, body, Object.keys(headers).sort().join()].join(),
  )
  expect(new Set(seen).size).toBe(1)
  expect(handled).toEqual([])
})

it.each([
  '/../package.json',
  '/assets/../../../package.json',
  '/%2e%2e/package.json',
  '/%2e%2e%2fpackage.json',
  '/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  '/assets/..%2f..%2fpackage.json',
  '/assets/..%5c..%5cpackage.json',
  '/assets\\..\\package.json',
  '/assets/index.js%00.html',
  '/assets/index.js/',
  '/./assets/index.js',
  '/assets//index.js',
  '/ASSETS/index.js',
  '/%61ssets/index.js',
  '/etc/passwd',
  '/.git/config',
])('serves no file for %s', async (path) => {
  expect((await ask(port, path)).status).toBe(401)
  const answer = await ask(port, path, { headers: known() })
  expect([answer.status, JSON.parse(answer.body).code]).toEqual([404, 'NOT_FOUND'])
  expect(handled).toEqual([])
})

it('serves what was built, with its type, to anybody who asks for the page', async () => {
  const script = await ask(port, '/assets/index.js?x=1')
  expect([script.status, script.headers['content-type'], script.body]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'export {}',
  ])
})

it('takes a launch token once, only in a posted JSON body, and only from its own page', async () => {
  const token = tokenOf(server.launchLink())
  const json = { ...pageHeadersOf(port), 'content-type': 'application/json' }
  const body = JSON.stringify({ token })
  const post = (headers: Record<string, string>, path = sessionPath, text = body) =>
    ask(port, path, { method: 'POST', headers, body: text })
  expect((await ask(port, `${sessionPath}?token=${token}`)).status).toBe(401)
  expect((await ask(port, `/?launch=${token}`, {})).headers['set-cookie']).toBeUndefined()
  expect((await post(json, `${sessionPath}?token=${token}`, '{}')).status).toBe(400)
  expect((await post({ ...json, origin: 'http://example.org' })).status).toBe(403)
  expect((await post({ ...json, 'content-type': 'text/plain' })).status).toBe(400)
  const { 'x-tessera': _, ...bare } = json
  expect((await post(bare)).status).toBe(403)
  expect((await post(json, sessionPath, '{"token":')).status).toBe(400)
  expect((await post(json, sessionPath, '{"token":["x"]}')).status).toBe(400)
  expect((await post(json, sessionPath, JSON.stringify({ token: 'x'.repeat(5000) }))).status).toBe(413)

  const taken = await post(json)
  expect([taken.status, taken.body]).toEqual([204, ''])
  expect(String(taken.headers['set-cookie'])).toMatch(
    new RegExp(`^tessera-${port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
  )
  const again = await post(json)
  expect([again.status, JSON.parse(again.body).code, again.headers['set-cookie']]).toEqual([
    401,
    'HOST_TOKEN',
    undefined,
  ])
})

it('knows neither the links nor the sessions of another start', async () => {
  const other = await startWebServer(host, { files })
  const foreign = await signIn(other)
  const link = tokenOf(other.launchLink())
  await other.close()
  const value = foreign.split('=')[1]
  expect((await trade(port, link)).status).toBe(401)
  const headers = { cookie: `tessera-${port}=${value}` }
  expect((await ask(port, '/data/images/none', { headers })).status).toBe(401)
  expect(cookie.split('=')[0]).not.toBe(foreign.split('=')[0])
})

it('refuses a body that is too large, announced or not', async () => {
  const headers = { ...known(), ...pageHeadersOf(port) }
  const announced = await raw(
    `PUT /data/other HTTP/1.1\r\nHost: ${own()}\r\nOrigin: http://${own()}\r\nX-Tessera: 1\r\nCookie: ${cookie}\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n`,
  )
  expect([announced.status, JSON.parse(announced.body).code]).toEqual([413, 'IN_TOO_BIG'])
  expect(handled).toEqual([])
  const large = new Uint8Array(70 * 1024)
  const streamed = await ask(port, '/data/other', {
    method: 'PUT',
    headers: { ...headers, 'transfer-encoding': 'chunked' },
    body: large,
  })
  expect([streamed.status, JSON.parse(streamed.body).code]).toEqual([413, 'IN_TOO_BIG'])
  const label = await ask(port, '/data/samples/x/label', { method: 'PUT', headers, body: large })
  expect(JSON.parse(label.body)).toEqual({ size: large.length })
})

it('tells the host when an upload breaks off', async () => {
  const body = vi.fn()
  const broken = createServedHost({
    async handle(request) {
      await request.arrayBuffer().then(body, () => body('broken'))
      return new Response(null, { status: 400 })
    },
  })
  const second = await startWebServer(broken, { files })
  const session = await signIn(second)
  const socket = connectTcp(second.port, '127.0.0.1')
  socket.write(
    `PUT /data/import HTTP/1.1\r\nHost: 127.0.0.1:${second.port}\r\nOrigin: http://127.0.0.1:${second.port}\r\nX-Tessera: 1\r\nCookie: ${session}\r\nContent-Length: 1000\r\n\r\npart`,
  )
  setTimeout(() => socket.destroy(), 50)
  await vi.waitFor(() => expect(body.mock.calls).toEqual([['broken']]))
  await second.close()
})

it('hangs up on heads that are too large, malformed or never end', async () => {
  const large = `GET / HTTP/1.1\r\nHost: ${own()}\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`
  expect((await raw(large)).status).toBe(431)
  for (const text of ['\r\n\r\nnonsense\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\x16\x03\x01\x02\x00']) {
    const answer = await raw(text)
    expect([answer.status, answer.body]).toEqual([400, ''])
  }
  const slow = await raw(`GET / HTTP/1.1\r\nHost: ${own()}\r\n`, { waits: true })
  expect([slow.status, slow.body]).toEqual([408, ''])
})

it('hangs up on a body that never ends', async () => {
  const head = `PUT /data/import HTTP/1.1\r\nHost: ${own()}\r\nOrigin: http://${own()}\r\nX-Tessera: 1\r\nCookie: ${cookie}\r\n`
  const answer = await raw(`${head}Content-Length: 1000\r\n\r\npart`, { waits: true })
  expect(answer.status).toBe(408)
})

it('takes no more connections than it can serve', async () => {
  const sockets = Array.from({ length: 40 }, () => connectTcp(port, '127.0.0.1'))
  const open = new Set(sockets)
  for (const socket of sockets) {
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
  }
  await vi.waitFor(() => expect(open.size).toBeLessThanOrEqual(30))
  for (const socket of sockets) socket.destroy()
  await vi.waitFor(async () => expect((await ask(port, '/')).status).toBe(200))
})

it('closes a WebSocket that sends what is no message of ours', async () => {
  const headers = { ...known(), origin: `http://${own()}` }
  const closedBy = (...messages: (string | Uint8Array)[]) =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers })
      socket.on('error', reject)
      socket.on('open', () => {
        for (const message of messages) socket.send(message)
      })
      socket.on('close', resolve)
    })
  expect(await closedBy('not json')).toBe(1008)
  expect(await closedBy('{"kind":"call"}')).toBe(1008)
  expect(await closedBy(new Uint8Array(4))).toBe(1003)
  expect(await closedBy('x'.repeat(4 * 1024 * 1024 + 1))).toBe(1009)
})

it('writes no token and no session into the log', async () => {
  const token = tokenOf(server.launchLink())
  await trade(port, token)
  for (let i = 0; i < 10; i++) await trade(port, `guess-${token}`)
  await ask(port, `/data/images/none?launch=${token}`, { headers: { cookie: `x=${token}` } })
  const text = JSON.stringify(host.logged)
  expect(text).toContain('ten wrong launch tokens')
  for (const secret of [token, cookie, cookie.split('=')[1]!]) expect(text).not.toContain(secret)
})

it('says that a port is taken', async () => {
  const error: unknown = await startWebServer(host, { files, port }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'BAD_REQUEST', message: `Port ${port} is used by another program.` })
})

it('lets a save under way finish before it stops', async () => {
  let finish: (() => void) | undefined
  const slow = createServedHost({
    handle: () =>
      new Promise((resolve) => {
        finish = () => resolve(Response.json({ kind: 'saved' }))
      }),
  })
  const second = await startWebServer(slow, { files })
  const headers = { ...pageHeadersOf(second.port), cookie: await signIn(second) }
  const save = ask(second.port, '/data/samples/x/label', { method: 'PUT', headers, body: 'x' })
  await vi.waitFor(() => expect(finish).toBeDefined())
  const stopped = second.close()
  finish?.()
  expect((await save).body).toBe('{"kind":"saved"}')
  await stopped
})
