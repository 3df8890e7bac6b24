import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../../electron/adapters/secrets/secret.ts'
import { WandbHttp } from '../../../electron/adapters/wandb/http.ts'

const whole = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))
const other = Buffer.from(whole).reverse()
type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Breaks off when `until` bytes of a whole answer are out. */
const broken =
  (until: number, headers: Record<string, string> = { etag: '"one"' }): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': '1000', ...headers })
    response.write(whole.subarray(0, until), () => response.destroy())
  }
const all =
  (bytes: Buffer, headers: Record<string, string> = { etag: '"one"' }): Answer =>
  (_, response) =>
    void response.writeHead(200, { 'content-length': String(bytes.length), ...headers }).end(bytes)
const rest =
  (start: number, etag = '"one"', bytes = whole): Answer =>
  (_, response) =>
    void response
      .writeHead(206, { etag, 'content-range': `bytes ${start}-999/1000` })
      .end(bytes.subarray(start))

/** What comes of one `receive` from a server that answers so, one answer after the other. */
async function received(answers: readonly Answer[], maxBytes = 2000) {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const { range } = request.headers
    asked.push(range && `${range} ${request.headers['if-range']}`)
    answers[asked.length - 1]!(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const key = new Secret(`local-${'a1'.repeat(20)}`)
  const http = new WandbHttp({ baseUrl, key, product: 'tessera/test', retries: 3, minWaitMs: 1 })
  let parts: Uint8Array[] = []
  let begun = 0
  const into = {
    begin() {
      begun++
      parts = []
    },
    take: (part: Uint8Array) => void parts.push(part),
  }
  const { signal } = new AbortController()
  const error = await http.receive(`${baseUrl}/file`, into, { signal, maxBytes }).then(
    () => null,
    (thrown: { code?: string }) => thrown.code,
  )
  return { asked, begun, error, bytes: Buffer.concat(parts) }
}

it('asks only for the rest of a file whose answer broke off, again and again', async () => {
  const next: Answer = (_, response) => {
    response.writeHead(206, { etag: '"one"', 'content-length': '400', 'content-range': 'bytes 600-999/1000' })
    response.write(whole.subarray(600, 700), () => response.destroy())
  }
  const { asked, begun, error, bytes } = await received([broken(600), next, rest(700)])
  expect(asked).toEqual([undefined, 'bytes=600- "one"', 'bytes=700- "one"'])
  expect({ begun, error }).toEqual({ begun: 1, error: null })
  expect(bytes.equals(whole)).toBe(true)
})

it.each<[string, readonly Answer[], Buffer, readonly (string | undefined)[]]>([
  [
    'it is another file by now',
    [broken(600), all(other, { etag: '"two"' })],
    other,
    [undefined, 'bytes=600- "one"'],
  ],
  ['the server gives no parts', [broken(600), all(whole)], whole, [undefined, 'bytes=600- "one"']],
  [
    'the part is of another file',
    [broken(600), rest(600, '"two"', other), all(other, { etag: '"two"' })],
    other,
    [undefined, 'bytes=600- "one"', undefined],
  ],
  [
    'the part is another one',
    [broken(600), rest(500), all(whole)],
    whole,
    [undefined, 'bytes=600- "one"', undefined],
  ],
  [
    'the server says that there is no such part',
    [broken(600), (_, response) => void response.writeHead(416).end(), all(whole)],
    whole,
    [undefined, 'bytes=600- "one"', undefined],
  ],
  ['it has no tag', [broken(600, {}), all(whole)], whole, [undefined, undefined]],
  ['its tag is a weak one', [broken(600, { etag: 'W/"one"' }), all(whole)], whole, [undefined, undefined]],
  [
    'it comes packed',
    [
      (_, response) => {
        response.writeHead(200, { etag: '"one"', 'content-encoding': 'gzip' })
        response.write(gzipSync(other, { level: 0 }).subarray(0, 700), () => response.destroy())
      },
      all(whole),
    ],
    whole,
    [undefined, undefined],
  ],
])('takes all of it anew when %s', async (_, answers, expected, questions) => {
  const { asked, error, bytes } = await received(answers)
  expect({ asked, error }).toEqual({ asked: questions, error: null })
  expect(bytes.equals(expected)).toBe(true)
})

it('takes no more than it may over all parts together', async () => {
  const { error, bytes } = await received([broken(600), rest(600)], 900)
  expect(error).toBe('NET_INTERFERED')
  expect(bytes.length).toBeLessThanOrEqual(900)
})

it('goes on after a fault of the server in between', async () => {
  const fault: Answer = (_, response) => void response.writeHead(503).end('busy')
  const { asked, bytes } = await received([broken(600), fault, rest(600)])
  expect(asked).toEqual([undefined, 'bytes=600- "one"', 'bytes=600- "one"'])
  expect(bytes.equals(whole)).toBe(true)
})
