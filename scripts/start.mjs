// `npm start`: sets up, builds, and opens Tessera: the desktop window where Electron's runtime can be had,
// otherwise the same app in the browser, served from 127.0.0.1.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from './build.mjs'
import { runWhileGrowing } from './run-while-growing.mjs'
import { ensureSetup, giveUp, readStamp, root, runNode, say, toolEnvironment, writeStamp } from './setup.mjs'

const help = `Usage: npm start -- [options]

  --library DIR     the library to open (default ~/Tessera/library; made when missing)
  --sample          a library with sample street scenes (default ~/Tessera/sample)
  --port N          port of the browser host on 127.0.0.1 (default: a free one)
  --no-open         do not open the browser, only print the link
  --browser         use the browser host even where the desktop window could open
  --exit-when-idle  stop the browser host when no page was open for 15 minutes
  --help            this text`

function readOptions() {
  try {
    return parseArgs({
      options: {
        library: { type: 'string' },
        sample: { type: 'boolean', default: false },
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        browser: { type: 'boolean', default: false },
        'exit-when-idle': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    giveUp(`${error.message}\n\n${help}`)
  }
}

const electronFolder = join(root, 'node_modules', 'electron')
const unavailable = join(root, 'node_modules', '.cache', 'tessera', 'electron-unavailable')
const day = 24 * 60 * 60 * 1000

/**
 * Path of Electron's runtime; tries to fetch it, but at most once a day, for at most 5 s without a connection and only
 * as long as something arrives.
 */
async function findElectron(node) {
  const executable = () => {
    const pathFile = join(electronFolder, 'path.txt')
    if (!existsSync(pathFile)) return undefined
    const path = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8').trim())
    return existsSync(path) ? path : undefined
  }
  const present = executable()
  if (present) return present
  if (Date.now() - Number(readStamp(unavailable)) < day) return undefined
  if (!(await canConnect())) {
    writeStamp(unavailable, String(Date.now()))
    return undefined
  }
  say('fetching the desktop runtime (Electron, about 120 MB, once) …')
  // The installer fetches into the system's temporary folder and unpacks into its own; both show whether it gets on.
  const temporary = join(root, 'node_modules', '.cache', 'tessera', 'electron-download')
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  const outcome = await runWhileGrowing([node, join(electronFolder, 'install.js')], {
    folders: [temporary, join(electronFolder, 'dist')],
    quietMs: 30_000,
    stdio: ['ignore', 2, 2],
    env: { ...toolEnvironment(node), TMPDIR: temporary, TEMP: temporary, TMP: temporary },
  })
  rmSync(temporary, { recursive: true, force: true })
  if (outcome === 'stuck') say('nothing more arrived for 30 s, so fetching it was given up for today')
  if (outcome !== 'done' || !executable()) {
    writeStamp(unavailable, String(Date.now()))
    return undefined
  }
  return executable()
}

/** Whether the place that Electron's installer fetches from, and wherever it sends us on to, answers within 5 s. */
async function canConnect() {
  const { version } = JSON.parse(readFileSync(join(electronFolder, 'package.json'), 'utf8'))
  const mirror =
    process.env.ELECTRON_MIRROR ??
    process.env.npm_config_electron_mirror ??
    'https://github.com/electron/electron/releases/download/'
  try {
    const sums = `${mirror}v${version}/SHASUMS256.txt`
    const answer = await fetch(sums, { method: 'HEAD', signal: AbortSignal.timeout(5000) })
    return answer.ok
  } catch {
    return false
  }
}

const options = readOptions()
if (options.help) {
  console.log(help)
  process.exit(0)
}
const library = resolve(
  process.env.INIT_CWD ?? '.',
  options.library ?? join(homedir(), 'Tessera', options.sample ? 'sample' : 'library'),
)

const node = ensureSetup()
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
const electron = options.browser || !hasDisplay ? undefined : await findElectron(node)

const args = ['--library', library]
if (options.sample) args.push('--sample')

/** Opens the desktop window. Undefined when it could not even start, as without its libraries or a sandbox. */
async function openWindow() {
  build(node)
  const startedAt = Date.now()
  const code = await runNode(electron, [root, ...args])
  // Code 4 is the app's own: it started, and said why it could not go on.
  if (code === 0 || code === 130) return 0
  if (code === 4) return 1
  return Date.now() - startedAt < 10_000 ? undefined : code
}

function openBrowser() {
  build(node, { only: 'vite.config.ts' })
  if (options.port !== undefined) args.push('--port', options.port)
  if (options['no-open']) args.push('--no-open')
  if (options['exit-when-idle']) args.push('--exit-when-idle')
  return runNode(node, [join(root, 'electron', 'serve.ts'), ...args])
}

const sameApp = 'so Tessera opens in the browser. It is the same app.'
const windowCode = electron ? await openWindow() : undefined
if (windowCode === undefined) {
  if (electron) say(`the desktop window could not start (its message is above), ${sameApp}`)
  else if (!options.browser && !hasDisplay) say(`there is no display here, ${sameApp}`)
  else if (!options.browser) say(`Electron's runtime is not here and could not be fetched, ${sameApp}`)
}
process.exitCode = windowCode ?? (await openBrowser())
