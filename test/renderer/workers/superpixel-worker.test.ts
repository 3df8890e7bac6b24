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
import type { Built } from './superpixel-page.ts'

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
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

it('builds in the browser what the reference builds, with threads, and ends its workers', async () => {
  // Several tiles, so that there is work for a helper.
  const image = sceneImage(2048, 300)
  const { width, height, data } = image
  const png = await sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()
  const built = await page.evaluate(
    ({ bytes, width, height }) => {
      const { buildSuperpixels } = globalThis as unknown as {
        buildSuperpixels(png: number[], width: number, height: number): Promise<Built>
      }
      return buildSuperpixels(bytes, width, height)
    },
    { bytes: [...png], width, height },
  )
  const reference = buildHierarchy(image)
  expect(built.isIsolated).toBe(true)
  expect(asked).toContainEqual(expect.stringMatching(/superpixel-threads-.*\.wasm$/))
  expect(built.engine).toBe(reference.engine)
  expect(built.sha256).toBe(hierarchyDigest(reference))
  expect(built.states[0]).toBe('building')
  expect(built.states.at(-1)).toBe('ready')
  await expect.poll(() => page.workers().length).toBe(0)
})
