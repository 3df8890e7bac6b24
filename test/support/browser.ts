import { accessSync, constants, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { unpackChromium } from './bundled-chromium.ts'

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** A Chromium to start, and where it came from. */
export type FoundBrowser = {
  readonly executable: string
  readonly environment: Record<string, string>
  readonly from: 'CHROMIUM_PATH' | 'the system' | 'the npm package'
}
type Surroundings = { readonly environment?: NodeJS.ProcessEnv; readonly platform?: string }

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const elsewhere: Record<string, readonly string[]> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
}

/**
 * The browser for tests, benches and screenshots: `$CHROMIUM_PATH`, else a Chromium or Chrome of the system,
 * else the one inside of the npm package `@sparticuz/chromium` (Linux x64), unpacked into `node_modules/.cache`.
 * Throws when there is none, saying how to get one; nothing is downloaded.
 */
export async function findBrowser({
  environment = process.env,
  platform = process.platform,
}: Surroundings = {}): Promise<FoundBrowser> {
  const named = environment.CHROMIUM_PATH
  if (named) {
    if (!canRun(named))
      throw new Error(`CHROMIUM_PATH is ${named}, which is not a program that can be started`)
    return { executable: named, environment: {}, from: 'CHROMIUM_PATH' }
  }
  const installed = [
    ...(environment.PATH ?? '')
      .split(delimiter)
      .filter(Boolean)
      .flatMap((folder) => commands.map((command) => join(folder, command))),
    ...(elsewhere[platform] ?? []),
  ].find(canRun)
  if (installed) return { executable: installed, environment: {}, from: 'the system' }
  if (platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chromium or Chrome found. Install one, or set CHROMIUM_PATH to its program.')
  }
  // The package does not export its package.json; its main module lies in build/.
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const folder = resolve(dirname(main), '..')
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  const cache = join(repository, 'node_modules', '.cache')
  const unpacked = await unpackChromium({ folder, version }, cache)
  return { ...unpacked, from: 'the npm package' }
}

/** Starts a headless browser with the flags of this project: the same pixels on every machine, no network of its own. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const found = await findBrowser()
  return chromium.launch({
    ...options,
    executablePath: found.executable,
    env: { ...process.env, ...found.environment, ...options.env },
    args: [
      '--disable-gpu',
      '--disable-lcd-text',
      '--font-render-hinting=none',
      '--force-color-profile=srgb',
      '--disable-domain-reliability',
      '--no-pings',
      ...(options.args ?? []),
    ],
  })
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
