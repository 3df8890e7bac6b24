import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { packageFolder } from '../../electron/adapters/asset-folder.ts'
import type { FromHost } from '../../shared/host/wire.ts'

const folder = mkdtempSync(join(tmpdir(), 'tessera-desktop-'))
const built = existsSync(join(packageFolder(), 'out', 'renderer', 'index.html'))
if (!built) console.warn('skipped: the page is not built; "npm run build" builds it')

/** Electron as far as `main.ts` uses it. It records what it is told and shows nothing. */
const electron = await vi.hoisted(async () => {
  const { EventEmitter } = await import('node:events')
  const order: string[] = []
  class Contents extends EventEmitter {
    readonly id = 1
    readonly sent: FromHost[] = []
    readonly mainFrame = { url: 'app://tessera/' }
    openHandler: ((details: { url: string }) => unknown) | undefined
    isDestroyed = () => false
    reload = vi.fn()
    setWindowOpenHandler(handler: (details: { url: string }) => unknown) {
      this.openHandler = handler
    }
    send(channel: string, message: FromHost) {
      if (channel === 'tessera:from-host') this.sent.push(structuredClone(message))
    }
  }
  class BrowserWindow extends EventEmitter {
    static made: BrowserWindow[] = []
    readonly webContents = new Contents()
    readonly options: Record<string, unknown>
    constructor(options: Record<string, unknown>) {
      super()
      this.options = options
      BrowserWindow.made.push(this)
      app.emit('web-contents-created', {}, this.webContents)
    }
    loadURL = vi.fn(async (address: string) => void order.push(`load ${address}`))
    show = vi.fn()
    focus = vi.fn()
    close = vi.fn()
    restore = vi.fn()
    isMinimized = () => false
    isDestroyed = () => false
  }
  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    setPath: vi.fn(),
    enableSandbox: () => void order.push('sandbox'),
    requestSingleInstanceLock: vi.fn(() => true),
    whenReady: async () => void order.push('ready'),
    quit: vi.fn(),
    exit: vi.fn(),
  })
  const session = {
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
    setDisplayMediaRequestHandler: vi.fn(),
    webRequest: { onBeforeRequest: vi.fn() },
  }
  return {
    order,
    BrowserWindow,
    app,
    ipcMain: new EventEmitter(),
    session: { defaultSession: session },
    protocol: {
      registerSchemesAsPrivileged: vi.fn(() => void order.push('scheme')),
      handle: vi.fn((_scheme: string, _handler: (request: Request) => Promise<Response>) => undefined),
    },
    dialog: { showMessageBox: vi.fn(async () => ({ response: 0 })), showErrorBox: vi.fn() },
    shell: { openExternal: vi.fn(async () => undefined) },
    Menu: { setApplicationMenu: vi.fn(), buildFromTemplate: (template: unknown) => template },
    crashReporter: { start: vi.fn() },
    nativeTheme: { shouldUseDarkColors: true },
    powerMonitor: new EventEmitter(),
    safeStorage: { isAsyncEncryptionAvailable: async () => false },
    utilityProcess: { fork: vi.fn() },
  }
})
vi.mock('electron', () => electron)

const window = () => electron.BrowserWindow.made[0]!
const contents = () => window().webContents
/** What was told to Electron while the app started; mocks forget it before each test. */
let told: {
  schemes: unknown
  handler: (request: Request) => Promise<Response>
  mayRequestPermission: (contents: null, name: string, answer: (ok: boolean) => void, details: object) => void
  mayUsePermission: (contents: null, name: string, origin: string) => boolean
  mayUseDevice: (details: object) => boolean
  onRequest: (details: { url: string }, answer: (outcome: { cancel: boolean }) => void) => void
}
/** A message of the page, as Electron delivers it. */
const send = (message: unknown, sent: { senderFrame?: unknown; sender?: unknown } = {}) =>
  electron.ipcMain.emit(
    'tessera:to-host',
    { sender: contents(), senderFrame: contents().mainFrame, ...sent },
    message,
  )
const event = (fields: object = {}) => ({ preventDefault: vi.fn(), ...fields })

beforeAll(async () => {
  if (!built) return
  for (const name of ['CONFIG', 'CACHE', 'STATE']) vi.stubEnv(`XDG_${name}_HOME`, join(folder, name))
  vi.stubEnv('XDG_RUNTIME_DIR', folder)
  process.argv = ['electron', '.', '--library', join(folder, 'library'), '--enable-logging']
  await import('../../electron/main.ts')
  await vi.waitFor(() => expect(electron.BrowserWindow.made.length).toBe(1), { timeout: 20_000 })
  const { defaultSession } = electron.session
  told = {
    schemes: electron.protocol.registerSchemesAsPrivileged.mock.calls,
    handler: electron.protocol.handle.mock.calls[0]![1],
    mayRequestPermission: defaultSession.setPermissionRequestHandler.mock.calls[0]![0],
    mayUsePermission: defaultSession.setPermissionCheckHandler.mock.calls[0]![0],
    mayUseDevice: defaultSession.setDevicePermissionHandler.mock.calls[0]![0],
    onRequest: defaultSession.webRequest.onBeforeRequest.mock.calls[0]![0],
  }
})
afterAll(async () => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

it.runIf(built)('turns the sandbox on and names its scheme before Electron is ready', () => {
  expect(electron.order).toEqual(['sandbox', 'scheme', 'ready', 'load app://tessera/'])
  expect(told.schemes).toEqual([
    [[{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }]],
  ])
})

it.runIf(built)('opens one locked-down window', () => {
  expect(window().options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
  })
  window().emit('ready-to-show')
  expect(window().show).toHaveBeenCalled()
})

