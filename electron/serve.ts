import { join } from 'node:path'
import { toAppError } from '../shared/base/app-error.ts'
import { type AppFolders, appFolders } from './adapters/app-folders.ts'
import { packageFolder } from './adapters/asset-folder.ts'
import { openLog } from './adapters/log-file.ts'
import { appVersion, productName } from './adapters/product.ts'
import { createOsKeyring } from './adapters/secrets/os-keyring.ts'
import { hasDisplay, openInBrowser } from './adapters/system-browser.ts'
import type { Host } from './host/host.ts'
import type { Log } from './host/library-context.ts'
import { readStartOptions, type StartOptions } from './start-options.ts'
import { addSamples } from './transport/first-samples.ts'
import { becomeOwner, openOrAsk } from './transport/owner.ts'
import { readStaticFiles } from './transport/static-files.ts'
import { usualPort } from './transport/usual-port.ts'
import { startWebServer, type WebServer } from './transport/web-server.ts'

export type ServeSurroundings = {
  readonly version: string
  readonly folders: AppFolders
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The link, on a line of its own. */
  readonly print: (line: string) => void
  /** Remarks on the way. */
  readonly say: (line: string) => void
  /** Stops serving. */
  readonly signal: AbortSignal
  readonly idleMs?: number
}

const impatientMs = 500
const fifteenMinutes = 15 * 60_000

/**
 * The browser host: serves one library on 127.0.0.1 until `signal` aborts, then finishes what is being saved and closes.
 * When another process serves it already, that one's fresh link is printed instead. Rejects with AppError.
 */
export async function serve(options: StartOptions, surroundings: ServeSurroundings): Promise<void> {
  const { version, folders, log, environment, print, say, signal } = surroundings
  const files = readStaticFiles(join(packageFolder(), 'out', 'renderer'))
  let forgetPage = () => {}
  const show = async (link: string) => {
    print(`Tessera is at ${link}`)
    const { platform } = process
    if (!options.open || !hasDisplay({ environment, platform })) return
    const page = await openInBrowser(link, { environment, platform, folder: join(folders.cache, 'open') })
    if (page === null) say('No browser could be opened; open the link yourself. It works once.')
    else forgetPage = page
  }

  const opened = await openOrAsk({
    folder: options.library,
    door: 'browser',
    product: productName(version),
    folders,
    log,
    environment,
    // The keyring of a system may ask a person; whoever runs this unattended can switch it off.
    keyring: environment.TESSERA_KEYRING === 'off' ? null : createOsKeyring(),
    progressMetrics: true,
  })
  if (opened.kind === 'shown') {
    say(`${options.library} is open already.`)
    if (opened.launch.kind === 'link') await show(opened.launch.link)
    else say('Its window was brought to the front.')
    return
  }

  const { host } = opened
  const idle = new AbortController()
  let idleTimer: NodeJS.Timeout | undefined
  const onPages = (pages: number) => {
    clearTimeout(idleTimer)
    if (pages > 0) forgetPage()
    if (options.exitWhenIdle && pages === 0)
      idleTimer = setTimeout(() => idle.abort(), surroundings.idleMs ?? fifteenMinutes)
  }
  try {
    if (host.services.context.readOnly)
      say('Another program writes to this library and does not answer, so it is open for reading only.')
    else if (options.sample) await addSamples(host, say, signal)
    const web = await startOnPort(host, options.port, { files, onPages })
    const owner = await becomeOwner(host, {
      appVersion: version,
      launch: () => ({ kind: 'link', link: web.launchLink() }),
    })
    try {
      await show(web.launchLink())
      say('The link works once; start again to get another. Ctrl-C stops.')
      onPages(0)
      await aborted(AbortSignal.any([signal, idle.signal]))
      say(idle.signal.aborted ? 'Nobody was here for 15 minutes; closing …' : 'Closing …')
    } finally {
      clearTimeout(idleTimer)
      forgetPage()
      await web.close()
      await owner.close()
    }
  } finally {
    await host.close()
  }
  say('Closed. What was saved is kept.')
}

type WebOptions = Omit<Parameters<typeof startWebServer>[1], 'port'>

/** On the port that was asked for, or the library's usual one, or where that is taken a free one. */
async function startOnPort(host: Host, port: number | undefined, options: WebOptions): Promise<WebServer> {
  if (port !== undefined) return startWebServer(host, { ...options, port })
  try {
    return await startWebServer(host, { ...options, port: usualPort(host.services.context.libraryId) })
  } catch (error) {
    if (toAppError(error).code !== 'BAD_REQUEST') throw error
    return startWebServer(host, options)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
}

/** What `npm start` runs where there is no desktop window. Resolves with the exit code. */
async function main(): Promise<number> {
  const say = (line: string) => void process.stderr.write(`tessera: ${line}\n`)
  const folders = appFolders()
  const log = openLog(folders.state)
  const stop = new AbortController()
  let askedAt = Date.now()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // One Ctrl-C can arrive twice, from the terminal and from npm. Whoever asks again does not want to wait;
      // what was acknowledged is on disk.
      if (stop.signal.aborted && name === 'SIGINT' && Date.now() - askedAt > impatientMs) process.exit(1)
      if (!stop.signal.aborted) askedAt = Date.now()
      stop.abort()
    })
  }
  // A terminal that was closed takes no more remarks; the library is to be closed all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.on('uncaughtExceptionMonitor', (error) => log('error', 'serve', error.stack ?? String(error)))
  try {
    await serve(readStartOptions(process.argv.slice(2), process.cwd()), {
      version: appVersion(),
      folders,
      log,
      environment: process.env,
      print: (line) => void process.stdout.write(`${line}\n`),
      say,
      signal: stop.signal,
    })
    return 0
  } catch (thrown) {
    const error = toAppError(thrown)
    // Stopped while it was still starting.
    if (error.code === 'CANCELLED' && stop.signal.aborted) return 0
    if (error.code === 'INTERNAL') log('error', 'serve', String((error.cause as Error)?.stack ?? error.cause))
    say(`${error.message} ${error.remedy}`)
    return 1
  } finally {
    log.close()
  }
}

if (import.meta.main) process.exit(await main())
