import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron'
import type { DesktopBridge, FromHost } from '../shared/host/wire.ts'
import { fromHostChannel, toHostChannel } from './desktop/channels.ts'

// The page gets two verbs and plain data: neither `ipcRenderer` nor an event object ever crosses the bridge.
const bridge: DesktopBridge = {
  send: (message) => ipcRenderer.send(toHostChannel, message),
  receive(listener) {
    const forward = (_event: IpcRendererEvent, message: FromHost) => listener(message)
    ipcRenderer.on(fromHostChannel, forward)
    return () => void ipcRenderer.off(fromHostChannel, forward)
  },
}

contextBridge.exposeInMainWorld('tesseraHost', bridge)
