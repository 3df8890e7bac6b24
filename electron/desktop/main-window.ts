import { app, BrowserWindow, dialog, nativeTheme } from 'electron'
import type { Log } from '../host/library-context.ts'
import { pageAddress } from './page-address.ts'
import { afterCrash, afterRefusedClose, webPreferences } from './window-policy.ts'

/** Pause before the page is asked again whether it can be closed. */
const askAgainMs = 300

/** Opens the window. It closes once its page has saved, and loads its page again when that crashed. */
export function openMainWindow(options: { preload: string; log: Log }): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    show: false,
    // The page's own ground, so that the window does not flash.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#141618' : '#eceef0',
    webPreferences: { ...webPreferences(options.preload), devTools: !app.isPackaged },
  })
  window.once('ready-to-show', () => window.show())
  reloadAfterCrash(window, options.log)
  closeOnceSaved(window)
  void window.loadURL(pageAddress)
  return window
}

function reloadAfterCrash(window: BrowserWindow, log: Log): void {
  const crashes: number[] = []
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log('error', 'desktop', `the page's process ended: ${reason}`, { exitCode })
    const next = afterCrash(crashes, Date.now())
    crashes.push(Date.now())
    if (next === 'reload') return window.webContents.reload()
    void dialog
      .showMessageBox(window, {
        type: 'error',
        message: 'The window crashed several times.',
        detail: 'What you labeled is kept: every stroke was written down. Report this with the log.',
        buttons: ['Load again', 'Close'],
        defaultId: 0,
        cancelId: 1,
      })
      .then(({ response }) => (response === 0 ? window.webContents.reload() : window.destroy()))
  })
}

function closeOnceSaved(window: BrowserWindow): void {
  let closing = false
  let refusedAt: number | undefined
  let givenUp = false
  window.on('close', () => {
    closing = true
  })
  window.webContents.on('will-prevent-unload', (event) => {
    // Loading the page again can be refused too; then it simply stays.
    if (!closing) return
    closing = false
    // Here, preventing means that the page is not listened to.
    if (givenUp) return event.preventDefault()
    refusedAt ??= Date.now()
    if (afterRefusedClose(refusedAt, Date.now()) === 'again') {
      setTimeout(() => {
        if (!window.isDestroyed()) window.close()
      }, askAgainMs)
      return
    }
    refusedAt = undefined
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: 'Your last edits are not saved yet.',
        detail: 'The window shows why. If you close it now, they are lost.',
        buttons: ['Keep open', 'Close and lose them'],
        defaultId: 0,
        cancelId: 0,
      })
      .then(({ response }) => {
        if (response === 0) return
        givenUp = true
        window.close()
      })
  })
}
