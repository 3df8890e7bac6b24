import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWebServer, type WebServer } from '../../../electron/transport/web-server.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { launchBrowser } from '../../support/browser.ts'
import { sceneImage } from '../../support/made-images.ts'
import { createServedHost } from '../../support/served-host.ts'
import { hierarchyDigest } from '../../support/superpixel-shapes.ts'
import { signIn } from '../../support/web-page.ts'
import type { SuperpixelPage } from './superpixel-page.ts'

// The kernel where people meet it: in workers of a real browser, under the page's own policy.

/** The page's scripts and modules as a server has them. */
async function pageFiles() {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    base: './',
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'chrome140',
      rolldownOptions: {
        input: fileURLToPath(new URL('./superpixel-page.ts', import.meta.url)),
        output: { entryFileNames: 'page.js' },
      },
    },
  })
  const { output } = Array.isArray(built) ? built[0]! : (built as Exclude<typeof built, { close: unknown }>)
  const type = (name: string) => (name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript')
  const page = '<!doctype html><title>superpixels</title><script type="module" src="./page.js"></script>'
  const bytes = (text: string | Uint8Array) => (typeof text === 'string' ? Buffer.from(text) : text)
  return new Map(
    [
      { path: '/', type: 'text/html', text: page as string | Uint8Array },
      ...output.map((file) => ({
        path: `/${file.fileName}`,
        type: type(file.fileName),
        text: file.type === 'chunk' ? file.code : file.source,
      })),
    ].map(({ path, type, text }) => [path, { type, bytes: Uint8Array.from(bytes(text)) }]),
  )
}

// Several tiles, so that there is work for a helper, and large enough to be worth keeping.
const image = sceneImage(2048, 500)
const reference = buildHierarchy(image)
const sha256 = hierarchyDigest(reference)

let browser: Browser
let server: WebServer
let page: Page
const asked: string[] = []
beforeAll(async () => {
  server = await startWebServer(createServedHost(), { files: await pageFiles() })
  const own = `http://127.0.0.1:${server.port}`
  browser = await launchBrowser()
  const [name = '', value = ''] = (await signIn(server)).split('=')
  const context = await browser.newContext()
  await context.addCookies([{ name, value, url: own, httpOnly: true, sameSite: 'Strict' }])
  page = await context.newPage()
  context.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(own)
  const raw = { width: image.width, height: image.height, channels: 4 } as const
  const png = (await sharp(image.data, { raw }).png().toBuffer()).toString('base64')
  await page.evaluate((png) => {
    const { superpixelPage } = globalThis as unknown as { superpixelPage: SuperpixelPage }
    return superpixelPage.open(png)
  }, png)
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** With a rough copy at 1 / `factor` before. */
function superpixels(factor = 1) {
  return page.evaluate((factor) => {
    const { superpixelPage } = globalThis as unknown as { superpixelPage: SuperpixelPage }
    return superpixelPage.build(factor)
  }, factor)
}

function ask<K extends 'keptBytes' | 'spoil'>(name: K): Promise<ReturnType<SuperpixelPage[K]>> {
  return page.evaluate((name) => {
    const { superpixelPage } = globalThis as unknown as { superpixelPage: SuperpixelPage }
    return superpixelPage[name]() as never
  }, name)
}

it('builds in the browser what the reference builds, with threads, and ends its workers', async () => {
  const built = await superpixels()
  expect(built.isIsolated).toBe(true)
  expect(asked).toContainEqual(expect.stringMatching(/superpixel-threads-.*\.wasm$/))
  expect(built.engine).toBe(reference.engine)
  expect(built.sha256).toBe(sha256)
  expect(built.states[0]).toBe('building')
  expect(built.states.at(-1)).toBe('ready')
  await expect.poll(() => page.workers().length).toBe(0)
})

it('reads back what it packed, and builds anew what cannot be read', async () => {
  await expect.poll(() => ask('keptBytes')).toBeGreaterThan(1000)
  const whole = await ask('keptBytes')
  const read = await superpixels()
  // Nothing was built: there was no progress.
  expect(read).toMatchObject({ states: ['building', 'ready'], sha256, engine: reference.engine })
  await ask('spoil')
  const anew = await superpixels()
  expect(anew.sha256).toBe(sha256)
  expect(anew.states.length).toBeGreaterThan(2)
  await expect.poll(() => ask('keptBytes')).toBe(whole)
})

it('has rough superpixels in between, and the same in the end', async () => {
  await ask('spoil')
  const built = await superpixels(4)
  expect(built.sha256).toBe(sha256)
  const first = built.states.indexOf('rough')
  expect(built.states.slice(0, first)).toEqual(['building'])
  expect(
    built.states.slice(first).every((state, i, rest) => state === (i + 1 < rest.length ? 'rough' : 'ready')),
  ).toBe(true)
  await expect.poll(() => page.workers().length).toBe(0)
})
