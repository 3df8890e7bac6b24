import type { Browser, BrowserContext, ConsoleMessage, Page } from 'playwright-core'
import sharp from 'sharp'
import type { HostInput, HostMethod, HostOutput, Sample } from '../../shared/host/host-api.ts'
import { decodeIds } from '../../shared/label/id-runs.ts'
import type { ServedApp } from './served-app.ts'

/** One browser window on the app, and everything that went wrong in it. */
export type AppPage = {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of the console, uncaught exceptions and violations of the content security policy, as they came. */
  readonly problems: string[]
  close(): Promise<void>
}

type PageOptions = {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'dark' | 'light'
  /** Device pixels per CSS pixel. */
  readonly ratio?: number
  /** For libraries of rows without files: no thumbnail and no label is asked for. */
  readonly withoutData?: boolean
}

/** The cookies of a page that a link has opened. */
export type Session = Awaited<ReturnType<BrowserContext['cookies']>>

/** Opens the app in a context of its own: with a session that it knows, or through a link. Waits until it shows. */
export async function openApp(
  browser: Browser,
  app: ServedApp,
  session: Session | null,
  options: PageOptions = {},
): Promise<AppPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.colorScheme ?? 'dark',
    deviceScaleFactor: options.ratio ?? 1,
    acceptDownloads: true,
    locale: 'en-GB',
  })
  context.setDefaultTimeout(20_000)
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(
        `CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      )
    })
  })
  if (options.withoutData) {
    await context.addInitScript(() => localStorage.setItem('tessera.grid-overlay', 'false'))
    const body = await sharp({ create: { width: 4, height: 3, channels: 3, background: '#456' } })
      .webp()
      .toBuffer()
    await context.route('**/data/thumbs/**', (route) => route.fulfill({ contentType: 'image/webp', body }))
  }
  const page = await context.newPage()
  const problems = watchProblems(page)
  if (session) await context.addCookies(session)
  await page.goto(session ? app.origin : await app.link())
  await page.getByText(app.name, { exact: true }).waitFor()
  return { page, context, problems, close: () => context.close() }
}

export function watchProblems(page: Page): string[] {
  const problems: string[] = []
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`${message.type()}: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error.message}`))
  return problems
}

/** Asks the host over a line of its own, with the page's session. */
export function callHost<M extends HostMethod>(
  page: Page,
  method: M,
  input: HostInput<M>,
): Promise<HostOutput<M>> {
  return page.evaluate(
    ({ method, input }) =>
      new Promise<never>((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/ws`)
        socket.onopen = () => socket.send(JSON.stringify({ kind: 'call', id: 1, method, input }))
        socket.onerror = () => reject(new Error('no line to the host'))
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(String(data))
          if (message.kind === 'event') return
          socket.close()
          if (message.kind === 'result') resolve(message.result as never)
          else reject(new Error(`${message.error.code}: ${message.error.message}`))
        }
      }),
    { method, input },
  )
}

export async function sampleNamed(page: Page, name: string): Promise<Sample> {
  const { samples } = await callHost(page, 'samples.list', {})
  const found = samples.find((sample) => sample.name === name)
  if (!found) throw new Error(`no sample ${name} among ${samples.map((sample) => sample.name).join(', ')}`)
  return found
}

/** The saved pixels of a sample's label through the data plane: an id per pixel, row-major; null when none is saved. */
export async function savedIds(page: Page, name: string): Promise<Uint32Array | null> {
  const sample = await sampleNamed(page, name)
  if (sample.headRevision === null) return null
  const response = await page.request.get(new URL(`/data/labels/${sample.headRevision}`, page.url()).href)
  if (!response.ok()) throw new Error(`label pixels: ${response.status()} ${await response.text()}`)
  return decodeIds(new Uint8Array(await response.body()), sample.width * sample.height)
}

/** Drags files and folders of the disk from outside onto the dataset's window, as a file manager does. */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const at = { x: 400, y: 300, data: { items: [], files: [...paths], dragOperationsMask: 1 } }
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, ...at })
  const overlay = page.getByText('Add to “street-scenes”')
  await drag('dragEnter')
  await drag('dragOver')
  await overlay.waitFor()
  for (let tries = 0; tries < 5; tries++) {
    await drag('drop')
    const isTaken = await overlay.waitFor({ state: 'hidden', timeout: 1500 }).then(
      () => true,
      () => false,
    )
    if (isTaken) return
    // A busy browser had no answer yet to whether the page takes what is dragged, and dropped nothing: come in anew.
    await drag('dragEnter')
    await drag('dragOver')
    await page.waitForTimeout(100)
  }
  throw new Error(`${paths.join(', ')} could not be dropped`)
}
