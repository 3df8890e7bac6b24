import { app, dialog, type Session, shell, type WebContents } from 'electron'
import { mayNavigate, mayRequest, mayUse, outsideLink } from './window-policy.ts'

/** Denies every page whatever `window-policy.ts` does not allow. Call once, before the first window. */
export function lockDown(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => {
    answer(mayUse(permission, requestingUrl))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => mayUse(permission, `${origin}/`))
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null))
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !mayRequest(url) && !(url.startsWith('devtools:') && !app.isPackaged) })
  })
  app.on('web-contents-created', (_event, contents) => lockContents(contents))
}

function lockContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !mayNavigate(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    void openOutside(url)
    return { action: 'deny' }
  })
}

/** Hands a link to the person's browser once they said so: its address came from a server. */
async function openOutside(address: string): Promise<void> {
  const link = outsideLink(address)
  if (!link) return
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: `Open ${link.host} in your browser?`,
    detail: link.address,
    buttons: ['Cancel', 'Open'],
    defaultId: 1,
    cancelId: 0,
  })
  if (response === 1) await shell.openExternal(link.address)
}
