import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  browserCommand,
  browserEnvironment,
  folderFor,
  hasDisplay,
  openInBrowser,
} from '../../../electron/adapters/system-browser.ts'
import { startWebServer } from '../../../electron/transport/web-server.ts'
import { launchBrowser } from '../../support/browser.ts'
import { createServedHost } from '../../support/served-host.ts'

const link = 'http://127.0.0.1:4711/#launch=canary-canary-canary'
let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-open-'))
  folder = join(root, 'cache', 'open')
})
// A script of ours may still be writing when its test is done.
afterEach(() => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }))

/** A desktop whose opener and settings are scripts of ours. */
function desktop(browser = ''): { environment: Record<string, string>; seen: () => string } {
  const bin = join(root, 'bin')
  mkdirSync(bin)
  const script = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const seen = join(root, 'seen')
  script('xdg-open', `{ echo "$@"; env; } > "${seen}.part" && mv "${seen}.part" "${seen}"`)
  script('xdg-settings', `echo "${browser}"`)
  const environment = {
    PATH: `${bin}:${process.env.PATH}`,
    DISPLAY: ':7',
    HOME: root,
    WANDB_API_KEY: 'canary-key',
    GITHUB_TOKEN: 'canary-token',
    DATABASE_URL: 'canary-url',
  }
  return { environment, seen: () => (existsSync(seen) ? readFileSync(seen, 'utf8') : '') }
}
const pages = (at = folder) => (existsSync(at) ? readdirSync(at) : [])

const posix = process.platform !== 'win32'
if (!posix) console.warn('skipped: scripts stand for programs only where they can be run')

it.runIf(posix)('shows neither the link nor a secret to the programs it starts', async () => {
  const { environment, seen } = desktop()
  const forget = await openInBrowser(link, { environment, platform: 'linux', folder })
  await vi.waitFor(() => expect(seen()).toContain('DISPLAY=:7'))
  expect(seen()).not.toContain('canary')
  const [page] = pages()
  expect(seen().split('\n')[0]).toBe(join(folder, page!))
  expect(readFileSync(join(folder, page!), 'utf8')).toContain(JSON.stringify(link))
  expect([statSync(folder).mode & 0o777, statSync(join(folder, page!)).mode & 0o777]).toEqual([0o700, 0o600])
  forget!()
  expect(pages()).toEqual([])
})

it.runIf(posix)('leaves no page when no program takes it, and says so', async () => {
  const environment = { PATH: root }
  expect(await openInBrowser(link, { environment, platform: 'linux', folder })).toBeNull()
  expect(pages()).toEqual([])
})

it.runIf(posix)('leaves it to the person when the page cannot be written', async () => {
  writeFileSync(join(root, 'cache'), '')
  const { environment, seen } = desktop()
  expect(await openInBrowser(link, { environment, platform: 'linux', folder })).toBeNull()
  expect(seen()).toBe('')
})

it.runIf(posix)('removes what earlier runs left, and nothing else', async () => {
  mkdirSync(folder, { recursive: true })
  const old = `tessera-${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}.html`
  for (const name of [old, 'mine.html']) {
    writeFileSync(join(folder, name), '')
    utimesSync(join(folder, name), 1, 1)
  }
  const { environment } = desktop()
  const forget = await openInBrowser(link, { environment, platform: 'linux', folder })
  forget!()
  expect(pages()).toEqual(['mine.html'])
})

it.runIf(posix)('puts the page where a browser in a snap can read it, or opens nothing', async () => {
  const { environment, seen } = desktop('firefox_firefox.desktop')
  const own = join(root, 'snap', 'firefox', 'common')
  const open = () => openInBrowser(link, { environment, platform: 'linux', folder, home: root })
  expect(await open()).toBeNull()
  mkdirSync(own, { recursive: true })
  const forget = await open()
  await vi.waitFor(() => expect(seen().split('\n')[0]).toMatch(`${own}/tessera-`))
  forget!()
  expect([pages(own), pages()]).toEqual([[], []])
})

it('takes only a snap for one', () => {
  const others = [
    '',
    'firefox.desktop',
    'org.mozilla.firefox.desktop',
    '../a_b.desktop',
    'google-chrome.desktop',
  ]
  expect(others.map((name) => folderFor(name, root, folder))).toEqual(others.map(() => folder))
})

it('keeps what a browser needs of the environment, and drops the rest', () => {
  const kept = {
    HOME: '/h',
    XAUTHORITY: '/x',
    XDG_RUNTIME_DIR: '/r',
    LC_ALL: 'C',
    http_proxy: 'p',
    SystemRoot: 'C',
  }
  const dropped = { SSH_AUTH_SOCK: '1', AWS_SECRET_ACCESS_KEY: '1', TESSERA_KEYRING: '1', NODE_OPTIONS: '1' }
  expect(browserEnvironment({ ...kept, ...dropped, EMPTY: undefined })).toEqual(kept)
})

it('knows how each system opens things and where there is a screen', () => {
  expect(browserCommand('x', 'darwin')).toEqual(['/usr/bin/open', 'x'])
  expect(browserCommand('x', 'win32')[0]).toBe('rundll32.exe')
  expect(hasDisplay({ environment: {}, platform: 'linux' })).toBe(false)
  expect(hasDisplay({ environment: { WAYLAND_DISPLAY: 'w' }, platform: 'linux' })).toBe(true)
  expect(hasDisplay({ environment: {}, platform: 'darwin' })).toBe(true)
})

it.runIf(posix)('brings a real browser to the page, which gets its token', async () => {
  const text = '<!doctype html><title>ours</title>'
  const files = new Map([['/', { type: 'text/html', bytes: new TextEncoder().encode(text) }]])
  const server = await startWebServer(createServedHost(), { files })
  const { environment } = desktop()
  const address = server.launchLink()
  const forget = await openInBrowser(address, { environment, platform: 'linux', folder })
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.goto(pathToFileURL(join(folder, pages()[0]!)).href)
    await page.waitForURL(address)
    expect(await page.title()).toBe('ours')
    await page.reload()
    expect(await page.title()).toBe('ours')
  } finally {
    await browser.close()
    await server.close()
    forget!()
  }
})
