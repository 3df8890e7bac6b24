import { join } from 'node:path'
import { app, dialog, shell } from 'electron'
import type { Places } from '../host/exchange.ts'

/** Where to export to, as a person says in the dialogs of the system. */
export const systemPlaces: Places = {
  async choose(kind, name) {
    const called = kind === 'zip' ? `${name}.zip` : name
    const { canceled, filePath } = await dialog.showSaveDialog({
      defaultPath: join(app.getPath('downloads'), called),
      buttonLabel: 'Export here',
      properties: ['createDirectory', 'showOverwriteConfirmation'],
      ...(kind === 'zip' && { filters: [{ name: 'Zip archive', extensions: ['zip'] }] }),
    })
    if (canceled || !filePath) return null
    return kind === 'zip' && !/\.zip$/i.test(filePath) ? `${filePath}.zip` : filePath
  },
  show: (path) => shell.showItemInFolder(path),
}
