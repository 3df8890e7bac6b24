import { expect, it } from 'vitest'
import { guardRequest } from '../../../electron/transport/http-guard.ts'

const port = 8123
const own = ['Host', `127.0.0.1:${port}`]
const get = (target: string, ...rawHeaders: string[]) =>
  guardRequest({ method: 'GET', target, rawHeaders: [...own, ...rawHeaders] }, port, 'request')?.status ?? 200
const put = (...rawHeaders: string[]) =>
  guardRequest({ method: 'PUT', target: '/data/x', rawHeaders: [...own, ...rawHeaders] }, port, 'request')
    ?.status ?? 200
const upgrade = (...rawHeaders: string[]) =>
  guardRequest({ method: 'GET', target: '/ws', rawHeaders: [...own, ...rawHeaders] }, port, 'upgrade')
    ?.status ?? 200
const origin = ['Origin', `http://127.0.0.1:${port}`]
const header = ['X-Tessera', '1']

it('lets the page and its own requests through', () => {
  expect([get('/'), get('/assets/index.js'), get('/', 'Sec-Fetch-Site', 'none')]).toEqual([200, 200, 200])
  expect(get('/data/images/x', 'Sec-Fetch-Site', 'same-origin', ...origin)).toBe(200)
  expect([put(...origin, ...header), upgrade(...origin)]).toEqual([200, 200])
  const local = ['Host', `localhost:${port}`, 'Origin', `http://localhost:${port}`, ...header]
  expect(guardRequest({ method: 'POST', target: '/session', rawHeaders: local }, port, 'request')).toBeNull()
})

// Each rule alone refuses, though every other is kept.
it('wants an origin on every change and upgrade', () => {
  expect([put(...header), upgrade()]).toEqual([403, 403])
})

it('wants its own header on every change', () => {
  expect(put(...origin)).toBe(403)
  expect(put(...origin, 'Content-Type', 'application/json')).toBe(403)
})

it.each(['HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])(
  'takes %s for a change',
  (method) => {
    const head = { method, target: '/', rawHeaders: own }
    expect(guardRequest(head, port, 'request')?.status).toBe(403)
  },
)

it('answers no preflight', () => {
  const rawHeaders = [...own, ...origin, ...header, 'Access-Control-Request-Method', 'PUT']
  expect(guardRequest({ method: 'OPTIONS', target: '/data/x', rawHeaders }, port, 'request')?.status).toBe(
    403,
  )
})

it.each([
  'null',
  '',
  'http://example.org',
  `https://127.0.0.1:${port}`,
  'http://127.0.0.1',
  `http://127.0.0.1:${port}/`,
  `http://127.0.0.1:${port}.example.org`,
  `http://127.0.0.1:${port}@example.org`,
  `http://example.org/127.0.0.1:${port}`,
  `http://127.0.0.1:${port}1`,
  `HTTP://127.0.0.1:${port}`,
  `http://localhost:${port}`,
  `http://x.localhost:${port}`,
  `http://127.0.0.2:${port}`,
  `http://[::1]:${port}`,
  'chrome-extension://abcdefgh',
  'file://',
])('refuses the origin "%s" on reading, changing and upgrading', (foreign) => {
  const refused = ['Origin', foreign]
  expect([get('/', ...refused), put(...refused, ...header), upgrade(...refused)]).toEqual([403, 403, 403])
})

it('refuses two origins, though one is ours', () => {
  expect(get('/', ...origin, 'Origin', 'http://example.org')).toBe(403)
  expect(upgrade(...origin, 'origin', 'http://example.org')).toBe(403)
})

it.each(['cross-site', 'same-site', 'Same-Origin', ''])('refuses Sec-Fetch-Site "%s"', (site) => {
  expect([get('/', 'Sec-Fetch-Site', site), upgrade(...origin, 'Sec-Fetch-Site', site)]).toEqual([403, 403])
})

it('lets the page alone be brought up from elsewhere, and only in a window of its own', () => {
  const from = (target: string, mode: string, dest: string, ...more: string[]) =>
    get(target, 'Sec-Fetch-Site', 'cross-site', 'Sec-Fetch-Mode', mode, 'Sec-Fetch-Dest', dest, ...more)
  expect(from('/', 'navigate', 'document')).toBe(200)
  expect(from('/', 'navigate', 'iframe')).toBe(403)
  expect(from('/', 'no-cors', 'document')).toBe(403)
  expect(from('/', 'navigate', 'document', 'Sec-Fetch-Dest', 'iframe')).toBe(403)
  expect(from('/', 'navigate', 'document', 'Origin', 'null')).toBe(403)
  for (const target of ['/assets/index.js', '/data/images/x', '/?', '/ws'])
    expect(from(target, 'navigate', 'document')).toBe(403)
  const window = ['Sec-Fetch-Site', 'cross-site', 'Sec-Fetch-Mode', 'navigate', 'Sec-Fetch-Dest', 'document']
  expect([upgrade(...origin, ...window), put(...origin, ...header, ...window)]).toEqual([403, 403])
})

it.each(['', '//example.org/', '//', 'http://127.0.0.1:8123/', 'https://example.org/', '*', 'data', '\\x'])(
  'refuses the target "%s"',
  (target) => {
    expect(get(target)).toBe(421)
  },
)

it('says why to a browser that reached the right host, and nothing to another', () => {
  const head = { method: 'GET', target: '/', rawHeaders: [...own, 'Origin', 'http://example.org'] }
  expect(guardRequest(head, port, 'request')?.error?.code).toBe('HOST_REFUSED')
  const other = { method: 'GET', target: '/', rawHeaders: ['Host', 'example.org'] }
  expect(guardRequest(other, port, 'request')).toEqual({ status: 421 })
})
