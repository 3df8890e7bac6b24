import type { FromHost } from '../../shared/host/wire.ts'
import { type ControlSession, openControlSession } from './control-session.ts'
import type { ServedHost } from './dispatch.ts'

/** Who sent a message, as Electron's main process sees it. */
export type IpcSender = {
  /** Number of the window's contents. */
  readonly id: number
  /** Address of the frame that sent, when it sent. Null when that frame is gone already. */
  readonly frameUrl: string | null
  readonly isMainFrame: boolean
  /** Sends a structured clone; throws for what cannot be cloned. */
  send(message: FromHost): void
}

/** The control plane of desktop windows. What carries the messages is `desktop/window-messages.ts`, or a test. */
export interface IpcDoor {
  receive(sender: IpcSender, message: unknown): void
  /** The window was closed, or loads its page anew: its calls end. */
  gone(id: number): void
  close(): void
}

/**
 * Answers windows that `isOurs` knows, and of those only the main frame at `origin`: whatever else may run in the app
 * (a frame, a page navigated to by mistake) gets no answer at all.
 */
export function createIpcDoor(
  host: ServedHost,
  options: { origin: string; isOurs: (id: number) => boolean },
): IpcDoor {
  const { log } = host.services.context
  const sessions = new Map<number, ControlSession>()
  const isTrusted = (sender: IpcSender) =>
    options.isOurs(sender.id) &&
    sender.isMainFrame &&
    sender.frameUrl?.startsWith(`${options.origin}/`) === true

  return {
    receive(sender, message) {
      if (!isTrusted(sender)) return log('warn', 'door', 'a message from a foreign frame was refused')
      let session = sessions.get(sender.id)
      if (!session) {
        session = openControlSession(host, (answer) => sender.send(answer))
        sessions.set(sender.id, session)
      }
      if (!session.receive(message)) log('warn', 'door', 'a message that cannot be read was refused')
    },
    gone(id) {
      sessions.get(id)?.close()
      sessions.delete(id)
    },
    close() {
      for (const session of sessions.values()) session.close()
      sessions.clear()
    },
  }
}
