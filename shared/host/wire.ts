import { z } from 'zod'
import { errorInfoSchema, hostEventSchema } from './host-api.ts'

/**
 * Messages of the control plane. The browser host carries them as JSON text over one WebSocket at `/ws`; the desktop
 * window carries the same objects by structured clone (`window.tesseraHost`, see `DesktopBridge`).
 */
export const toHostSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('call'),
    id: z.int().min(1),
    method: z.string().max(100),
    input: z.unknown(),
  }),
  z.strictObject({ kind: z.literal('cancel'), id: z.int().min(1) }),
])
export type ToHost = z.infer<typeof toHostSchema>

export const fromHostSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), id: z.int(), result: z.unknown() }),
  z.object({ kind: z.literal('error'), id: z.int(), error: errorInfoSchema }),
  z.object({ kind: z.literal('event'), event: hostEventSchema }),
])
export type FromHost = z.infer<typeof fromHostSchema>

/** What the preload script exposes as `window.tesseraHost`: verbs only, plain data only. */
export interface DesktopBridge {
  send(message: ToHost): void
  /** Returns the function that stops listening. */
  receive(listener: (message: FromHost) => void): () => void
}

/** Browser host: the page POSTs `{"token": …}` here and gets its session cookie. */
export const sessionPath = '/session'
/** Browser host: the launch token stands in the fragment of the printed link, as `#launch=<token>`. */
export const launchParameter = 'launch'
export const webSocketPath = '/ws'
/** Every POST and PUT carries this header, which no other site's form or image can send. */
export const requestHeader = 'x-tessera'
