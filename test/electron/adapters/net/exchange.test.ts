import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { exchange, usualWaits, type Waits } from '../../../../electron/adapters/net/exchange.ts'
import { Secret } from '../../../../electron/adapters/secrets/secret.ts'
import { WandbHttp } from '../../../../electron/adapters/wandb/http.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  open.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const web = (listener: RequestListener) => listening(createServer(listener))
const tcp = (talk: (socket: Socket) => void) => listening(createTcpServer(talk))

/** Generous but for the one wait under test, so that no other can end the call. */
const call = (waits: Partial<Waits>, more: Partial<Parameters<typeof exchange>[1]> = {}) => ({
  method: 'GET',
  headers: {},
  body: undefined,
  signal: new AbortController().signal,
  maxBytes: 1000,
  maxErrorBytes: 10,
  waits: { ...usualWaits, ...waits },
  ...more,
})
const head = 'HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n'

it('keeps to the waits that the design names', () => {
  expect(usualWaits).toEqual({
    connectMs: 10_000,
    headersMs: 30_000,
    idleMs: 30_000,
    wholeMs: 300_000,
    floorMs: 60_000,
  })
})

it('sends a body with its length and returns the answer as it came', async () => {
  const url = await web(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    response.writeHead(201, { 'x-length': request.headers['content-length'] })
    response.end(Buffer.concat(parts))
  })
  const body = new Blob(['x'.repeat(300_000)])
  const answer = await exchange(url, call({}, { method: 'PUT', body, maxBytes: 300_000 }))
  expect([answer.status, answer.headers['x-length'], answer.bytes.length]).toEqual([201, '300000', 300_000])
})

it('gives up a connection whose handshake never ends', async () => {
  const url = (await tcp(() => undefined)).replace('http:', 'https:')
  await expect(exchange(url, call({ connectMs: 50 }))).rejects.toMatchObject({ stage: 'connect' })
})

it('gives up a server that takes the question and never answers', async () => {
  const url = await tcp(() => undefined)
  await expect(exchange(url, call({ headersMs: 50 }))).rejects.toMatchObject({ stage: 'headers' })
})

it('gives up an answer that stands still', async () => {
  const url = await tcp((socket) => void socket.write(`${head}abc`))
  await expect(exchange(url, call({ idleMs: 50 }))).rejects.toMatchObject({ stage: 'idle' })
})

it('gives up an answer that drips, though it never stands still', async () => {
  const url = await tcp((socket) => {
    socket.write(head)
    const drip = setInterval(() => void socket.write('a'), 10)
    socket.on('close', () => clearInterval(drip))
  })
  await expect(exchange(url, call({ floorMs: 200 }))).rejects.toMatchObject({ stage: 'floor' })
})

it('gives up an upload that the server no longer takes', async () => {
  const url = await tcp((socket) => void socket.pause())
  const body = new Blob([new Uint8Array(32 << 20)])
  const sending = exchange(url, call({ floorMs: 200 }, { method: 'PUT', body }))
  await expect(sending).rejects.toMatchObject({ stage: 'floor' })
})

it('bounds the whole of a call that is never still', async () => {
  const url = await tcp((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    const flow = setInterval(() => void socket.write('1\r\na\r\n'), 5)
    socket.on('close', () => clearInterval(flow))
  })
  await expect(exchange(url, call({ wholeMs: 100 }))).rejects.toMatchObject({ stage: 'whole' })
})

it('lets a large download go on for longer than a small one may', async () => {
  const url = await web((_, response) => {
    response.writeHead(200, { 'content-length': 256 << 10 })
    response.write(new Uint8Array(128 << 10))
    setTimeout(() => response.end(new Uint8Array(128 << 10)), 400)
  })
  // 256 KiB at 64 KiB/s are four seconds more.
  const answer = await exchange(url, call({ wholeMs: 100 }, { maxBytes: 1 << 20 }))
  expect(answer.bytes.length).toBe(256 << 10)
})

it('takes the answer of a server that refuses an upload before it has read it', async () => {
  const url = await web((_, response) => {
    response.writeHead(403)
    response.end('expired')
  })
  const body = new Blob([new Uint8Array(32 << 20)])
  const answer = await exchange(url, call({}, { method: 'PUT', body }))
  expect([answer.status, Buffer.from(answer.bytes).toString()]).toEqual([403, 'expired'])
})

it.each([
  ['plain', {}, Buffer.alloc(1001)],
  ['small on the wire', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(1001))],
])('refuses an answer beyond its limit: %s', async (_, headers, bytes) => {
  const url = await web((_request, response) => {
    response.writeHead(200, headers)
    response.end(bytes)
  })
  await expect(exchange(url, call({}))).rejects.toMatchObject({ limit: 1000 })
})

it('cuts the text of an error, and opens one that was packed', async () => {
  const url = await web((request, response) => {
    const packed = request.url === '/packed'
    response.writeHead(500, packed ? { 'content-encoding': 'gzip' } : {})
    response.end(packed ? gzipSync('sorry') : Buffer.alloc(1 << 20))
  })
  const long = await exchange(url, call({}))
  expect([long.status, long.bytes.length <= 10]).toEqual([500, true])
  const packed = await exchange(`${url}/packed`, call({}))
  expect(Buffer.from(packed.bytes).toString()).toBe('sorry')
})

it.each([
  ['br', Buffer.from('abc')],
  ['gzip', Buffer.from('this is no gzip')],
])('refuses an answer whose coding (%s) it cannot undo', async (coding, bytes) => {
  const url = await web((_, response) => {
    response.writeHead(200, { 'content-encoding': coding })
    response.end(bytes)
  })
  await expect(exchange(url, call({}))).rejects.toThrow(coding)
})

it('stops in the middle of an answer when told to', async () => {
  const stop = new AbortController()
  const url = await tcp((socket) => {
    socket.write(`${head}abc`)
    stop.abort()
  })
  await expect(exchange(url, call({}, { signal: stop.signal }))).rejects.toMatchObject({ name: 'AbortError' })
})

it('leaves no timer and no open request behind', async () => {
  const url = await web((_, response) => void response.end('done'))
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  for (let i = 0; i < 20; i++) await exchange(url, call({}))
  await sleep(0)
  const after = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  expect(after - before).toBeLessThan(5)
})

it.each([
  [{ connectMs: 50 }, 'https:', 'NET_OFFLINE', 'cannot be reached'],
  [{ headersMs: 50 }, 'http:', 'NET_SLOW', 'took too long'],
] as const)(
  'tells a server that is not there from one that is slow: %o',
  async (waits, scheme, code, words) => {
    const baseUrl = (await tcp(() => undefined)).replace('http:', scheme)
    const http = new WandbHttp({
      baseUrl,
      key: new Secret('k'.repeat(40)),
      product: 'tessera/test',
      retries: 0,
      waits,
    })
    const { signal } = new AbortController()
    const failed = await http.api('/graphql', { signal }).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code, message: expect.stringContaining(words) })
  },
)
