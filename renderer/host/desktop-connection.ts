import { createStore } from 'zustand/vanilla'
import type { HostEvent } from '../../shared/host/host-api.ts'
import { type DesktopBridge, fromHostSchema } from '../../shared/host/wire.ts'
import { hostGone, requestData } from './data-request.ts'
import type { FaceHost, LinkState } from './face-host.ts'
import { PendingCalls } from './pending-calls.ts'

/** The desktop window's connection: messages over the preload bridge, bytes over the app's own protocol. */
export function connectDesktop(bridge: DesktopBridge): FaceHost {
  const link = createStore<LinkState>(() => ({ kind: 'ready' }))
  const calls = new PendingCalls()
  const listeners = new Set<(event: HostEvent) => void>()
  const stop = bridge.receive((raw) => {
    const message = fromHostSchema.safeParse(raw)
    if (!message.success) return console.warn('unreadable message from the host', message.error)
    if (message.data.kind === 'event') for (const listener of [...listeners]) listener(message.data.event)
    else calls.settle(message.data)
  })

  return {
    link,
    call: (method, input, signal) => calls.start(method, input, (message) => bridge.send(message), signal),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    fetchData: requestData,
    close() {
      stop()
      calls.rejectAll(hostGone())
    },
  }
}
