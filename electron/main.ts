import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, protocol } from 'electron'
import { pageAddress, scheme } from './desktop/page-address.ts'
import { pageHeaders } from './transport/page-headers.ts'
import { readStaticFiles } from './transport/static-files.ts'

const built = (path: string) => fileURLToPath(new URL(path, import.meta.url))

app.enableSandbox()
protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])
if (app.requestSingleInstanceLock()) void app.whenReady().then(open)
else app.quit()

function open(): void {
  const files = readStaticFiles(built('../renderer'))
  protocol.handle(scheme, (request) => {
    const file = files.get(new URL(request.url).pathname)
    if (!file) return new Response(null, { status: 404, headers: pageHeaders })
    return new Response(file.bytes, { headers: { ...pageHeaders, 'content-type': file.type } })
  })
  const window = new BrowserWindow({
    webPreferences: {
      preload: built('../electron-preload/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    },
  })
  void window.loadURL(pageAddress)
}
