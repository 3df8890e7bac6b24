import { createStore } from 'zustand/vanilla'
import { AppError } from '../../shared/base/app-error.ts'
import type { HostEvent } from '../../shared/host/host-api.ts'
import {
  fromHostSchema,
  launchParameter,
  requestHeader,
  sessionPath,
  type ToHost,
  webSocketPath,
} from '../../shared/host/wire.ts'
import { hostGone, readError, requestData } from './data-request.ts'
import type { FaceHost, LinkState } from './face-host.ts'
import { PendingCalls } from './pending-calls.ts'

/** Answers 404 to whom the host knows and 401 or 403 to others: tells a stopped host from a refused page. */
const probePath = '/data/images/none'

/** Milliseconds after which a page that was refused asks again. */
const REFUSED_MS = 5000

/** Milliseconds before the next try: 0.25 s doubling to 5 s. The host is on this machine, so asking costs little. */
export function reconnectDelay(attempts: number): number {
  return Math.min(5000, 250 * 2 ** Math.max(0, attempts - 1))
}

/** The launch token in a fragment such as `#launch=…`, or null. */
export function launchToken(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, '')).get(launchParameter)
}

/** The browser page's connection: JSON over one WebSocket, bytes over http, both on the page's own origin. */
export function connectWeb(page: Window): FaceHost {
  const link = createStore<LinkState>(() => ({ kind: 'connecting' }))
  const calls = new PendingCalls()
  const listeners = new Set<(event: HostEvent) => void>()
  let socket: WebSocket | null = null
  let waiting: ToHost[] = []
  let attempts = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function send(message: ToHost) {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    else waiting.push(message)
  }

  /** Another tab may open the fresh link and so sign this page in as well: it looks again now and then. */
  function refuse(error: AppError) {
    waiting = []
    link.setState({ kind: 'refused', error: error.toInfo() }, true)
    calls.rejectAll(error)
    timer = setTimeout(() => void redial(), REFUSED_MS)
  }

  function dial() {
    const address = new URL(webSocketPath, page.location.href)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const next = new WebSocket(address)
    socket = next
    next.onopen = () => {
      attempts = 0
      for (const message of waiting) next.send(JSON.stringify(message))
      waiting = []
      link.setState({ kind: 'ready' }, true)
    }
    next.onmessage = ({ data }) => receive(data)
    next.onclose = () => {
      if (closed || socket !== next) return
      socket = null
      waiting = []
      attempts++
      link.setState({ kind: 'gone', attempts }, true)
      calls.rejectAll(hostGone())
      timer = setTimeout(() => void redial(), reconnectDelay(attempts))
    }
  }

  // A refused upgrade looks like a stopped host to a WebSocket, so ask over http which of the two it is.
  async function redial() {
    try {
      await requestData(probePath)
    } catch (error) {
      if (closed) return
      if (error instanceof AppError && (error.code === 'HOST_TOKEN' || error.code === 'HOST_REFUSED'))
        return refuse(error)
    }
    if (!closed) dial()
  }

  function receive(data: unknown) {
    const message = fromHostSchema.safeParse(parseJson(data))
    // A message we cannot read answers nobody; the call it belonged to is settled when the line breaks.
    if (!message.success) return console.warn('unreadable message from the host', message.error)
    if (message.data.kind === 'event') for (const listener of [...listeners]) listener(message.data.event)
    else calls.settle(message.data)
  }

  // Waking from sleep or coming back to the tab should not wait out the back-off.
  function hurry() {
    const { kind } = link.getState()
    if (page.document.visibilityState !== 'visible' || (kind !== 'gone' && kind !== 'refused') || socket)
      return
    clearTimeout(timer)
    void redial()
  }
  page.addEventListener('focus', hurry)
  page.document.addEventListener('visibilitychange', hurry)

  openSession(page).then(
    () => !closed && dial(),
    (error: unknown) => refuse(error instanceof AppError ? error : hostGone(error)),
  )

  return {
    link,
    call: (method, input, signal) => {
      const state = link.getState()
      if (state.kind === 'gone') return Promise.reject(hostGone())
      if (state.kind === 'refused') return Promise.reject(AppError.fromInfo(state.error))
      return calls.start(method, input, send, signal)
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    fetchData: requestData,
    close() {
      closed = true
      clearTimeout(timer)
      page.removeEventListener('focus', hurry)
      page.document.removeEventListener('visibilitychange', hurry)
      socket?.close()
      calls.rejectAll(hostGone())
    },
  }
}

/** Trades the launch token of the link for a session cookie and takes it out of the address bar and the history. */
async function openSession(page: Window): Promise<void> {
  const token = launchToken(page.location.hash)
  if (!token) return
  page.history.replaceState(null, '', page.location.pathname + page.location.search)
  const response = await fetch(sessionPath, {
    method: 'POST',
    headers: { [requestHeader]: '1', 'content-type': 'application/json' },
    credentials: 'same-origin',
    body: JSON.stringify({ token }),
  }).catch((error: unknown) => {
    throw hostGone(error)
  })
  if (response.ok) return
  // A token works once: a page reloaded from the link may already hold its cookie. The WebSocket will tell.
  const error = await readError(response)
  if (error.code !== 'HOST_TOKEN') throw error
}

function parseJson(data: unknown): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return null
  }
}
