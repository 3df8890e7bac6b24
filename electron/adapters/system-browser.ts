import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { quietly } from './file-ops.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Surroundings = { readonly environment: Environment; readonly platform: NodeJS.Platform }

/** Whether windows can be shown here at all. */
export function hasDisplay({ environment, platform }: Surroundings): boolean {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY)
}

/** The program that opens a file or an address in the browser of the person's choice. Never a shell. */
export function browserCommand(target: string, platform: NodeJS.Platform): readonly [string, ...string[]] {
  switch (platform) {
    case 'darwin':
      return ['/usr/bin/open', target]
    case 'win32':
      return ['rundll32.exe', 'url.dll,FileProtocolHandler', target]
    default:
      return ['xdg-open', target]
  }
}

/** What a browser needs to know of the desktop. Keys and passwords that this program was started with are not in it. */
const needed = new RegExp(
  `^(${[
    'home|path|user|logname|shell|lang|language|lc_.+|tz|tmpdir|temp|tmp',
    'display|wayland_display|xauthority|xdg_.+|dbus_session_bus_address|session_manager|desktop_.+|browser',
    '(gnome|kde|gtk|gdk|qt|moz|wsl)_.+|wslenv|(https?|all|no)_proxy',
    'systemroot|systemdrive|windir|comspec|pathext|username|userprofile|homedrive|homepath',
    'appdata|localappdata|programdata|program(files|w6432).*|commonprogram.+|public|allusersprofile',
  ].join('|')})$`,
  'i',
)

/** The part of an environment that a browser is started with. */
export function browserEnvironment(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && needed.test(name) ? [[name, value]] : [],
    ),
  )
}

/** A page left by a run that could not remove it is of no use after this long. */
const staleMs = 60_000

/**
 * Tries to open `link`, which is one of ours, in the browser. Other users can read the arguments of every program (but
 * not on Windows), so the link stands in a page that only this user can read, and the browser is sent there.
 *
 * `folder` holds such pages and is made. Resolves with null when no program took it, otherwise with a function that
 * removes the page; call it once the link has been used.
 */
export async function openInBrowser(
  link: string,
  options: Surroundings & { readonly folder: string; readonly home?: string },
): Promise<(() => void) | null> {
  const { platform } = options
  const environment = browserEnvironment(options.environment)
  if (platform === 'win32')
    return (await start(browserCommand(link, platform), environment)) ? () => {} : null
  const browser = platform === 'linux' ? await defaultBrowser(environment) : ''
  const folder = folderFor(browser, options.home ?? homedir(), options.folder)
  if (folder === null) return null
  const page = join(folder, `tessera-${randomUUID()}.html`)
  const remove = () => quietly(() => rmSync(page, { force: true }))
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    removeStale(folder)
    writeFileSync(page, redirectTo(link), { mode: 0o600, flag: 'wx' })
  } catch {
    // Without a page the person opens the link, which is printed.
    remove()
    return null
  }
  if (await start(browserCommand(page, platform), environment)) return remove
  remove()
  return null
}

/**
 * Where a page may lie so that `browser` (the name of its desktop file) can read it. A browser in a snap sees no hidden
 * folder of the person's, but one of its own; null when that is not there.
 */
export function folderFor(browser: string, home: string, usual: string): string | null {
  const snap = /^([a-z\d-]+)_[^/]+\.desktop$/.exec(browser)?.[1]
  if (snap === undefined) return usual
  const own = join(home, 'snap', snap, 'common')
  return existsSync(own) ? own : null
}

/** The desktop file of the person's browser; empty when the system does not say. */
function defaultBrowser(env: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    execFile('xdg-settings', ['get', 'default-web-browser'], { env, timeout: 2000 }, (error, out) =>
      resolve(error ? '' : out.trim()),
    )
  })
}

function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/^tessera-[\da-f-]{36}\.html$/.test(name)) continue
    const path = join(folder, name)
    quietly(() => {
      if (Date.now() - statSync(path).mtimeMs > staleMs) rmSync(path, { force: true })
    })
  }
}

function redirectTo(link: string): string {
  const text = JSON.stringify(link).replaceAll('<', '\\u003c')
  return `<!doctype html><meta charset="utf-8"><title>Tessera</title><script>location.replace(${text})</script>\n`
}

function start([program, ...args]: readonly [string, ...string[]], env: Record<string, string>) {
  return new Promise<boolean>((resolve) => {
    // On its own, so that Ctrl-C in the terminal does not close the person's browser.
    const child = spawn(program, args, { stdio: 'ignore', detached: true, env })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
