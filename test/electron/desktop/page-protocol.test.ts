import { expect, it } from 'vitest'
import { createPageProtocol } from '../../../electron/desktop/page-protocol.ts'
import { dataHeaders, pageHeaders } from '../../../electron/transport/page-headers.ts'
import { createServedHost } from '../../support/served-host.ts'

const page = new TextEncoder().encode('<!doctype html>')
const files = new Map([['/', { type: 'text/html; charset=utf-8', bytes: page }]])
const handled: string[] = []
const host = createServedHost({
  async handle(request) {
    handled.push(`${request.method} ${new URL(request.url).pathname}`)
    return new Response('bytes', { headers: { 'content-type': 'image/webp', 'cache-control': 'public' } })
  },
})
const answer = createPageProtocol(host, files)
const ask = (address: string, init?: RequestInit) => answer(new Request(address, init))

it('serves the page under the policy of the browser host', async () => {
  const response = await ask('app://tessera/')
  expect(await response.text()).toBe('<!doctype html>')
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  for (const [name, value] of Object.entries(pageHeaders)) expect(response.headers.get(name)).toBe(value)
})

it('passes the data plane on, and lets nothing it answers act as a page', async () => {
  const response = await ask('app://tessera/data/images/x?v=1')
  expect(handled.splice(0)).toEqual(['GET /data/images/x'])
  expect([await response.text(), response.headers.get('content-type')]).toEqual(['bytes', 'image/webp'])
  for (const [name, value] of Object.entries(dataHeaders)) expect(response.headers.get(name)).toBe(value)
})

it.each([
  'app://tessera/package.json',
  'app://tessera/%2e%2e/package.json',
  'app://tessera/..%2fpackage.json',
  'app://other/',
  'app://tessera.example.org/',
  'app://other/data/images/x',
  'https://example.org/',
])('answers 404 to %s', async (address) => {
  expect((await ask(address)).status).toBe(404)
  expect(handled).toEqual([])
})

it('takes the page for reading only, and no body without end', async () => {
  expect((await ask('app://tessera/', { method: 'POST', body: 'x' })).status).toBe(404)
  const headers = { 'content-length': String(2 ** 40) }
  const large = await ask('app://tessera/data/import', { method: 'POST', body: 'x', headers })
  expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([413, 'IN_TOO_BIG'])
  expect(handled).toEqual([])
})