it.runIf(built)('takes the end of sleep for a reason to look whether the server is there', () => {
  expect(electron.powerMonitor.listenerCount('resume')).toBe(1)
  expect(() => electron.powerMonitor.emit('resume')).not.toThrow()
})

it.runIf(built)('serves its page and its data over app://', async () => {
  const page = await told.handler(new Request('app://tessera/'))
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page.text()).toContain('<div id="root">')
  expect((await told.handler(new Request('app://tessera/data/images/none'))).status).toBe(404)
})

it.runIf(built)('answers its own page, and no other frame', async () => {
  send({ kind: 'call', id: 1, method: 'app.info', input: {} }, { senderFrame: { url: 'app://tessera/' } })
  send({ kind: 'call', id: 2, method: 'app.info', input: {} }, { senderFrame: null })
  send({ kind: 'call', id: 3, method: 'app.info', input: {} })
  await vi.waitFor(() => expect(contents().sent.length).toBe(1))
  expect(contents().sent[0]).toMatchObject({
    kind: 'result',
    id: 3,
    result: { host: 'desktop', libraryName: 'library', readOnly: false },
  })
})

it.runIf(built)('denies permissions, foreign requests, other pages and new windows', async () => {
  const granted = vi.fn()
  const details = { requestingUrl: 'app://tessera/' }
  told.mayRequestPermission(null, 'media', granted, details)
  expect(granted).toHaveBeenCalledWith(false)
  expect(told.mayUsePermission(null, 'usb', 'app://tessera')).toBe(false)
  expect(told.mayUseDevice({})).toBe(false)
  const allowed = vi.fn()
  for (const url of ['https://example.org/', 'app://tessera/', 'file:///etc/passwd'])
    told.onRequest({ url }, allowed)
  expect(allowed.mock.calls.map(([{ cancel }]) => cancel)).toEqual([true, false, true])

  const away = event({ url: 'https://example.org/' })
  contents().emit('will-navigate', away)
  expect(away.preventDefault).toHaveBeenCalled()
  const again = event({ url: 'app://tessera/' })
  contents().emit('will-navigate', again)
  expect(again.preventDefault).not.toHaveBeenCalled()
  for (const name of ['will-redirect', 'will-attach-webview', 'will-frame-navigate']) {
    const attempt = event({ url: 'app://tessera/', isMainFrame: false })
    contents().emit(name, attempt)
    expect(attempt.preventDefault).toHaveBeenCalled()
  }
})

it.runIf(built)('opens a link of the page in the browser once the person agrees, and no window', async () => {
  const { openExternal } = electron.shell
  const open = (url: string) => contents().openHandler!({ url })
  expect([open('file:///etc/passwd'), open('https://example.org/a')]).toEqual([
    { action: 'deny' },
    { action: 'deny' },
  ])
  await vi.waitFor(() => expect(electron.dialog.showMessageBox).toHaveBeenCalledTimes(1))
  expect(openExternal).not.toHaveBeenCalled()
  electron.dialog.showMessageBox.mockResolvedValueOnce({ response: 1 })
  open('https://example.org/a')
  await vi.waitFor(() => expect(openExternal).toHaveBeenCalledWith('https://example.org/a'))
})

it.runIf(built)('keeps the window until the page has saved', async () => {
  electron.dialog.showMessageBox.mockClear()
  const reload = event()
  contents().emit('will-prevent-unload', reload)
  expect(window().close).not.toHaveBeenCalled()
  window().emit('close')
  const refused = event()
  contents().emit('will-prevent-unload', refused)
  expect(refused.preventDefault).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(window().close).toHaveBeenCalledTimes(1))
  expect(electron.dialog.showMessageBox).not.toHaveBeenCalled()
})

it.runIf(built)('loads a crashed page again, three times, then asks', () => {
  electron.dialog.showMessageBox.mockClear()
  for (let i = 0; i < 4; i++) contents().emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
  expect(contents().reload).toHaveBeenCalledTimes(3)
  expect(electron.dialog.showMessageBox).toHaveBeenCalledTimes(1)
})

it.runIf(built)('comes to the front when started again', () => {
  window().focus.mockClear()
  electron.app.emit('second-instance', {}, [], '', { library: join(folder, 'library') })
  expect(window().focus).toHaveBeenCalledTimes(1)
})

it.runIf(built)('lets go of the library before it quits', async () => {
  const { readOwnerNote } = await import('../../electron/host/owner-note.ts')
  expect(readOwnerNote(join(folder, 'library'))?.pid).toBe(process.pid)
  const quits = event()
  electron.app.emit('will-quit', quits)
  expect(quits.preventDefault).toHaveBeenCalled()
  await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalled())
  expect(readOwnerNote(join(folder, 'library'))).toBeNull()
})
