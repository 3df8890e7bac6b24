import { join } from 'node:path'
import {
  app,
  type BrowserWindow,
  crashReporter,
  dialog,
  Menu,
  powerMonitor,
  protocol,
  safeStorage,
  session,
} from 'electron'
import { AppError, toAppError } from '../shared/base/app-error.ts'
import { appFolders } from './adapters/app-folders.ts'
import { packageFolder } from './adapters/asset-folder.ts'
import { openLog } from './adapters/log-file.ts'
import { appVersion, productName } from './adapters/product.ts'
import { createSafeStorageKeyring } from './adapters/secrets/safe-storage.ts'
import { openInBrowser } from './adapters/system-browser.ts'
import { lockDown } from './desktop/lock-down.ts'
import { openMainWindow } from './desktop/main-window.ts'
import { pageOrigin, scheme } from './desktop/page-address.ts'
import { createPageProtocol } from './desktop/page-protocol.ts'
import { systemPlaces } from './desktop/places.ts'
import { startUtilityDecoder } from './desktop/utility-decoder.ts'
import { carryMessages, watchWindow } from './desktop/window-messages.ts'
import { menuOf } from './desktop/window-policy.ts'
import { onlyOurs, readStartOptions, type StartOptions } from './start-options.ts'
import { addSamples } from './transport/first-samples.ts'
import { createIpcDoor } from './transport/ipc.ts'
import { becomeOwner, openOrAsk } from './transport/owner.ts'
import { readStaticFiles } from './transport/static-files.ts'

// The desktop window. This file only puts together what Electron has and what tests can start without it.
app.enableSandbox()
protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])
crashReporter.start({ uploadToServer: false })

/** Tells `scripts/start.mjs` that the window did start and said itself what went wrong. */
const ownFailure = 4

const folders = appFolders()
const log = openLog(folders.state)
// Chromium's own files, apart from ours.
app.setPath('userData', join(folders.config, 'window'))
process.on('uncaughtExceptionMonitor', (error) => log('error', 'desktop', error.stack ?? String(error)))
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => app.quit())

const options = readStartOptions(onlyOurs(process.argv.slice(app.isPackaged ? 1 : 2)), process.cwd())
if (app.requestSingleInstanceLock({ library: options.library })) {
  app
    .whenReady()
    .then(() => start(options))
    .catch(giveUp)
} else {
  app.quit()
}

async function start({ library, sample }: StartOptions): Promise<void> {
  const files = readStaticFiles(join(packageFolder(), 'out', 'renderer'))
  const version = appVersion()
  const opened = await openOrAsk({
    folder: library,
    door: 'desktop',
    product: productName(version),
    folders,
    log,
    environment: process.env,
    keyring: createSafeStorageKeyring(safeStorage, join(folders.config, 'keyring.json')),
    startDecoder: startUtilityDecoder,
    places: systemPlaces,
    progressMetrics: true,
  })
  if (opened.kind === 'shown') {
    // The browser host has it: its link is ours, so nobody needs to be asked.
    if (opened.launch.kind === 'link') await showInBrowser(opened.launch.link)
    app.quit()
    return
  }

  const { host } = opened
  let window: BrowserWindow | undefined
  const door = createIpcDoor(host, {
    origin: pageOrigin,
    isOurs: (id) => window !== undefined && !window.isDestroyed() && window.webContents.id === id,
  })
  const toFront = () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  }
  const owner = await becomeOwner(host, {
    appVersion: version,
    launch() {
      toFront()
      return { kind: 'window' }
    },
  })
  if (sample && !host.services.context.readOnly)
    await addSamples(host, (line) => log('info', 'desktop', line))

  lockDown(session.defaultSession)
  protocol.handle(scheme, createPageProtocol(host, files))
  carryMessages(door)
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf(process.platform)))
  window = openMainWindow({ preload: join(packageFolder(), 'out', 'electron-preload', 'preload.cjs'), log })
  watchWindow(window.webContents, door)

  app.on('second-instance', (_event, _argv, _folder, data) => {
    toFront()
    const wanted = (data as { library?: unknown } | null)?.library
    if (typeof wanted === 'string' && wanted !== library) sayOneLibrary()
  })
  // After sleep the network is often another one.
  powerMonitor.on('resume', () => void host.services.sync.hint().catch(() => undefined))
  app.on('window-all-closed', () => app.quit())
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    // What is being saved is finished first; then this comes here once more.
    event.preventDefault()
    door.close()
    owner
      .close()
      .then(() => host.close())
      .catch((error: unknown) => log('error', 'desktop', `closing failed: ${String(error)}`))
      .finally(() => {
        closed = true
        log.close()
        app.quit()
      })
  })
}

/** The library is open in the browser host: a page of it comes up instead of a window. */
async function showInBrowser(link: string): Promise<void> {
  const { env: environment, platform } = process
  if (await openInBrowser(link, { environment, platform, folder: join(folders.cache, 'open') })) return
  throw new AppError(
    'LIB_BUSY',
    'This library is open in a browser, and no browser could be opened from here.',
    {
      remedy: 'Go to its page, or close it there first.',
    },
  )
}

function sayOneLibrary(): void {
  void dialog.showMessageBox({
    type: 'info',
    message: 'Tessera shows another library already.',
    detail: 'Close this window first, then start Tessera with the other one.',
  })
}

function giveUp(thrown: unknown): void {
  const error = toAppError(thrown)
  if (error.code === 'INTERNAL') log('error', 'desktop', String((error.cause as Error)?.stack ?? error.cause))
  dialog.showErrorBox(error.message, error.remedy)
  log.close()
  app.exit(ownFailure)
}
