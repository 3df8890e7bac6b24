import { afterAll, expect, it, vi } from 'vitest'
import { pageOrigin } from '../../../electron/desktop/page-address.ts'
import { createPageProtocol } from '../../../electron/desktop/page-protocol.ts'
import { createIpcDoor, type IpcDoor, type IpcSender } from '../../../electron/transport/ipc.ts'
import { connectDesktop } from '../../../renderer/host/desktop-connection.ts'
import type { DesktopBridge, FromHost, ToHost } from '../../../shared/host/wire.ts'
import { hostConnectionContract } from '../../contracts/host-connection.contract.ts'
import { createServedHost } from '../../support/served-host.ts'

const windowId = 7
const options = { origin: pageOrigin, isOurs: (id: number) => id === windowId }

/** What a preload script exposes, over a channel that clones every message like Electron's. */
function bridgeTo(door: IpcDoor, sent: Partial<Omit<IpcSender, 'send'>> = {}): DesktopBridge {
  const listeners = new Set<(message: FromHost) => void>()
  const sender: IpcSender = {
    id: windowId,
    frameUrl: `${pageOrigin}/#/browse`,
    isMainFrame: true,
    ...sent,
    send(message) {
      const copy = structuredClone(message)
      queueMicrotask(() => {
        for (const listener of [...listeners]) listener(copy)
      })
    },
  }
  return {
    send(message) {
      const copy = structuredClone(message)
      queueMicrotask(() => door.receive(sender, copy))
    },
    receive(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

afterAll(() => vi.unstubAllGlobals())

hostConnectionContract(
  async (host) => {
    const door = createIpcDoor(host, options)
    const answer = createPageProtocol(host, new Map())
    // The window's fetch goes to the protocol handler, as Electron routes it.
    vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
      answer(new Request(new URL(path, pageOrigin), init)),
    )
    const connection = connectDesktop(bridgeTo(door))
    return {
      connection,
      async close() {
        connection.close()
        door.gone(windowId)
      },
    }
  },
  { closes: true },
)

const call: ToHost = { kind: 'call', id: 1, method: 'versions.list', input: {} }

it.each([
  ['another window', { id: 8 }],
  ['a frame inside of the page', { isMainFrame: false }],
  ['a frame that is gone', { frameUrl: null }],
  ['a page from elsewhere', { frameUrl: 'https://example.org/' }],
  ['a page whose name begins like ours', { frameUrl: 'app://tessera.example.org/' }],
  ['a file', { frameUrl: 'file:///index.html' }],
])('gives %s neither answers nor news', async (_, sent) => {
  const host = createServedHost({ handlers: { 'versions.list': async () => [] } })
  const door = createIpcDoor(host, options)
  const heard = vi.fn()
  const bridge = bridgeTo(door, sent)
  bridge.receive(heard)
  bridge.send(call)
  await vi.waitFor(() => expect(host.logged.length).toBe(1))
  host.emit({ type: 'versions.changed' })
  await new Promise((done) => setImmediate(done))
  expect([host.reached, host.listening(), heard.mock.calls]).toEqual([[], 0, []])
})

it('starts anew when the window loads its page again', async () => {
  const host = createServedHost({ handlers: { 'versions.list': async () => [] } })
  const door = createIpcDoor(host, options)
  const heard = vi.fn()
  const bridge = bridgeTo(door)
  bridge.receive(heard)
  bridge.send(call)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1))
  door.gone(windowId)
  expect(host.listening()).toBe(0)
  // The page counts its calls from 1 again.
  bridge.send(call)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2))
  expect([host.listening(), host.reached.length]).toEqual([1, 2])
})

it('survives whatever a page can put into a message', () => {
  const host = createServedHost()
  const door = createIpcDoor(host, options)
  const send = vi.fn()
  const sender: IpcSender = { id: windowId, frameUrl: `${pageOrigin}/`, isMainFrame: true, send }
  for (const message of hostileMessages()) door.receive(sender, message)
  expect(host.reached).toEqual([])
  expect('polluted' in {}).toBe(false)
})

function hostileMessages(): unknown[] {
  const polluting: unknown = JSON.parse('{"__proto__":{"polluted":1},"kind":"call"}')
  const values = [undefined, null, true, 0, -1, 1e308, NaN, '', '__proto__', 'call', [], {}, polluting, 1n]
  const exotic = [new Map([['kind', 'call']]), new Date(), new Uint8Array(8), /x/, new Error('x')]
  const messages: unknown[] = [...values, ...exotic]
  for (const kind of ['call', 'cancel', 'event', ...values]) {
    for (const id of values) {
      for (const method of [...values, 'constructor', 'app.info.x', 'x'.repeat(1e5)]) {
        messages.push({ kind, id, method, input: {} }, { kind, id, method, input: method, extra: 1 })
      }
    }
  }
  return messages
}
