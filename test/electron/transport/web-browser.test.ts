import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startWebServer, type WebServer } from '../../../electron/transport/web-server.ts'
import { launchBrowser } from '../../support/browser.ts'
import { createServedHost } from '../../support/served-host.ts'
import { signIn } from '../../support/web-page.ts'

// What a real browser does with pages of others, and with the page's own policy.
const file = (text: string, type: string) => ({ type, bytes: new TextEncoder().encode(text) })
const files = new Map([
  [
    '/',
    file('<!doctype html><title>ours</title><script type="module" src="./page.js"></script>', 'text/html'),
  ],
  ['/page.js', file('document.title = "ours, with script"', 'text/javascript')],
])
const reached: string[] = []
const host = createServedHost({
  handlers: { 'versions.list': async () => [] },
  async handle(request) {
    reached.push(`${request.method} ${new URL(request.url).pathname}`)
    return new Response('<script>document.title = "ran"</script>', {
      headers: { 'content-type': 'text/html' },
    })
  },
})
/** A server of somebody else on this machine, which remembers what browsers send it. */
const foreign = createServer((request, response) => {
  heard.push(request)
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>foreign</title>')
})
const heard: IncomingMessage[] = []

let browser: Browser
let server: WebServer
let page: Page
let own: string
let away: string
beforeAll(async () => {
  await new Promise<void>((done) => foreign.listen(0, '127.0.0.1', done))
  away = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`
  server = await startWebServer(host, { files })
  own = `http://127.0.0.1:${server.port}`
  browser = await launchBrowser()
  const [name = '', value = ''] = (await signIn(server)).split('=')
  const context = await browser.newContext()
  await context.addCookies([{ name, value, url: own, httpOnly: true, sameSite: 'Strict' }])
  page = await context.newPage()
})
beforeEach(() => void reached.splice(0))
afterAll(async () => {
  await browser?.close()
  await server?.close()
  foreign.close()
})

it('lets its own page read, change and listen', async () => {
  await page.goto(own)
  expect(await page.title()).toBe('ours, with script')
  const seen = await page.evaluate(async () => {
    const read = await fetch('/data/images/x')
    const change = await fetch('/data/x', { method: 'PUT', headers: { 'x-tessera': '1' }, body: 'x' })
    const listens = await new Promise((done) => {
      const socket = new WebSocket(`ws://${location.host}/ws`)
      socket.onopen = () => done(true)
      socket.onerror = () => done(false)
    })
    return [read.status, change.status, listens, crossOriginIsolated]
  })
  expect(seen).toEqual([200, 200, true, true])
})

it.each(['another port of this machine', 'another name of this machine'])(
  'lets a page from %s neither read, change, listen, frame nor submit',
  async (where) => {
    await page.goto(where.includes('port') ? away : away.replace('127.0.0.1', 'localhost'))
    const seen = await page.evaluate(async (target) => {
      const attempt = (init: RequestInit, path = '/data/x') =>
        fetch(target + path, { credentials: 'include', ...init }).then(
          ({ type, status }) => `${type} ${status}`,
          () => 'refused',
        )
      const form = document.createElement('form')
      Object.assign(form, { method: 'post', action: `${target}/data/import?name=a`, target: 'frame' })
      const frame = Object.assign(document.createElement('iframe'), { name: 'frame' })
      document.body.append(form, frame)
      form.submit()
      await new Promise((done) => {
        frame.onload = done
      })
      const image = new Image()
      const shown = await new Promise((done) => {
        image.onload = () => done('shown')
        image.onerror = () => done('refused')
        image.src = `${target}/data/images/x`
      })
      const listens = await new Promise((done) => {
        const socket = new WebSocket(`${target.replace('http', 'ws')}/ws`)
        socket.onopen = () => done('open')
        socket.onerror = () => done('refused')
      })
      return {
        reads: await attempt({}, '/data/images/x'),
        readsBlindly: await attempt({ mode: 'no-cors' }, '/data/images/x'),
        changes: await attempt({ method: 'PUT', headers: { 'x-tessera': '1' }, body: 'x' }),
        changesBlindly: await attempt({ method: 'POST', mode: 'no-cors', body: 'x' }),
        shown,
        listens,
        cookie: document.cookie,
      }
    }, own)
    expect(seen).toEqual({
      reads: 'refused',
      readsBlindly: 'refused',
      changes: 'refused',
      changesBlindly: 'refused',
      shown: 'refused',
      listens: 'refused',
      cookie: '',
    })
    expect(reached).toEqual([])
  },
)

it('runs nothing that is inline, from elsewhere, or made from text', async () => {
  await page.goto(own)
  const seen = await page.evaluate(async (elsewhere) => {
    const violations: string[] = []
    addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective))
    const add = (tag: 'script' | 'style' | 'img' | 'link', fields: object) =>
      document.head.append(Object.assign(document.createElement(tag), fields))
    add('img', { src: `${elsewhere}/pixel` })
    add('style', { textContent: 'body { color: red }' })
    const refused: string[] = []
    const attempts: Record<string, () => unknown> = {
      markup: () => {
        document.body.innerHTML = '<img src=x onerror="document.title = 1">'
      },
      script: () => add('script', { src: `${elsewhere}/script.js` }),
      inline: () => add('script', { textContent: 'document.title = 2' }),
      worker: () => new Worker('data:text/javascript,1'),
    }
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        attempt()
      } catch {
        refused.push(name)
      }
    }
    await fetch(`${elsewhere}/fetch`).catch(() => refused.push('fetch'))
    await new Promise((done) => setTimeout(done, 100))
    return { refused, violations, title: document.title }
  }, away)
  expect(seen.refused).toEqual(['markup', 'script', 'inline', 'worker', 'fetch'])
  expect(seen.violations).toEqual(expect.arrayContaining(['img-src', 'style-src-elem', 'connect-src']))
  expect(seen.title).toBe('ours, with script')
  expect(heard.map(({ url }) => url)).not.toEqual(expect.arrayContaining(['/pixel']))
})

it('saves what somebody imported rather than showing it as a page', async () => {
  await page.goto(own)
  const download = page.waitForEvent('download')
  await page.goto(`${own}/data/images/x`).catch(() => undefined)
  await (await download).cancel()
  expect(await page.title()).toBe('ours, with script')
})
