import type { DesktopBridge } from '../../shared/host/wire.ts'
import { connectDesktop } from './desktop-connection.ts'
import type { FaceHost } from './face-host.ts'
import { connectWeb } from './web-connection.ts'

/** Connects through whichever door this page was opened by. */
export function connectHost(page: Window & { readonly tesseraHost?: DesktopBridge }): FaceHost {
  return page.tesseraHost ? connectDesktop(page.tesseraHost) : connectWeb(page)
}
