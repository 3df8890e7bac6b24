import { ipcMain, type WebContents } from 'electron'
import type { IpcDoor } from '../transport/ipc.ts'
import { fromHostChannel, toHostChannel } from './channels.ts'

/** Connects Electron's IPC to the door, which judges who may speak. */
export function carryMessages(door: IpcDoor): void {
  ipcMain.on(toHostChannel, ({ sender, senderFrame }, message: unknown) => {
    door.receive(
      {
        id: sender.id,
        frameUrl: senderFrame?.url ?? null,
        isMainFrame: senderFrame !== null && senderFrame === sender.mainFrame,
        send(answer) {
          if (!sender.isDestroyed()) sender.send(fromHostChannel, answer)
        },
      },
      message,
    )
  })
}

/** Tells the door when a window goes, or loads its page anew. */
export function watchWindow(contents: WebContents, door: IpcDoor): void {
  const { id } = contents
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) door.gone(id)
  })
  contents.on('render-process-gone', () => door.gone(id))
  contents.once('destroyed', () => door.gone(id))
}
